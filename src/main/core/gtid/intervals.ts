/** Consecutive transaction numbers of one source; both ends belong to it, and `1 <= from <= to`. */
export interface GtidInterval {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Transaction numbers of one source in canonical form: ascending, and with a gap between any two intervals, so that
 * equal sets have equal lists. Every function here expects and returns this form, in time linear in its arguments.
 */
export type Intervals = readonly GtidInterval[];

/** Brings intervals in any order, overlapping or not, into canonical form. Linear when they are sorted already. */
export function canonicalIntervals(intervals: readonly GtidInterval[]): Intervals {
  const sorted = isAscending(intervals) ? intervals : [...intervals].sort(byStart);
  const out: GtidInterval[] = [];
  for (const interval of sorted) append(out, interval);
  return out;
}

export function unionIntervals(a: Intervals, b: Intervals): Intervals {
  const out: GtidInterval[] = [];
  let j = 0;
  for (const x of a) {
    for (let y = b[j]; y !== undefined && y.from < x.from; y = b[++j]) append(out, y);
    append(out, x);
  }
  for (let y = b[j]; y !== undefined; y = b[++j]) append(out, y);
  return out;
}

/** The numbers of `a` that are not in `b`. */
export function subtractIntervals(a: Intervals, b: Intervals): Intervals {
  const out: GtidInterval[] = [];
  let j = 0;
  for (const x of a) {
    let from = x.from;
    for (let y = b[j]; y !== undefined && y.from <= x.to; y = b[++j]) {
      if (y.from > from) out.push({ from, to: y.from - 1n });
      if (y.to >= from) from = y.to + 1n;
      // An interval that reaches beyond x may also cover a part of the next one.
      if (y.to > x.to) break;
    }
    if (from === x.from) out.push(x);
    else if (from <= x.to) out.push({ from, to: x.to });
  }
  return out;
}

export function intersectIntervals(a: Intervals, b: Intervals): Intervals {
  const out: GtidInterval[] = [];
  let j = 0;
  for (const x of a) {
    for (let y = b[j]; y !== undefined && y.from <= x.to; y = b[++j]) {
      const common = overlap(x, y);
      if (common !== null) out.push(common);
      if (y.to > x.to) break;
    }
  }
  return out;
}

/** True when every number of `b` is in `a`. */
export function intervalsContain(a: Intervals, b: Intervals): boolean {
  let i = 0;
  for (const y of b) {
    let x = a[i];
    while (x !== undefined && x.to < y.from) x = a[++i];
    if (x === undefined || x.from > y.from || x.to < y.to) return false;
  }
  return true;
}

export function countIntervals(intervals: Intervals): bigint {
  let count = 0n;
  for (const { from, to } of intervals) count += to - from + 1n;
  return count;
}

function isAscending(intervals: readonly GtidInterval[]): boolean {
  for (let i = 1; i < intervals.length; i++) {
    const before = intervals[i - 1];
    const after = intervals[i];
    if (before !== undefined && after !== undefined && before.from > after.from) return false;
  }
  return true;
}

function byStart(a: GtidInterval, b: GtidInterval): number {
  if (a.from === b.from) return 0;
  return a.from < b.from ? -1 : 1;
}

function overlap(a: GtidInterval, b: GtidInterval): GtidInterval | null {
  const later = a.from < b.from ? b : a;
  const earlier = a.to < b.to ? a : b;
  return later.from <= earlier.to ? { from: later.from, to: earlier.to } : null;
}

/** Adds an interval that starts at or after the last one, melting the two when they overlap or touch. */
function append(out: GtidInterval[], next: GtidInterval): void {
  const last = out.at(-1);
  if (last === undefined || next.from > last.to + 1n) out.push(next);
  else if (next.to > last.to) out[out.length - 1] = { from: last.from, to: next.to };
}
