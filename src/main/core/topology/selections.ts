import { compareKeys, type InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Cluster, TopologyInstance } from './topology.ts';

/* Selections of a cluster's servers that scripts ask for (discovery reference, section 12.3). */

/** How many of each kind control an online schema change. */
const OSC_EACH = 2;

/**
 * The replicas whose lag an online schema change goes by: two of the busiest below the top, of each of them a busy
 * replica (of a single one two), two at the third level, and two below the top that have no replicas. Servers whose
 * last check failed, binlog servers and ignored ones don't count.
 */
export function oscReplicas(
  cluster: Cluster,
  isIgnored: (key: InstanceKey) => boolean = () => false,
): readonly TopologyInstance[] {
  const eligible = [...cluster.instances.values()].filter((each) => isFit(each) && !isIgnored(each.key));
  const at = (depth: number): readonly TopologyInstance[] =>
    eligible.filter((each) => each.depth === depth && each.isReplica).sort(busiestFirst);
  const below = at(1);
  const intermediate = below.filter((each) => each.replicas.length > 0).slice(0, OSC_EACH);
  const perIntermediate = intermediate.length === 1 ? OSC_EACH : 1;
  const theirs = intermediate.flatMap((source) =>
    eligible
      .filter((each) => each.source === source.id)
      .sort(busiestFirst)
      .slice(0, perIntermediate),
  );
  const third = at(3).slice(0, OSC_EACH);
  const leaves = below.filter((each) => each.replicas.length === 0).slice(0, OSC_EACH);
  return [...new Set([...intermediate, ...theirs, ...third, ...leaves])];
}

/** The longest lag of some servers in seconds, those with unknown lag left out; null for none. */
export function longestLag(instances: readonly TopologyInstance[]): number | null {
  const lags = instances.flatMap(({ facts }) => facts?.lagSeconds ?? []);
  return lags.length === 0 ? null : Math.max(...lags);
}

/** Read lately, and a server with data. */
export function isFit({ valid, isBinlogServer }: Pick<TopologyInstance, 'valid' | 'isBinlogServer'>): boolean {
  return valid && !isBinlogServer;
}

function busiestFirst(a: TopologyInstance, b: TopologyInstance): number {
  return b.replicas.length - a.replicas.length || compareKeys(a.key, b.key);
}
