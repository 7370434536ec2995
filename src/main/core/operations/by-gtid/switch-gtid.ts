import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult } from '../../../../shared/domain/operation.ts';
import { positionOf } from '../../candidates/received.ts';
import { gtidContains, gtidSubtract } from '../../gtid/gtid-position.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import { note, type Outcome, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates } from '../../topology/coordinates.ts';
import { usesGtid } from '../../topology/server-traits.ts';
import { firstReason, whyGroupSecondary, whySeveralChannels } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { moveReplica } from '../frame/move-replica.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { sameGtidKind } from './kinship.ts';
import { movedResult } from './outcome.ts';
import { whyUnknown } from './preconditions.ts';
import { ownCoordinates } from './repoint.ts';

/**
 * `enable-gtid`: the replica asks its source by GTID from now on (topology operations reference, 8.1). It keeps its
 * source. Refused where its GTIDs don't tell what it has executed: the source would send that once more.
 */
export const enableGtid: Operation = (context, args) => switchGtid(context, args, true);

/** `disable-gtid`: the replica goes on from its coordinates, without GTIDs. */
export const disableGtid: Operation = (context, args) => switchGtid(context, args, false);

function* switchGtid(context: RoutineContext, { instance }: OperationArgs, on: boolean): Saga<OperationResult> {
  const name = keyText(instance);
  const unknown = whyUnknown(context, instance);
  if (unknown !== null) return refused(instance, unknown);
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const [replica] = live.value;
  if (replica.replica === null) return refused(instance, `${name} is not a replica.`);
  const already = usesGtid(replica) === on ? `${name} ${on ? 'uses GTIDs already' : "doesn't use GTIDs"}.` : null;
  const reason = firstReason(already, whySeveralChannels(replica), whyGroupSecondary(replica));
  if (reason !== null) return refused(instance, reason);
  const above = yield* readLive(context, [replica.replica.source] as const);
  if (!above.ok) return refused(instance, above.failure.message);
  const [source] = above.value;
  const obstacle = on ? whyGtidCantBeUsed(replica, source) : null;
  if (obstacle !== null) return refused(instance, obstacle);
  return yield* underMaintenance(context, [instance], on ? 'enable GTID' : 'disable GTID', function* () {
    const mode = (stopped: InstanceFacts) => (on ? byGtid(stopped, source) : byCoordinates(stopped, source));
    const moved = yield* moveReplica(context, { replica, source, mode });
    if (moved.state !== 'done') return movedResult(instance, source.key, moved);
    if (usesGtid(moved.facts) !== on) {
      return failed(instance, 'undone', `${name} was told to and still ${on ? "doesn't use" : 'uses'} GTIDs.`);
    }
    return done(instance, `${name} ${on ? 'uses' : 'no longer uses'} GTIDs to replicate from ${keyText(source.key)}.`);
  });
}

/** Both sides need them; and a source serves by GTID only what it hasn't purged (MySQL manual, "GTID Auto-Positioning"). */
function whyGtidCantBeUsed(replica: InstanceFacts, source: InstanceFacts): string | null {
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  const executed = positionOf(replica.flavor, replica.gtidExecuted);
  if (!sameGtidKind(replica, source)) {
    return `${a} is ${replica.flavor} and ${b} is ${source.flavor}: their GTIDs are of different kinds.`;
  }
  if (executed.flavor === 'mariadb') return null;
  for (const each of [replica, source]) {
    const mode = each.gtidMode.toUpperCase();
    if (mode !== 'ON') return `${keyText(each.key)} has gtid_mode ${mode || 'OFF'}; it has to be ON.`;
  }
  const missing = gtidSubtract(positionOf(source.flavor, source.gtidPurged), executed);
  return missing.count === 0n
    ? null
    : `${b} has purged transactions from its binary logs that ${a} lacks: ${missing.text}.`;
}

/** Refuses where the replica has executed the source's log past the place at which the source's GTIDs were read. */
function* byGtid(stopped: InstanceFacts, source: InstanceFacts): Saga<Outcome<RepointMode>> {
  const own = positionOf(stopped.flavor, stopped.gtidExecuted);
  const theirs = positionOf(source.flavor, source.gtidExecuted);
  const missing = gtidSubtract(theirs, own);
  yield* note(`${keyText(stopped.key)} goes on after ${stopped.gtidExecuted || 'nothing'}.`);
  if (missing.count === 0n || !isPast(stopped, source)) return { ok: true, value: { by: 'gtid' } };
  const [a, b] = [keyText(stopped.key), keyText(source.key)];
  const message =
    `${a} has executed all of the binary log of ${b} and doesn't know these of its GTIDs: ` +
    `${missing.text}. By GTID it would execute them once more.`;
  return { ok: false, failure: { kind: 'other', message } };
}

/**
 * A MariaDB replica without GTIDs executes whatever comes after its coordinates. Where these are older than what it has
 * executed by GTID, as they may be until its source sends something, going on from there would repeat transactions.
 */
function* byCoordinates(stopped: InstanceFacts, source: InstanceFacts): Saga<Outcome<RepointMode>> {
  const own = positionOf(stopped.flavor, stopped.gtidExecuted);
  const theirs = positionOf(source.flavor, source.gtidExecuted);
  const mayRepeat = own.flavor === 'mariadb' && theirs.flavor === 'mariadb' && gtidContains(own, theirs);
  if (!mayRepeat || isPast(stopped, source)) return yield* ownCoordinates(stopped);
  const [a, b] = [keyText(stopped.key), keyText(source.key)];
  const message = `The coordinates of ${a} in the binary log of ${b} are older than what it has executed; try again when ${b} has written something.`;
  return { ok: false, failure: { kind: 'other', message } };
}

/** The applier has got at least to where the source was when it was read. */
function isPast(stopped: InstanceFacts, source: InstanceFacts): boolean {
  const executed = stopped.replica?.executed;
  if (executed === undefined || executed.file === '' || source.coordinates === null) return false;
  return compareCoordinates(executed, source.coordinates) >= 0;
}
