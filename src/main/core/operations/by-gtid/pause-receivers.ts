import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { note, parallel, perform, read, type Saga } from '../../sagas/effects.ts';
import { asSentence } from '../frame/sentence.ts';

/** A replica whose receiver was stopped for the choice. */
export interface Paused {
  /** As it was found. */
  readonly before: InstanceFacts;
  /** As it stands with its receiver stopped; as it was found when it can't be stopped or read. */
  readonly facts: InstanceFacts;
  /** Why it can take no part; null when it can. */
  readonly trouble: string | null;
}

/** Stops the receivers, so that what each replica has got stands still, and reads what that is. Appliers go on. */
export function* pauseReceivers(context: RoutineContext, replicas: readonly InstanceFacts[]): Saga<readonly Paused[]> {
  return yield* parallel(replicas.map((before) => pauseOne(context, before)));
}

function* pauseOne(context: RoutineContext, before: InstanceFacts): Saga<Paused> {
  const timeoutMs = statementTimeoutMs(context);
  if (before.replica === null || before.replica.ioState === 0) return { before, facts: before, trouble: null };
  const stopped = yield* perform(before, { kind: 'stop-replication', threads: 'io' }, timeoutMs);
  const after = yield* read(before.key, timeoutMs);
  if (!after.ok) return { before, facts: before, trouble: asSentence(after.failure.message) };
  if ((after.value.replica?.ioState ?? 0) === 0) return { before, facts: after.value, trouble: null };
  const why = stopped.ok ? 'its receiver still runs.' : asSentence(stopped.failure.message);
  return { before, facts: after.value, trouble: why };
}

/**
 * Starts the receiver again that ran before.
 * @returns null, or a sentence that names the repairing command
 */
export function* resumeReceiver(context: RoutineContext, { before }: Paused): Saga<string | null> {
  if ((before.replica?.ioState ?? 0) <= 0) return null;
  const timeoutMs = statementTimeoutMs(context);
  const started = yield* perform(before, { kind: 'start-replication', threads: 'io' }, timeoutMs);
  if (started.ok) return null;
  // It may have been carried out without an answer.
  const after = yield* read(before.key, timeoutMs);
  if (after.ok && (after.value.replica?.ioState ?? 0) > 0) return null;
  const name = keyText(before.key);
  const sentence = `The receiver of ${name} could not be started again: ${asSentence(started.failure.message)} Repair it with: start-replica -i ${name}`;
  yield* note(sentence);
  return sentence;
}
