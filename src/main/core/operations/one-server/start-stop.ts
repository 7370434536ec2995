import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { arrived } from '../frame/arrival.ts';
import { drain } from '../frame/await-applied.ts';
import { putBack, stopFully } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation } from '../operation.ts';
import { change, onReplica, takeBack, undoneOrLeft } from './run.ts';
import { semiSyncAtStart } from './semi-sync-at-start.ts';

const BOTH = { io: true, sql: true };

/** Starts both threads, with the semi-sync rules of the reference, and sees them run (topology operations, 1.7). */
export const startReplica: Operation = onReplica('start', (context, facts) => start(context, facts, facts));

/** Stops both threads and sees them stopped (topology operations reference, 1.6). */
export const stopReplica: Operation = onReplica('stop', function* (context, facts) {
  const stopped = yield* stopFully(facts, statementTimeoutMs(context));
  if (stopped.ok) return done(facts.key, `${keyText(facts.key)} does not replicate any more.`);
  return yield* notStopped(context, facts, stopped.failure.message);
});

/** Stops a replica when it has applied all that it received (topology operations reference, 1.6). */
export const stopReplicaNice: Operation = onReplica('stop', function* (context, facts) {
  const stopped = yield* drain(context, facts);
  const name = keyText(facts.key);
  if (!stopped.ok) return yield* notStopped(context, facts, stopped.failure.message);
  const delayed = (facts.replica?.sqlDelaySeconds ?? 0) > 0;
  const what = delayed
    ? 'It is delayed, so what it has received was not waited for.'
    : 'It has applied all that it received.';
  return done(facts.key, `${name} does not replicate any more. ${what}`);
});

/** Stops both threads, then starts them by the rules of `start-replica`. */
export const restartReplica: Operation = onReplica('restart', function* (context, facts) {
  const stopped = yield* stopFully(facts, statementTimeoutMs(context));
  if (!stopped.ok) return yield* notStopped(context, facts, stopped.failure.message);
  return yield* start(context, stopped.value, facts);
});

/** @param before as it was at the start of the operation */
function* start(context: RoutineContext, facts: InstanceFacts, before: InstanceFacts): Saga<OperationResult> {
  const { key, replica } = facts;
  const name = keyText(key);
  const timeoutMs = statementTimeoutMs(context);
  const source = replica?.source ?? key;
  const changes = yield* semiSyncAtStart(context, facts);
  const changed = yield* change(context, facts, changes);
  const semiSync = changes.map(({ action }) => `${action.kind}${'on' in action ? (action.on ? ' on' : ' off') : ''}`);
  if (!changed.ok) {
    const why = `The semi-sync of ${name} could not be set before the start: ${changed.failure.message}`;
    return yield* giveUp(context, before, why, changed.back ?? changed);
  }
  const started = yield* perform(facts, { kind: 'start-replication', threads: 'both' }, timeoutMs);
  const there = yield* arrived(key, source, BOTH, timeoutMs);
  const said = semiSync.length === 0 ? '' : ` Its semi-sync was changed: ${semiSync.join(', ')}.`;
  if (there.ok) return done(key, `${name} replicates from ${keyText(source)}.${said}`);
  const seen = yield* read(key, timeoutMs);
  const running = seen.ok && ((seen.value.replica?.ioState ?? 0) > 0 || (seen.value.replica?.sqlState ?? 0) > 0);
  if (!started.ok && seen.ok && !running) {
    return yield* giveUp(context, before, started.failure.message, yield* takeBack(context, facts, changes));
  }
  return failed(
    key,
    'left',
    `${name} was started and does not replicate: ${asSentence(there.failure.message)}${said} ${remedy(name, seen.ok ? seen.value : null)}`,
  );
}

/** Nothing was started; a restart has stopped what ran, and starts that again. @param back how semi-sync was put back */
function* giveUp(
  context: RoutineContext,
  before: InstanceFacts,
  why: string,
  back: Outcome<void>,
): Saga<OperationResult> {
  const threads = yield* putBack(context, before, null);
  const sentence = `${asSentence(why)} ${threads.sentence}`;
  if (back.ok) return failed(before.key, threads.state, sentence);
  return undoneOrLeft(before.key, sentence, back, `start-replica -i ${keyText(before.key)}`);
}

function remedy(name: string, facts: InstanceFacts | null): string {
  if ((facts?.replica?.lastSqlErrno ?? 0) !== 0)
    return `Once the cause is gone: start-replica -i ${name}; or pass over the transaction: skip-query -i ${name}`;
  if ((facts?.replica?.ioState ?? 0) > 0) return `Its receiver goes on trying. To stop it: stop-replica -i ${name}`;
  return `Look at it, then: start-replica -i ${name}`;
}

/** Some threads may have stopped: those that ran are started again, and an applier that was started is stopped. */
function* notStopped(context: RoutineContext, before: InstanceFacts, why: string): Saga<OperationResult> {
  if (before.replica?.sqlState === 0) {
    yield* perform(before, { kind: 'stop-replication', threads: 'sql' }, statementTimeoutMs(context));
  }
  const back = yield* putBack(context, before, null);
  return failed(before.key, back.state, `${asSentence(why)} ${back.sentence}`);
}
