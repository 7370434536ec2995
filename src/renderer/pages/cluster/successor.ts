import { keyText } from '../../../shared/domain/instance-key.ts';
import type { FleetCluster } from '../../stores/fleet.ts';

/** The name of the cluster that one that is gone goes on as: of the same alias, else the one with most of its members. */
export function successorOf(gone: FleetCluster, clusters: ReadonlyMap<string, FleetCluster>): string | null {
  const { alias } = gone.cluster;
  for (const [name, { cluster }] of clusters) if (alias !== '' && cluster.alias === alias) return name;
  return mostOf(gone, clusters)?.name ?? null;
}

/**
 * Where a cluster has gone that leaves its dead master behind: after a failover the master's name is still that of a
 * cluster, of which the master is all. Null while more of it is there than anywhere else, or its master is well.
 * @param before as it was at its biggest
 */
export function departedTo(
  before: FleetCluster,
  now: FleetCluster,
  clusters: ReadonlyMap<string, FleetCluster>,
): string | null {
  const { name, master } = now.cluster;
  const source = now.members.get(master === null ? name : keyText(master));
  if (source === undefined || source.valid) return null;
  const others = new Map(clusters);
  others.delete(name);
  const found = mostOf(before, others);
  return found === null || found.shared < now.members.size ? null : found.name;
}

/** The cluster with most of another's members. */
function mostOf(
  before: FleetCluster,
  clusters: ReadonlyMap<string, FleetCluster>,
): { readonly name: string; readonly shared: number } | null {
  let found: { readonly name: string; readonly shared: number } | null = null;
  for (const [name, { members }] of clusters) {
    let shared = 0;
    for (const id of before.members.keys()) if (members.has(id)) shared += 1;
    if (shared > (found?.shared ?? 0)) found = { name, shared };
  }
  return found;
}
