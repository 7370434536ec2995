import type { AnalysisCode } from './analysis.ts';
import type { LogCoordinates } from './instance.ts';
import type { InstanceKey } from './instance-key.ts';

/** Empty for a repair of a server in its place. */
export type RecoveryKind =
  | ''
  | 'MasterRecovery'
  | 'CoMasterRecovery'
  | 'IntermediateMasterRecovery'
  | 'ReplicationGroupMemberRecovery';

export type MasterRecoveryType =
  | 'NotMasterRecovery'
  | 'MasterRecoveryGTID'
  | 'MasterRecoveryPseudoGTID'
  | 'MasterRecoveryBinlogServer';

/** The part of an analysis that detections and recoveries keep. */
export interface AnalysisSummary {
  readonly key: InstanceKey;
  readonly code: AnalysisCode;
  readonly description: string;
  readonly clusterName: string;
  readonly clusterAlias: string;
  readonly clusterDomain: string;
  readonly replicas: readonly InstanceKey[];
  readonly hasAutomatedMasterRecovery: boolean;
  readonly hasAutomatedIntermediateMasterRecovery: boolean;
  readonly isActionable: boolean;
  readonly isMaster: boolean;
  readonly isCoMaster: boolean;
  readonly isDowntimed: boolean;
  readonly commandHint: string;
}

/** A failure that was noticed; decided on and acted on separately. */
export interface Detection {
  readonly id: number;
  readonly analysis: AnalysisSummary;
  readonly startedMs: number;
  /** While active, the same instance and actionability isn't detected again. */
  readonly active: boolean;
  /** 0 while active. */
  readonly endedMs: number;
  readonly node: string;
  readonly nodeToken: string;
}

/** How a recovery came out; `interrupted` is set on restart for one that Baton did not live to end. */
export type RecoveryOutcome = 'running' | 'succeeded' | 'failed' | 'interrupted';

export interface Recovery {
  readonly id: number;
  /** `<nanoseconds since the epoch>:<64 hex digits>`. */
  readonly uid: string;
  readonly kind: RecoveryKind;
  readonly type: MasterRecoveryType;
  readonly analysis: AnalysisSummary;
  readonly startedMs: number;
  /** End of the work; 0 while it runs. */
  readonly endedMs: number;
  readonly outcome: RecoveryOutcome;
  /** Until this ends, other recoveries of the cluster are blocked. */
  readonly inActivePeriod: boolean;
  readonly activePeriodEndedMs: number;
  readonly successor: InstanceKey | null;
  readonly successorAlias: string;
  readonly successorCoordinates: LogCoordinates | null;
  readonly lostReplicas: readonly InstanceKey[];
  readonly participants: readonly InstanceKey[];
  readonly errors: readonly string[];
  readonly acknowledged: boolean;
  readonly acknowledgedMs: number;
  readonly acknowledgedBy: string;
  readonly acknowledgedComment: string;
  readonly lastDetectionId: number;
  readonly node: string;
  readonly nodeToken: string;
}

export interface RecoveryStep {
  readonly id: number;
  readonly recoveryUid: string;
  readonly atMs: number;
  readonly message: string;
}

/** Why a detected failure is not being recovered; shown until it no longer holds. */
export interface BlockedRecovery {
  readonly key: InstanceKey;
  readonly clusterName: string;
  readonly code: AnalysisCode;
  readonly lastBlockedMs: number;
  /** 0 when no earlier recovery is the cause. */
  readonly blockingRecoveryId: number;
  /** A sentence that says what stands in the way and which command lifts it. */
  readonly reason: string;
}
