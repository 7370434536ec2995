import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { now, type Outcome, perform, propose, read, type Saga } from '../../sagas/effects.ts';
import { applierStoppedByHand } from '../../sagas/follow-new-source.ts';
import { stayIfMoved } from './after-start.ts';
import { arrived, type Threads } from './arrival.ts';
import type { Moved } from './moved.ts';
import { asSentence } from './sentence.ts';
import { startThreads, stopFully } from './threads.ts';

export type { Moved } from './moved.ts';
export { startThreads, stopFully } from './threads.ts';

export interface Move {
  /** As read just before. */
  readonly replica: InstanceFacts;
  /** Where it goes; only the key counts. */
  readonly source: Pick<InstanceFacts, 'key'>;
  /** How it finds its place; a function decides from the replica as it stands when stopped. */
  readonly mode: RepointMode | ((stopped: InstanceFacts) => Saga<Outcome<RepointMode>>);
  /** What is to run in the end; by default both, except an applier that someone had stopped by hand. */
  readonly threads?: Threads;
}

/**
 * Stops a replica, points it at another source, starts it and sees it replicate; if that can't be, puts it back to where
 * it was and says so (safety rule 3). An applier that was broken before is started, since a new relay log may be what it
 * needs, and may break again: that is no failure of the move.
 */
export function* moveReplica(context: RoutineContext, move: Move): Saga<Moved> {
  const { replica: before, source } = move;
  const timeoutMs = statementTimeoutMs(context);
  const threads = move.threads ?? { io: true, sql: !applierStoppedByHand(before) };
  const stopped = yield* stopFully(before, timeoutMs);
  if (!stopped.ok) return yield* undo(context, before, null, stopped.failure.message);
  const mode =
    typeof move.mode === 'function' ? yield* move.mode(stopped.value) : ({ ok: true, value: move.mode } as const);
  if (!mode.ok) return yield* undo(context, before, null, mode.failure.message);
  const at = stopped.value.replica?.executed ?? null;
  const pointed = yield* perform(
    stopped.value,
    { kind: 'repoint', source: source.key, mode: mode.value, tls: null, credentialsOf: null },
    timeoutMs,
  );
  // A statement without an answer may have been carried out: it counts as done when it comes to undoing.
  if (!pointed.ok) return yield* undo(context, before, at, pointed.failure.message);
  const started = yield* startThreads(stopped.value, threads, timeoutMs);
  const expected = { io: threads.io, sql: threads.sql && !applierWasBroken(before) };
  const there = started.ok ? yield* arrived(before.key, source.key, expected, timeoutMs) : started;
  if (!there.ok) {
    const why = there.failure.message;
    const place = { before, stopped: stopped.value, source: source.key, mode: mode.value, threads: expected, why };
    return (yield* stayIfMoved(context, place)) ?? (yield* undo(context, before, at, why));
  }
  if (mode.value.by === 'coordinates') yield* remember(before.replica?.source ?? null, at, source.key, mode.value.at);
  return { state: 'done', facts: there.value };
}

function applierWasBroken({ replica }: InstanceFacts): boolean {
  return replica !== null && replica.sqlState !== 1 && replica.lastSqlErrno !== 0;
}

/** Where it left one log and entered another are the same place: `move-equivalent` needs no search (reference, 1.8). */
function* remember(
  from: InstanceKey | null,
  left: LogCoordinates | null,
  to: InstanceKey,
  entered: LogCoordinates,
): Saga<void> {
  if (from === null || left === null || left.file === '' || sameKey(from, to)) return;
  const atMs = yield* now();
  yield* propose({
    type: 'record-equivalence',
    one: { key: from, file: left.file, position: left.position },
    other: { key: to, file: entered.file, position: entered.position },
    atMs,
  });
}

/**
 * Puts a replica back: below the source that it had, by the way it had found its place, with the threads running that
 * ran; a server that was no replica forgets the source again.
 * @param at where its applier stood in the old source's log when it was stopped; null when it was not pointed away
 */
