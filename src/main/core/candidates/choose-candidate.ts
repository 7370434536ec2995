import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, sameKey } from '../../../shared/domain/instance-key.ts';
import { type GtidPosition, gtidSubtract } from '../gtid/gtid-position.ts';
import type { CandidatePolicy, Contender, FailedPlace } from './contender.ts';
import { byMajority, exclusion, type PopularVersion, promotability } from './eligibility.ts';
import { allReceived, gtidKind, type Holding, holdingsOf, type Missing, whatIsMissing } from './missing.ts';
import { type Criterion, type Ranked, rank, type Verdict } from './ranking.ts';
import { inFailedPlace, inFailedRegion, RULE_ORDER, RULE_TIER } from './standing.ts';

export type { Verdict } from './ranking.ts';

export interface CandidateChoice extends Missing {
  readonly chosen: InstanceKey | null;
  /** One for every contender, the chosen one first. */
  readonly verdicts: readonly Verdict[];
}

interface RankedByGtid extends Holding, Ranked {
  readonly lacks: bigint;
}

/**
 * Chooses the replica to promote when a source is dead. Replicas that must not be promoted are excluded; the rest
 * are compared by the criteria below, in order (recovery reference 8.2 and 8.6, joined into one ranking, with the
 * geography judged before the choice and not after it). A choice that lacks transactions which another replica
 * received names the donor: nothing received is given up by choice. Without a choice, nothing is missing either.
 */
export function chooseCandidate(
  contenders: readonly Contender[],
  failed: FailedPlace,
  policy: CandidatePolicy,
): CandidateChoice {
  const majority = byMajority(contenders.map((contender) => contender.facts));
  const kind = gtidKind(failed, contenders);
  const holdings = holdingsOf(contenders, failed);
  const all = allReceived(holdings, kind);
  const ranked = holdings.map((holding) => judge(holding, all, majority, failed, policy));
  const { best, verdicts } = rank(ranked, criteriaFor(failed, policy));
  if (best === null) return { chosen: null, verdicts, donor: null, toBringOver: '', lost: '' };
  const chosen = best.contender.facts.key;
  return { chosen, verdicts, ...whatIsMissing(chosen, holdings, kind) };
}

function judge(
  holding: Holding,
  all: GtidPosition,
  majority: PopularVersion,
  failed: FailedPlace,
  policy: CandidatePolicy,
): RankedByGtid {
  const { contender, transactions } = holding;
  return {
    ...holding,
    excluded: exclusion(contender, transactions, failed, policy, all.flavor),
    lacks: all.flavor === transactions.usable.flavor ? gtidSubtract(all, transactions.usable).count : 0n,
    promotable: promotability(contender.facts, majority),
  };
}

function criteriaFor(failed: FailedPlace, policy: CandidatePolicy): readonly Criterion<RankedByGtid>[] {
  const flag = (holds: boolean): number => (holds ? 0 : 1);
  const facts = (ranked: RankedByGtid): InstanceFacts => ranked.contender.facts;
  return [
    {
      name: 'it was designated',
      value: (r) => flag(policy.designated !== null && sameKey(facts(r).key, policy.designated)),
    },
    { name: 'the other replicas can replicate from it', value: (r) => r.promotable.tier },
    { name: 'its promotion rule is better', value: (r) => RULE_TIER[r.contender.rule] },
    { name: 'it is not downtimed', value: (r) => flag(!r.contender.downtimed) },
    {
      name: "it is in the failed server's data center and environment",
      value: (r) => flag(inFailedPlace(facts(r), failed)),
    },
    { name: "it is in the failed server's region", value: (r) => flag(inFailedRegion(facts(r), failed)) },
    { name: 'its promotion rule is better', value: (r) => RULE_ORDER[r.contender.rule] },
    { name: 'it has no errant transactions', value: (r) => flag(r.transactions.errant.count === 0n) },
    { name: "it received more of the failed server's transactions", value: (r) => r.lacks },
    { name: 'it has less left to apply', value: (r) => r.transactions.unapplied.count },
    { name: 'it lags less', value: (r) => facts(r).lagSeconds ?? Number.MAX_SAFE_INTEGER },
  ];
}
