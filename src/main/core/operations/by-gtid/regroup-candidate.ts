import type { PromotionRule } from '../../../../shared/domain/instance.ts';
import { compareKeys } from '../../../../shared/domain/instance-key.ts';
import type { Contender, FailedPlace } from '../../candidates/contender.ts';
import { byMajority, compareMajorVersions, exclusion, promotability } from '../../candidates/eligibility.ts';
import { allReceived, gtidKind, type Holding, holdingsOf } from '../../candidates/missing.ts';
import { NO_LIMITS } from '../../candidates/no-limits.ts';
import { gtidSubtract } from '../../gtid/gtid-position.ts';

export interface RegroupChoice {
  readonly chosen: Holding | null;
  readonly holdings: readonly Holding[];
  /** Why each of those that can't be chosen can't: sentences that name it. */
  readonly excluded: readonly string[];
}

const RULES: Readonly<Record<PromotionRule, number>> = { must: 0, prefer: 1, neutral: 2, prefer_not: 3, must_not: 4 };
const FORMATS: Readonly<Record<string, number>> = { STATEMENT: 0, MIXED: 1, ROW: 2 };

/**
 * Chooses the replica that its siblings go below (recovery reference, 8.2): of those that all can replicate from, the
 * most advanced one; by received transactions, though, and not by executed coordinates. Ties go by version, format,
 * data center, errant transactions and promotion rule, in this order, then by name.
 */
export function chooseForRegroup(contenders: readonly Contender[], source: FailedPlace): RegroupChoice {
  const kind = gtidKind(source, contenders);
  const holdings = holdingsOf(contenders, source);
  const all = allReceived(holdings, kind);
  const majority = byMajority(contenders.map((each) => each.facts));
  const judged = holdings.map((holding) => {
    const { contender, transactions } = holding;
    const reason = exclusion(contender, transactions, source, NO_LIMITS, kind);
    const { tier } = promotability(contender.facts, majority);
    const lacks = transactions.fromSource.flavor === kind ? gtidSubtract(all, transactions.fromSource).count : 0n;
    return { holding, reason, tier, lacks };
  });
  const eligible = judged
    .filter((each) => each.reason === null)
    .sort((a, b) => a.tier - b.tier || compareCounts(a.lacks, b.lacks) || compareTraits(a.holding, b.holding, source));
  const excluded = judged.flatMap(({ holding, reason }) =>
    reason === null ? [] : [`${holding.contender.facts.key.hostname}:${holding.contender.facts.key.port}: ${reason}`],
  );
  return { chosen: eligible[0]?.holding ?? null, holdings, excluded };
}

function compareTraits(a: Holding, b: Holding, source: FailedPlace): number {
  const [x, y] = [a.contender, b.contender];
  const elsewhere = ({ facts }: Contender): number => (facts.dataCenter === source.dataCenter ? 0 : 1);
  const errant = ({ transactions }: Holding): number => (transactions.errant.count === 0n ? 0 : 1);
  return (
    compareMajorVersions(x.facts.version, y.facts.version) ||
    (FORMATS[x.facts.binlogFormat] ?? 3) - (FORMATS[y.facts.binlogFormat] ?? 3) ||
    elsewhere(x) - elsewhere(y) ||
    errant(a) - errant(b) ||
    RULES[x.rule] - RULES[y.rule] ||
    compareCounts(a.transactions.unapplied.count, b.transactions.unapplied.count) ||
    compareKeys(x.facts.key, y.facts.key)
  );
}

function compareCounts(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
