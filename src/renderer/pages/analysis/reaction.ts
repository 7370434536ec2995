/** What the engine does about a code by itself. A test holds this against the engine's own table. */
export type ShownReaction = 'recovers' | 'detects' | 'looks' | 'shows';

const RECOVERED = new Set([
  'DeadMaster',
  'DeadMasterAndSomeReplicas',
  'LockedSemiSyncMaster',
  'MasterWithTooManySemiSyncReplicas',
  'NoWriteableMasterStructureWarning',
  'DeadCoMaster',
  'DeadCoMasterAndSomeReplicas',
  'DeadIntermediateMaster',
  'DeadIntermediateMasterAndSomeReplicas',
  'DeadIntermediateMasterWithSingleReplicaFailingToConnect',
  'AllIntermediateMasterReplicasFailingToConnectOrDead',
  'DeadReplicationGroupMemberWithReplicas',
]);
const DETECTED = new Set([
  'DeadMasterAndReplicas',
  'UnreachableMaster',
  'UnreachableMasterWithLaggingReplicas',
  'AllMasterReplicasNotReplicating',
  'AllMasterReplicasNotReplicatingOrDead',
  'DeadIntermediateMasterAndReplicas',
  'UnreachableIntermediateMasterWithLaggingReplicas',
]);
const LOOKED_AT = new Set(['LockedSemiSyncMasterHypothesis', 'FirstTierReplicaFailingToConnectToMaster']);

export function reactionTo(code: string): ShownReaction {
  if (RECOVERED.has(code)) return 'recovers';
  if (DETECTED.has(code)) return 'detects';
  return LOOKED_AT.has(code) ? 'looks' : 'shows';
}
