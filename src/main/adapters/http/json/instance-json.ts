import type { InstanceFacts, ReplicaStatus } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, NO_KEY } from '../../../../shared/domain/instance-key.ts';
import type { Settings } from '../../../../shared/settings/settings.ts';
import { downtimeAt } from '../../../core/commands/queries.ts';
import type { CommandState } from '../../../core/commands/state.ts';
import { type ConditionContext, isRecentlyChecked, problemFlags } from '../../../core/topology/condition.ts';
import { isLastCheckInvalid, supportsMysqlGtid } from '../../../core/topology/server-traits.ts';
import type { Topology, TopologyInstance } from '../../../core/topology/topology.ts';
import { nanosFromMicros, nanosFromMillis, nullInt64, quotedError, timestamp, uint64 } from '../go-json.ts';
import { coordinatesJson, keyJson, keysJson } from './key-json.ts';

export interface InstanceJsonContext {
  readonly topology: Topology;
  readonly state: CommandState;
  readonly settings: Settings;
  readonly condition: ConditionContext;
  readonly nowMs: number;
}

/**
 * An instance in the 87 fields of the compatible surface, in its order and with its misspellings (http-api
 * reference, section 7.3).
 */
export function instanceJson(instance: TopologyInstance, context: InstanceJsonContext): object {
  const { facts } = instance;
  const replica = facts?.replica ?? null;
  return {
    ...identityFields(instance, facts),
    ...replicationFields(instance, facts, replica),
    ...gtidAndLagFields(instance, facts, replica),
    ...placeFields(instance, facts, replica, context.topology),
    ...semiSyncFields(facts),
    ...freshnessFields(instance, context.condition),
    ...operatorFields(instance, context),
    UnresolvedHostname: context.state.virtualNames.get(instance.key.hostname)?.virtualName ?? '',
    AllowTLS: replica?.tls ?? false,
    Problems: problemFlags(instance, context.condition),
    LastDiscoveryLatency: nanosFromMicros(instance.snapshot.latencyMicros),
    ...groupFields(facts),
  };
}

function identityFields(instance: TopologyInstance, facts: InstanceFacts | null): object {
  const logsUpdates = facts?.logReplicaUpdates ?? false;
  return {
    Key: keyJson(instance.key),
    InstanceAlias: facts?.alias ?? '',
    Uptime: facts?.uptimeSeconds ?? 0,
    ServerID: facts?.serverId ?? 0,
    ServerUUID: facts?.serverUuid ?? '',
    Version: facts?.version ?? '',
    VersionComment: facts?.versionComment ?? '',
    FlavorName: facts?.flavor ?? 'unknown',
    ReadOnly: facts?.readOnly ?? false,
    Binlog_format: facts?.binlogFormat ?? '',
    BinlogRowImage: facts?.binlogRowImage ?? '',
    LogBinEnabled: facts?.logBin ?? false,
    LogSlaveUpdatesEnabled: logsUpdates,
    LogReplicationUpdatesEnabled: logsUpdates,
    SelfBinlogCoordinates: coordinatesJson(facts?.coordinates),
  };
}

function replicationFields(
  instance: TopologyInstance,
  facts: InstanceFacts | null,
  replica: ReplicaStatus | null,
): object {
  const sqlRuns = replica?.sqlState === 1;
  const ioRuns = replica?.ioState === 1;
  return {
    MasterKey: keyJson(instance.sourceKey),
    MasterUUID: replica?.sourceUuid ?? '',
    AncestryUUID: instance.ancestryUuids.join(','),
    IsDetachedMaster: instance.isSourceDetached,
    Slave_SQL_Running: sqlRuns,
    ReplicationSQLThreadRuning: sqlRuns,
    Slave_IO_Running: ioRuns,
    ReplicationIOThreadRuning: ioRuns,
    ReplicationSQLThreadState: replica?.sqlState ?? -1,
    ReplicationIOThreadState: replica?.ioState ?? -1,
    HasReplicationFilters: replica?.hasFilters ?? false,
    GTIDMode: facts?.gtidMode ?? '',
    SupportsOracleGTID: facts !== null && supportsMysqlGtid(facts),
    UsingOracleGTID: replica?.gtidUse === 'mysql',
    UsingMariaDBGTID: replica?.gtidUse === 'mariadb',
    UsingPseudoGTID: facts?.usesPseudoGtid ?? false,
    ReadBinlogCoordinates: coordinatesJson(replica?.read),
    ExecBinlogCoordinates: coordinatesJson(replica?.executed),
    IsDetached: instance.isDetached,
    RelaylogCoordinates: coordinatesJson(replica?.relay, 1),
    LastSQLError: quotedError(replica?.lastSqlError ?? ''),
    LastIOError: quotedError(replica?.lastIoError ?? ''),
  };
}

