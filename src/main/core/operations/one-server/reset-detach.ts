import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { perform, propose, read, type Saga } from '../../sagas/effects.ts';
import { isSourceDetached } from '../../topology/server-traits.ts';
import { arrived } from '../frame/arrival.ts';
import { drain } from '../frame/await-applied.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { putBack, startThreads, stopFully } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { whyReceivedWouldBeLost } from './received.ts';
import { onReplica, onServer } from './run.ts';

const DETACHED = '//';

/** Lets a server forget its source for good (topology operations reference, 4.9). */
export const resetReplica: Operation = onServer(function* (context, facts) {
  const name = keyText(facts.key);
  if (facts.replica === null) return done(facts.key, `${name} has no replication configured: nothing to reset.`);
  return yield* underMaintenance(context, [facts.key], 'reset-replica', function* () {
    const timeoutMs = statementTimeoutMs(context);
    const stopped = yield* stopFully(facts, timeoutMs);
    if (!stopped.ok) return yield* undo(context, facts, stopped.failure.message);
    const reset = yield* perform(stopped.value, { kind: 'reset-replication' }, timeoutMs);
    const after = yield* read(facts.key, timeoutMs);
    if (after.ok && after.value.replica === null) return done(facts.key, `${name} has forgotten its source.`);
    const why = reset.ok ? `${name} still has a source.` : reset.failure.message;
    if (after.ok) return yield* undo(context, facts, why);
    return failed(
      facts.key,
      'left',
      `${asSentence(why)} Whether ${name} still has its source can't be told: ${asSentence(after.failure.message)} Try again: reset-replica -i ${name}`,
    );
  });
});

/** Makes the source's host name one that leads nowhere, reversibly (topology operations reference, 4.10). */
export const detachReplica: Operation = onReplica('detach', function* (context, facts, args) {
  const name = keyText(facts.key);
  if (isSourceDetached(facts)) {
    return refused(facts.key, `${name} is detached already; attach it with: reattach-replica-master-host -i ${name}`);
  }
  const lost = args.force === true ? null : whyReceivedWouldBeLost(facts, 'Detaching');
  if (lost !== null) return refused(facts.key, lost);
  return yield* turn(context, facts, args, 'detach-source', (source) => ({
    ...source,
    hostname: DETACHED + source.hostname,
  }));
});

/** Gives the source its host name back (topology operations reference, 4.10). */
export const reattachReplica: Operation = onReplica('reattach', function* (context, facts, args) {
  const name = keyText(facts.key);
  if (!isSourceDetached(facts)) {
    return refused(facts.key, `${name} is not detached: its source is ${keyText(facts.replica?.source ?? facts.key)}.`);
  }
  const attached = (source: InstanceKey): InstanceKey => ({
    ...source,
    hostname: source.hostname.slice(DETACHED.length),
  });
  const result = yield* turn(context, facts, args, 'reattach-source', attached);
  if (result.state === 'done' || result.destination !== null) yield* moveAlias(context, facts.key, result.destination);
  return result;
});

function* turn(
  context: RoutineContext,
  facts: InstanceFacts,
  args: OperationArgs,
  kind: 'detach-source' | 'reattach-source',
  renamed: (source: InstanceKey) => InstanceKey,
): Saga<OperationResult> {
  const { key, replica } = facts;
  if (replica === null) return refused(key, `${keyText(key)} is not a replica.`);
  const name = keyText(key);
  const target = renamed(replica.source);
  const isDetaching = kind === 'detach-source';
  return yield* underMaintenance(context, [key], isDetaching ? 'detach' : 'reattach', function* () {
    const timeoutMs = statementTimeoutMs(context);
    // A running applier first gets to the end of what was received.
    const drains = isDetaching && replica.sqlState === 1 && args.force !== true;
    const stopped = drains ? yield* drain(context, facts) : yield* stopFully(facts, timeoutMs);
    if (!stopped.ok) return yield* undo(context, facts, stopped.failure.message);
    const pending = isDetaching && args.force !== true ? whyReceivedWouldBeLost(stopped.value, 'Detaching') : null;
    if (pending !== null) return yield* undo(context, facts, pending);
    const at = stopped.value.replica?.executed ?? null;
    const turned = yield* perform(stopped.value, { kind }, timeoutMs);
    if (!turned.ok) return yield* undo(context, facts, turned.failure.message, at);
    const threads = isDetaching ? { io: replica.ioState > 0, sql: replica.sqlState > 0 } : { io: true, sql: true };
    const first = yield* startThreads(stopped.value, threads, timeoutMs);
    const started = first.ok ? first : yield* startThreads(stopped.value, threads, timeoutMs);
    const seen = yield* arrived(key, target, { io: !isDetaching, sql: false }, timeoutMs);
    const after = seen.ok ? seen : yield* read(key, timeoutMs);
    const isThere = after.ok && after.value.replica !== null && keyText(after.value.replica.source) === keyText(target);
    if (!isThere) return yield* undo(context, facts, seen.ok ? '' : seen.failure.message, at);
    const message = isDetaching
      ? `${name} is detached from ${keyText(replica.source)}.`
      : `${name} is attached to ${keyText(target)} again.`;
    if (!started.ok) {
      const why = asSentence(started.failure.message);
      return failed(key, 'left', `${message} It could not be started: ${why} Start it with: start-replica -i ${name}`, {
        destination: target,
      });
    }
    const problem = seen.ok ? '' : ` ${asSentence(seen.failure.message)} Its receiver goes on trying.`;
    return done(key, message + problem, { destination: target });
  });
}

function* undo(
  context: RoutineContext,
  before: InstanceFacts,
  why: string,
  at: Parameters<typeof putBack>[2] = null,
): Saga<OperationResult> {
  const first = yield* putBack(context, before, at);
  const back = first.state === 'undone' ? first : yield* putBack(context, before, at);
  return failed(before.key, back.state, `${asSentence(why)} ${back.sentence}`.trim());
}

/** An alias given by hand to the cluster that the detached server headed goes over to the one that it joins. */
function* moveAlias(context: RoutineContext, key: InstanceKey, source: InstanceKey | null): Saga<void> {
  const cluster = context.topology.clusters.get(keyText(key));
  if (cluster === undefined || source === null) return;
  const joined = context.topology.clusters.get(known(context, source)?.clusterName ?? keyText(source));
  const isByHand = cluster.alias !== cluster.name && cluster.alias !== cluster.aliasClaim?.alias;
  if (!isByHand || (joined !== undefined && joined.alias !== joined.name)) return;
  yield* propose({ type: 'set-cluster-alias', clusterName: joined?.name ?? keyText(source), alias: cluster.alias });
}
