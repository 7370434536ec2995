import type { InstanceFacts, PromotionRule } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { type GtidPosition, gtidContains, gtidSubtract, gtidUnion } from '../gtid/gtid-position.ts';
import type { CandidatePolicy, Contender, FailedPlace } from './contender.ts';
import { byMajority, exclusion, type PopularVersion, promotability } from './eligibility.ts';
import { type ReceivedTransactions, receivedTransactions } from './received.ts';

export interface Verdict {
  readonly key: InstanceKey;
  readonly chosen: boolean;
  readonly eligible: boolean;
  /** Why it was chosen, or why not: a sentence. */
  readonly reason: string;
}

export interface CandidateChoice {
  readonly chosen: InstanceKey | null;
  /** One for every contender, the chosen one first. */
  readonly verdicts: readonly Verdict[];
  /** Where the chosen one can get what it lacks; null when it lacks nothing that can be had. */
  readonly donor: InstanceKey | null;
  /** What the chosen one lacks and the donor has; GTID text. */
  readonly toBringOver: string;
  /** Received by some replica, but neither on the chosen one nor obtainable; GTID text, empty for none. */
  readonly lost: string;
}

interface Ranked {
  readonly contender: Contender;
  readonly key: KeyText;
  readonly transactions: ReceivedTransactions;
  readonly excluded: string | null;
  readonly lacks: bigint;
  readonly promotable: { readonly tier: number; readonly reason: string };
}

/** A criterion: lower is better; criteria are compared in order, the first difference decides. */
interface Criterion {
  readonly name: string;
  readonly value: (ranked: Ranked) => number | bigint;
}

/**
 * Chooses the replica to promote when a source is dead. Replicas that must not be promoted are excluded; the rest
 * are compared by the criteria below, in order (recovery reference 8.2 and 8.6, joined into one ranking, with the
 * geography judged before the choice and not after it). A choice that lacks transactions which another replica
 * received names the donor: nothing received is given up by choice.
 */
export function chooseCandidate(
  contenders: readonly Contender[],
  failed: FailedPlace,
  policy: CandidatePolicy,
): CandidateChoice {
  const majority = byMajority(contenders.map((contender) => contender.facts));
  const transactions = contenders.map((contender) => receivedTransactions(contender.facts, failed));
  const all = unionOf(transactions.map((each) => each.fromSource));
  const ranked = contenders.map((contender, index) =>
    rank(
      contender,
      transactions[index] ?? receivedTransactions(contender.facts, failed),
      all,
      majority,
      failed,
      policy,
    ),
  );
  const criteria = criteriaFor(failed, policy);
  const eligible = ranked
    .filter((each) => each.excluded === null)
    .sort((a, b) => compareRanked(a, b, criteria) || compareKeys(a.contender.facts.key, b.contender.facts.key));
  const best = eligible[0] ?? null;
  const verdicts = [
    ...eligible.map((each) => verdictOf(each, best, eligible[1] ?? null, criteria)),
    ...ranked
      .filter((each) => each.excluded !== null)
      .map((each) => ({
        key: each.contender.facts.key,
        chosen: false,
        eligible: false,
        reason: each.excluded ?? '',
      })),
  ];
  if (best === null || all === null) {
    return { chosen: best?.contender.facts.key ?? null, verdicts, donor: null, toBringOver: '', lost: '' };
  }
  return { chosen: best.contender.facts.key, verdicts, ...whatIsMissing(best, ranked, all) };
}

function rank(
  contender: Contender,
  transactions: ReceivedTransactions,
  all: GtidPosition | null,
  majority: PopularVersion,
  failed: FailedPlace,
  policy: CandidatePolicy,
): Ranked {
  return {
    contender,
    key: keyText(contender.facts.key),
    transactions,
    excluded: exclusion(contender, transactions, failed, policy),
    lacks:
      all === null || all.flavor !== transactions.fromSource.flavor
        ? 0n
        : gtidSubtract(all, transactions.fromSource).count,
    promotable: promotability(contender.facts, majority, failed.flavor),
  };
}

const RULE_TIER: Record<PromotionRule, number> = { must: 0, prefer: 0, neutral: 1, prefer_not: 2, must_not: 3 };
const RULE_ORDER: Record<PromotionRule, number> = { must: 0, prefer: 1, neutral: 2, prefer_not: 3, must_not: 4 };

