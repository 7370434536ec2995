import type { AnalysisCode } from '../../../shared/domain/analysis.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';

/**
 * What a recovery does to its cluster: gives it another source, replaces an intermediate source (or group member)
 * for its replicas, or repairs the source where it stands.
 */
export type RecoveryScope = 'source' | 'intermediate' | 'in-place';

/** Which codes are recovered, and how (analysis reference, section 6). Null for codes without a recovery. */
export function recoveryScope(code: AnalysisCode): RecoveryScope | null {
  switch (code) {
    case 'DeadMaster':
    case 'DeadMasterAndSomeReplicas':
    case 'DeadCoMaster':
    case 'DeadCoMasterAndSomeReplicas':
      return 'source';
    case 'DeadIntermediateMaster':
    case 'DeadIntermediateMasterAndSomeReplicas':
    case 'DeadIntermediateMasterWithSingleReplicaFailingToConnect':
    case 'AllIntermediateMasterReplicasFailingToConnectOrDead':
    case 'DeadReplicationGroupMemberWithReplicas':
      return 'intermediate';
    case 'LockedSemiSyncMaster':
    case 'MasterWithTooManySemiSyncReplicas':
    case 'NoWriteableMasterStructureWarning':
      return 'in-place';
    default:
      return null;
  }
}

/** What a registered recovery did; decided by its code first, since a repair in place is no failover. */
export function scopeOf(recovery: Recovery): RecoveryScope {
  const byCode = recoveryScope(recovery.analysis.code);
  if (byCode) return byCode;
  switch (recovery.kind) {
    case 'MasterRecovery':
    case 'CoMasterRecovery':
      return 'source';
    case 'IntermediateMasterRecovery':
    case 'ReplicationGroupMemberRecovery':
      return 'intermediate';
    case '':
      return 'in-place';
  }
}

/**
 * Whether the active period of an earlier recovery holds up a new one. Each scope blocks its own kind, so that the
 * repair of a lesser server never stands in the way of a dead source; a repair in place also waits for failovers,
 * because it may open a server for writes.
 */
export function blocks(earlier: RecoveryScope, wanted: RecoveryScope): boolean {
  return earlier === wanted || (wanted === 'in-place' && earlier === 'source');
}
