import type { Recovery } from '../../../shared/domain/recovery.ts';
import { endDetections } from './detections.ts';
import { isMaintenanceOver, isOver } from './queries.ts';
import { isEnded } from './recoveries.ts';
import type { CommandOf, Handler } from './results.ts';
import type { CommandState } from './state.ts';

/**
 * Ends what is past its time, and removes what is older than the retention: detections and recoveries that neither
 * run nor block (recovery reference, sections 3 and 4.2; discovery reference, section 12). Fences never expire.
 */
export const expire: Handler<'expire'> = (state, command) => {
  const { atMs } = command;
  const downtimes = state.downtimes.filter((downtime) => !isOver(downtime, atMs));
  const maintenances = state.maintenances.filter((maintenance) => !isMaintenanceOver(maintenance, atMs));
  const { equivalenceMs = Number.POSITIVE_INFINITY, poolMs = Number.POSITIVE_INFINITY } = command;
  const { virtualNameMs = Number.POSITIVE_INFINITY } = command;
  const pools = state.pools.filter((one) => one.registeredMs + poolMs > atMs);
  const virtualNames = state.virtualNames.filter((one) => one.registeredMs + virtualNameMs > atMs);
  const equivalences = state.equivalences.filter((one) => one.atMs + equivalenceMs > atMs);
  const candidates = state.candidates.filter((candidate) => candidate.registeredMs + command.candidateMs > atMs);
  const forgotten = state.forgotten.filter((one) => atMs < one.untilMs);
  const periods = endActivePeriods(state.recoveries, command);
  const detections = endDetections(state, atMs, (one) => one.startedMs + command.detectionBlockMs <= atMs);
  const isKept = (startedMs: number): boolean => startedMs + command.retentionMs > atMs;
  const endedDetections = keepWhere(detections.state.endedDetections, (one) => isKept(one.startedMs));
  const recoveries = keepWhere(
    periods.recoveries,
    (one) => !isEnded(one) || one.inActivePeriod || isKept(one.startedMs),
  );
  const next: CommandState = {
    ...detections.state,
    downtimes,
    maintenances,
    candidates,
    equivalences,
    pools,
    virtualNames,
    forgotten,
    endedDetections,
    recoveries,
  };
  const removed =
    detections.state.endedDetections.length - endedDetections.length + (periods.recoveries.length - recoveries.length);
  return {
    state: isSame(next, state) ? state : next,
    result: {
      downtimes: gone(state.downtimes, downtimes),
      maintenances: gone(state.maintenances, maintenances),
      candidates: gone(state.candidates, candidates),
      detections: detections.ended,
      activePeriods: periods.ended,
      removed,
    },
  };
};

function endActivePeriods(recoveries: readonly Recovery[], { atMs, recoveryBlockMs }: CommandOf<'expire'>) {
  const ended: number[] = [];
  const after = recoveries.map((recovery) => {
    // What an interrupted recovery has left is known when a person has looked: one that it opened may not be seen.
    if (recovery.outcome === 'interrupted' && !recovery.acknowledged) return recovery;
    if (!recovery.inActivePeriod || recovery.startedMs + recoveryBlockMs > atMs) return recovery;
    ended.push(recovery.id);
    return { ...recovery, inActivePeriod: false, activePeriodEndedMs: atMs };
  });
  return { recoveries: ended.length === 0 ? recoveries : after, ended };
}

function keepWhere<V>(values: readonly V[], keep: (value: V) => boolean): readonly V[] {
  return values.every(keep) ? values : values.filter(keep);
}

function gone<V extends { readonly key: K }, K>(
  before: { values(): readonly V[] },
  after: { values(): readonly V[] },
): readonly K[] {
  if (before === after) return [];
  const left = new Set(after.values());
  return before.values().flatMap((value) => (left.has(value) ? [] : [value.key]));
}

function isSame(a: CommandState, b: CommandState): boolean {
  return (Object.keys(a) as (keyof CommandState)[]).every((field) => a[field] === b[field]);
}
