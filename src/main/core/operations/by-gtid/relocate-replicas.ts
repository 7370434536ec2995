import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import { note, type Saga } from '../../sagas/effects.ts';
import { isBinlogServer } from '../../topology/server-traits.ts';
import { firstReason } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { parallelLimited } from '../frame/parallel-limited.ts';
import { type Operation, refused } from '../operation.ts';
import { PSEUDO_GTID_OPERATIONS } from '../pseudo-gtid/index.ts';
import { serversAbove } from './circle.ts';
import { readReplicas, replicasThroughBinlogServers, replicasToMove, resultOfGroup } from './group.ts';
import { moveGtid } from './gtid-move.ts';
import { asReplicaResult } from './outcome.ts';
import { type Checked, refusal, whyUnknown } from './preconditions.ts';
import { existing, relocate } from './relocate.ts';
import { isGtidCompatible } from './relocation-method.ts';
import { repoint, repointPlaced } from './repoint.ts';

/**
 * `relocate-replicas`: all replicas of a server below another one (topology operations reference, 5.2). The server may
 * be dead. Each replica goes by its own method, so the result is the union of all that moved; there is no move by file
 * and position for groups.
 */
export const relocateReplicas: Operation = function* (context, args) {
  const group = yield* checkGroup(context, args, replicasToMove);
  if (!group.ok) return refused(args.instance, group.reason);
  const { destination, keys } = group.value;
  const above = yield* serversAbove(context, destination);
  const circle = keys.find((key) => above.some((each) => sameKey(each.key, key)));
  if (circle !== undefined && !sameKey(args.instance, destination.key)) {
    return refused(args.instance, circleReason(args.instance, destination.key, circle));
  }
  return yield* relocateAll(context, args, keys, destination);
};

function circleReason(instance: InstanceKey, destination: InstanceKey, replica: InstanceKey): string {
  return (
    `${keyText(destination)} is below ${keyText(replica)}, a replica of ${keyText(instance)}; moving that below it would ` +
    'make a circle. Leave it out with a pattern.'
  );
}

/** `take-siblings`: the other replicas of its source go below the instance, except those that it is below itself. */
export const takeSiblings: Operation = function* (context, { instance }) {
  const unknown = whyUnknown(context, instance);
  if (unknown !== null) return refused(instance, unknown);
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const [facts] = live.value;
  const source = facts.replica?.source;
  if (source === undefined || !isRealKey(source)) return refused(instance, `${keyText(instance)} is not a replica.`);
  const siblings = replicasToMove(context, { instance: source }, instance);
  if (!siblings.ok) return refused(instance, siblings.reason);
  const above = yield* serversAbove(context, facts);
  const keys = siblings.value.filter((key) => !above.some((each) => sameKey(each.key, key)));
  for (const key of siblings.value.filter((each) => !keys.includes(each))) {
    yield* note(`${keyText(key)} is left where it is: ${keyText(instance)} is below it.`);
  }
  const result = yield* relocateAll(context, { instance: source }, keys, facts);
  return { ...result, subject: instance, destination: instance };
};

function* relocateAll(
  context: RoutineContext,
  { instance }: OperationArgs,
  keys: readonly InstanceKey[],
  destination: InstanceFacts,
): Saga<OperationResult> {
  const { readable, unreadable } = yield* readReplicas(context, keys);
  const results = yield* parallelLimited(
    readable.map((replica) => relocateOne(context, instance, replica, destination)),
    context.settings.MaxConcurrentReplicaOperations,
  );
  return resultOfGroup(instance, destination.key, [...results, ...unreadable], 'relocated');
}

function* relocateOne(
  context: RoutineContext,
  instance: InstanceKey,
  replica: InstanceFacts,
  destination: InstanceFacts,
): Saga<ReplicaResult> {
  const method = methodFor(context, instance, replica, destination);
  if (method === null) return { key: replica.key, state: 'refused', reason: noMethod(replica.key, destination.key) };
  const result = yield* method(context, { instance: replica.key, destination: destination.key });
  return asReplicaResult(replica.key, result);
}

