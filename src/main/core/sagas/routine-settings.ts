/**
 * The settings that routines decide by, under their configuration names. They are kept with every recovery, so that a
 * replay decides from the same ones; none of them is a secret.
 */
export interface RoutineSettings {
  readonly InstancePollSeconds: number;
  readonly ReasonableReplicationLagSeconds: number;
  readonly ReasonableMaintenanceReplicationLagSeconds: number;
  readonly VerifyReplicationFilters: boolean;
  readonly LowerReplicaVersionAllowed: boolean;
  readonly MySQLTopologyReadTimeoutSeconds: number;
  readonly InstanceBulkOperationsWaitTimeoutSeconds: number;
  readonly MaxConcurrentReplicaOperations: number;
  readonly UseSuperReadOnly: boolean;
  readonly PseudoGTIDPattern: string;
  readonly PseudoGTIDPatternIsFixedSubstring: boolean;
  readonly PseudoGTIDMonotonicHint: string;
  readonly BinlogEventsChunkSize: number;
  readonly SkipBinlogEventsContaining: readonly string[];
  readonly PromotionIgnoreHostnameFilters: readonly string[];
  readonly ApplyMySQLPromotionAfterMasterFailover: boolean;
  readonly PreventCrossDataCenterMasterFailover: boolean;
  readonly PreventCrossRegionMasterFailover: boolean;
  readonly FailMasterPromotionOnLagMinutes: number;
  readonly FailMasterPromotionIfSQLThreadNotUpToDate: boolean;
  readonly DelayMasterPromotionIfSQLThreadNotUpToDate: boolean;
  readonly PostponeReplicaRecoveryOnLagMinutes: number;
  readonly CoMasterRecoveryMustPromoteOtherCoMaster: boolean;
  readonly DetachLostReplicasAfterMasterFailover: boolean;
  readonly MasterFailoverDetachReplicaMasterHost: boolean;
  readonly EnforceExactSemiSyncReplicas: boolean;
  readonly RecoverLockedSemiSyncMaster: boolean;
  readonly RecoverNonWriteableMaster: boolean;
  readonly BatonFenceEnabled: boolean;
}
