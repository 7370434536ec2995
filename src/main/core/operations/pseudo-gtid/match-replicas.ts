import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import type { Saga } from '../../sagas/effects.ts';
import { replicasThroughBinlogServers, resultOfGroup } from '../by-gtid/group.ts';
import { asReplicaResult } from '../by-gtid/outcome.ts';
import { parallelLimited } from '../frame/parallel-limited.ts';
import { type Operation, refused } from '../operation.ts';
import { searchOptions } from './find-place.ts';
import { match, sourceOf } from './match.ts';

/** `match-replicas`: a server's replicas below another one, side by side. */
export const matchReplicas: Operation = function* (context, args): Saga<OperationResult> {
  const { instance, destination } = args;
  if (destination === undefined) {
    return refused(instance, `Where the replicas of ${keyText(instance)} are to go is not given (-d host:port).`);
  }
  const configured = searchOptions(context);
  if (!configured.ok) return refused(instance, configured.failure.message);
  const replicas = replicasThroughBinlogServers(context, args, destination);
  if (!replicas.ok) return refused(instance, replicas.reason);
  const results = yield* matchAll(context, args, replicas.value, destination);
  return resultOfGroup(instance, destination, results, 'matched');
};

/** `match-up-replicas`: a server's replicas below its source. */
export const matchUpReplicas: Operation = function* (context, args): Saga<OperationResult> {
  const source = sourceOf(context, args.instance);
  if (source === null) return refused(args.instance, `${keyText(args.instance)} is not a replica.`);
  return yield* matchReplicas(context, { ...args, destination: source });
};

function* matchAll(
  context: RoutineContext,
  args: OperationArgs,
  replicas: readonly InstanceKey[],
  destination: InstanceKey,
): Saga<readonly ReplicaResult[]> {
  const moves = replicas.map((key) => matchOne(context, { ...args, instance: key, destination }));
  return yield* parallelLimited(moves, context.settings.MaxConcurrentReplicaOperations);
}

function* matchOne(context: RoutineContext, args: OperationArgs): Saga<ReplicaResult> {
  return asReplicaResult(args.instance, yield* match(context, args));
}
