import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates, ReplicaStatus } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { gtidsToWaitFor, receivedTransactions } from '../../candidates/received.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { now, type Outcome, perform, read, type Saga, sleep } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';
import { asSentence } from './sentence.ts';
import { stopFully } from './threads.ts';

const LOOK_MS = 100;
const WAIT_MS = 1000;
const SHORT_STALL_MS = 1000;
const TRIES = 6;

/** What an applier is waited for to have executed. */
export interface Goal {
  /** The server's own wait, of a second. */
  readonly wait: ServerAction;
  readonly isReached: (facts: InstanceFacts, replica: ReplicaStatus) => boolean;
  /** Such as `binlog.000007:4711`. */
  readonly text: string;
}

/** Up to a place of the source's log. */
export function placeGoal(at: LogCoordinates): Goal {
  return {
    wait: { kind: 'wait-for-position', at, timeoutMs: WAIT_MS },
    isReached: (_, { executed }) => compareCoordinates(executed, at) >= 0,
    text: coordinatesText(at),
  };
}

/**
 * All that a replica has received, whose receiver is stopped. By GTID where it uses them: then its coordinates may stand
 * still behind transactions that it skips.
 */
export function receivedGoal(facts: InstanceFacts, replica: ReplicaStatus): Goal {
  if (replica.gtidUse === 'none') return placeGoal(replica.read);
  const { received, executed } = receivedOf(facts);
  const gtid = gtidsToWaitFor(received, executed);
  return {
    wait: { kind: 'wait-for-gtid', gtid, timeoutMs: WAIT_MS },
    isReached: (seen) => gtid === '' || receivedOf(seen).unapplied.text === '',
    text: gtid,
  };
}

function receivedOf(facts: InstanceFacts) {
  return receivedTransactions(facts, { flavor: facts.flavor, serverUuid: '', gtidExecuted: '' });
}

/**
 * Waits for an applier as long as it makes progress. Fails when it stops before the goal, and when it has executed
 * nothing for `ReasonableReplicationLagSeconds` (topology operations reference, 1.6, *wait for SQL thread*).
 * @returns the replica as read when it was there
 */
export function* awaitApplied(
  context: RoutineContext,
  facts: InstanceFacts,
  goal: Goal,
  stallMs = context.settings.ReasonableReplicationLagSeconds * 1000,
): Saga<Outcome<InstanceFacts>> {
  const name = keyText(facts.key);
  const timeoutMs = statementTimeoutMs(context);
  let progress = { at: '', sinceMs: yield* now() };
  for (;;) {
    const waited = yield* perform(facts, goal.wait, timeoutMs);
    // The server's wait gives nothing when the applier has stopped, as it may when it is there: its status decides.
    const seen = yield* read(facts.key, timeoutMs);
    if (!seen.ok) return seen;
    const { replica, gtidExecuted } = seen.value;
    if (replica === null) return failure(`${name} has no replication configured any more.`);
    if (goal.isReached(seen.value, replica)) return seen;
    const stands = `${name} has executed up to ${coordinatesText(replica.executed)}, and not ${goal.text}`;
    if (replica.sqlState === 0) {
      return failure(`${stands}: its applier has stopped. ${asSentence(replica.lastSqlError)}`.trim());
    }
    const nowMs = yield* now();
    const at = `${coordinatesText(replica.executed)} ${gtidExecuted}`;
    if (at !== progress.at) progress = { at, sinceMs: nowMs };
    else if (nowMs - progress.sinceMs > stallMs) {
      return failure(`${stands}: it has made no progress for ${stallMs / 1000} s.`);
    }
    if (!waited.ok) yield* sleep(LOOK_MS);
  }
}

function failure(message: string): { readonly ok: false; readonly failure: { kind: 'other'; message: string } } {
  return { ok: false, failure: { kind: 'other', message } };
}

/**
 * Stops a replica nicely: its receiver first, its applier when that has executed all that was received (topology
 * operations reference, 1.6). A delayed one isn't waited for. On failure its threads are in any state.
 *
 * A receiver that stops in the middle of a transaction leaves a piece that no applier executes, and MySQL 5.6 counts a
 * transaction as received from its first event on; one that is connected is started again then, and stopped elsewhere.
 */
export function* drain(context: RoutineContext, facts: InstanceFacts): Saga<Outcome<InstanceFacts>> {
  const timeoutMs = statementTimeoutMs(context);
  const tries = facts.replica?.ioState === 1 ? TRIES : 1;
  for (let left = tries - 1; ; left--) {
    const stopped = yield* stopReceiver(facts, timeoutMs);
    if (!stopped.ok) return stopped;
    const { replica } = stopped.value;
    if (replica === null) return failure(`${keyText(facts.key)} is not a replica.`);
    if (replica.sqlDelaySeconds > 0) return yield* stopFully(stopped.value, timeoutMs);
    if (replica.sqlState === 0) {
      const started = yield* perform(facts, { kind: 'start-replication', threads: 'sql' }, timeoutMs);
      if (!started.ok) return started;
    }
    const goal = receivedGoal(stopped.value, replica);
    const applied = yield* awaitApplied(context, stopped.value, goal, left > 0 ? SHORT_STALL_MS : undefined);
    if (applied.ok) return yield* stopFully(stopped.value, timeoutMs);
    const seen = yield* read(facts.key, timeoutMs);
    if (left === 0 || !seen.ok || seen.value.replica?.sqlState !== 1) return applied;
    const again = yield* perform(facts, { kind: 'start-replication', threads: 'io' }, timeoutMs);
    if (!again.ok) return again;
    yield* sleep(LOOK_MS);
  }
}

function* stopReceiver(facts: InstanceFacts, timeoutMs: number): Saga<Outcome<InstanceFacts>> {
  const stopped = yield* perform(facts, { kind: 'stop-replication', threads: 'io' }, timeoutMs);
  if (!stopped.ok) return stopped;
  const seen = yield* read(facts.key, timeoutMs);
  if (seen.ok && (seen.value.replica?.ioState ?? 0) > 0) {
    return failure(`${keyText(facts.key)} still receives after it was told to stop.`);
  }
  return seen;
}
