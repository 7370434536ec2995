import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { KeyText } from '../../../shared/domain/instance-key.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { resolveAliases, withAlias } from './aliases.ts';
import { buildCluster } from './build-cluster.ts';
import { groupIntoClusters } from './grouping.ts';
import type { Cluster, ClusterOptions, Topology, TopologyInstance } from './topology.ts';

export interface TopologyOptions extends Omit<ClusterOptions, 'isKnown' | 'previous'> {
  /** The topology as built before: ring clusters keep their names, and unchanged computations are taken over. */
  readonly previous?: Topology | undefined;
}

/** Builds the whole graph from scratch: who belongs together, every cluster, and who gets which alias. */
export function buildTopology(snapshots: Iterable<InstanceSnapshot>, options: TopologyOptions = {}): Topology {
  const { previous, ...rest } = options;
  const all = [...snapshots];
  const known = new Set(all.map(({ key }) => keyText(key)));
  const isKnown = (id: KeyText) => known.has(id);
  const clusters: Cluster[] = [];
  for (const [name, members] of groupIntoClusters(all, previous ? clusterNames(previous) : undefined)) {
    clusters.push(buildCluster(name, members, { ...rest, isKnown, previous: previous?.clusters.get(name) }));
  }
  return assembleTopology(clusters);
}

/** Puts clusters together into a topology, and settles which of them gets an alias that several claim. */
export function assembleTopology(clusters: Iterable<Cluster>): Topology {
  const all = [...clusters];
  const aliases = resolveAliases(all);
  const byName = new Map<string, Cluster>();
  const instances = new Map<KeyText, TopologyInstance>();
  for (const cluster of all) {
    const named = withAlias(cluster, aliases.get(cluster.name) ?? cluster.name);
    byName.set(named.name, named);
    for (const [id, instance] of named.instances) instances.set(id, instance);
  }
  return { instances, clusters: byName };
}

/** The name of the cluster of every instance, to be given to the next grouping. */
function clusterNames(topology: Topology): ReadonlyMap<KeyText, string> {
  const names = new Map<KeyText, string>();
  for (const [id, instance] of topology.instances) names.set(id, instance.clusterName);
  return names;
}
