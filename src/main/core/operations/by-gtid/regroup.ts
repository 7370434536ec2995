import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import { note, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates } from '../../topology/coordinates.ts';
import { isBinlogServer, usesGtid } from '../../topology/server-traits.ts';
import { parallelLimited } from '../frame/parallel-limited.ts';
import { type Operation, refused } from '../operation.ts';
import { PSEUDO_GTID_OPERATIONS } from '../pseudo-gtid/index.ts';
import { readReplicas, replicasToMove, resultOfGroup } from './group.ts';
import { asReplicaResult } from './outcome.ts';
import { whyUnknown } from './preconditions.ts';
import { regroupReplicasGtid } from './regroup-gtid.ts';
import { onlyOne, summaryLine } from './regroup-summary.ts';
import { existing } from './relocate.ts';
import { repointPlaced } from './repoint.ts';

/**
 * `regroup-replicas`: one replica takes its siblings, by GTID where all of them use it, by coordinates among binlog
 * servers, else by Pseudo-GTID (topology operations reference, 7). A single replica is the candidate as it is.
 */
export const regroupReplicas: Operation = function* (context, args) {
  const { instance } = args;
  const found = yield* readGroup(context, instance);
  if (!found.ok) return refused(instance, found.reason);
  const { readable, unreadable } = found;
  const [only] = readable;
  if (only !== undefined && readable.length + unreadable.length === 1) return onlyOne('smart', instance, only.key);
  if (readable.every(isBinlogServer)) return yield* regroupBinlogServers(context, instance, readable, unreadable);
  if (!readable.every(usesGtid)) {
    return yield* existing(PSEUDO_GTID_OPERATIONS['regroup-replicas-pgtid'], 'regroup-replicas-pgtid')(context, args);
  }
  const result = yield* regroupReplicasGtid(context, args);
  return result.lines.length === 0 ? result : { ...result, lines: [summaryLine('smart', instance, result.replicas)] };
};

/** `regroup-replicas-bls`: the most advanced of the binlog servers below a server takes the others. */
export const regroupReplicasBls: Operation = function* (context, { instance }) {
  const found = yield* readGroup(context, instance);
  if (!found.ok) return refused(instance, found.reason);
  const servers = found.readable.filter(isBinlogServer);
  if (servers.length === 0) return refused(instance, `${keyText(instance)} has no replicas that are binlog servers.`);
  return yield* regroupBinlogServers(context, instance, servers, []);
};

type Group =
  | { readonly ok: false; readonly reason: string }
  | { readonly ok: true; readonly readable: readonly InstanceFacts[]; readonly unreadable: readonly ReplicaResult[] };

function* readGroup(context: RoutineContext, instance: InstanceKey): Saga<Group> {
  const unknown = whyUnknown(context, instance);
  if (unknown !== null) return { ok: false, reason: unknown };
  const keys = replicasToMove(context, { instance }, null);
  if (!keys.ok) return keys;
  if (keys.value.length === 0) return { ok: false, reason: `${keyText(instance)} has no replicas to regroup.` };
  const { readable, unreadable } = yield* readReplicas(context, keys.value);
  if (readable.length > 0) return { ok: true, readable, unreadable };
  const reasons = unreadable.map((each) => each.reason).join(' ');
  return { ok: false, reason: `None of the replicas of ${keyText(instance)} can be read. ${reasons}` };
}

/** Binlog servers keep their source's coordinates, so any that isn't ahead goes below another as it stands. */
function* regroupBinlogServers(
  context: RoutineContext,
  instance: InstanceKey,
  servers: readonly InstanceFacts[],
  unreadable: readonly ReplicaResult[],
): Saga<OperationResult> {
  const [chosen] = [...servers].sort(byProgress);
  if (chosen === undefined) return refused(instance, `${keyText(instance)} has no binlog server to regroup.`);
  yield* note(`${keyText(chosen.key)} is the most advanced binlog server.`);
  const others = servers.filter((each) => !sameKey(each.key, chosen.key));
  const results = yield* parallelLimited(
    others.map((each) => below(context, each.key, chosen.key)),
    context.settings.MaxConcurrentReplicaOperations,
  );
  const all = [...results, ...unreadable];
  const result = resultOfGroup(chosen.key, chosen.key, all, `moved below ${keyText(chosen.key)}`);
  return { ...result, lines: [summaryLine('gtid', instance, all)] };
}

function* below(context: RoutineContext, key: InstanceKey, destination: InstanceKey): Saga<ReplicaResult> {
  return asReplicaResult(key, yield* repointPlaced(context, { instance: key, destination }, 'coordinates'));
}

function byProgress(a: InstanceFacts, b: InstanceFacts): number {
  const [x, y] = [a.replica?.executed, b.replica?.executed];
  const order = x === undefined || y === undefined ? 0 : compareCoordinates(y, x);
  return order || compareKeys(a.key, b.key);
}
