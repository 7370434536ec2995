import type { InstanceFacts, PromotionRule } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { type GtidPosition, gtidSubtract } from '../gtid/gtid-position.ts';
import type { CandidatePolicy, Contender, FailedPlace } from './contender.ts';
import { byMajority, exclusion, type PopularVersion, promotability } from './eligibility.ts';
import { allReceived, gtidKind, type Holding, holdingsOf, type Missing, whatIsMissing } from './missing.ts';

export interface Verdict {
  readonly key: InstanceKey;
  readonly chosen: boolean;
  readonly eligible: boolean;
  /** Why it was chosen, or why not: a sentence. */
  readonly reason: string;
}

export interface CandidateChoice extends Missing {
  readonly chosen: InstanceKey | null;
  /** One for every contender, the chosen one first. */
  readonly verdicts: readonly Verdict[];
}

interface Ranked extends Holding {
  readonly key: KeyText;
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
  const ranked = holdings.map((holding) => rank(holding, all, majority, failed, policy));
  const criteria = criteriaFor(failed, policy);
  const eligible = ranked
    .filter((each) => each.excluded === null)
    .sort((a, b) => compareRanked(a, b, criteria) || compareKeys(a.contender.facts.key, b.contender.facts.key));
  const excluded = ranked
    .filter((each) => each.excluded !== null)
    .sort((a, b) => compareKeys(a.contender.facts.key, b.contender.facts.key));
  const [best = null, second = null] = eligible;
  const verdicts = [
    ...eligible.map((each) => verdictOf(each, best, second, criteria)),
    ...excluded.map(({ contender, excluded: reason }) => ({
      key: contender.facts.key,
      chosen: false,
      eligible: false,
      reason: reason ?? '',
    })),
  ];
  if (best === null) return { chosen: null, verdicts, donor: null, toBringOver: '', lost: '' };
  const chosen = best.contender.facts.key;
  return { chosen, verdicts, ...whatIsMissing(chosen, holdings, kind) };
}

function rank(
  holding: Holding,
  all: GtidPosition,
  majority: PopularVersion,
  failed: FailedPlace,
  policy: CandidatePolicy,
): Ranked {
  const { contender, transactions } = holding;
  return {
    ...holding,
    key: keyText(contender.facts.key),
    excluded: exclusion(contender, transactions, failed, policy, all.flavor),
    lacks: all.flavor === transactions.usable.flavor ? gtidSubtract(all, transactions.usable).count : 0n,
    promotable: promotability(contender.facts, majority),
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
      name: "it is in the failed server's data center and environment",
      value: (r) => flag(facts(r).dataCenter === failed.dataCenter && facts(r).environment === failed.environment),
    },
    { name: "it is in the failed server's region", value: (r) => flag(facts(r).region === failed.region) },
    { name: 'its promotion rule is better', value: (r) => RULE_ORDER[r.contender.rule] },
    { name: 'it has no errant transactions', value: (r) => flag(r.transactions.errant.count === 0n) },
    { name: "it received more of the failed server's transactions", value: (r) => r.lacks },
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
