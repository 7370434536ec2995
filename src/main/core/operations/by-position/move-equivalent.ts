import type { InstanceFacts, LogPlace } from '../../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import { coordinatesText } from '../../topology/coordinates.ts';
import { firstReason, whyGroupSecondary } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { moveReplica } from '../frame/move-replica.ts';
import { moveResult } from '../frame/move-result.ts';
import { type Operation, refused } from '../operation.ts';
import { modeAt } from './move-along.ts';
import { whyNoReplica, whyNotBelow } from './preconditions.ts';

/**
 * Moves a replica to a place of another server's log that is known, from an earlier move, to mean the same as where it
 * stands in its source's (topology operations reference, 4.4). That has to be exactly where it stands, so it is of use
 * where nothing is written, or the source is dead.
 */
export const moveEquivalent: Operation = function* (context, args) {
  if (args.destination === undefined)
    return refused(args.instance, 'move-equivalent needs a destination: -d host:port.');
  const live = yield* readLive(context, [args.instance, args.destination]);
  if (!live.ok) return refused(args.instance, live.failure.message);
  const [instance, destination] = live.value;
  const from = placeOf(instance);
  const reason = firstReason(
    whyNoReplica(instance),
    whyGroupSecondary(instance),
    whyNotBelow(context, instance, destination),
    from !== null && equivalent(context, from, destination) === null ? whyUnknown(from, destination) : null,
  );
  if (reason !== null) return refused(args.instance, reason);
  return yield* underMaintenance(context, [instance.key], 'move-equivalent', function* () {
    const moved = yield* moveReplica(context, {
      replica: instance,
      source: destination,
      mode: function* (stopped) {
        // It may have executed more until it was stopped.
        const stands = placeOf(stopped);
        const to = stands === null ? null : equivalent(context, stands, destination);
        if (stands === null || to === null) {
          const message =
            stands === null ? `${keyText(stopped.key)} is not a replica.` : whyUnknown(stands, destination);
          return { ok: false, failure: { kind: 'other', message } };
        }
        const mode = yield* modeAt(context, stopped, to, { key: destination.key, facts: destination });
        return { ok: true, value: mode };
      },
    });
    const message = `${keyText(instance.key)} replicates from ${keyText(destination.key)} now.`;
    return moveResult(instance.key, destination.key, moved, message);
  });
};

/** Where it stands in its source's log. */
function placeOf({ replica }: InstanceFacts): LogPlace | null {
  return replica === null ? null : { key: replica.source, ...replica.executed };
}

function equivalent(context: RoutineContext, place: LogPlace, { key }: InstanceFacts): LogPlace | null {
  return context.equivalents(place).find((each) => sameKey(each.key, key)) ?? null;
}

function whyUnknown(from: LogPlace, { key }: InstanceFacts): string {
  return `No place in the binary log of ${keyText(key)} is known that means the same as ${coordinatesText(from)} in that of ${keyText(from.key)}.`;
}
