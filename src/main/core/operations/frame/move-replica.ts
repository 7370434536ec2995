import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, perform, performAll, read, type Saga } from '../../sagas/effects.ts';
import { applierStoppedByHand } from '../../sagas/follow-new-source.ts';
import { arrived, type Threads } from './arrival.ts';

/** What became of one move. */
export type Moved =
  | { readonly state: 'done'; readonly facts: InstanceFacts }
  /** `refused`: nothing was touched; `undone`: as it was before; `left`: see the reason. */
  | { readonly state: 'refused' | 'undone' | 'left'; readonly reason: string };

export interface Move {
  /** As read just before. */
  readonly replica: InstanceFacts;
  readonly source: InstanceFacts;
  /** How it finds its place; a function decides from the replica as it stands when stopped. */
  readonly mode: RepointMode | ((stopped: InstanceFacts) => Saga<Outcome<RepointMode>>);
  /** What is to run in the end; by default both, except an applier that someone had stopped by hand. */
  readonly threads?: Threads;
}

/**
 * Stops a replica, points it at another source, starts it and sees it replicate; if that can't be, puts it back to where
 * it was and says so (safety rule 3).
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
  if (!started.ok) return yield* undo(context, before, at, started.failure.message);
  const there = yield* arrived(before.key, source.key, threads, timeoutMs);
  if (!there.ok) return yield* undo(context, before, at, there.failure.message);
  return { state: 'done', facts: there.value };
}

/** Stops both threads and reads the server back. */
export function* stopFully(facts: InstanceFacts, timeoutMs: number): Saga<Outcome<InstanceFacts>> {
  if (facts.replica !== null) {
    const done = yield* perform(facts, { kind: 'stop-replication', threads: 'both' }, timeoutMs);
    if (!done.ok) return done;
  }
  const after = yield* read(facts.key, timeoutMs);
  if (!after.ok) return after;
  const { replica } = after.value;
  if (replica !== null && (replica.ioState > 0 || replica.sqlState > 0)) {
    const message = `${keyText(facts.key)} still replicates after it was told to stop.`;
    return { ok: false, failure: { kind: 'other', message } };
  }
  return after;
}

export function* startThreads(facts: InstanceFacts, { io, sql }: Threads, timeoutMs: number): Saga<Outcome<void>> {
  if (io && sql) return yield* perform(facts, { kind: 'start-replication', threads: 'both' }, timeoutMs);
  return yield* performAll(
    facts,
    [
      ...(io ? [{ kind: 'start-replication', threads: 'io' } as const] : []),
      ...(sql ? [{ kind: 'start-replication', threads: 'sql' } as const] : []),
    ],
    timeoutMs,
  );
}

/**
 * Puts a replica back: below the source that it had, by the way it had found its place, with the threads running that
 * ran. @param at where its applier stood in the old source's log when it was stopped; null when it was not pointed away
 */
export function* putBack(
  context: RoutineContext,
  before: InstanceFacts,
  at: LogCoordinates | null,
): Saga<{ readonly state: 'undone' | 'left'; readonly sentence: string }> {
  const name = keyText(before.key);
  const { replica } = before;
  if (replica === null) return { state: 'undone', sentence: `${name} is as it was.` };
  const timeoutMs = statementTimeoutMs(context);
  const threads: Threads = { io: replica.ioState > 0, sql: replica.sqlState > 0 };
  const source = keyText(replica.source);
  const back = yield* backBelow(before, at, threads, timeoutMs);
  if (back.ok) {
    const running = threads.io && threads.sql ? 'replicates from' : 'is below';
    return { state: 'undone', sentence: `${name} ${running} ${source} again, as before.` };
  }
  const repair = replica.gtidUse === 'none' ? 'repoint' : 'relocate';
  return {
    state: 'left',
    sentence:
      `${name} could not be put back below ${source}: ${back.failure.message} ` +
      `Repair it with: ${repair} -i ${name} -d ${source}`,
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
    const pointed = yield* perform(
      before,
      { kind: 'repoint', source: replica.source, mode, tls: null, credentialsOf: null },
      timeoutMs,
    );
    if (!pointed.ok) return pointed;
  }
  const started = yield* startThreads(before, threads, timeoutMs);
  if (!started.ok) return started;
  // Its old source may be away, which was so before; then its receiver goes on trying, as it did.
  return replica.ioState === 1
    ? yield* arrived(
        before.key,
        replica.source,
        { io: threads.io, sql: threads.sql && replica.lastSqlErrno === 0 },
        timeoutMs,
      )
    : yield* read(before.key, timeoutMs);
}

function* undo(context: RoutineContext, before: InstanceFacts, at: LogCoordinates | null, why: string): Saga<Moved> {
  const back = yield* putBack(context, before, at);
  return { state: back.state, reason: `${why} ${back.sentence}` };
}
