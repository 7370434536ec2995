export interface Statistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of an even number of values the mean of the two in the middle. */
  readonly median: number;
  /** The smallest value that 95 % of the values don't exceed (nearest rank). */
  readonly p95: number;
}

/** All 0 for no values. */
export function statisticsOf(values: readonly number[]): Statistics {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  const half = Math.floor(sorted.length / 2);
  return {
    min: at(0),
    max: at(sorted.length - 1),
    mean: sorted.length === 0 ? 0 : sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    median: sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2,
    p95: at(Math.max(Math.ceil(sorted.length * 0.95) - 1, 0)),
  };
}
