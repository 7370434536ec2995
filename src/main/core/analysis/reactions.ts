import type { AnalysisCode, AnalysisFacts } from '../../../shared/domain/analysis.ts';

/** The routine that repairs a failure. */
export type RecoveryRoutine =
  | 'dead-master'
  | 'dead-co-master'
  | 'dead-intermediate-master'
  | 'dead-group-member'
  | 'locked-semi-sync'
  | 'exact-semi-sync'
  | 'non-writeable-master';

/** An immediate, throttled side operation to see clearer; runs whoever leads and whatever the filters say. */
export type EmergentReaction =
  | 'reread-instance'
  | 'reread-source'
  | 'reread-instance-and-replicas'
  | 'restart-io-of-replicas'
  | 'reread-instance-and-record-coordinates';

export interface Reaction {
  /** A detection is registered and the detection hooks run. */
  readonly detected: boolean;
  readonly actionable: boolean;
  /** Null for nothing to run; with `detected` that is the routine that does nothing. */
  readonly recovery: RecoveryRoutine | null;
  readonly emergent: EmergentReaction | null;
  /** For a few seconds after an emergency restart of replication, the code is detected but not acted on. */
  readonly hasGracePeriod: boolean;
}

const SHOWN_ONLY: Reaction = {
  detected: false,
  actionable: false,
  recovery: null,
  emergent: null,
  hasGracePeriod: false,
};
const DETECTED_ONLY: Reaction = { ...SHOWN_ONLY, detected: true };

function recoveredBy(recovery: RecoveryRoutine): Reaction {
  return { ...DETECTED_ONLY, actionable: true, recovery };
}

/** What each code leads to (analysis reference, 6). */
export const REACTIONS: Readonly<Record<AnalysisCode, Reaction>> = {
  NoProblem: SHOWN_ONLY,
  DeadMasterWithoutReplicas: SHOWN_ONLY,
  DeadMaster: { ...recoveredBy('dead-master'), hasGracePeriod: true },
  DeadMasterAndSomeReplicas: { ...recoveredBy('dead-master'), hasGracePeriod: true },
  DeadMasterAndReplicas: { ...DETECTED_ONLY, emergent: 'reread-source' },
  UnreachableMaster: { ...DETECTED_ONLY, emergent: 'reread-instance-and-replicas' },
  UnreachableMasterWithLaggingReplicas: { ...DETECTED_ONLY, emergent: 'restart-io-of-replicas' },
  LockedSemiSyncMaster: { ...recoveredBy('locked-semi-sync'), hasGracePeriod: true },
  LockedSemiSyncMasterHypothesis: { ...SHOWN_ONLY, emergent: 'reread-instance-and-record-coordinates' },
  MasterWithTooManySemiSyncReplicas: recoveredBy('exact-semi-sync'),
  NoWriteableMasterStructureWarning: recoveredBy('non-writeable-master'),
  MasterSingleReplicaNotReplicating: SHOWN_ONLY,
  MasterSingleReplicaDead: SHOWN_ONLY,
  AllMasterReplicasNotReplicating: { ...DETECTED_ONLY, emergent: 'reread-instance' },
  AllMasterReplicasNotReplicatingOrDead: { ...DETECTED_ONLY, emergent: 'reread-instance' },
  DeadCoMaster: recoveredBy('dead-co-master'),
  DeadCoMasterAndSomeReplicas: recoveredBy('dead-co-master'),
  UnreachableCoMaster: SHOWN_ONLY,
  AllCoMasterReplicasNotReplicating: SHOWN_ONLY,
  DeadIntermediateMaster: recoveredBy('dead-intermediate-master'),
  DeadIntermediateMasterAndSomeReplicas: recoveredBy('dead-intermediate-master'),
  DeadIntermediateMasterWithSingleReplicaFailingToConnect: recoveredBy('dead-intermediate-master'),
  DeadIntermediateMasterWithSingleReplica: SHOWN_ONLY,
  DeadIntermediateMasterAndReplicas: DETECTED_ONLY,
  UnreachableIntermediateMasterWithLaggingReplicas: { ...DETECTED_ONLY, emergent: 'restart-io-of-replicas' },
  UnreachableIntermediateMaster: SHOWN_ONLY,
  AllIntermediateMasterReplicasFailingToConnectOrDead: recoveredBy('dead-intermediate-master'),
  AllIntermediateMasterReplicasNotReplicating: SHOWN_ONLY,
  BinlogServerFailingToConnectToMaster: SHOWN_ONLY,
  FirstTierReplicaFailingToConnectToMaster: { ...SHOWN_ONLY, emergent: 'reread-source' },
  DeadReplicationGroupMemberWithReplicas: recoveredBy('dead-group-member'),
};

export type InstanceType = 'co-master' | 'group-member' | 'master' | 'intermediate-master';

/** The `instanceType` of hooks. A plain replica that fails counts as an intermediate master (analysis reference, 4). */
export function instanceType(facts: Pick<AnalysisFacts, 'isCoMaster' | 'isGroupMember' | 'isMaster'>): InstanceType {
  if (facts.isCoMaster) return 'co-master';
  if (facts.isGroupMember) return 'group-member';
  return facts.isMaster ? 'master' : 'intermediate-master';
}
