import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { unappliedText } from '../../candidates/choose-by-position.ts';
import { known, type RoutineContext } from '../../sagas/context.ts';
import { note, type Saga } from '../../sagas/effects.ts';
import { coordinatesText } from '../../topology/coordinates.ts';
import { isBinlogServer } from '../../topology/server-traits.ts';
import { movedResult } from '../by-gtid/outcome.ts';
import { checkPair } from '../by-gtid/preconditions.ts';
import { awaitApplied, receivedGoal } from '../frame/await-applied.ts';
import { firstReason } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, moveReplica } from '../frame/move-replica.ts';
import type { Operation } from '../operation.ts';
import { refused } from '../operation.ts';
import { findPlace, ownLogs, searchOptions } from './find-place.ts';

/** `match`: below another server, at the place that Pseudo-GTID shows (topology operations reference, 6). */
export const match: Operation = function* (context, args): Saga<OperationResult> {
  const { instance, destination } = args;
  const configured = searchOptions(context);
  if (!configured.ok) return refused(instance, configured.failure.message);
  const pair = yield* checkPair(context, args);
  if (!pair.ok) return refused(instance, pair.reason);
  if (destination === undefined) return refused(instance, `Where ${keyText(instance)} is to go is not given.`);
  const { replica, source, warnings } = pair.value;
  const reason = whyNotMatchable(replica, source);
  if (reason !== null) return refused(instance, reason);
  for (const warning of warnings) yield* note(warning);
  return yield* underMaintenance(context, [instance], `match below ${keyText(destination)}`, function* () {
    const moved = yield* matchReplica(context, replica, source);
    return movedResult(instance, destination, moved);
  });
};

/** `match-up`: below the source of its source. */
export const matchUp: Operation = function* (context, args): Saga<OperationResult> {
  const source = sourceOf(context, args.instance);
  const above = source === null ? null : sourceOf(context, source);
  if (source === null) return refused(args.instance, `${keyText(args.instance)} is not a replica.`);
  if (above === null) {
    return refused(args.instance, `${keyText(source)}, the source of ${keyText(args.instance)}, has no source itself.`);
  }
  return yield* match(context, { ...args, destination: above });
};

/** `rematch`: below the source that it has, at the place that its logs say. */
export const rematch: Operation = function* (context, args): Saga<OperationResult> {
  const source = sourceOf(context, args.instance);
  if (source === null) return refused(args.instance, `${keyText(args.instance)} is not a replica.`);
  return yield* match(context, { ...args, destination: source });
};

/** What a server replicated from when the picture was taken; null for none and for a detached one. */
export function sourceOf(context: RoutineContext, key: InstanceKey): InstanceKey | null {
  const instance = known(context, key);
  return instance !== null && isRealKey(instance.sourceKey) && !instance.isSourceDetached ? instance.sourceKey : null;
}

/** What stands against matching two servers that may replicate from each other. */
export function whyNotMatchable(replica: InstanceFacts, source: InstanceFacts): string | null {
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  const channel = replica.replica;
  return firstReason(
    isBinlogServer(source)
      ? `${b} is a binlog server: what is below it keeps its coordinates. Use: repoint -i ${a} -d ${b}`
      : null,
    isBinlogServer(replica) ? `${a} is a binlog server and writes no events of its own to compare.` : null,
    whyOrderDiffers(replica),
    whyOrderDiffers(source),
    channel !== null && channel.sqlState !== 1 && channel.lastSqlErrno !== 0
      ? `The applier of ${a} has stopped with an error, maybe leaving gaps among what it executed, so that its place can't ` +
          `be told: ${channel.lastSqlError}. Repair it first (skip-query, start-replica).`
      : null,
  );
}

/**
 * Logs are compared event by event, so they have to hold the same transactions in the same order: where two transactions
 * that are alike have changed places, the wrong one would be taken for the place.
 */
function whyOrderDiffers({ key, flavor, replica }: InstanceFacts): string | null {
  if (replica?.appliesOutOfOrder !== true) return null;
  const settings =
    flavor === 'MariaDB'
      ? 'SET GLOBAL slave_parallel_threads = 0'
      : 'SET GLOBAL replica_preserve_commit_order = ON (slave_preserve_commit_order before MySQL 8.0.26; on 5.6, and ' +
        'with the parallel type DATABASE, SET GLOBAL slave_parallel_workers = 0 instead)';
  const name = keyText(key);
  return (
    `${name} applies transactions in parallel and may commit them in another order than its source, so its binary log ` +
    `can't be compared with others by Pseudo-GTID. Stop its applier (stop-replica -i ${name}), run ${settings}, and start ` +
    'it again; what it logged before stays in the order that it has, so wait for marks that are newer than that.'
  );
}

/** Moves a replica to the place that Pseudo-GTID shows; puts it back when there is none. */
export function* matchReplica(context: RoutineContext, before: InstanceFacts, source: InstanceFacts): Saga<Moved> {
  const ready = yield* relayLogApplied(context, before);
  if (!ready.ok) return { state: 'refused', reason: ready.reason };
  return yield* moveReplica(context, {
    replica: before,
    source,
    mode: function* (stopped) {
      const place = yield* findPlace(context, ownLogs(stopped, source), stopped, source);
      if (!place.ok) return place;
      const { at, events } = place.value;
      yield* note(
        `${keyText(before.key)} goes on at ${coordinatesText(at)} of ${keyText(source.key)}: ${events} events are the same.`,
      );
      return { ok: true, value: { by: 'coordinates', at } };
    },
  });
}

/**
 * What was received goes when a replica is pointed elsewhere. That is no loss while the old source can send it again; else
 * it has to be applied first (safety rule 2).
 */
function* relayLogApplied(
  context: RoutineContext,
  facts: InstanceFacts,
): Saga<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  const { replica } = facts;
  if (replica === null || replica.ioState === 1 || unappliedText(facts) === '') return { ok: true };
  const name = keyText(facts.key);
  if (replica.sqlState === 1 && replica.sqlDelaySeconds === 0) {
    const applied = yield* awaitApplied(context, facts, receivedGoal(facts, replica));
    return applied.ok ? { ok: true } : { ok: false, reason: applied.failure.message };
  }
  const why = replica.sqlDelaySeconds > 0 ? 'it is delayed on purpose' : 'its applier is stopped';
  return {
    ok: false,
    reason:
      `${name} doesn't receive anything, and has not applied ${unappliedText(facts)}, as ${why}; moved elsewhere, it would ` +
      `lose that. Let it apply that first (start-replica -i ${name}).`,
  };
}
