import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { isChange, isDecision } from './step-filter.ts';

export interface LaneBar {
  /** Of the step. */
  readonly index: number;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly look: 'change' | 'decision' | 'reading' | 'failed' | 'open';
}

/** What was done to, or asked of, one server; or what Baton did for itself. */
export interface Lane {
  /** host:port; empty for Baton itself. */
  readonly server: string;
  readonly bars: readonly LaneBar[];
}

/** A lane for Baton, then one for each server that had to do with it, in the order in which they came in. */
export function lanesOf({
  steps,
  startedMs,
  endedMs,
}: Pick<RecoveryTimeline, 'steps' | 'startedMs' | 'endedMs'>): readonly Lane[] {
  const bars = new Map<string, LaneBar[]>([['', []]]);
  let last = endedMs ?? startedMs;
  for (const step of steps) last = Math.max(last, step.endedMs ?? step.beganMs);
  const inOrder = steps.map((step, index) => ({ step, index })).sort((a, b) => a.step.beganMs - b.step.beganMs);
  for (const { step, index } of inOrder) {
    // A look at the clock takes no time and tells nothing.
    if (step.kind === 'now') continue;
    const bar = { index, beganMs: step.beganMs, endedMs: step.endedMs ?? last, look: lookOf(step) } as const;
    const lane = bars.get(step.server);
    if (lane === undefined) bars.set(step.server, [bar]);
    else lane.push(bar);
  }
  return [...bars].flatMap(([server, own]) => (own.length === 0 ? [] : [{ server, bars: own }]));
}

function lookOf(step: RecoveryTimeline['steps'][number]): LaneBar['look'] {
  if (step.error !== '') return 'failed';
  if (step.endedMs === null) return 'open';
  if (isChange(step)) return 'change';
  return isDecision(step) ? 'decision' : 'reading';
}