function gtidAndLagFields(
  instance: TopologyInstance,
  facts: InstanceFacts | null,
  replica: ReplicaStatus | null,
): object {
  const behind = replica?.secondsBehindSource ?? null;
  const lag = nullInt64(facts?.lagSeconds ?? null);
  return {
    SecondsBehindMaster: nullInt64(behind === null ? null : Math.max(0, behind)),
    SQLDelay: replica?.sqlDelaySeconds ?? 0,
    ExecutedGtidSet: facts?.gtidExecuted ?? '',
    GtidPurged: facts?.gtidPurged ?? '',
    GtidErrant: instance.gtidErrant,
    SlaveLagSeconds: lag,
    ReplicationLagSeconds: lag,
  };
}

function placeFields(
  instance: TopologyInstance,
  facts: InstanceFacts | null,
  replica: ReplicaStatus | null,
  topology: Topology,
): object {
  const replicas = keysJson(replicaKeys(instance, topology));
  return {
    SlaveHosts: replicas,
    Replicas: replicas,
    ClusterName: instance.clusterName,
    SuggestedClusterAlias: instance.suggestedAlias,
    DataCenter: facts?.dataCenter ?? '',
    Region: facts?.region ?? '',
    PhysicalEnvironment: facts?.environment ?? '',
    ReplicationDepth: instance.depth,
    IsCoMaster: instance.isCoMaster,
    HasReplicationCredentials: (replica?.user ?? '') !== '',
    ReplicationCredentialsAvailable: facts?.replicationCredentialsAvailable ?? false,
  };
}

/** Those that name the instance as their source, and those connected to it that Baton doesn't know. */
function replicaKeys(instance: TopologyInstance, topology: Topology): readonly InstanceKey[] {
  const known = instance.replicas.flatMap((id) => topology.instances.get(id)?.key ?? []);
  return [...known, ...instance.unknownReplicas];
}

function semiSyncFields(facts: InstanceFacts | null): object {
  const semiSync = facts?.semiSync ?? null;
  return {
    SemiSyncAvailable: semiSync?.available ?? false,
    SemiSyncPriority: facts?.semiSyncPriority ?? 0,
    SemiSyncMasterEnabled: semiSync?.sourceEnabled ?? false,
    SemiSyncReplicaEnabled: semiSync?.replicaEnabled ?? false,
    SemiSyncMasterTimeout: uint64(semiSync?.sourceTimeoutMs ?? 0),
    SemiSyncMasterWaitForReplicaCount: semiSync?.sourceWaitForReplicas ?? 0,
    SemiSyncMasterStatus: semiSync?.sourceStatus ?? false,
    SemiSyncMasterClients: semiSync?.sourceClients ?? 0,
    SemiSyncReplicaStatus: semiSync?.replicaStatus ?? false,
  };
}

function freshnessFields({ snapshot }: TopologyInstance, condition: ConditionContext): object {
  const { nowMs, instancePollSeconds } = condition;
  const sinceSeenMs = Math.max(0, nowMs - snapshot.lastSeenMs);
  return {
    LastSeenTimestamp: timestamp(snapshot.lastSeenMs),
    IsLastCheckValid: !isLastCheckInvalid(snapshot),
    IsUpToDate: nowMs - snapshot.lastCheckedMs <= instancePollSeconds * 1000,
    IsRecentlyChecked: isRecentlyChecked(snapshot, condition),
    SecondsSinceLastSeen: nullInt64(snapshot.lastSeenMs === 0 ? null : sinceSeenMs / 1000),
    CountMySQLSnapshots: 0,
  };
}

function operatorFields(instance: TopologyInstance, { state, nowMs }: InstanceJsonContext): object {
  const downtime = downtimeAt(state, instance.key, nowMs);
  return {
    IsCandidate: instance.promotionRule === 'must' || instance.promotionRule === 'prefer',
    PromotionRule: instance.promotionRule,
    IsDowntimed: downtime !== null,
    DowntimeReason: downtime?.reason ?? '',
    DowntimeOwner: downtime?.owner ?? '',
    DowntimeEndTimestamp: timestamp(downtime?.endMs ?? 0),
    ElapsedDowntime: nanosFromMillis(downtime === null ? 0 : Math.max(0, nowMs - downtime.beginMs)),
  };
}

function groupFields(facts: InstanceFacts | null): object {
  const group = facts?.group ?? null;
  return {
    ReplicationGroupName: group?.name ?? '',
    ReplicationGroupIsSinglePrimary: group?.singlePrimary ?? false,
    ReplicationGroupMemberState: group?.memberState ?? '',
    ReplicationGroupMemberRole: group?.memberRole ?? '',
    ReplicationGroupMembers: keysJson(group?.members ?? []),
    ReplicationGroupPrimaryInstanceKey: keyJson(group?.primary ?? NO_KEY),
  };
}