function criteriaFor(failed: FailedPlace, policy: CandidatePolicy): readonly Criterion[] {
  const flag = (holds: boolean): number => (holds ? 0 : 1);
  const facts = (ranked: Ranked): InstanceFacts => ranked.contender.facts;
  return [
    {
      name: 'it was designated',
      value: (r) => flag(policy.designated !== null && sameKey(facts(r).key, policy.designated)),
    },
    { name: 'the other replicas can replicate from it', value: (r) => r.promotable.tier },
    { name: 'its promotion rule is better', value: (r) => RULE_TIER[r.contender.rule] },
    { name: 'it is not downtimed', value: (r) => flag(!r.contender.downtimed) },
    {
      name: `it is in the failed server's data center and environment`,
      value: (r) => flag(facts(r).dataCenter === failed.dataCenter && facts(r).environment === failed.environment),
    },
    { name: `it is in the failed server's region`, value: (r) => flag(facts(r).region === failed.region) },
    { name: 'its promotion rule is better', value: (r) => RULE_ORDER[r.contender.rule] },
    { name: 'it has no errant transactions', value: (r) => flag(r.transactions.errant.count === 0n) },
    { name: 'it received more of the failed server’s transactions', value: (r) => r.lacks },
    { name: 'it has less left to apply', value: (r) => r.transactions.unapplied.count },
    { name: 'it lags less', value: (r) => facts(r).lagSeconds ?? Number.MAX_SAFE_INTEGER },
  ];
}

function compareRanked(a: Ranked, b: Ranked, criteria: readonly Criterion[]): number {
  for (const criterion of criteria) {
    const left = criterion.value(a);
    const right = criterion.value(b);
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function verdictOf(each: Ranked, best: Ranked | null, second: Ranked | null, criteria: readonly Criterion[]): Verdict {
  const key = each.contender.facts.key;
  if (each === best) {
    const caveat = each.promotable.tier > 0 ? ` Note: ${each.promotable.reason}` : '';
    const why = second === null ? 'it is the only eligible replica' : decidingName(each, second, criteria);
    return { key, chosen: true, eligible: true, reason: `Chosen: ${why}.${caveat}` };
  }
  const why = best === null ? '' : decidingName(best, each, criteria);
  const caveat = each.promotable.tier > 0 ? ` ${each.promotable.reason}` : '';
  return { key, chosen: false, eligible: true, reason: `Not chosen: of ${best?.key ?? 'another'}, ${why}.${caveat}` };
}

function decidingName(winner: Ranked, loser: Ranked, criteria: readonly Criterion[]): string {
  const deciding = criteria.find((criterion) => criterion.value(winner) !== criterion.value(loser));
  return deciding?.name ?? 'all criteria are equal and its name sorts first';
}

function whatIsMissing(
  best: Ranked,
  ranked: readonly Ranked[],
  all: GtidPosition,
): Pick<CandidateChoice, 'donor' | 'toBringOver' | 'lost'> {
  const own = best.transactions.fromSource;
  if (own.flavor !== all.flavor || gtidContains(own, all)) return { donor: null, toBringOver: '', lost: '' };
  const donors = ranked
    .filter((each) => each !== best && canServe(each) && each.transactions.fromSource.flavor === all.flavor)
    .filter((each) => gtidSubtract(each.transactions.fromSource, own).count > 0n)
    .sort((a, b) =>
      a.lacks < b.lacks ? -1 : a.lacks > b.lacks ? 1 : compareKeys(a.contender.facts.key, b.contender.facts.key),
    );
  const donor = donors[0] ?? null;
  const obtainable = donor === null ? own : gtidUnion(own, donor.transactions.fromSource);
  return {
    donor: donor?.contender.facts.key ?? null,
    toBringOver: donor === null ? '' : gtidSubtract(donor.transactions.fromSource, own).text,
    lost: gtidSubtract(all, obtainable).text,
  };
}

/** Another replica can fetch from this one what it has received: it will apply it and write it to its binary log. */
function canServe(ranked: Ranked): boolean {
  const { facts } = ranked.contender;
  const replica = facts.replica;
  if (!facts.logBin || !facts.logReplicaUpdates || replica === null) return false;
  const applied = ranked.transactions.unapplied.count === 0n;
  return applied || (replica.sqlDelaySeconds === 0 && replica.lastSqlErrno === 0 && !replica.hasFilters);
}

function unionOf(positions: readonly GtidPosition[]): GtidPosition | null {
  let union: GtidPosition | null = null;
  for (const position of positions) {
    if (union === null) union = position;
    else if (union.flavor === position.flavor) union = gtidUnion(union, position);
  }
  return union;
}
