import { setting } from '../definition.ts';

const hooks = (status: 'used' | 'not-used-yet', doc: string) => setting('string[]', [], status, doc);

/** Detection and recovery (configuration reference, section 3.9). */
export const RECOVERY_SETTINGS = {
  ReduceReplicationAnalysisCount: setting('bool', true, 'used', 'Analyses only instances that may have a problem.'),
  FailureDetectionPeriodBlockMinutes: setting('int', 60, 'used', 'Time in which a failure is not detected again.', {
    unit: 'minutes',
    min: 0,
  }),
  RecoveryPeriodBlockSeconds: setting('int', 3600, 'used', 'Time in which a cluster is not failed over again.', {
    unit: 'seconds',
    min: 0,
  }),
  RecoveryPeriodBlockMinutes: setting('int', 60, 'used', 'Used when RecoveryPeriodBlockSeconds is 0.', {
    unit: 'minutes',
    min: 0,
  }),
  RecoveryIgnoreHostnameFilters: setting('string[]', [], 'used', 'Hosts (without port) left out of the analysis.', {
    pattern: 'regex',
  }),
  RecoverMasterClusterFilters: setting('string[]', [], 'used', 'Clusters whose source is failed over automatically.', {
    pattern: 'cluster',
  }),
  RecoverIntermediateMasterClusterFilters: setting(
    'string[]',
    [],
    'used',
    'Clusters whose intermediate sources are recovered automatically.',
    { pattern: 'cluster' },
  ),
  PromotionIgnoreHostnameFilters: setting('string[]', [], 'used', 'Hosts that are never promoted.', {
    pattern: 'host',
  }),
  RecoverNonWriteableMaster: setting('bool', false, 'used', 'Makes a read-only source writeable.'),
  CoMasterRecoveryMustPromoteOtherCoMaster: setting(
    'bool',
    true,
    'used',
    'Accepts only the other co-source when one of a pair died.',
  ),
  DetachLostSlavesAfterMasterFailover: setting(
    'bool',
    true,
    'used',
    'Older name of DetachLostReplicasAfterMasterFailover; while true, that one is true.',
  ),
  DetachLostReplicasAfterMasterFailover: setting('bool', false, 'used', 'Detaches replicas lost in a failover.'),
  ApplyMySQLPromotionAfterMasterFailover: setting(
    'bool',
    true,
    'used',
    'Stops replication on the promoted server for good and makes it writeable.',
  ),
  PreventCrossDataCenterMasterFailover: setting('bool', false, 'used', "Promotes in the source's data center only."),
  PreventCrossRegionMasterFailover: setting('bool', false, 'used', "Promotes in the source's region only."),
  MasterFailoverLostInstancesDowntimeMinutes: setting(
    'uint',
    0,
    { ignored: 'servers lost in a failover are always downtimed, until they are well again' },
    'Downtime of servers lost in a failover; 0 for none.',
    { unit: 'minutes' },
  ),
  MasterFailoverDetachSlaveMasterHost: setting(
    'bool',
    false,
    'used',
    'Older name of MasterFailoverDetachReplicaMasterHost; while true, that one is true.',
  ),
  MasterFailoverDetachReplicaMasterHost: setting(
    'bool',
    false,
    'used',
    'Detaches the source host of the promoted server.',
  ),
  FailMasterPromotionOnLagMinutes: setting('uint', 0, 'used', 'Lag at which a promotion is refused; 0 for never.', {
    unit: 'minutes',
  }),
  FailMasterPromotionIfSQLThreadNotUpToDate: setting(
    'bool',
    false,
    'used',
    'Refuses to promote a replica that has not applied all that it received.',
  ),
  DelayMasterPromotionIfSQLThreadNotUpToDate: setting(
    'bool',
    false,
    { ignored: 'the relay log is always applied before a promotion, as long as the applier makes progress' },
    'Waits until the promoted replica has applied all that it received.',
  ),
  PostponeSlaveRecoveryOnLagMinutes: setting('uint', 0, 'used', 'Older name of PostponeReplicaRecoveryOnLagMinutes.', {
    unit: 'minutes',
  }),
  PostponeReplicaRecoveryOnLagMinutes: setting('uint', 0, 'used', 'Lag at which a replica is moved last.', {
    unit: 'minutes',
  }),
  EnforceExactSemiSyncReplicas: setting(
    'bool',
    false,
    'used',
    'Enables and disables semi-sync replicas until they are as many as the source waits for.',
  ),
  RecoverLockedSemiSyncMaster: setting(
    'bool',
    false,
    'used',
    'Enables as many semi-sync replicas as a locked source waits for.',
  ),
  ReasonableLockedSemiSyncMasterSeconds: setting(
    'uint',
    0,
    'used',
    'Time after which a semi-sync source counts as locked; 0 is ReasonableReplicationLagSeconds.',
    { unit: 'seconds' },
  ),
  ProcessesShellCommand: setting('string', 'bash', 'used', 'Shell that runs the hooks.'),
  OnFailureDetectionProcesses: hooks('used', 'Hooks run on detection; one that fails holds the recovery back.'),
  PreGracefulTakeoverProcesses: hooks('used', 'Hooks run before a planned takeover; a failure aborts it.'),
  PreFailoverProcesses: hooks('used', 'Hooks run before a recovery; a failure aborts it.'),
  PostFailoverProcesses: hooks('used', 'Hooks run after any successful recovery.'),
  PostUnsuccessfulFailoverProcesses: hooks('used', 'Hooks run after a recovery that did not succeed.'),
  PostMasterFailoverProcesses: hooks('used', "Hooks run after a source's successful recovery."),
  PostIntermediateMasterFailoverProcesses: hooks(
    'used',
    "Hooks run after an intermediate source's or group member's recovery.",
  ),
  PostGracefulTakeoverProcesses: hooks('used', 'Hooks run after a planned takeover.'),
  PostTakeMasterProcesses: hooks('used', 'Hooks run after an instance took the place of its source.'),
};
