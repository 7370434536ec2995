import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';

export type AxisKind = 'time' | 'steps';

/** Where moments and steps stand along a recording, as shares of its length from 0 to 1. */
export interface Axis {
  /** Of a moment, ms since the epoch. */
  ofTime(atMs: number): number;
  /** Of a position: 0 is the beginning, 1 the end of the first step. */
  ofPosition(position: number): number;
  /** The position that is nearest to a share. */
  nearest(share: number): number;
}

/**
 * By time, as long as everything took; by steps, each as wide as the other, for recordings that waited long between
 * things that went quickly.
 */
export function axisOf({ startedMs, endedMs, steps }: RecoveryTimeline, kind: AxisKind): Axis {
  const ends = endsOf(startedMs, steps);
  const last = Math.max(ends.at(-1) ?? startedMs, endedMs ?? startedMs, startedMs + 1);
  const byTime = (atMs: number): number => clamped((atMs - startedMs) / (last - startedMs));
  const bySteps = (position: number): number => (steps.length === 0 ? 0 : clamped(position / steps.length));
  const ofPosition = kind === 'steps' ? bySteps : (position: number) => byTime(ends[position] ?? last);
  const ofTime = kind === 'time' ? byTime : (atMs: number) => bySteps(fractional(ends, atMs));
  return {
    ofTime,
    ofPosition,
    nearest: (share) => {
      if (kind === 'steps') return Math.round(clamped(share) * steps.length);
      const atMs = startedMs + clamped(share) * (last - startedMs);
      const after = firstAtLeast(ends, atMs);
      const before = Math.max(0, after - 1);
      if (after >= ends.length) return ends.length - 1;
      // Of steps that ended at the same moment the last one is meant: everything up to there has happened.
      const nearer = atMs - (ends[before] ?? 0) < (ends[after] ?? 0) - atMs ? before : after;
      return lastAtMost(ends, ends[nearer] ?? 0);
    },
  };
}

/** When each position was reached; never before the one before. */
function endsOf(startedMs: number, steps: RecoveryTimeline['steps']): readonly number[] {
  let latest = startedMs;
  const ends = [startedMs];
  for (const { endedMs, beganMs } of steps) {
    latest = Math.max(latest, endedMs ?? beganMs);
    ends.push(latest);
  }
  return ends;
}

/** The position at a moment, with the share of the way to the next one. */
function fractional(ends: readonly number[], atMs: number): number {
  const after = firstAtLeast(ends, atMs);
  if (after === 0) return 0;
  if (after >= ends.length) return ends.length - 1;
  const [from = 0, to = 0] = [ends[after - 1], ends[after]];
  return to <= from ? after : after - 1 + (atMs - from) / (to - from);
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
