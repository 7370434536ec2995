import type { Analysis, AnalysisFacts } from '../../../../shared/domain/analysis.ts';
import type { AnalysisSummary } from '../../../../shared/domain/recovery.ts';
import type { NodeIdentity } from '../../../engine/services/engine.ts';
import { timestamp } from '../go-json.ts';
import { NO_CLUSTER_JSON } from './cluster-json.ts';
import { coordinatesJson, keyJson, keysJson, NO_COORDINATES_JSON, NO_KEY_JSON, nullIfEmpty } from './key-json.ts';

/**
 * The 57 fields of an analysis entry (http-api reference, section 7.4) in their order, all with the values that
 * mean nothing. Entries are made by overriding, which keeps the order.
 */
const NO_ANALYSIS_JSON = {
  AnalyzedInstanceKey: NO_KEY_JSON,
  AnalyzedInstanceMasterKey: NO_KEY_JSON,
  ClusterDetails: NO_CLUSTER_JSON,
  AnalyzedInstanceDataCenter: '',
  AnalyzedInstanceRegion: '',
  AnalyzedInstancePhysicalEnvironment: '',
  AnalyzedInstanceBinlogCoordinates: NO_COORDINATES_JSON,
  IsMaster: false,
  IsReplicationGroupMember: false,
  IsCoMaster: false,
  LastCheckValid: false,
  LastCheckPartialSuccess: false,
  CountReplicas: 0,
  CountValidReplicas: 0,
  CountValidReplicatingReplicas: 0,
  CountReplicasFailingToConnectToMaster: 0,
  CountDowntimedReplicas: 0,
  ReplicationDepth: 0,
  Replicas: [] as readonly object[],
  SlaveHosts: [] as readonly object[],
  IsFailingToConnectToMaster: false,
  Analysis: '',
  Description: '',
  StructureAnalysis: null as readonly string[] | null,
  IsDowntimed: false,
  IsReplicasDowntimed: false,
  DowntimeEndTimestamp: '',
  DowntimeRemainingSeconds: 0,
  IsBinlogServer: false,
  PseudoGTIDImmediateTopology: false,
  OracleGTIDImmediateTopology: false,
  MariaDBGTIDImmediateTopology: false,
  BinlogServerImmediateTopology: false,
  SemiSyncMasterEnabled: false,
  SemiSyncMasterStatus: false,
  SemiSyncMasterWaitForReplicaCount: 0,
  SemiSyncMasterClients: 0,
  CountSemiSyncReplicasEnabled: 0,
  CountLoggingReplicas: 0,
  CountStatementBasedLoggingReplicas: 0,
  CountMixedBasedLoggingReplicas: 0,
  CountRowBasedLoggingReplicas: 0,
  CountDistinctMajorVersionsLoggingReplicas: 0,
  CountDelayedReplicas: 0,
  CountLaggingReplicas: 0,
  IsActionableRecovery: false,
  ProcessingNodeHostname: '',
  ProcessingNodeToken: '',
  CountAdditionalAgreeingNodes: 0,
  StartActivePeriod: '',
  SkippableDueToDowntime: false,
  GTIDMode: '',
  MinReplicaGTIDMode: '',
  MaxReplicaGTIDMode: '',
  MaxReplicaGTIDErrant: '',
  CommandHint: '',
  IsReadOnly: false,
};

export type AnalysisJson = typeof NO_ANALYSIS_JSON;

