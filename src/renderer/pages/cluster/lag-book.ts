import type { LagHistory, Members } from '../../canvas/canvas-types.ts';

/** As many polls as the engine tells of. */
const KEPT = 60;

/**
 * The lags of members with one more look at each: what did not change is the same list again, so that nothing is drawn
 * anew for it. Members that are gone are dropped.
 * @param before lags in seconds, oldest first
 */
export function withSample(before: LagHistory, members: Members): LagHistory {
  const after = new Map<string, readonly (number | null)[]>();
  for (const [id, { lagSeconds, valid, sourceKey }] of members) {
    if (sourceKey === null) continue;
    after.set(id, next(before.get(id) ?? [], valid ? lagSeconds : null));
  }
  return after;
}

function next(values: readonly (number | null)[], value: number | null): readonly (number | null)[] {
  if (values.length >= KEPT && values.every((one) => one === value)) return values;
  return [...values.slice(-(KEPT - 1)), value];
}

/** What the engine remembers, where that is more than what was seen here. */
export function withHistory(
  before: LagHistory,
  told: readonly { readonly id: string; readonly lagSeconds: readonly (number | null)[] }[],
): LagHistory {
  const after = new Map(before);
  for (const { id, lagSeconds } of told) {
    if (lagSeconds.length > (before.get(id)?.length ?? 0)) after.set(id, lagSeconds.slice(-KEPT));
  }
  return after;
}
