import type { InstanceFacts, LogCoordinates, LogPlace } from '../../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { now, type Outcome, perform, propose, read, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';
import { arrived } from '../frame/arrival.ts';
import { awaitApplied, placeGoal } from '../frame/await-applied.ts';
import { putBack, startThreads, stopFully } from '../frame/move-replica.ts';
import { notDone, type PutBack } from './outcome.ts';

/**
 * Lets a stopped replica execute its source's log up to exactly this place and stop there (topology operations
 * reference, 1.7, *start until*). Gives up when it is past the place, when its applier stops before it, and when it
 * makes no progress for `ReasonableReplicationLagSeconds`.
 * @param stopped as read while both threads were stopped
 * @returns the replica, stopped at the place; on failure it may have been started: see `startAfresh`
 */
export function* reach(
  context: RoutineContext,
  stopped: InstanceFacts,
  at: LogCoordinates,
): Saga<Outcome<InstanceFacts>> {
  const timeoutMs = statementTimeoutMs(context);
  const standing = whereItStands(stopped, at);
  if (standing.order === 0) return { ok: true, value: stopped };
  if (standing.order > 0) return failure(standing.text);
  const started = yield* perform(stopped, { kind: 'start-until', at }, timeoutMs);
  if (!started.ok) return started;
  const there = yield* awaitApplied(context, stopped, placeGoal(at));
  if (!there.ok) return there;
  const halted = yield* stopFully(there.value, timeoutMs);
  if (!halted.ok) return halted;
  const end = whereItStands(halted.value, at);
  return end.order === 0 ? halted : failure(end.text);
}

function whereItStands(facts: InstanceFacts, at: LogCoordinates): { readonly order: number; readonly text: string } {
  const name = keyText(facts.key);
  const executed = facts.replica?.executed;
  if (executed === undefined) return { order: 1, text: `${name} is not a replica.` };
  const order = compareCoordinates(executed, at);
  const word = order > 0 ? 'past' : 'before';
  return {
    order,
    text: `${name} has executed up to ${coordinatesText(executed)}, ${word} ${coordinatesText(at)}, where it has to be.`,
  };
}

function failure(message: string): { readonly ok: false; readonly failure: { kind: 'other'; message: string } } {
  return { ok: false, failure: { kind: 'other', message } };
}

/**
 * Puts a replica back that may have been told to start up to a place, without having been pointed elsewhere: stopped
 * first, since a start is ignored by threads that run, and these would stop at the place.
 */
export function* startAfresh(context: RoutineContext, before: InstanceFacts): Saga<PutBack> {
  const timeoutMs = statementTimeoutMs(context);
  let stopped = yield* stopFully(before, timeoutMs);
  if (!stopped.ok) stopped = yield* stopFully(before, timeoutMs);
  if (stopped.ok) return yield* putBackTwice(context, before, null);
  const name = keyText(before.key);
  return {
    state: 'left',
    sentence: `${name} could not be stopped and started again: ${stopped.failure.message} Repair it with: restart-replica -i ${name}`,
  };
}

/**
 * Puts a replica back, and tries once more when that fails. One that follows its old source by then is not placed
 * again: it may have executed more since, and would do so twice.
 */
export function* putBackTwice(
  context: RoutineContext,
  before: InstanceFacts,
  at: LogCoordinates | null,
): Saga<PutBack> {
  const first = yield* putBack(context, before, at);
  if (first.state === 'undone') return first;
  const seen = yield* read(before.key, statementTimeoutMs(context));
  if (!seen.ok) return first;
  const [source, old] = [seen.value.replica?.source, before.replica?.source];
  const isBack = source !== undefined && old !== undefined && sameKey(source, old);
  return yield* putBack(context, before, isBack ? null : at);
}

/** The two places are one and the same state of a server: in its source's log, and in its own. */
export interface TwoPlaces {
  readonly executed: LogCoordinates;
  readonly own: LogCoordinates;
}

export type Paused =
  | { readonly state: 'read'; readonly places: TwoPlaces }
  | { readonly state: 'undone' | 'left'; readonly reason: string };

/**
 * Reads where a server stands in its source's log and in its own, with its applier stopped for the moment, so that the
 * two belong together. Only the applier: MariaDB throws away a relay log when both threads are stopped, and a server
 * whose source is dead couldn't receive it again.
 */
export function* pausedPlaces(context: RoutineContext, server: InstanceFacts): Saga<Paused> {
  const timeoutMs = statementTimeoutMs(context);
  if (server.replica === null || server.replica.sqlState === 0) return placesOf(yield* read(server.key, timeoutMs));
  const stopped = yield* perform(server, { kind: 'stop-replication', threads: 'sql' }, timeoutMs);
  const seen: Outcome<InstanceFacts> = stopped.ok ? yield* read(server.key, timeoutMs) : stopped;
  const places = seen.ok && seen.value.replica?.sqlState !== 0 ? stillApplies(server) : placesOf(seen);
  const resumed = yield* resumeApplier(context, server);
  if (resumed === null) return places;
  return places.state === 'read'
    ? { state: resumed.state, reason: resumed.sentence }
    : notDonePlaces(places.reason, resumed);
}

function notDonePlaces(why: string, back: PutBack): Paused {
  const { state, reason } = notDone(why, [back]);
  return { state: state === 'refused' ? 'undone' : state, reason };
}

function stillApplies(server: InstanceFacts): Paused {
  return { state: 'undone', reason: `${keyText(server.key)} still applies after its applier was told to stop.` };
}

function placesOf(seen: Outcome<InstanceFacts>): Paused {
  if (!seen.ok) return { state: 'undone', reason: seen.failure.message };
  const { key, replica, coordinates } = seen.value;
  if (replica === null) return { state: 'undone', reason: `${keyText(key)} is not a replica.` };
  if (coordinates === null) return { state: 'undone', reason: `${keyText(key)} has no binary log.` };
  return { state: 'read', places: { executed: replica.executed, own: coordinates } };
}

/** Null when the applier runs again. */
function* resumeApplier(context: RoutineContext, server: InstanceFacts): Saga<PutBack | null> {
  const timeoutMs = statementTimeoutMs(context);
  const source = server.replica?.source ?? server.key;
  for (let tries = 1; ; tries++) {
    const started = yield* startThreads(server, { io: false, sql: true }, timeoutMs);
    const runs = started.ok ? yield* arrived(server.key, source, { io: false, sql: true }, timeoutMs) : started;
    if (runs.ok) return null;
    if (tries < 2) continue;
    const name = keyText(server.key);
    return {
      state: 'left',
      sentence: `The applier of ${name} was stopped for a moment and could not be started again: ${runs.failure.message} Repair it with: start-replica -i ${name}`,
    };
  }
}

/** Remembers that these two places mean the same, for `move-equivalent`. */
export function* recordEquivalence(one: LogPlace, other: LogPlace): Saga<void> {
  const atMs = yield* now();
  yield* propose({ type: 'record-equivalence', one, other, atMs });
}
