import type { RoutineSettings } from '../../../src/main/core/sagas/routine-settings.ts';
import { routineSettings } from '../../../src/main/engine/routines/routine-input.ts';
import { defaultSettings } from '../../../src/shared/settings/settings.ts';
import { MARK_PATTERN } from '../model/cluster.ts';
import type { Random } from '../random.ts';
import type { Fleet } from './fleet.ts';

/** Settings as an operator might have them. */
export function makeSettings(random: Random, fleet: Pick<Fleet, 'family'>): RoutineSettings {
  const marks = fleet.family === 'positions-with-marks';
  return {
    ...routineSettings(defaultSettings()),
    ReasonableReplicationLagSeconds: 10,
    ReasonableMaintenanceReplicationLagSeconds: random.pick([5, 20]),
    MySQLTopologyReadTimeoutSeconds: random.pick([1, 5, 30]),
    InstanceBulkOperationsWaitTimeoutSeconds: 5,
    MaxConcurrentReplicaOperations: random.pick([1, 2, 5]),
    VerifyReplicationFilters: random.chance(0.2),
    LowerReplicaVersionAllowed: random.chance(0.5),
    UseSuperReadOnly: random.chance(0.5),
    PseudoGTIDPattern: marks ? MARK_PATTERN : '',
    PseudoGTIDPatternIsFixedSubstring: true,
    PseudoGTIDMonotonicHint: 'asc:',
    BinlogEventsChunkSize: random.pick([7, 100, 10_000]),
    ApplyMySQLPromotionAfterMasterFailover: random.chance(0.9),
    PreventCrossDataCenterMasterFailover: random.chance(0.15),
    PreventCrossRegionMasterFailover: random.chance(0.1),
    FailMasterPromotionOnLagMinutes: random.chance(0.1) ? 1 : 0,
    FailMasterPromotionIfSQLThreadNotUpToDate: random.chance(0.1),
    PostponeReplicaRecoveryOnLagMinutes: random.chance(0.2) ? 1 : 0,
    CoMasterRecoveryMustPromoteOtherCoMaster: random.chance(0.5),
    MasterFailoverDetachReplicaMasterHost: random.chance(0.2),
    EnforceExactSemiSyncReplicas: random.chance(0.3),
    RecoverLockedSemiSyncMaster: true,
    RecoverNonWriteableMaster: true,
    BatonFenceEnabled: random.chance(0.9),
  };
}