function methodFor(
  context: RoutineContext,
  instance: InstanceKey,
  replica: InstanceFacts,
  destination: InstanceFacts,
): Operation | null {
  if (sameKey(instance, destination.key)) return repoint;
  if (isBinlogServer(destination)) {
    return copiesSameLog(context, instance, destination) ? byCoordinates : relocate;
  }
  if (isBinlogServer(factsIn(context, instance)) && isSourceOf(context, instance, destination)) return byCoordinates;
  if (isGtidCompatible(replica, destination)) return moveGtid;
  if (replica.usesPseudoGtid && destination.usesPseudoGtid) return existing(PSEUDO_GTID_OPERATIONS.match, 'match');
  return null;
}

const byCoordinates: Operation = (context, args) => repointPlaced(context, args, 'coordinates');

function noMethod(replica: InstanceKey, destination: InstanceKey): string {
  const [a, b] = [keyText(replica), keyText(destination)];
  return (
    `${a} can go below ${b} neither by GTID nor by Pseudo-GTID, and there is no move of many by file and position. ` +
    `Try it alone: relocate -i ${a} -d ${b}`
  );
}

/** The destination copies the log of the server that the replicas replicate from, or both copy the same one. */
function copiesSameLog(context: RoutineContext, instance: InstanceKey, destination: InstanceFacts): boolean {
  const theirs = destination.replica?.source;
  if (theirs === undefined) return false;
  const own = factsIn(context, instance);
  const ownSource = own?.replica?.source;
  return sameKey(theirs, instance) || (isBinlogServer(own) && ownSource !== undefined && sameKey(ownSource, theirs));
}

function isSourceOf(context: RoutineContext, instance: InstanceKey, destination: InstanceFacts): boolean {
  const source = factsIn(context, instance)?.replica?.source;
  return source !== undefined && sameKey(source, destination.key);
}

function factsIn(context: RoutineContext, key: InstanceKey): InstanceFacts | null {
  return context.topology.instances.get(keyText(key))?.facts ?? null;
}

/** `move-replicas-gtid`: as `relocate-replicas`, by GTID only, with the replicas of binlog servers in between. */
export const moveReplicasGtid: Operation = function* (context, args) {
  const group = yield* checkGroup(context, args, replicasThroughBinlogServers);
  if (!group.ok) return refused(args.instance, group.reason);
  const { destination, keys } = group.value;
  return yield* eachByItself(context, args.instance, destination.key, keys, moveGtid, 'moved');
};

/** `repoint-replicas`: the replicas of a server at it again, or at another one, where they stand (reference, 5.3). */
export const repointReplicas: Operation = function* (context, args) {
  const { instance, destination = null } = args;
  const unknown = firstReason(
    whyUnknown(context, instance),
    destination === null ? null : whyUnknown(context, destination),
  );
  if (unknown !== null) return refused(instance, unknown);
  const keys = replicasToMove(context, args, destination);
  if (!keys.ok) return refused(instance, keys.reason);
  return yield* eachByItself(context, instance, destination ?? instance, keys.value, repoint, 'repointed');
};

function* eachByItself(
  context: RoutineContext,
  subject: InstanceKey,
  destination: InstanceKey,
  keys: readonly InstanceKey[],
  operation: Operation,
  verb: string,
): Saga<OperationResult> {
  const results = yield* parallelLimited(
    keys.map((key) => oneByItself(context, key, destination, operation)),
    context.settings.MaxConcurrentReplicaOperations,
  );
  return resultOfGroup(subject, destination, results, verb);
}

function* oneByItself(
  context: RoutineContext,
  key: InstanceKey,
  destination: InstanceKey,
  operation: Operation,
): Saga<ReplicaResult> {
  return asReplicaResult(key, yield* operation(context, { instance: key, destination }));
}

/** Both servers known, the destination readable, and the replicas that are meant. */
function* checkGroup(
  context: RoutineContext,
  args: OperationArgs,
  choose: typeof replicasToMove,
): Saga<Checked<{ readonly destination: InstanceFacts; readonly keys: readonly InstanceKey[] }>> {
  const { instance, destination } = args;
  if (destination === undefined) {
    return refusal(`Where the replicas of ${keyText(instance)} are to go is not given (-d host:port).`);
  }
  const unknown = firstReason(whyUnknown(context, instance), whyUnknown(context, destination));
  if (unknown !== null) return refusal(unknown);
  const keys = choose(context, args, destination);
  if (!keys.ok) return keys;
  const live = yield* readLive(context, [destination] as const);
  if (!live.ok) return refusal(live.failure.message);
  return { ok: true, value: { destination: live.value[0], keys: keys.value } };
}
