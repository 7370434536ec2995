import type { TimelineStep } from '../../../../shared/contract/v2/timeline.ts';

export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** What takes a moment is shown for long enough to be seen, and what took long is not waited out, ms at speed 1. */
const SHORTEST_MS = 180;
const LONGEST_MS = 1500;
/** What changes nothing needs less of a look. */
const PASSING_MS = 60;

/** How long a position is shown before the next one, in ms. @param position 0 for the beginning */
export function dwellMs(steps: readonly TimelineStep[], position: number, speed: Speed): number {
  const next = steps[position];
  if (next === undefined) return 0;
  const shown = position === 0 ? undefined : steps[position - 1];
  const from = shown?.endedMs ?? next.beganMs;
  const gap = (next.endedMs ?? next.beganMs) - from;
  const isPassing = shown !== undefined && shown.changed.length === 0 && shown.error === '' && shown.kind !== 'phase';
  return Math.min(LONGEST_MS, Math.max(isPassing ? PASSING_MS : SHORTEST_MS, gap)) / speed;
}

/** Steps that had begun and not ended when this position was reached. */
export function runningAt(steps: readonly TimelineStep[], position: number): readonly number[] {
  const shown = steps[position - 1];
  if (shown === undefined) return [];
  const atMs = shown.endedMs ?? shown.beganMs;
  const running: number[] = [];
  for (const [index, step] of steps.entries()) {
    if (step === shown || step.beganMs > atMs) continue;
    // Of what began at the very moment at which this ended, nobody knows which came first.
    const isToCome = index >= position && step.endedMs !== null && step.endedMs > atMs && step.beganMs < atMs;
    if (step.endedMs === null || isToCome) running.push(index);
  }
  return running;
}
