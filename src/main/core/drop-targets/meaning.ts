import type { DropOperation, DropZone, MoveMode } from '../../../shared/domain/drop-target.ts';
import { type InstanceKey, sameKey } from '../../../shared/domain/instance-key.ts';
import type { OperationName } from '../../../shared/domain/operation.ts';
import type { Topology, TopologyInstance } from '../topology/topology.ts';
import type { CodedReason } from './reason-codes.ts';

/** What is dragged, and how. */
export interface Dragged {
  readonly instance: TopologyInstance;
  readonly mode: MoveMode;
  /** All its replicas, and not the server itself. */
  readonly replicas: boolean;
}

/** An operation, or why a drop means none. */
export type Meaning =
  | { readonly ok: true; readonly operation: DropOperation }
  | { readonly ok: false; readonly why: CodedReason };

const BELOW: Readonly<
  Record<Exclude<MoveMode, 'classic'>, { readonly one: OperationName; readonly all: OperationName }>
> = {
  smart: { one: 'relocate', all: 'relocate-replicas' },
  gtid: { one: 'move-gtid', all: 'move-replicas-gtid' },
  'pseudo-gtid': { one: 'match', all: 'match-replicas' },
};

/**
 * What a drop means (web interface reference, 5.7); null where there is no such zone. Differs from the reference in that
 * a server that is dropped on the source that it has already stays, and that taking the source's place is a zone of its
 * own in every mode.
 */
export function meaningOf(
  topology: Topology,
  dragged: Dragged,
  target: TopologyInstance,
  zone: DropZone,
): Meaning | null {
  if (zone === 'crown') return dragged.replicas ? null : crownMeaning(topology, dragged.instance, target);
  return dragged.replicas ? replicasMeaning(dragged, target) : oneMeaning(topology, dragged, target);
}

function oneMeaning(topology: Topology, { instance, mode }: Dragged, target: TopologyInstance): Meaning | null {
  if (sameKey(instance.key, target.key)) return null;
  if (isOnTop(instance) && target.source === instance.id) {
    return operation('make-co-master', target.key);
  }
  if (instance.source === target.id) {
    const params = { server: instance.id, target: target.id };
    return none('already-there', params, `${instance.id} replicates from ${target.id} already.`);
  }
  if (mode !== 'classic') return operation(BELOW[mode].one, instance.key, target.key);
  const areSiblings = instance.source !== null && target.source === instance.source;
  if (areSiblings) return operation('move-below', instance.key, target.key);
  const source = instance.source === null ? undefined : topology.instances.get(instance.source);
  if (source?.source === target.id) return operation('move-up', instance.key);
  const params = { server: instance.id, target: target.id };
  return none(
    'classic-far',
    params,
    `By file and position ${instance.id} can go below a sibling of its own or the source of its source, and ${target.id} is neither.`,
  );
}

function replicasMeaning({ instance, mode }: Dragged, target: TopologyInstance): Meaning {
  if (instance.replicas.length === 0) {
    return none('no-replicas', { server: instance.id }, `${instance.id} has no replicas.`);
  }
  if (instance.replicas.every((id) => id === target.id)) {
    const params = { server: instance.id, target: target.id };
    return none('only-replica', params, `${target.id} is the only replica of ${instance.id}.`);
  }
  const onItself = sameKey(instance.key, target.key);
  if (mode !== 'classic') return operation(BELOW[mode].all, instance.key, target.key);
  if (onItself) return operation('repoint-replicas', instance.key);
  if (instance.source === target.id) return operation('move-up-replicas', instance.key);
  return none(
    'classic-replicas-far',
    { server: instance.id, target: target.id },
    `By file and position the replicas of ${instance.id} can only go up, to the source of ${instance.id}.`,
  );
}

/** The crown of a cluster, of one of its co-masters, or of a server between. */
function crownMeaning(topology: Topology, instance: TopologyInstance, target: TopologyInstance): Meaning | null {
  if (sameKey(instance.key, target.key) || instance.clusterName !== target.clusterName) return null;
  if (!isOnTop(target)) return instance.source === target.id ? operation('take-master', instance.key) : null;
  const cluster = topology.clusters.get(target.clusterName);
  if (cluster === undefined || (target.depth === 0 && !target.isMaster && !target.isInRing)) return null;
  const args = { cluster: cluster.name, designated: instance.key };
  const inPair = target.isCoMaster && instance.isCoMaster;
  const name = inPair ? 'cascade-master-takeover-auto' : 'graceful-master-takeover-auto';
  return { ok: true, operation: { kind: 'takeover', name, args } };
}

/** The top of its cluster, or one of those on top. */
function isOnTop({ depth, isInRing }: TopologyInstance): boolean {
  return depth === 0 || isInRing;
}

function operation(name: OperationName, instance: InstanceKey, destination?: InstanceKey): Meaning {
  const args = destination === undefined ? { instance } : { instance, destination };
  return { ok: true, operation: { kind: 'operation', name, args } };
}

function none(code: string, params: CodedReason['params'], reason: string): Meaning {
  return { ok: false, why: { code, params, reason } };
}
