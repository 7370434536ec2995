import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { perform, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';
import { isBinlogServer } from '../../topology/server-traits.ts';
import { firstReason, whyGroupSecondary, whyNotMovable } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, moveReplica, stopFully } from '../frame/move-replica.ts';
import { moveResult } from '../frame/move-result.ts';
import { type Operation, refused } from '../operation.ts';
import { type Destination, gtidOnceThere, moveAlong, movesByGtid, moveWithSamePlaces } from './move-along.ts';
import { notDone } from './outcome.ts';
import { pausedPlaces, putBackTwice } from './places.ts';
import { whyNoReplica, whyNotBelow } from './preconditions.ts';

/**
 * Moves a replica below its sibling (topology operations reference, 4.3). One that replicates by GTID keeps doing so.
 * Else the replica waits, stopped, until the sibling has overtaken it, and is then placed where the sibling stands.
 */
export const moveBelow: Operation = function* (context, args) {
  if (args.destination === undefined) return refused(args.instance, 'move-below needs a sibling: -d host:port.');
  const live = yield* readLive(context, [args.instance, args.destination]);
  if (!live.ok) return refused(args.instance, live.failure.message);
  const [instance, sibling] = live.value;
  const reason = whyNot(context, instance, sibling);
  if (reason !== null) return refused(args.instance, reason);
  const destination: Destination = { key: sibling.key, facts: sibling };
  const message = `${keyText(instance.key)} replicates from ${keyText(sibling.key)} now.`;
  const byGtid = movesByGtid(context, instance, destination);
  const alone = byGtid || isBinlogServer(sibling);
  return yield* underMaintenance(
    context,
    alone ? [instance.key] : [instance.key, sibling.key],
    'move-below',
    function* () {
      const moved = isBinlogServer(sibling)
        ? yield* moveWithSamePlaces(context, instance, destination)
        : byGtid
          ? yield* moveReplica(context, {
              replica: instance,
              source: sibling,
              mode: gtidOnceThere(context, destination),
            })
          : yield* moveByPosition(context, instance, sibling);
      return moveResult(instance.key, sibling.key, moved, message);
    },
  );
};

function whyNot(context: RoutineContext, instance: InstanceFacts, sibling: InstanceFacts): string | null {
  const toBinlogServer = isBinlogServer(sibling);
  return firstReason(
    whyNoReplica(instance),
    whyNoReplica(sibling),
    whyGroupSecondary(instance),
    whyNotSiblings(instance, sibling),
    whyNotMovable(context, instance),
    toBinlogServer ? null : whyNotMovable(context, sibling),
    whyNotBelow(context, instance, sibling),
    toBinlogServer ? whyAheadOf(instance, sibling) : null,
  );
}

function whyNotSiblings(instance: InstanceFacts, sibling: InstanceFacts): string | null {
  const [a, b] = [instance.replica?.source, sibling.replica?.source];
  if (a !== undefined && b !== undefined && sameKey(a, b)) return null;
  const of = (source: typeof a): string => (source === undefined ? 'nothing' : keyText(source));
  return (
    `${keyText(instance.key)} replicates from ${of(a)} and ${keyText(sibling.key)} from ${of(b)}: they are no siblings. ` +
    `Use: relocate -i ${keyText(instance.key)} -d ${keyText(sibling.key)}`
  );
}

/** A binlog server's log has its source's places, so it must have come as far as the replica. */
function whyAheadOf(instance: InstanceFacts, { key, coordinates }: InstanceFacts): string | null {
  const executed = instance.replica?.executed;
  if (executed === undefined || coordinates === null || compareCoordinates(executed, coordinates) <= 0) return null;
  return `${keyText(key)} has come to ${coordinatesText(coordinates)} only, and ${keyText(instance.key)} has executed up to ${coordinatesText(executed)}.`;
}

function* moveByPosition(context: RoutineContext, instance: InstanceFacts, sibling: InstanceFacts): Saga<Moved> {
  const timeoutMs = statementTimeoutMs(context);
  const stopped = yield* stopFully(instance, timeoutMs);
  if (!stopped.ok) return notDone(stopped.failure.message, [yield* putBackTwice(context, instance, null)]);
  const limitMs = context.settings.ReasonableMaintenanceReplicationLagSeconds * 1000;
  const at = stopped.value.replica?.executed;
  const source = stopped.value.replica?.source;
  if (at === undefined || source === undefined) return notDone(`${keyText(instance.key)} is not a replica.`, []);
  const overtaken = yield* perform(sibling, { kind: 'wait-for-position', at, timeoutMs: limitMs }, timeoutMs);
  if (!overtaken.ok) {
    const why = `${keyText(sibling.key)} does not come to where ${keyText(instance.key)} stands: ${overtaken.failure.message}`;
    return notDone(why, [yield* putBackTwice(context, instance, null)]);
  }
  const paused = yield* pausedPlaces(context, sibling);
  if (paused.state !== 'read') {
    const back = yield* putBackTwice(context, instance, null);
    return notDone(paused.reason, [back, { state: paused.state, sentence: '' }]);
  }
  const { executed, own } = paused.places;
  const passage = { from: { key: source, ...executed }, to: { key: sibling.key, ...own } };
  return yield* moveAlong(context, instance, stopped.value, passage, { key: sibling.key, facts: sibling });
}
