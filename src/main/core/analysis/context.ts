import type { KeyText } from '../../../shared/domain/instance-key.ts';
import type { Cluster, Downtime, Lookup, TopologyInstance } from '../topology/topology.ts';

/** The settings that enter the decision, under their configuration names. */
export interface AnalysisSettings {
  /** `InstancePollSeconds`. */
  readonly instancePollSeconds: number;
  /** `ReasonableInstanceCheckSeconds`. */
  readonly reasonableInstanceCheckSeconds: number;
  /** `ReasonableReplicationLagSeconds`. */
  readonly reasonableReplicationLagSeconds: number;
  /** `EnforceExactSemiSyncReplicas`. */
  readonly enforceExactSemiSyncReplicas: boolean;
  /** `RecoverNonWriteableMaster`. */
  readonly recoverNonWriteableMaster: boolean;
  /** `ReduceReplicationAnalysisCount`. */
  readonly reduceReplicationAnalysisCount: boolean;
}

/** Everything besides the cluster itself that an analysis depends on. */
export interface AnalysisContext {
  /** ms since the epoch. */
  readonly nowMs: number;
  /**
   * ms since the epoch at which this process has had the time to poll everything it knew when it started. Until then a
   * source is not judged while one of its replicas still waits for its first poll (analysis reference, 11).
   */
  readonly evidenceDueMs: number;
  readonly settings: AnalysisSettings;
  readonly downtimes: Lookup<Downtime>;
  readonly isInMaintenance: (id: KeyText) => boolean;
  /**
   * The replica's receiver claims to run, and is proven to have heard nothing from its source for so long that the
   * source can't be feeding it: a frozen source keeps its connections open.
   */
  readonly isDeaf?: (id: KeyText) => boolean;
  /**
   * Baton is restarting the replica's receiver to learn whether the source answers it; that it doesn't run meanwhile
   * says nothing about either.
   */
  readonly isProbed?: (id: KeyText) => boolean;
  /** `RecoveryIgnoreHostnameFilters`, on the host name alone. */
  readonly isIgnored: (hostname: string) => boolean;
  /** `RecoverMasterClusterFilters`. */
  readonly hasAutomatedMasterRecovery: (cluster: Cluster) => boolean;
  /** `RecoverIntermediateMasterClusterFilters`. */
  readonly hasAutomatedIntermediateMasterRecovery: (cluster: Cluster) => boolean;
  /** The binary log hasn't moved for the time that makes a semi-sync source count as locked; see `stale-coordinates`. */
  readonly hasStaleCoordinates: (instance: TopologyInstance) => boolean;
}

/** What a caller wants to see (analysis reference, 10.1). */
export interface AnalysisFilter {
  readonly includeDowntimed: boolean;
  readonly includeNoProblem: boolean;
}
