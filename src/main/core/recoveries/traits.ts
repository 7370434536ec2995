import type { AnalysisFacts } from '../../../shared/domain/analysis.ts';
import type { MasterRecoveryType, RecoveryKind } from '../../../shared/domain/recovery.ts';
import type { RecoveryRoutine } from '../analysis/reactions.ts';
import type { HookList } from '../sagas/effects.ts';
import type { RoutineSettings } from '../sagas/routine-settings.ts';

/** What differs between the recoveries outside their sagas: how they are recorded, and what follows from their results. */
export interface RecoveryTraits {
  /** Empty for repairs in place, as on the compatible surface. */
  readonly kind: RecoveryKind;
  /** The list that runs before `PostFailoverProcesses` when it succeeded. */
  readonly postHooks: HookList | null;
  /** Another server is the cluster's master: the failed one and the lost are downtimed, the alias follows. */
  readonly replacesMaster: boolean;
}

const REPLACES_MASTER = { postHooks: 'PostMasterFailoverProcesses', replacesMaster: true } as const;
const REPLACES_SOURCE = { postHooks: 'PostIntermediateMasterFailoverProcesses', replacesMaster: false } as const;
const IN_PLACE: RecoveryTraits = { kind: '', postHooks: null, replacesMaster: false };

/** Recovery reference, sections 5.1 and 6. */
export const TRAITS: Readonly<Record<RecoveryRoutine, RecoveryTraits>> = {
  'dead-master': { kind: 'MasterRecovery', ...REPLACES_MASTER },
  'dead-co-master': { kind: 'CoMasterRecovery', ...REPLACES_MASTER },
  'dead-intermediate-master': { kind: 'IntermediateMasterRecovery', ...REPLACES_SOURCE },
  'dead-group-member': { kind: 'ReplicationGroupMemberRecovery', ...REPLACES_SOURCE },
  'locked-semi-sync': IN_PLACE,
  'exact-semi-sync': IN_PLACE,
  'non-writeable-master': IN_PLACE,
};

export function recoveryTypeOf(routine: RecoveryRoutine, facts: AnalysisFacts): MasterRecoveryType {
  if (!TRAITS[routine].replacesMaster) return 'NotMasterRecovery';
  return facts.oracleGtidTopology || facts.mariadbGtidTopology ? 'MasterRecoveryGTID' : 'MasterRecoveryPseudoGTID';
}

/** Why a routine is not to be begun at all, by its own settings; null when it may be. */
export function whySwitchedOff(
  routine: RecoveryRoutine,
  settings: Pick<
    RoutineSettings,
    'EnforceExactSemiSyncReplicas' | 'RecoverLockedSemiSyncMaster' | 'RecoverNonWriteableMaster'
  >,
): string | null {
  const { EnforceExactSemiSyncReplicas: exact, RecoverLockedSemiSyncMaster: unlock } = settings;
  if (routine === 'locked-semi-sync' && !exact && !unlock) {
    return 'A locked semi-sync master is repaired with RecoverLockedSemiSyncMaster or EnforceExactSemiSyncReplicas only; both are off.';
  }
  if (routine === 'exact-semi-sync' && !exact) {
    return 'Semi-sync replicas are made as many as the master waits for with EnforceExactSemiSyncReplicas only; it is off.';
  }
  if (routine === 'non-writeable-master' && !settings.RecoverNonWriteableMaster) {
    return 'A read-only master is opened for writes with RecoverNonWriteableMaster only; it is off.';
  }
  return null;
}
