import type { KeyText } from '../../../shared/domain/instance-key.ts';
import type { Cluster, TopologyInstance } from './topology.ts';

/**
 * The cluster's master: of the top and the co-masters, a writeable one first, then the one nearest to the top
 * (discovery reference, 6). Null when the source on top isn't known. A replica whose source isn't known is the top
 * of its own cluster, and returned although it is no master by itself: look at `isMaster` before telling clients.
 */
export function clusterMaster(cluster: Cluster): TopologyInstance | null {
  const candidates = mastersOf(cluster);
  return candidates.find(isWriteable) ?? candidates[0] ?? null;
}

/** As `clusterMaster`, but only one that takes writes, by its last facts. */
export function writeableMaster(cluster: Cluster): TopologyInstance | null {
  return mastersOf(cluster).find(isWriteable) ?? null;
}

/** Everything below an instance, nearest first, without the instance itself. On a ring that is all the others. */
export function descendants(cluster: Cluster, id: KeyText): readonly TopologyInstance[] {
  const found = new Map<KeyText, TopologyInstance>();
  const children = childrenByParent(cluster);
  const queue: KeyText[] = [id];
  // The queue grows while it is walked.
  for (const at of queue) {
    for (const child of children.get(at) ?? []) {
      if (child.id === id || found.has(child.id)) continue;
      found.set(child.id, child);
      queue.push(child.id);
    }
  }
  return [...found.values()];
}

/** True when going up from `id` meets `ofId`. An instance is not its own descendant. */
export function isDescendant(cluster: Cluster, id: KeyText, ofId: KeyText): boolean {
  if (id === ofId) return false;
  const visited = new Set<KeyText>([id]);
  for (let at = cluster.instances.get(id)?.parent ?? null; at !== null && !visited.has(at); ) {
    if (at === ofId) return true;
    visited.add(at);
    at = cluster.instances.get(at)?.parent ?? null;
  }
  return false;
}

/** The other replicas of an instance's source, known to Baton or not, in key order. */
export function siblings(cluster: Cluster, id: KeyText): readonly TopologyInstance[] {
  const instance = cluster.instances.get(id);
  if (instance === undefined || instance.sourceKey.port === 0) return [];
  const { hostname, port } = instance.sourceKey;
  return [...cluster.instances.values()].filter(
    (other) => other.id !== id && other.sourceKey.hostname === hostname && other.sourceKey.port === port,
  );
}

/** What hangs directly below each instance, group secondaries included; lists are in key order. */
export function childrenByParent(cluster: Cluster): ReadonlyMap<KeyText, readonly TopologyInstance[]> {
  const children = new Map<KeyText, TopologyInstance[]>();
  for (const instance of cluster.instances.values()) {
    if (instance.parent === null) continue;
    const list = children.get(instance.parent);
    if (list === undefined) children.set(instance.parent, [instance]);
    else list.push(instance);
  }
  return children;
}

/** Nearest to the top first; of equals, in key order. */
function mastersOf(cluster: Cluster): readonly TopologyInstance[] {
  return [...cluster.instances.values()]
    .filter((instance) => instance.depth === 0 || instance.isCoMaster)
    .sort((a, b) => a.depth - b.depth);
}

function isWriteable(instance: TopologyInstance): boolean {
  return instance.facts !== null && !instance.facts.readOnly;
}