/** An entry of `replication-analysis`; of its cluster only what identifies it is filled, as it always was. */
export function analysisJson(analysis: Analysis, node: NodeIdentity, nowMs: number): AnalysisJson {
  const replicas = keysJson(analysis.replicas);
  const { downtimeEndMs } = analysis;
  return {
    ...NO_ANALYSIS_JSON,
    ...countFields(analysis.facts),
    AnalyzedInstanceKey: keyJson(analysis.key),
    AnalyzedInstanceMasterKey: keyJson(analysis.sourceKey),
    ClusterDetails: {
      ...NO_CLUSTER_JSON,
      ClusterName: analysis.clusterName,
      ClusterAlias: analysis.clusterAlias,
      ClusterDomain: analysis.clusterDomain === '' ? analysis.clusterName : analysis.clusterDomain,
      HasAutomatedMasterRecovery: analysis.hasAutomatedMasterRecovery,
      HasAutomatedIntermediateMasterRecovery: analysis.hasAutomatedIntermediateMasterRecovery,
    },
    AnalyzedInstanceDataCenter: analysis.dataCenter,
    AnalyzedInstanceRegion: analysis.region,
    AnalyzedInstancePhysicalEnvironment: analysis.environment,
    AnalyzedInstanceBinlogCoordinates: coordinatesJson(analysis.coordinates),
    Replicas: replicas,
    SlaveHosts: replicas,
    Analysis: analysis.code,
    Description: analysis.description,
    StructureAnalysis: nullIfEmpty(analysis.structure),
    IsDowntimed: analysis.isDowntimed,
    IsReplicasDowntimed: analysis.isReplicasDowntimed,
    DowntimeEndTimestamp: timestamp(downtimeEndMs),
    // Counted from the end to now, so it is negative while the downtime lasts.
    DowntimeRemainingSeconds: downtimeEndMs === 0 ? 0 : Math.trunc((nowMs - downtimeEndMs) / 1000),
    ProcessingNodeHostname: node.hostname,
    ProcessingNodeToken: node.token,
    SkippableDueToDowntime: analysis.skippableDueToDowntime,
    CommandHint: analysis.commandHint,
  };
}

/** The analysis inside a recovery or a detection: only what those keep. */
export function analysisSummaryJson(analysis: AnalysisSummary, startActivePeriod: string): AnalysisJson {
  const replicas = keysJson(analysis.replicas);
  return {
    ...NO_ANALYSIS_JSON,
    AnalyzedInstanceKey: keyJson(analysis.key),
    ClusterDetails: {
      ...NO_CLUSTER_JSON,
      ClusterName: analysis.clusterName,
      ClusterAlias: analysis.clusterAlias,
      HasAutomatedMasterRecovery: analysis.hasAutomatedMasterRecovery,
      HasAutomatedIntermediateMasterRecovery: analysis.hasAutomatedIntermediateMasterRecovery,
    },
    CountReplicas: analysis.replicas.length,
    Replicas: replicas,
    SlaveHosts: replicas,
    Analysis: analysis.code,
    StartActivePeriod: startActivePeriod,
  };
}

function countFields(facts: AnalysisFacts): Partial<AnalysisJson> {
  return {
    IsMaster: facts.isMaster,
    IsReplicationGroupMember: facts.isGroupMember,
    IsCoMaster: facts.isCoMaster,
    LastCheckValid: facts.lastCheckValid,
    LastCheckPartialSuccess: facts.partialSuccess,
    CountReplicas: facts.replicas,
    CountValidReplicas: facts.validReplicas,
    CountValidReplicatingReplicas: facts.validReplicatingReplicas,
    CountReplicasFailingToConnectToMaster: facts.replicasFailingToConnect,
    CountDowntimedReplicas: facts.downtimedReplicas,
    ReplicationDepth: facts.depth,
    IsFailingToConnectToMaster: facts.isFailingToConnect,
    IsBinlogServer: facts.isBinlogServer,
    PseudoGTIDImmediateTopology: facts.pseudoGtidTopology,
    OracleGTIDImmediateTopology: facts.oracleGtidTopology,
    MariaDBGTIDImmediateTopology: facts.mariadbGtidTopology,
    BinlogServerImmediateTopology: facts.binlogServerTopology,
    SemiSyncMasterEnabled: facts.semiSyncSourceEnabled,
    SemiSyncMasterStatus: facts.semiSyncSourceStatus,
    SemiSyncMasterWaitForReplicaCount: facts.semiSyncWaitForReplicas,
    SemiSyncMasterClients: facts.semiSyncClients,
    CountSemiSyncReplicasEnabled: facts.semiSyncReplicasEnabled,
    CountLoggingReplicas: facts.loggingReplicas,
    CountStatementBasedLoggingReplicas: facts.statementLoggingReplicas,
    CountMixedBasedLoggingReplicas: facts.mixedLoggingReplicas,
    CountRowBasedLoggingReplicas: facts.rowLoggingReplicas,
    CountDistinctMajorVersionsLoggingReplicas: facts.majorVersionsOfLoggingReplicas,
    CountDelayedReplicas: facts.delayedReplicas,
    CountLaggingReplicas: facts.laggingReplicas,
    GTIDMode: facts.gtidMode,
    MinReplicaGTIDMode: facts.minReplicaGtidMode,
    MaxReplicaGTIDMode: facts.maxReplicaGtidMode,
    MaxReplicaGTIDErrant: facts.maxReplicaGtidErrant,
    IsReadOnly: facts.readOnly,
  };
}
