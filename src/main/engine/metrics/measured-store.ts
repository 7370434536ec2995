import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Clock } from '../ports/runtime.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Measurements } from './measurements.ts';

/** The same store, with each call timed and counted. */
export function measuredStore(store: StateStore, measurements: Measurements, clock: Clock): StateStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      // Nothing is told of a store that is closed; it has to be closed itself, and not its stand-in.
      if (name === 'close') return () => Reflect.apply(member, target, []);
      return (...args: readonly unknown[]) =>
        timed(measurements, clock, name, args, () => Reflect.apply(member, target, args));
    },
  });
}

function timed(
  measurements: Measurements,
  clock: Clock,
  operation: string,
  args: readonly unknown[],
  call: () => unknown,
): unknown {
  const startedMs = clock.monotonicMs();
  const tell = (error: string | null): number => {
    const ms = Math.max(clock.monotonicMs() - startedMs, 0);
    measurements.stored({ atMs: clock.nowMs(), operation, ms, error });
    return ms;
  };
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    tell(reasonOf(error));
    throw error;
  }
  count(measurements, clock, operation, args, result, tell(null));
  return result;
}

function count(
  measurements: Measurements,
  clock: Clock,
  operation: string,
  args: readonly unknown[],
  result: unknown,
  ms: number,
): void {
  switch (operation) {
    case 'saveSnapshots':
      measurements.wroteBatch(batchOf(args[0] as readonly InstanceSnapshot[], clock.nowMs(), ms));
      break;
    case 'recordAnalyses':
      measurements.analysesChecked += (args[1] as readonly unknown[]).length;
      measurements.analysesChanged += Number(result);
      break;
    case 'addAudit':
      measurements.auditEntries += 1;
      break;
    default:
      break;
  }
}

function batchOf(batch: readonly InstanceSnapshot[], atMs: number, writeMs: number) {
  const oldestMs = batch.reduce((oldest, { lastCheckedMs }) => Math.min(oldest, lastCheckedMs), atMs);
  return { atMs, instances: batch.length, waitMs: Math.max(atMs - writeMs - oldestMs, 0), writeMs };
}
