import type { InstanceHistory } from '../../../../shared/contract/v2/history.ts';

export type Sample = InstanceHistory['samples'][number];

/** Values for a chart, one for each time; null where none is known, which leaves a gap. */
export interface Curves {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly lagSeconds: readonly (number | null)[];
  /** Transactions. */
  readonly gtidGap: readonly (number | null)[];
  readonly latencyMs: readonly (number | null)[];
}

export function curvesOf(samples: readonly Sample[]): Curves {
  return {
    times: samples.map(({ atMs }) => atMs / 1000),
    lagSeconds: samples.map(({ lagSeconds }) => lagSeconds),
    gtidGap: samples.map(({ gtidGap }) => gtidGap),
    latencyMs: samples.map(({ latencyMicros }) => (latencyMicros === null ? null : latencyMicros / 1000)),
  };
}

/** How replication was for some time. `none`: the server replicates from nobody, and answers. */
export type ReplicationState =
  | 'running'
  | 'ioStopped'
  | 'sqlStopped'
  | 'stopped'
  | 'connecting'
  | 'unreachable'
  | 'none';

export interface Stretch {
  readonly state: ReplicationState;
  readonly fromMs: number;
  readonly toMs: number;
}

export function stateOf({ valid, ioState, sqlState }: Sample): ReplicationState {
  // Of a span, failed polls and states are told together; a failed poll matters more.
  if (!valid) return 'unreachable';
  if (ioState === -1 && sqlState === -1) return 'none';
  const [io, sql] = [ioState === 0 || ioState === -1, sqlState === 0 || sqlState === -1];
  if (io && sql) return 'stopped';
  if (sql) return 'sqlStopped';
  if (io) return 'ioStopped';
  return ioState === 2 || sqlState === 2 ? 'connecting' : 'running';
}

/** Stretches of the same state, each as long as nothing else was seen. @param untilMs where the last one ends */
export function stretchesOf(samples: readonly Sample[], untilMs: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, sample] of samples.entries()) {
    const state = stateOf(sample);
    const toMs = samples[index + 1]?.atMs ?? Math.max(untilMs, sample.atMs);
    const last = stretches.at(-1);
    if (last?.state === state) stretches[stretches.length - 1] = { ...last, toMs };
    else stretches.push({ state, fromMs: sample.atMs, toMs });
  }
  return stretches;
}

export interface Extremes {
  readonly median: number;
  readonly most: number;
  readonly mostAtMs: number;
}

/** What a person would say of a curve; null when nothing of it is known. */
export function extremesOf(samples: readonly Sample[], pick: (sample: Sample) => number | null): Extremes | null {
  const values: number[] = [];
  let [most, mostAtMs] = [Number.NEGATIVE_INFINITY, 0];
  for (const sample of samples) {
    const value = pick(sample);
    if (value === null) continue;
    values.push(value);
    if (value > most) [most, mostAtMs] = [value, sample.atMs];
  }
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, most, mostAtMs };
}

/** For how long each state held, in ms, the longest first. */
export function timeInStates(stretches: readonly Stretch[]): readonly (readonly [ReplicationState, number])[] {
  const sums = new Map<ReplicationState, number>();
  for (const { state, fromMs, toMs } of stretches) sums.set(state, (sums.get(state) ?? 0) + toMs - fromMs);
  return [...sums].sort(([, a], [, b]) => b - a);
}
