import type { LogCoordinates } from './instance.ts';
import type { InstanceKey } from './instance-key.ts';

/** Failure codes, spelt as operators and their scripts know them (analysis reference, section 5). */
export type AnalysisCode =
  | 'NoProblem'
  | 'DeadMasterWithoutReplicas'
  | 'DeadMaster'
  | 'DeadMasterAndReplicas'
  | 'DeadMasterAndSomeReplicas'
  | 'UnreachableMasterWithLaggingReplicas'
  | 'UnreachableMaster'
  | 'LockedSemiSyncMaster'
  | 'LockedSemiSyncMasterHypothesis'
  | 'MasterWithTooManySemiSyncReplicas'
  | 'NoWriteableMasterStructureWarning'
  | 'MasterSingleReplicaNotReplicating'
  | 'MasterSingleReplicaDead'
  | 'AllMasterReplicasNotReplicating'
  | 'AllMasterReplicasNotReplicatingOrDead'
  | 'DeadCoMaster'
  | 'DeadCoMasterAndSomeReplicas'
  | 'UnreachableCoMaster'
  | 'AllCoMasterReplicasNotReplicating'
  | 'DeadIntermediateMasterWithSingleReplicaFailingToConnect'
  | 'DeadIntermediateMasterWithSingleReplica'
  | 'DeadIntermediateMaster'
  | 'DeadIntermediateMasterAndSomeReplicas'
  | 'DeadIntermediateMasterAndReplicas'
  | 'UnreachableIntermediateMasterWithLaggingReplicas'
  | 'UnreachableIntermediateMaster'
  | 'AllIntermediateMasterReplicasFailingToConnectOrDead'
  | 'AllIntermediateMasterReplicasNotReplicating'
  | 'BinlogServerFailingToConnectToMaster'
  | 'FirstTierReplicaFailingToConnectToMaster'
  | 'DeadReplicationGroupMemberWithReplicas';

/** Structure warnings, evaluated independently of the failure code (analysis reference, section 7). */
export type StructureCode =
  | 'NoLoggingReplicasStructureWarning'
  | 'NoFailoverSupportStructureWarning'
  | 'StatementAndMixedLoggingReplicasStructureWarning'
  | 'StatementAndRowLoggingReplicasStructureWarning'
  | 'MixedAndRowLoggingReplicasStructureWarning'
  | 'MultipleMajorVersionsLoggingReplicasStructureWarning'
  | 'DifferentGTIDModesStructureWarning'
  | 'ErrantGTIDStructureWarning'
  | 'NoWriteableMasterStructureWarning'
  | 'NotEnoughValidSemiSyncReplicasStructureWarning';

/** The counts and flags that the decision is made from: its evidence (analysis reference, section 4). */
export interface AnalysisFacts {
  readonly isMaster: boolean;
  readonly isGroupMember: boolean;
  readonly isCoMaster: boolean;
  readonly isBinlogServer: boolean;
  readonly lastCheckValid: boolean;
  readonly partialSuccess: boolean;
  readonly replicas: number;
  readonly validReplicas: number;
  readonly validReplicatingReplicas: number;
  readonly replicasFailingToConnect: number;
  readonly isFailingToConnect: boolean;
  readonly downtimedReplicas: number;
  readonly delayedReplicas: number;
  readonly laggingReplicas: number;
  readonly depth: number;
  readonly oracleGtidTopology: boolean;
  readonly mariadbGtidTopology: boolean;
  readonly binlogServerTopology: boolean;
  readonly pseudoGtidTopology: boolean;
  readonly semiSyncSourceEnabled: boolean;
  readonly semiSyncSourceStatus: boolean;
  readonly semiSyncWaitForReplicas: number;
  readonly semiSyncClients: number;
  readonly semiSyncReplicasEnabled: number;
  readonly loggingReplicas: number;
  readonly statementLoggingReplicas: number;
  readonly mixedLoggingReplicas: number;
  readonly rowLoggingReplicas: number;
  readonly majorVersionsOfLoggingReplicas: number;
  readonly gtidMode: string;
  readonly minReplicaGtidMode: string;
  readonly maxReplicaGtidMode: string;
  readonly maxReplicaGtidErrant: string;
  readonly readOnly: boolean;
  /** The binary log hasn't moved for the time that makes a semi-sync source count as locked. */
  readonly staleCoordinates: boolean;
}

/** One instance's analysis: the code, the warnings, and the evidence for both. */
export interface Analysis {
  readonly key: InstanceKey;
  readonly sourceKey: InstanceKey;
  readonly clusterName: string;
  readonly clusterAlias: string;
  readonly clusterDomain: string;
  readonly code: AnalysisCode;
  readonly description: string;
  readonly structure: readonly StructureCode[];
  readonly facts: AnalysisFacts;
  readonly replicas: readonly InstanceKey[];
  readonly dataCenter: string;
  readonly region: string;
  readonly environment: string;
  readonly coordinates: LogCoordinates | null;
  readonly isDowntimed: boolean;
  readonly isReplicasDowntimed: boolean;
  /** End of the instance's downtime, ms; 0 for none. */
  readonly downtimeEndMs: number;
  readonly skippableDueToDowntime: boolean;
  readonly hasAutomatedMasterRecovery: boolean;
  readonly hasAutomatedIntermediateMasterRecovery: boolean;
  /** Set by commands that force an analysis, such as `force-master-failover`; else empty. */
  readonly commandHint: string;
}
