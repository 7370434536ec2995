import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { ReplicaResult } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { parallel, read, type Saga } from '../../sagas/effects.ts';
import { isBinlogServer } from '../../topology/server-traits.ts';
import { firstReason, whyGroupSecondary, whyNotMovable } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, moveReplica, stopFully } from '../frame/move-replica.ts';
import { parallelLimited } from '../frame/parallel-limited.ts';
import { done, type Operation, ofMany, refused } from '../operation.ts';
import { type Destination, gtidOnceThere, moveAlong, movesByGtid, moveWithSamePlaces } from './move-along.ts';
import { notDone } from './outcome.ts';
import { pausedPlaces, putBackTwice } from './places.ts';
import { readNow, readSource, whyNoReplica, whyNotBelow } from './preconditions.ts';

/** What the replicas leave and where they go. */
interface Stairs {
  readonly instance: InstanceFacts;
  readonly upper: Destination;
}

/**
 * Moves the replicas of a server below that server's source (topology operations reference, 4.2). Those that replicate
 * by GTID keep doing so. For the others the server's applier is stopped for a moment, not until all are moved.
 */
export const moveUpReplicas: Operation = function* (context, args) {
  const matches = matcher(args.pattern);
  if (typeof matches === 'string') return refused(args.instance, matches);
  const instance = yield* readNow(context, args.instance);
  if (!instance.ok) return refused(args.instance, instance.reason);
  const noReplica = whyNoReplica(instance.value);
  if (noReplica !== null) return refused(args.instance, noReplica);
  const upper = yield* readSource(context, instance.value);
  if (!upper.ok) return refused(args.instance, upper.reason);
  const keys = replicasOf(context, args.instance).filter((key) => matches(keyText(key)));
  if (keys.length === 0) {
    const which = args.pattern === undefined ? '' : ` that match ${args.pattern}`;
    return done(instance.value.key, `${keyText(args.instance)} has no replicas${which}: nothing to move.`);
  }
  const stairs: Stairs = { instance: instance.value, upper: upper.value };
  const checked = yield* parallel(keys.map((key) => check(context, key, stairs)));
  const movable = checked.flatMap((each) => ('facts' in each ? [each.facts] : []));
  const refusals = checked.flatMap((each) => ('facts' in each ? [] : [each]));
  if (movable.length === 0) return ofMany(args.instance, upper.value.key, refusals, 'moved');
  const locks = [instance.value.key, ...movable.map((each) => each.key)];
  return yield* underMaintenance(context, locks, 'move-up-replicas', function* () {
    const moved = yield* moveAll(context, movable, stairs);
    const results = keys.flatMap((key) => [...moved, ...refusals].find((each) => sameKey(each.key, key)) ?? []);
    return ofMany(args.instance, upper.value.key, results, 'moved');
  });
};

/** @returns a sentence when the pattern is not one */
function matcher(pattern: string | undefined): ((text: string) => boolean) | string {
  if (pattern === undefined || pattern === '') return () => true;
  try {
    const expression = new RegExp(pattern, 'v');
    return (text) => expression.test(text);
  } catch {
    return `"${pattern}" is not a regular expression.`;
  }
}

function replicasOf(context: RoutineContext, key: InstanceKey): readonly InstanceKey[] {
  const ids = known(context, key)?.replicas ?? [];
  return ids.flatMap((id) => context.topology.instances.get(id)?.key ?? []);
}

function* check(
  context: RoutineContext,
  key: InstanceKey,
  { instance, upper }: Stairs,
): Saga<ReplicaResult | { readonly facts: InstanceFacts }> {
  const reading = yield* readNow(context, key);
  if (!reading.ok) return { key, state: 'refused', reason: reading.reason };
  const facts = reading.value;
  const reason = firstReason(
    whyNoReplica(facts),
    facts.replica !== null && sameKey(facts.replica.source, instance.key)
      ? null
      : `${keyText(key)} doesn't replicate from ${keyText(instance.key)} any more.`,
    whyGroupSecondary(facts),
    upper.facts === null ? null : whyNotBelow(context, facts, upper.facts),
    movesByGtid(context, facts, upper, instance) || isBinlogServer(instance)
      ? null
      : firstReason(whyNotMovable(context, facts), whyNotBelow(context, facts, instance)),
  );
  return reason === null ? { facts } : { key, state: 'refused', reason };
}

function* moveAll(
  context: RoutineContext,
  replicas: readonly InstanceFacts[],
  stairs: Stairs,
): Saga<readonly ReplicaResult[]> {
  const { instance, upper } = stairs;
  const limit = context.settings.MaxConcurrentReplicaOperations;
  if (isBinlogServer(instance)) {
    const sagas = replicas.map((each) => result(each.key, moveWithSamePlaces(context, each, upper)));
    return yield* parallelLimited(sagas, limit);
  }
  const byGtid = replicas.filter((each) => movesByGtid(context, each, upper, instance));
  const others = replicas.filter((each) => !byGtid.includes(each));
  const sagas = byGtid.map((each) =>
    result(each.key, moveReplica(context, { replica: each, source: upper, mode: gtidOnceThere(context, upper) })),
  );
  const positions = others.length === 0 ? [] : [moveByPosition(context, others, stairs)];
  const ends = yield* parallel([parallelLimited(sagas, limit), ...positions]);
  return ends.flat();
}

/** All are stopped before the server is looked at: none may pass the place that is read there. */
function* moveByPosition(
  context: RoutineContext,
  replicas: readonly InstanceFacts[],
  { instance, upper }: Stairs,
): Saga<readonly ReplicaResult[]> {
  const timeoutMs = statementTimeoutMs(context);
  const stops = yield* parallel(replicas.map((each) => stopFully(each, timeoutMs)));
  // As it is now: what was read before the replicas were may be behind them, and a dry run goes by it.
  const current = yield* read(instance.key, timeoutMs);
  const paused = yield* pausedPlaces(context, current.ok ? current.value : instance);
  return yield* parallel(
    replicas.map((each, index) =>
      result(
        each.key,
        (function* (): Saga<Moved> {
          const stopped = stops[index];
          const why = stopped === undefined ? '' : stopped.ok ? null : stopped.failure.message;
          if (stopped?.ok !== true || paused.state !== 'read') {
            const back = yield* putBackTwice(context, each, null);
            const state = paused.state === 'left' ? 'left' : 'undone';
            const reason = why ?? (paused.state === 'read' ? '' : paused.reason);
            return notDone(reason, [back, { state, sentence: '' }]);
          }
          const { executed, own } = paused.places;
          const passage = { from: { key: instance.key, ...own }, to: { key: upper.key, ...executed } };
          return yield* moveAlong(context, each, stopped.value, passage, upper);
        })(),
      ),
    ),
  );
}

function* result(key: InstanceKey, saga: Saga<Moved>): Saga<ReplicaResult> {
  const moved = yield* saga;
  if (moved.state === 'done') return { key, state: 'done', reason: '' };
  return { key, state: moved.state, reason: moved.reason };
}
