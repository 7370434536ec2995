import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogPlace } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { gtidsToWaitFor, positionOf } from '../../candidates/received.ts';
import { type RoutineContext, replicationRules, statementTimeoutMs } from '../../sagas/context.ts';
import { note, type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { canReplicateFromGtid } from '../../topology/can-replicate.ts';
import { usesGtid } from '../../topology/server-traits.ts';
import { type Moved, moveReplica } from '../frame/move-replica.ts';
import { notDone } from './outcome.ts';
import { reach, startAfresh } from './places.ts';

/** A server to replicate from; its facts are null when Baton can't read it, though its replica does. */
export interface Destination {
  readonly key: InstanceKey;
  readonly facts: InstanceFacts | null;
}

/**
 * Whether a replica is to find its place there by GTID. The predecessor's moves by position switched auto-position off
 * without a word; one that replicates by GTID goes on doing so here wherever it can.
 * @param via a replica of a destination that can't be read; that it uses GTIDs shows that the destination has them
 */
export function movesByGtid(
  context: RoutineContext,
  replica: InstanceFacts,
  { facts }: Destination,
  via: InstanceFacts | null = null,
): boolean {
  if (!usesGtid(replica)) return false;
  if (facts !== null) return canReplicateFromGtid(replica, facts, replicationRules(context)).ok;
  return via?.replica?.gtidUse === replica.replica?.gtidUse;
}

/**
 * By GTID, once the destination has all that the replica has: a MariaDB server refuses a replica that stands where its
 * own binary log hasn't come to (error 1236), and the receiver then gives up.
 */
export function gtidOnceThere(
  context: RoutineContext,
  { key, facts }: Destination,
): (stopped: InstanceFacts) => Saga<Outcome<RepointMode>> {
  return function* (stopped) {
    const mode: Outcome<RepointMode> = { ok: true, value: { by: 'gtid' } };
    if (stopped.flavor !== 'MariaDB' || facts === null) return mode;
    const timeoutMs = statementTimeoutMs(context);
    const there = yield* read(key, timeoutMs);
    if (!there.ok) return there;
    const wanted = positionOf(stopped.flavor, stopped.gtidExecuted);
    const gtid = gtidsToWaitFor(wanted, positionOf(there.value.flavor, there.value.gtidExecuted));
    if (gtid === '') return mode;
    const limitMs = context.settings.InstanceBulkOperationsWaitTimeoutSeconds * 1000;
    const waited = yield* perform(there.value, { kind: 'wait-for-gtid', gtid, timeoutMs: limitMs }, timeoutMs);
    return waited.ok ? mode : waited;
  };
}

/** From a place in the present source's log to the place in another's that means the same. */
export interface Passage {
  readonly from: LogPlace;
  readonly to: LogPlace;
}

/**
 * Moves a stopped replica along two places that mean the same: it executes up to the first exactly, and goes on from
 * the second.
 * @param before as it was, before it was stopped
 */
export function* moveAlong(
  context: RoutineContext,
  before: InstanceFacts,
  stopped: InstanceFacts,
  { from, to }: Passage,
  destination: Destination,
): Saga<Moved> {
  const there = yield* reach(context, stopped, from);
  if (!there.ok) return notDone(there.failure.message, [yield* startAfresh(context, before)]);
  const mode = yield* modeAt(context, there.value, to, destination);
  return yield* moveReplica(context, { replica: before, source: destination, mode });
}

/** Coordinates; by GTID for one that uses GTIDs and had to come to the place first to be able to. */
export function* modeAt(
  context: RoutineContext,
  reached: InstanceFacts,
  to: LogPlace,
  destination: Destination,
): Saga<RepointMode> {
  if (usesGtid(reached)) {
    if (movesByGtid(context, reached, destination)) return { by: 'gtid' };
    yield* note(
      `${keyText(reached.key)} can't go on by GTID below ${keyText(to.key)}; it is placed by coordinates, and no longer uses GTIDs.`,
    );
  }
  return { by: 'coordinates', at: { file: to.file, position: to.position } };
}

/** Below a source whose binary log has the same places: that of a binlog server, or of the one that it copies. */
export function* moveWithSamePlaces(
  context: RoutineContext,
  replica: InstanceFacts,
  destination: Destination,
): Saga<Moved> {
  return yield* moveReplica(context, {
    replica,
    source: destination,
    mode: function* (stopped) {
      const at = stopped.replica?.executed;
      const name = keyText(stopped.key);
      if (at === undefined) return { ok: false, failure: { kind: 'other', message: `${name} is not a replica.` } };
      yield* note(`${name} goes on from its own place: the two logs have the same ones.`);
      return { ok: true, value: { by: 'coordinates', at } };
    },
  });
}
