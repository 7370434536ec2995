/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

/** Of a figure measured several times. */
export function spread(values: readonly number[]): {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly runs: number;
} {
  return {
    medianMs: rounded(median(values)),
    minMs: rounded(Math.min(...values)),
    maxMs: rounded(Math.max(...values)),
    runs: values.length,
  };
}
