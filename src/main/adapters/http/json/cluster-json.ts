import { matchesClusterFilters } from '../../../../shared/settings/cluster-filters.ts';
import type { Settings } from '../../../../shared/settings/settings.ts';
import type { Cluster } from '../../../core/topology/topology.ts';

/** ClusterInfo of the compatible surface (http-api reference, section 7.5). */
export interface ClusterJson {
  readonly ClusterName: string;
  readonly ClusterAlias: string;
  readonly ClusterDomain: string;
  readonly CountInstances: number;
  readonly HeuristicLag: number;
  readonly HasAutomatedMasterRecovery: boolean;
  readonly HasAutomatedIntermediateMasterRecovery: boolean;
}

export const NO_CLUSTER_JSON: ClusterJson = {
  ClusterName: '',
  ClusterAlias: '',
  ClusterDomain: '',
  CountInstances: 0,
  HeuristicLag: 0,
  HasAutomatedMasterRecovery: false,
  HasAutomatedIntermediateMasterRecovery: false,
};

export function clusterJson(cluster: Cluster, settings: Settings): ClusterJson {
  const { name, alias } = cluster;
  return {
    ClusterName: name,
    ClusterAlias: alias,
    ClusterDomain: cluster.domain,
    CountInstances: cluster.instances.size,
    HeuristicLag: 0,
    HasAutomatedMasterRecovery: matchesClusterFilters(settings.RecoverMasterClusterFilters, name, alias),
    HasAutomatedIntermediateMasterRecovery: matchesClusterFilters(
      settings.RecoverIntermediateMasterClusterFilters,
      name,
      alias,
    ),
  };
}
