import { keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import type { Saga } from '../../sagas/effects.ts';
import { isBinlogServer } from '../../topology/server-traits.ts';
import { firstReason, whyGroupSecondary, whyNotMovable } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, moveReplica, stopFully } from '../frame/move-replica.ts';
import { moveResult } from '../frame/move-result.ts';
import { type Operation, refused } from '../operation.ts';
import { gtidOnceThere, moveAlong, movesByGtid, moveWithSamePlaces } from './move-along.ts';
import { notDone } from './outcome.ts';
import { pausedPlaces, putBackTwice } from './places.ts';
import { type Family, family, whyNotBelow } from './preconditions.ts';

/**
 * Moves a replica below its source's source (topology operations reference, 4.1). One that replicates by GTID keeps
 * doing so; else its place is found by stopping the source's applier for a moment.
 */
export const moveUp: Operation = function* (context, args) {
  const looked = yield* family(context, args.instance);
  if (!looked.ok) return refused(args.instance, looked.reason);
  const { instance, master, upper } = looked.value;
  const reason = whyNot(context, looked.value);
  if (reason !== null) return refused(args.instance, reason);
  const message = `${keyText(instance.key)} replicates from ${keyText(upper.key)} now.`;
  const byGtid = movesByGtid(context, instance, upper, master);
  const alone = byGtid || isBinlogServer(master);
  return yield* underMaintenance(context, alone ? [instance.key] : [instance.key, master.key], 'move-up', function* () {
    const moved = isBinlogServer(master)
      ? yield* moveWithSamePlaces(context, instance, upper)
      : byGtid
        ? yield* moveReplica(context, { replica: instance, source: upper, mode: gtidOnceThere(context, upper) })
        : yield* moveUpByPosition(context, looked.value);
    return moveResult(instance.key, upper.key, moved, message);
  });
};

function whyNot(context: RoutineContext, { instance, master, upper }: Family): string | null {
  return firstReason(
    whyGroupSecondary(instance),
    whyNotMovable(context, instance),
    upper.facts === null ? null : whyNotBelow(context, instance, upper.facts),
    isBinlogServer(master) ? null : whyNotBelow(context, instance, master),
  );
}

/** The replica is stopped first: once the source goes on, it must not pass the place that was read. */
function* moveUpByPosition(context: RoutineContext, { instance, master, upper }: Family): Saga<Moved> {
  const stopped = yield* stopFully(instance, statementTimeoutMs(context));
  if (!stopped.ok) return notDone(stopped.failure.message, [yield* putBackTwice(context, instance, null)]);
  const paused = yield* pausedPlaces(context, master);
  if (paused.state !== 'read') {
    const back = yield* putBackTwice(context, instance, null);
    return notDone(paused.reason, [back, { state: paused.state, sentence: '' }]);
  }
  const { executed, own } = paused.places;
  const passage = { from: { key: master.key, ...own }, to: { key: upper.key, ...executed } };
  return yield* moveAlong(context, instance, stopped.value, passage, upper);
}
