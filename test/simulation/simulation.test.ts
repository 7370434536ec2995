import { describe, expect, it } from 'vitest';
import { type Outcome, simulate } from './simulate.ts';

const SEEDS = 1000;
/** It takes four to seven seconds on an idle core. */
const LIMIT_MS = 120_000;

/** Seeds that found something once (README.md); what they find now has come back. */
const FOUND: readonly number[] = [
  718, 1272, 1447, 1574, 2177, 3351, 3999, 4026, 4411, 4727, 4790, 5186, 5972, 6839, 8665, 15771, 17338, 18025, 20166,
  20639, 23087, 29148, 30349, 35071, 36966, 50702,
];

describe('the routines against a simulated cluster', () => {
  it(
    `hold to the safety rules in ${SEEDS} runs`,
    () => {
      const bad = Array.from({ length: SEEDS }, (_, index) => simulate(index + 1)).filter(hasFailed);
      expect(bad.map(told)).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each(FOUND)('hold to them where they once did not, seed %i', (seed) => {
    expect([simulate(seed)].filter(hasFailed).map(told)).toEqual([]);
  });

  it('give the same for the same seed', () => {
    expect(simulate(4711)).toEqual(simulate(4711));
  });
});

function hasFailed({ violations }: Outcome): boolean {
  return violations.length > 0;
}

function told({ seed, routine, violations }: Outcome): string {
  const what = violations.map(({ invariant, message }) => `${invariant}: ${message}`).join('; ');
  return `seed ${seed}, ${routine}: ${what}. Again: npm run simulate -- --seed ${seed} --trace`;
}
