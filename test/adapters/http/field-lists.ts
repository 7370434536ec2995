/** Field names in the order of the HTTP API reference, sections 7.3, 7.4 and 7.6, misspellings included. */

export const INSTANCE_FIELDS: readonly string[] = (
  'Key InstanceAlias Uptime ServerID ServerUUID Version VersionComment FlavorName ReadOnly Binlog_format ' +
  'BinlogRowImage LogBinEnabled LogSlaveUpdatesEnabled LogReplicationUpdatesEnabled SelfBinlogCoordinates ' +
  'MasterKey MasterUUID AncestryUUID IsDetachedMaster Slave_SQL_Running ReplicationSQLThreadRuning ' +
  'Slave_IO_Running ReplicationIOThreadRuning ReplicationSQLThreadState ReplicationIOThreadState ' +
  'HasReplicationFilters GTIDMode SupportsOracleGTID UsingOracleGTID UsingMariaDBGTID UsingPseudoGTID ' +
  'ReadBinlogCoordinates ExecBinlogCoordinates IsDetached RelaylogCoordinates LastSQLError LastIOError ' +
  'SecondsBehindMaster SQLDelay ExecutedGtidSet GtidPurged GtidErrant SlaveLagSeconds ReplicationLagSeconds ' +
  'SlaveHosts Replicas ClusterName SuggestedClusterAlias DataCenter Region PhysicalEnvironment ' +
  'ReplicationDepth IsCoMaster HasReplicationCredentials ReplicationCredentialsAvailable SemiSyncAvailable ' +
  'SemiSyncPriority SemiSyncMasterEnabled SemiSyncReplicaEnabled SemiSyncMasterTimeout ' +
  'SemiSyncMasterWaitForReplicaCount SemiSyncMasterStatus SemiSyncMasterClients SemiSyncReplicaStatus ' +
  'LastSeenTimestamp IsLastCheckValid IsUpToDate IsRecentlyChecked SecondsSinceLastSeen CountMySQLSnapshots ' +
  'IsCandidate PromotionRule IsDowntimed DowntimeReason DowntimeOwner DowntimeEndTimestamp ElapsedDowntime ' +
  'UnresolvedHostname AllowTLS Problems LastDiscoveryLatency ReplicationGroupName ' +
  'ReplicationGroupIsSinglePrimary ReplicationGroupMemberState ReplicationGroupMemberRole ' +
  'ReplicationGroupMembers ReplicationGroupPrimaryInstanceKey'
).split(' ');

export const ANALYSIS_FIELDS: readonly string[] = (
  'AnalyzedInstanceKey AnalyzedInstanceMasterKey ClusterDetails AnalyzedInstanceDataCenter ' +
  'AnalyzedInstanceRegion AnalyzedInstancePhysicalEnvironment AnalyzedInstanceBinlogCoordinates IsMaster ' +
  'IsReplicationGroupMember IsCoMaster LastCheckValid LastCheckPartialSuccess CountReplicas ' +
  'CountValidReplicas CountValidReplicatingReplicas CountReplicasFailingToConnectToMaster ' +
  'CountDowntimedReplicas ReplicationDepth Replicas SlaveHosts IsFailingToConnectToMaster Analysis ' +
  'Description StructureAnalysis IsDowntimed IsReplicasDowntimed DowntimeEndTimestamp ' +
  'DowntimeRemainingSeconds IsBinlogServer PseudoGTIDImmediateTopology OracleGTIDImmediateTopology ' +
  'MariaDBGTIDImmediateTopology BinlogServerImmediateTopology SemiSyncMasterEnabled SemiSyncMasterStatus ' +
  'SemiSyncMasterWaitForReplicaCount SemiSyncMasterClients CountSemiSyncReplicasEnabled CountLoggingReplicas ' +
  'CountStatementBasedLoggingReplicas CountMixedBasedLoggingReplicas CountRowBasedLoggingReplicas ' +
  'CountDistinctMajorVersionsLoggingReplicas CountDelayedReplicas CountLaggingReplicas IsActionableRecovery ' +
  'ProcessingNodeHostname ProcessingNodeToken CountAdditionalAgreeingNodes StartActivePeriod ' +
  'SkippableDueToDowntime GTIDMode MinReplicaGTIDMode MaxReplicaGTIDMode MaxReplicaGTIDErrant CommandHint ' +
  'IsReadOnly'
).split(' ');

export const RECOVERY_FIELDS: readonly string[] = (
  'Id UID AnalysisEntry SuccessorKey SuccessorAlias SuccessorBinlogCoordinates IsActive IsSuccessful ' +
  'LostReplicas ParticipatingInstanceKeys AllErrors RecoveryStartTimestamp RecoveryEndTimestamp ' +
  'ProcessingNodeHostname ProcessingNodeToken Acknowledged AcknowledgedAt AcknowledgedBy AcknowledgedComment ' +
  'LastDetectionId RelatedRecoveryId Type RecoveryType'
).split(' ');
