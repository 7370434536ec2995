import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Topology } from '../../core/topology/topology.ts';
import type { ClusterNames } from './credential-book.ts';

/**
 * The cluster of a server: its own, else, before Baton has read it, that of a server which names it as source or has it
 * as replica.
 */
export function clusterOf({ instances }: Topology, key: InstanceKey): ClusterNames | null {
  const own = instances.get(keyText(key));
  if (own?.facts) return { name: own.clusterName, alias: own.clusterAlias };
  for (const each of instances.values()) {
    if (each.facts === null) continue;
    if (!sameKey(each.sourceKey, key) && !each.unknownReplicas.some((one) => sameKey(one, key))) continue;
    return { name: each.clusterName, alias: each.clusterAlias };
  }
  return own === undefined ? null : { name: own.clusterName, alias: own.clusterAlias };
}
