/**
 * Objects of the HTTP API reference, sections 7 and 9: their fields in order, each with its type, misspellings included.
 * `X[]` is a list, `{X}` an object with values of X, `X|Y` either of two; see `shape-check.ts`.
 */
export const SHAPES = {
  Key: 'Hostname:string Port:uint',
  Coordinates: 'LogFile:string LogPos:uint Type:0..1',
  NullInt: 'Int64:int Valid:bool',
  Instance: `Key:Key InstanceAlias:string Uptime:uint ServerID:uint ServerUUID:string Version:string
    VersionComment:string FlavorName:string ReadOnly:bool Binlog_format:string BinlogRowImage:string LogBinEnabled:bool
    LogSlaveUpdatesEnabled:bool LogReplicationUpdatesEnabled:bool SelfBinlogCoordinates:Coordinates MasterKey:Key
    MasterUUID:string AncestryUUID:string IsDetachedMaster:bool Slave_SQL_Running:bool ReplicationSQLThreadRuning:bool
    Slave_IO_Running:bool ReplicationIOThreadRuning:bool ReplicationSQLThreadState:-1..2
    ReplicationIOThreadState:-1..2 HasReplicationFilters:bool GTIDMode:string SupportsOracleGTID:bool
    UsingOracleGTID:bool UsingMariaDBGTID:bool UsingPseudoGTID:bool ReadBinlogCoordinates:Coordinates
    ExecBinlogCoordinates:Coordinates IsDetached:bool RelaylogCoordinates:Coordinates LastSQLError:string
    LastIOError:string SecondsBehindMaster:NullInt SQLDelay:uint ExecutedGtidSet:string GtidPurged:string
    GtidErrant:string SlaveLagSeconds:NullInt ReplicationLagSeconds:NullInt SlaveHosts:Key[] Replicas:Key[]
    ClusterName:string SuggestedClusterAlias:string DataCenter:string Region:string PhysicalEnvironment:string
    ReplicationDepth:uint IsCoMaster:bool HasReplicationCredentials:bool ReplicationCredentialsAvailable:bool
    SemiSyncAvailable:bool SemiSyncPriority:uint SemiSyncMasterEnabled:bool SemiSyncReplicaEnabled:bool
    SemiSyncMasterTimeout:uint SemiSyncMasterWaitForReplicaCount:uint SemiSyncMasterStatus:bool
    SemiSyncMasterClients:uint SemiSyncReplicaStatus:bool LastSeenTimestamp:time IsLastCheckValid:bool IsUpToDate:bool
    IsRecentlyChecked:bool SecondsSinceLastSeen:NullInt CountMySQLSnapshots:int IsCandidate:bool PromotionRule:string
    IsDowntimed:bool DowntimeReason:string DowntimeOwner:string DowntimeEndTimestamp:time ElapsedDowntime:int
    UnresolvedHostname:string AllowTLS:bool Problems:string[] LastDiscoveryLatency:int ReplicationGroupName:string
    ReplicationGroupIsSinglePrimary:bool ReplicationGroupMemberState:string ReplicationGroupMemberRole:string
    ReplicationGroupMembers:Key[] ReplicationGroupPrimaryInstanceKey:Key`,
  Analysis: `AnalyzedInstanceKey:Key AnalyzedInstanceMasterKey:Key ClusterDetails:ClusterInfo
    AnalyzedInstanceDataCenter:string AnalyzedInstanceRegion:string AnalyzedInstancePhysicalEnvironment:string
    AnalyzedInstanceBinlogCoordinates:Coordinates IsMaster:bool IsReplicationGroupMember:bool IsCoMaster:bool
    LastCheckValid:bool LastCheckPartialSuccess:bool CountReplicas:uint CountValidReplicas:uint
    CountValidReplicatingReplicas:uint CountReplicasFailingToConnectToMaster:uint CountDowntimedReplicas:uint
    ReplicationDepth:uint Replicas:Key[] SlaveHosts:Key[] IsFailingToConnectToMaster:bool Analysis:string
    Description:string StructureAnalysis:string[]|null IsDowntimed:bool IsReplicasDowntimed:bool
    DowntimeEndTimestamp:time DowntimeRemainingSeconds:int IsBinlogServer:bool PseudoGTIDImmediateTopology:bool
    OracleGTIDImmediateTopology:bool MariaDBGTIDImmediateTopology:bool BinlogServerImmediateTopology:bool
    SemiSyncMasterEnabled:bool SemiSyncMasterStatus:bool SemiSyncMasterWaitForReplicaCount:uint
    SemiSyncMasterClients:uint CountSemiSyncReplicasEnabled:uint CountLoggingReplicas:uint
    CountStatementBasedLoggingReplicas:uint CountMixedBasedLoggingReplicas:uint CountRowBasedLoggingReplicas:uint
    CountDistinctMajorVersionsLoggingReplicas:uint CountDelayedReplicas:uint CountLaggingReplicas:uint
    IsActionableRecovery:bool ProcessingNodeHostname:string ProcessingNodeToken:string
    CountAdditionalAgreeingNodes:int StartActivePeriod:string SkippableDueToDowntime:bool GTIDMode:string
    MinReplicaGTIDMode:string MaxReplicaGTIDMode:string MaxReplicaGTIDErrant:string CommandHint:string
    IsReadOnly:bool`,
  ClusterInfo: `ClusterName:string ClusterAlias:string ClusterDomain:string CountInstances:uint HeuristicLag:int
    HasAutomatedMasterRecovery:bool HasAutomatedIntermediateMasterRecovery:bool`,
  Recovery: recovery('SuccessorKey:Key', 'SuccessorBinlogCoordinates:null', 'AllErrors:string[]'),
  Detection: recovery('SuccessorKey:null', 'SuccessorBinlogCoordinates:null', 'AllErrors:null'),
  LiveRecovery: recovery('SuccessorKey:Key', 'SuccessorBinlogCoordinates:Coordinates|null', 'AllErrors:string[]|null'),
  RecoveryStep: 'Id:uint RecoveryUID:string AuditAt:time Message:string',
  BlockedRecovery: `FailedInstanceKey:Key ClusterName:string Analysis:string LastBlockedTimestamp:time
    BlockingRecoveryId:uint`,
  Changelog: 'AnalyzedInstanceKey:Key Changelog:string[]',
  Maintenance: `MaintenanceId:uint Key:Key BeginTimestamp:time SecondsElapsed:uint IsActive:bool Owner:string
    Reason:string`,
  Audit: 'AuditId:uint AuditTimestamp:time AuditType:string AuditInstanceKey:Key Message:string',
  KeyValue: 'Key:string Value:string',
  Equivalent: 'Key:Key Coordinates:Coordinates',
  ResolveEntry: 'Object:string Expiration:int',
  Filters: `RecoverMasterClusterFilters:string[] RecoverIntermediateMasterClusterFilters:string[]
    RecoveryIgnoreHostnameFilters:string[]`,
  Candidate: 'Hostname:string Port:uint PromotionRule:string LastSuggestedString:time PromotionRuleExpiry:time',
  Node: `Hostname:string Token:token AppVersion:string FirstSeenActive:time LastSeenActive:time ExtraInfo:string
    Command:string DBBackend:string LastReported:instant`,
  Health: `Healthy:bool Hostname:string Token:token IsActiveNode:bool ActiveNode:Node Error:any
    AvailableNodes:Node[]|null RaftLeader:string IsRaftLeader:bool RaftLeaderURI:string RaftAdvertise:string
    RaftHealthyMembers:string[]|null`,
  RaftStatus: `RaftBind:string RaftAdvertise:string State:string Healthy:bool IsPartOfQuorum:bool Leader:string
    LeaderURI:string Peers:string[]`,
  Agent: `Hostname:string Port:uint Token:string LastSubmitted:string AvailableLocalSnapshots:string[]|null
    AvailableSnapshots:string[]|null LogicalVolumes:any MountPoint:any MySQLRunning:bool MySQLDiskUsage:int
    MySQLPort:int MySQLDatadirDiskFree:int MySQLErrorLogTail:string[]|null`,
  SeedOperation: `SeedId:uint TargetHostname:string SourceHostname:string StartTimestamp:time EndTimestamp:time
    IsComplete:bool IsSuccessful:bool`,
  SeedOperationState: 'SeedStateId:uint SeedId:uint StateTimestamp:time Action:string ErrorMessage:string',
  DiscoveryMetric: `Timestamp:instant Hostname:string Port:uint BackendLatencySeconds:number
    InstanceLatencySeconds:number TotalLatencySeconds:number Err:any`,
  AggregatedDiscoveryMetrics: `FirstSeen:instant LastSeen:instant CountDistinctInstanceKeys:uint
    CountDistinctOkInstanceKeys:uint CountDistinctFailedInstanceKeys:uint FailedDiscoveries:uint
    SuccessfulDiscoveries:uint ${['Mean', 'Max', 'Median', 'P95'].map(discoveryStatistics).join(' ')}`,
  QueueMetric: 'Active:uint Queued:uint',
  AggregatedQueueMetrics: ['Active', 'Queued']
    .flatMap((of) => ['Min', 'Mean', 'Median', 'P95', 'Max'].map((statistic) => `${of}${statistic}Entries:number`))
    .join(' '),
  QueryMetric: 'Timestamp:instant WaitLatency:int ExecuteLatency:int Err:any',
  AggregatedQueryMetrics: `Count:uint ${statistics('LatencySeconds')} ${statistics('WaitSeconds')}`,
  WriteBufferMetric: 'Timestamp:instant Instances:uint WaitLatency:int WriteLatency:int',
  AggregatedWriteBufferMetric: `InstanceWriteBufferSize:uint InstanceFlushIntervalMilliseconds:uint
    CountInstances:uint ${statistics('Instances')} ${statistics('WaitSeconds')} ${statistics('WriteSeconds')}`,
} as const;

export type ShapeName = keyof typeof SHAPES;

/** Section 7.6: listings of recoveries, of detections, and live ones differ in what is null. */
function recovery(successor: string, coordinates: string, errors: string): string {
  return `Id:uint UID:string AnalysisEntry:Analysis ${successor} SuccessorAlias:string ${coordinates} IsActive:bool
    IsSuccessful:bool LostReplicas:Key[] ParticipatingInstanceKeys:Key[] ${errors} RecoveryStartTimestamp:time
    RecoveryEndTimestamp:time ProcessingNodeHostname:string ProcessingNodeToken:string Acknowledged:bool
    AcknowledgedAt:time AcknowledgedBy:string AcknowledgedComment:string LastDetectionId:uint RelatedRecoveryId:uint
    Type:string RecoveryType:string`;
}

function statistics(of: string): string {
  return ['Max', 'Mean', 'Median', 'P95'].map((statistic) => `${statistic}${of}:number`).join(' ');
}

function discoveryStatistics(statistic: string): string {
  return ['', 'Failed']
    .flatMap((prefix) => ['Total', 'Backend', 'Instance'].map((of) => `${prefix}${statistic}${of}Seconds:number`))
    .join(' ');
}