export function* putBack(
  context: RoutineContext,
  before: InstanceFacts,
  at: LogCoordinates | null,
): Saga<{ readonly state: 'undone' | 'left'; readonly sentence: string }> {
  const name = keyText(before.key);
  const { replica } = before;
  const timeoutMs = statementTimeoutMs(context);
  if (replica === null) return yield* forgetSource(before, timeoutMs);
  const threads: Threads = { io: replica.ioState > 0, sql: replica.sqlState > 0 };
  const source = keyText(replica.source);
  const back = yield* backBelow(before, at, threads, timeoutMs);
  if (back.ok) {
    const running = threads.io && threads.sql ? 'replicates from' : 'is below';
    return { state: 'undone', sentence: `${name} ${running} ${source} again, as before.` };
  }
  return {
    state: 'left',
    sentence: `${name} could not be put back below ${source}: ${asSentence(back.failure.message)} ${repairOf(before, at)}`,
  };
}

function repairOf({ key, replica }: InstanceFacts, at: LogCoordinates | null): string {
  const name = keyText(key);
  if (replica === null || at === null) return `Repair it with: start-replica -i ${name}`;
  const source = keyText(replica.source);
  if (replica.gtidUse !== 'none') return `Repair it with: relocate -i ${name} -d ${source}`;
  // No command takes a place: repoint would go on from coordinates that may be those of another log by now.
  return (
    `Its place was ${at.file}:${at.position} in the binary log of ${source}: if it does not replicate from there, ` +
    `point it at that place by hand, then: start-replica -i ${name}`
  );
}

function* forgetSource(
  before: InstanceFacts,
  timeoutMs: number,
): Saga<{ readonly state: 'undone' | 'left'; readonly sentence: string }> {
  const name = keyText(before.key);
  const current = yield* read(before.key, timeoutMs);
  const stopped = current.ok ? yield* stopFully(current.value, timeoutMs) : current;
  const forgotten =
    stopped.ok && stopped.value.replica !== null
      ? yield* perform(stopped.value, { kind: 'reset-replication' }, timeoutMs)
      : stopped;
  if (forgotten.ok) return { state: 'undone', sentence: `${name} has no source, as before.` };
  const why = asSentence(forgotten.failure.message);
  return {
    state: 'left',
    sentence: `${name}, which had no source, may have one now: ${why} Repair it with: reset-replica -i ${name}`,
  };
}

function* backBelow(
  before: InstanceFacts,
  at: LogCoordinates | null,
  threads: Threads,
  timeoutMs: number,
): Saga<Outcome<unknown>> {
  const { replica } = before;
  if (replica === null) return { ok: true, value: undefined };
  if (at !== null) {
    const stopped = yield* stopFully(before, timeoutMs);
    if (!stopped.ok) return stopped;
    const mode: RepointMode = replica.gtidUse === 'none' ? { by: 'coordinates', at } : { by: 'gtid' };
    // As it stands now: what the statement has to say depends on whether GTIDs are in use at this moment.
    const pointed = yield* perform(
      stopped.value,
      { kind: 'repoint', source: replica.source, mode, tls: null, credentialsOf: null },
      timeoutMs,
    );
    if (!pointed.ok) return pointed;
  }
  const started = yield* startThreads(before, threads, timeoutMs);
  // Its old source may be away, which was so before; then its receiver goes on trying, as it did.
  const expected = { io: replica.ioState === 1, sql: threads.sql && replica.lastSqlErrno === 0 };
  const there = yield* arrived(before.key, replica.source, expected, timeoutMs);
  // A start without an answer may have been carried out; for a thread that nobody looked for, nothing says so.
  const isSeen = expected.io === threads.io && expected.sql === threads.sql;
  return started.ok || (there.ok && isSeen) ? there : started;
}

function* undo(context: RoutineContext, before: InstanceFacts, at: LogCoordinates | null, why: string): Saga<Moved> {
  const back = yield* putBack(context, before, at);
  return { state: back.state, reason: `${asSentence(why)} ${back.sentence}` };
}
