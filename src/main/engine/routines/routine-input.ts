import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { compilePattern } from '../../../shared/settings/go-pattern.ts';
import { matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { downtimeAt } from '../../core/commands/queries.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { Picture } from '../../core/routines/picture.ts';
import type { RoutineSettings } from '../../core/sagas/routine-settings.ts';
import type { Cluster, Topology, TopologyInstance } from '../../core/topology/topology.ts';

/** What the engine knows at the moment. */
export interface Knowledge {
  readonly topology: Topology;
  readonly state: CommandState;
  readonly settings: Settings;
  /** Ms since the epoch. */
  readonly nowMs: number;
}

/** The picture of the whole clusters of these servers; servers that aren't known have no part in it. */
export function pictureOf(knowledge: Knowledge, keys: readonly InstanceKey[]): Picture {
  const { topology, state, settings, nowMs } = knowledge;
  const clusters = clustersOf(topology, keys);
  const members = clusters.flatMap((cluster) => [...cluster.instances.values()]);
  const ids = new Set(members.map(({ id }) => id));
  return {
    atMs: nowMs,
    snapshots: members.map(({ snapshot }) => snapshot),
    promotionRules: registeredRules(members, state),
    downtimed: members.filter(({ key }) => downtimeAt(state, key, nowMs) !== null).map(({ id }) => id),
    clusterAliases: clusters.flatMap(({ name, alias }) => (alias === name ? [] : [[name, alias] as const])),
    promotionIgnored: members
      .filter(({ key }) => matchesHostFilters(settings.PromotionIgnoreHostnameFilters, key))
      .map(({ id }) => id),
    equivalences: state.equivalences
      .values()
      .filter(({ one, other }) => ids.has(keyText(one.key)) && ids.has(keyText(other.key)))
      .map(({ one, other }) => [one, other] as const),
  };
}

function clustersOf(topology: Topology, keys: readonly InstanceKey[]): readonly Cluster[] {
  const names = keys.flatMap((key) => topology.instances.get(keyText(key))?.clusterName ?? []);
  return [...new Set(names)].sort().flatMap((name) => topology.clusters.get(name) ?? []);
}

function registeredRules(members: readonly TopologyInstance[], state: CommandState): Picture['promotionRules'] {
  return members.flatMap(({ key, id }) => {
    const registered = state.candidates.get(id);
    return registered === undefined ? [] : [{ key, rule: registered.rule }];
  });
}

/** The settings that routines decide by, and no other: what is kept with a log must hold no secret. */
export function routineSettings(settings: Settings): RoutineSettings {
  return {
    InstancePollSeconds: settings.InstancePollSeconds,
    ReasonableReplicationLagSeconds: settings.ReasonableReplicationLagSeconds,
    ReasonableMaintenanceReplicationLagSeconds: settings.ReasonableMaintenanceReplicationLagSeconds,
    VerifyReplicationFilters: settings.VerifyReplicationFilters,
    LowerReplicaVersionAllowed: settings.LowerReplicaVersionAllowed,
    MySQLTopologyReadTimeoutSeconds: settings.MySQLTopologyReadTimeoutSeconds,
    InstanceBulkOperationsWaitTimeoutSeconds: settings.InstanceBulkOperationsWaitTimeoutSeconds,
    MaxConcurrentReplicaOperations: settings.MaxConcurrentReplicaOperations,
    UseSuperReadOnly: settings.UseSuperReadOnly,
    PseudoGTIDPattern: pseudoGtidPattern(settings),
    PseudoGTIDPatternIsFixedSubstring: settings.PseudoGTIDPatternIsFixedSubstring,
    PseudoGTIDMonotonicHint: settings.PseudoGTIDMonotonicHint,
    BinlogEventsChunkSize: settings.BinlogEventsChunkSize,
    SkipBinlogEventsContaining: settings.SkipBinlogEventsContaining,
    PromotionIgnoreHostnameFilters: settings.PromotionIgnoreHostnameFilters,
    ApplyMySQLPromotionAfterMasterFailover: settings.ApplyMySQLPromotionAfterMasterFailover,
    PreventCrossDataCenterMasterFailover: settings.PreventCrossDataCenterMasterFailover,
    PreventCrossRegionMasterFailover: settings.PreventCrossRegionMasterFailover,
    FailMasterPromotionOnLagMinutes: settings.FailMasterPromotionOnLagMinutes,
    FailMasterPromotionIfSQLThreadNotUpToDate: settings.FailMasterPromotionIfSQLThreadNotUpToDate,
    DelayMasterPromotionIfSQLThreadNotUpToDate: settings.DelayMasterPromotionIfSQLThreadNotUpToDate,
    PostponeReplicaRecoveryOnLagMinutes: settings.PostponeReplicaRecoveryOnLagMinutes,
    CoMasterRecoveryMustPromoteOtherCoMaster: settings.CoMasterRecoveryMustPromoteOtherCoMaster,
    DetachLostReplicasAfterMasterFailover: settings.DetachLostReplicasAfterMasterFailover,
    MasterFailoverDetachReplicaMasterHost: settings.MasterFailoverDetachReplicaMasterHost,
    EnforceExactSemiSyncReplicas: settings.EnforceExactSemiSyncReplicas,
    RecoverLockedSemiSyncMaster: settings.RecoverLockedSemiSyncMaster,
    RecoverNonWriteableMaster: settings.RecoverNonWriteableMaster,
    BatonFenceEnabled: settings.BatonFenceEnabled,
  };
}

/** In JavaScript's dialect, as the core reads it. Patterns were checked when the configuration was read. */
function pseudoGtidPattern({ PseudoGTIDPattern, PseudoGTIDPatternIsFixedSubstring }: Settings): string {
  if (PseudoGTIDPattern === '' || PseudoGTIDPatternIsFixedSubstring) return PseudoGTIDPattern;
  const compiled = compilePattern(PseudoGTIDPattern);
  if (!compiled.ok) return '';
  const { source, ignoreCase } = compiled.regexp;
  return ignoreCase ? `(?i:${source})` : source;
}
