import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import type { Outcome, Saga } from '../../sagas/effects.ts';
import { sameCoordinates } from '../../topology/coordinates.ts';
import { arrived, type Threads } from './arrival.ts';
import type { Moved } from './moved.ts';
import { asSentence } from './sentence.ts';
import { startThreads, stopFully } from './threads.ts';

/** A replica that was pointed elsewhere and started there, and was not seen to arrive. */
export interface Started {
  readonly before: InstanceFacts;
  /** As read when it was stopped, before it was pointed elsewhere. */
  readonly stopped: InstanceFacts;
  readonly source: InstanceKey;
  readonly mode: RepointMode;
  readonly threads: Threads;
  /** Why it counts as not arrived. */
  readonly why: string;
}

/**
 * What to do with it. By GTID it can always be put back. By coordinates only while it has executed nothing in its new
 * place: it would execute that again in its old one; so one that has is kept where it is, and started again.
 * @returns null when it is stopped, or may be, and can be put back
 */
export function* stayIfMoved(context: RoutineContext, started: Started): Saga<Moved | null> {
  const { before, source, threads, why } = started;
  if (before.replica === null || before.replica.gtidUse !== 'none') return null;
  const timeoutMs = statementTimeoutMs(context);
  const first = yield* stopFully(before, timeoutMs);
  const halted = first.ok ? first : yield* stopFully(before, timeoutMs);
  if (halted.ok && !hasExecuted(started, halted.value)) return null;
  const again: Outcome<void> = yield* startThreads(before, threads, timeoutMs);
  const there = yield* arrived(before.key, source, threads, timeoutMs);
  if (there.ok) return { state: 'done', facts: there.value };
  const [name, below] = [keyText(before.key), keyText(source)];
  const reason = again.ok ? asSentence(why) : asSentence(again.failure.message);
  const moved = halted.ok ? 'has executed from there' : 'may have executed from there';
  return {
    state: 'left',
    reason:
      `${reason} ${name} was pointed at ${below} and ${moved}, so it can't be put back to where it was below ${keyText(before.replica.source)}: ` +
      `it would execute that again. Repair it with: start-replica -i ${name}`,
  };
}

function hasExecuted({ stopped, mode }: Started, { replica, gtidExecuted, coordinates }: InstanceFacts): boolean {
  if (replica === null) return false;
  const entered =
    mode.by === 'coordinates' ? mode.at : mode.by === 'same-coordinates' ? stopped.replica?.executed : null;
  if (entered != null && !sameCoordinates(replica.executed, entered)) return true;
  const [own, log] = [stopped.coordinates, coordinates];
  return gtidExecuted !== stopped.gtidExecuted || (own !== null && log !== null && !sameCoordinates(own, log));
}
