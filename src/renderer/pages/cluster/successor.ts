import type { FleetCluster } from '../../stores/fleet.ts';

/** The name of the cluster that one that is gone goes on as: of the same alias, else the one with most of its members. */
export function successorOf(gone: FleetCluster, clusters: ReadonlyMap<string, FleetCluster>): string | null {
  const { alias } = gone.cluster;
  let found: string | null = null;
  let most = 0;
  for (const [name, { cluster, members }] of clusters) {
    if (alias !== '' && cluster.alias === alias) return name;
    let shared = 0;
    for (const id of gone.members.keys()) if (members.has(id)) shared += 1;
    if (shared > most) {
      found = name;
      most = shared;
    }
  }
  return found;
}
