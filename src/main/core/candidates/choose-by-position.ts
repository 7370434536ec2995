import type { InstanceFacts, LogCoordinates } from '../../../shared/domain/instance.ts';
import { type InstanceKey, sameKey } from '../../../shared/domain/instance-key.ts';
import { compareCoordinates, coordinatesText, sameCoordinates } from '../topology/coordinates.ts';
import type { CandidatePolicy, Contender, FailedPlace } from './contender.ts';
import { byMajority, exclusionByPosition, type PopularVersion, promotability } from './eligibility.ts';
import { type Criterion, type Ranked, rank, type Verdict } from './ranking.ts';
import { inFailedPlace, inFailedRegion, RULE_ORDER, RULE_TIER } from './standing.ts';

export interface PositionChoice {
  readonly chosen: InstanceKey | null;
  /** One for every contender, the chosen one first. */
  readonly verdicts: readonly Verdict[];
}

interface RankedByPosition extends Ranked {
  /** How many of the others received more. */
  readonly behind: number;
  readonly appliedAll: boolean;
}

/**
 * Chooses the replica to promote where replicas don't use GTIDs, by their places in the failed source's binary log
 * (recovery reference 8.2). What another replica received and the promoted one did not can't be brought over without
 * GTIDs, so of those that can head the others the one that received the most is chosen, before any wish, a designated
 * server included: nothing received is given up by choice.
 */
export function chooseByPosition(
  contenders: readonly Contender[],
  failed: FailedPlace,
  policy: CandidatePolicy,
): PositionChoice {
  const majority = byMajority(contenders.map((contender) => contender.facts));
  const ranked = contenders.map((contender) => judge(contender, contenders, majority, failed, policy));
  const { best, verdicts } = rank(ranked, criteriaFor(failed, policy));
  return { chosen: best?.contender.facts.key ?? null, verdicts };
}

/** What a replica has received of its source's binary log; null for a server that is no replica. */
export function receivedPlace({ replica }: InstanceFacts): LogCoordinates | null {
  if (replica === null) return null;
  // An applier can't be ahead of its receiver; a place read in between may say so.
  return compareCoordinates(replica.read, replica.executed) < 0 ? replica.executed : replica.read;
}

/** What a replica received and hasn't executed, in words; empty for nothing. */
export function unappliedText(facts: InstanceFacts): string {
  const received = receivedPlace(facts);
  const executed = facts.replica?.executed;
  if (received === null || executed === undefined || sameCoordinates(received, executed)) return '';
  return `what it received from ${coordinatesText(executed)} to ${coordinatesText(received)}`;
}

function judge(
  contender: Contender,
  all: readonly Contender[],
  majority: PopularVersion,
  failed: FailedPlace,
  policy: CandidatePolicy,
): RankedByPosition {
  const unapplied = unappliedText(contender.facts);
  return {
    contender,
    excluded: exclusionByPosition(contender, unapplied, failed, policy),
    promotable: promotability(contender.facts, majority),
    behind: all.filter((other) => hasMore(other.facts, contender.facts)).length,
    appliedAll: unapplied === '',
  };
}

function hasMore(one: InstanceFacts, other: InstanceFacts): boolean {
  const [a, b] = [receivedPlace(one), receivedPlace(other)];
  return a !== null && (b === null || compareCoordinates(a, b) > 0);
}

function criteriaFor(failed: FailedPlace, policy: CandidatePolicy): readonly Criterion<RankedByPosition>[] {
  const flag = (holds: boolean): number => (holds ? 0 : 1);
  const facts = (ranked: RankedByPosition): InstanceFacts => ranked.contender.facts;
  return [
    { name: 'the other replicas can replicate from it', value: (r) => r.promotable.tier },
    { name: "it received more of the failed server's binary log", value: (r) => r.behind },
    {
      name: 'it was designated',
      value: (r) => flag(policy.designated !== null && sameKey(facts(r).key, policy.designated)),
    },
    { name: 'its promotion rule is better', value: (r) => RULE_TIER[r.contender.rule] },
    { name: 'it is not downtimed', value: (r) => flag(!r.contender.downtimed) },
    {
      name: "it is in the failed server's data center and environment",
      value: (r) => flag(inFailedPlace(facts(r), failed)),
    },
    { name: "it is in the failed server's region", value: (r) => flag(inFailedRegion(facts(r), failed)) },
    { name: 'its promotion rule is better', value: (r) => RULE_ORDER[r.contender.rule] },
    { name: 'it has applied all that it received', value: (r) => flag(r.appliedAll) },
    { name: 'it lags less', value: (r) => facts(r).lagSeconds ?? Number.MAX_SAFE_INTEGER },
  ];
}
