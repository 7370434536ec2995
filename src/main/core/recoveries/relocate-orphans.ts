import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { moveReplica } from '../operations/frame/move-replica.ts';
import { parallelLimited } from '../operations/frame/parallel-limited.ts';
import { findPlace, ownLogs } from '../operations/pseudo-gtid/find-place.ts';
import { type RoutineContext, replicationRules } from '../sagas/context.ts';
import { note, type Outcome, read, type Saga } from '../sagas/effects.ts';
import { applierStoppedByHand } from '../sagas/follow-new-source.ts';
import { canReplicateFrom, canReplicateFromGtid } from '../topology/can-replicate.ts';
import { usesGtid } from '../topology/server-traits.ts';
import { STATEMENT_TIMEOUT_MS } from './dead-master-input.ts';

/** What became of the replicas of a failed server that were to go below another one. */
export interface Relocation {
  readonly moved: readonly InstanceKey[];
  /** Those that are where they were, or worse, and why: a sentence each. */
  readonly left: readonly { readonly key: InstanceKey; readonly reason: string }[];
}

/**
 * Moves replicas of a failed server below another one, `MaxConcurrentReplicaOperations` at a time: by GTID, or by Pseudo-GTID. Those that can't be moved
 * stay below the failed one, as they were.
 */
export function* relocateOrphans(
  context: RoutineContext,
  failed: InstanceKey,
  orphans: readonly InstanceKey[],
  destination: InstanceKey,
): Saga<Relocation> {
  const target = yield* read(destination, STATEMENT_TIMEOUT_MS);
  const movable = orphans.filter((key) => !sameKey(key, destination));
  if (!target.ok) return { moved: [], left: movable.map((key) => ({ key, reason: target.failure.message })) };
  const branches = movable.map((key) => relocateOne(context, failed, key, target.value));
  const results = yield* parallelLimited(branches, context.settings.MaxConcurrentReplicaOperations);
  const reasons = movable.map((key, index) => ({ key, reason: results[index] ?? '' }));
  return {
    moved: reasons.filter(({ reason }) => reason === '').map(({ key }) => key),
    left: reasons.filter(({ reason }) => reason !== ''),
  };
}

/** @returns why it could not be moved; empty when it was */
function* relocateOne(
  context: RoutineContext,
  failed: InstanceKey,
  key: InstanceKey,
  destination: InstanceFacts,
): Saga<string> {
  const live = yield* read(key, STATEMENT_TIMEOUT_MS);
  if (!live.ok) return live.failure.message;
  const replica = live.value;
  const follows = replica.replica?.source;
  if (follows === undefined) return `${keyText(key)} is no replica any more.`;
  // Someone has moved it meanwhile, which is what was to be done.
  if (sameKey(follows, destination.key)) return '';
  if (!sameKey(follows, failed)) {
    yield* note(`${keyText(key)} follows ${keyText(follows)} by now, and is left alone.`);
    return '';
  }
  const rule = usesGtid(replica) ? canReplicateFromGtid : canReplicateFrom;
  const possible = rule(replica, destination, replicationRules(context));
  if (!possible.ok) return possible.reason;
  const moved = yield* moveReplica(context, {
    replica,
    source: destination,
    mode: usesGtid(replica)
      ? { by: 'gtid' }
      : function* (
          stopped,
        ): Saga<
          Outcome<{ readonly by: 'coordinates'; readonly at: { readonly file: string; readonly position: number } }>
        > {
          const found = yield* findPlace(context, ownLogs(stopped, destination), stopped, destination);
          return found.ok ? { ok: true, value: { by: 'coordinates', at: found.value.at } } : found;
        },
    threads: { io: true, sql: !applierStoppedByHand(replica) && replica.replica?.lastSqlErrno === 0 },
  });
  if (moved.state !== 'done') return moved.reason;
  yield* note(`${keyText(key)} replicates from ${keyText(destination.key)}.`);
  return '';
}
