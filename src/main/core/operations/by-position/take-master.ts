import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext } from '../../sagas/context.ts';
import type { Outcome, Saga } from '../../sagas/effects.ts';
import { firstReason, whyGroupSecondary, whyNotMovable } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, moveReplica } from '../frame/move-replica.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { gtidOnceThere, movesByGtid } from './move-along.ts';
import { notDone } from './outcome.ts';
import { putBackTwice } from './places.ts';
import { type Family, family, whyNotBelow } from './preconditions.ts';
import { swapByPosition } from './swap-by-position.ts';

/**
 * Swaps a replica with its source: M -> P -> i becomes M -> i -> P (topology operations reference, 4.7). Where all
 * three use GTIDs it takes two moves by GTID and no exact places; else both are stopped at the same place. Other
 * replicas of the two stay where they are.
 */
export const takeMaster: Operation = function* (context, args) {
  const looked = yield* family(context, args.instance);
  if (!looked.ok) return refused(args.instance, looked.reason);
  const { instance, master, upper } = looked.value;
  const reason = whyNot(context, looked.value);
  if (reason !== null) return refused(args.instance, reason);
  const byGtid =
    movesByGtid(context, instance, upper, master) &&
    movesByGtid(context, master, { key: instance.key, facts: instance });
  return yield* underMaintenance(context, [instance.key, master.key], 'take-master', function* () {
    const swapped = yield* byGtid ? swapByGtid(context, looked.value) : swapByPosition(context, looked.value);
    if (swapped.state === 'done') return yield* tellHooks(context, looked.value);
    if (swapped.state === 'refused') return refused(instance.key, swapped.reason);
    return failed(instance.key, swapped.state, swapped.reason, { destination: upper.key });
  });
};

function whyNot(context: RoutineContext, { instance, master, upper }: Family): string | null {
  const above = upper.facts?.replica ?? null;
  return firstReason(
    whyGroupSecondary(instance),
    whyGroupSecondary(master),
    sameKey(upper.key, instance.key) || (above !== null && sameKey(above.source, master.key))
      ? `${keyText(master.key)} and ${keyText(upper.key)} are co-masters: there is no order between them to swap in.`
      : null,
    whyNotMovable(context, instance),
    upper.facts === null ? null : whyNotBelow(context, instance, upper.facts),
    whyNotBelow(context, instance, master),
    whyNotBelow(context, master, instance),
  );
}

function* swapByGtid(context: RoutineContext, { instance, master, upper }: Family): Saga<Moved> {
  const up = yield* moveReplica(context, { replica: instance, source: upper, mode: gtidOnceThere(context, upper) });
  if (up.state !== 'done') return up;
  const down = yield* moveReplica(context, {
    replica: master,
    source: instance,
    mode: gtidOnceThere(context, { key: instance.key, facts: up.facts }),
  });
  if (down.state === 'done') return down;
  const at = up.facts.replica?.executed ?? null;
  const back = yield* putBackTwice(context, instance, at);
  return notDone(down.reason, [back, { state: down.state === 'left' ? 'left' : 'undone', sentence: '' }]);
}

/** The swap has been made by now: a hook that fails is told, and changes nothing. */
function* tellHooks(context: RoutineContext, { instance, master, upper }: Family): Saga<OperationResult> {
  const [top, demoted] = [keyText(instance.key), keyText(master.key)];
  const ran = (yield {
    type: 'hooks',
    list: 'PostTakeMasterProcesses',
    progress: {
      successor: instance,
      successorAlias: aliasOf(context, instance),
      lostReplicas: [],
      isSuccessful: true,
    },
    args: [top, demoted],
  }) as Outcome<void>;
  const message = `${top} replicates from ${keyText(upper.key)} now, and ${demoted} from ${top}.`;
  const said = ran.ok ? message : `${message} A hook of PostTakeMasterProcesses failed: ${ran.failure.message}`;
  return done(instance.key, said, { destination: upper.key });
}

function aliasOf(context: RoutineContext, { key, alias }: InstanceFacts): string {
  return alias || (known(context, key)?.clusterAlias ?? '');
}
