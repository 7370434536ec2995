import { compareKeys, type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Contender } from './contender.ts';

export interface Verdict {
  readonly key: InstanceKey;
  readonly chosen: boolean;
  readonly eligible: boolean;
  /** Why it was chosen, or why not: a sentence. */
  readonly reason: string;
}

export interface Ranked {
  readonly contender: Contender;
  /** Why it must not be promoted whatever else speaks for it; null when it may be. */
  readonly excluded: string | null;
  readonly promotable: { readonly tier: number; readonly reason: string };
}

/** A criterion: lower is better; criteria are compared in order, the first difference decides. */
export interface Criterion<R extends Ranked> {
  readonly name: string;
  readonly value: (ranked: R) => number | bigint;
}

export interface Ranking<R extends Ranked> {
  readonly best: R | null;
  /** One for every contender, the chosen one first. */
  readonly verdicts: readonly Verdict[];
}

/** Puts the eligible ones in order, by the criteria and then by name, and says of each what decided. */
export function rank<R extends Ranked>(all: readonly R[], criteria: readonly Criterion<R>[]): Ranking<R> {
  const byKey = (a: R, b: R): number => compareKeys(a.contender.facts.key, b.contender.facts.key);
  const eligible = all
    .filter((each) => each.excluded === null)
    .sort((a, b) => compareRanked(a, b, criteria) || byKey(a, b));
  const excluded = all.filter((each) => each.excluded !== null).sort(byKey);
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
  return { best, verdicts };
}

function compareRanked<R extends Ranked>(a: R, b: R, criteria: readonly Criterion<R>[]): number {
  for (const criterion of criteria) {
    const left = criterion.value(a);
    const right = criterion.value(b);
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function verdictOf<R extends Ranked>(
  each: R,
  best: R | null,
  second: R | null,
  criteria: readonly Criterion<R>[],
): Verdict {
  const { key } = each.contender.facts;
  if (each === best) {
    const caveat = each.promotable.tier > 0 ? ` Note: ${each.promotable.reason}` : '';
    const why = second === null ? 'it is the only eligible replica' : decidingName(each, second, criteria);
    return { key, chosen: true, eligible: true, reason: `Chosen: ${why}.${caveat}` };
  }
  const why = best === null ? '' : decidingName(best, each, criteria);
  const caveat = each.promotable.tier > 0 ? ` ${each.promotable.reason}` : '';
  const other = best === null ? 'another' : keyText(best.contender.facts.key);
  return { key, chosen: false, eligible: true, reason: `Not chosen: of ${other}, ${why}.${caveat}` };
}

function decidingName<R extends Ranked>(winner: R, loser: R, criteria: readonly Criterion<R>[]): string {
  const deciding = criteria.find((criterion) => criterion.value(winner) !== criterion.value(loser));
  return deciding?.name ?? 'all criteria are equal and its name sorts first';
}
