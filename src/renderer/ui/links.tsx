import type { ClusterSummary } from '../../shared/contract/v2/cluster.ts';
import { hrefOf } from '../app/route.ts';
import { clusterTitle } from '../stores/fleet.ts';
import { useNames } from './names.ts';

/** A server by its id (`host:port`), and the way to all that is known of it. */
export function ServerLink({ id }: { readonly id: string }) {
  const names = useNames();
  return (
    <a className="plain-link mono" href={hrefOf('instance', [id])} title={names.server(id)}>
      {names.server(id)}
    </a>
  );
}

/** A cluster by what people call it, and the way to its topology. */
export function ClusterLink({ cluster }: { readonly cluster: Pick<ClusterSummary, 'name' | 'alias'> }) {
  const names = useNames();
  return (
    <a className="plain-link" href={hrefOf('cluster', [cluster.name])} title={names.cluster(cluster.name)}>
      {names.cluster(clusterTitle(cluster))}
    </a>
  );
}
