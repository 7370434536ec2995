import type { GroupFacts, InstanceFacts, MissingPrivilege, ReplicaStatus } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Detection } from './detect.ts';
import type { Dialect, Identity, RawReplica, Readings } from './dialects/dialect.ts';

export interface Heartbeats {
  readonly received: number | null;
  readonly periodSeconds: number | null;
}

/** What only a full poll reads. */
export interface SlowFacts {
  readonly key: InstanceKey;
  readonly flavor: Dialect['flavor'];
  readonly identity: Identity;
  readonly uptimeSeconds: number;
  readonly heartbeats: Heartbeats;
  readonly appliesOutOfOrder: boolean;
  readonly group: GroupFacts | null;
  readonly connectedReplicas: readonly InstanceKey[];
  readonly replicationCredentialsAvailable: boolean;
  readonly attributes: Detection['attributes'];
  readonly missingPrivileges: readonly MissingPrivilege[];
  readonly warnings: readonly string[];
}

/** What a poll reads besides the dialect's readings. */
export interface PollExtras {
  /** The source with its host name resolved; null for no replica. */
  readonly source: InstanceKey | null;
  /** Of the lag query; undefined when there is none or it failed, so that seconds behind the source count. */
  readonly lagSeconds: number | undefined;
  readonly warnings: readonly string[];
}

/** Puts the facts of one poll together; what is equal to `previous` is taken from there, so that it stays identical. */
export function composeFacts(
  slow: SlowFacts,
  readings: Readings,
  extras: PollExtras,
  previous: InstanceFacts | null,
): InstanceFacts {
  const { identity } = slow;
  const replica = readings.replica && extras.source ? replicaStatus(readings.replica, extras.source, slow) : null;
  const facts: InstanceFacts = {
    key: slow.key,
    serverId: identity.serverId,
    serverUuid: identity.serverUuid,
    ...(identity.hostname === '' ? {} : { serverHostname: identity.hostname }),
    version: identity.version,
    versionComment: identity.versionComment,
    flavor: slow.flavor,
    uptimeSeconds: slow.uptimeSeconds,
    readOnly: readings.readOnly,
    superReadOnly: readings.superReadOnly,
    offlineMode: readings.offlineMode,
    logBin: identity.logBin,
    logReplicaUpdates: identity.logReplicaUpdates,
    binlogFormat: identity.binlogFormat,
    binlogRowImage: identity.binlogRowImage,
    coordinates: readings.coordinates,
    gtidMode: readings.gtidMode,
    gtidExecuted: readings.gtidExecuted,
    ...(readings.gtidBinlogState === undefined ? {} : { gtidBinlogState: readings.gtidBinlogState }),
    gtidPurged: identity.gtidPurged,
    replica,
    semiSync: readings.semiSync,
    group: slow.group,
    connectedReplicas: slow.connectedReplicas,
    replicationCredentialsAvailable: slow.replicationCredentialsAvailable,
    ...slow.attributes,
    lagSeconds: extras.lagSeconds ?? replica?.secondsBehindSource ?? null,
    ...(slow.missingPrivileges.length === 0 ? {} : { missingPrivileges: slow.missingPrivileges }),
    warnings: extras.warnings.length > 0 ? [...slow.warnings, ...extras.warnings] : slow.warnings,
  };
  return previous ? share(previous, facts) : facts;
}

function replicaStatus(
  raw: RawReplica,
  source: InstanceKey,
  { heartbeats, appliesOutOfOrder }: SlowFacts,
): ReplicaStatus {
  const { sourceHost: _host, sourcePort: _port, ...rest } = raw;
  return {
    ...rest,
    source,
    heartbeatsReceived: raw.heartbeatsReceived ?? heartbeats.received,
    heartbeatPeriodSeconds: raw.heartbeatPeriodSeconds ?? heartbeats.periodSeconds,
    ...(appliesOutOfOrder ? { appliesOutOfOrder } : {}),
  };
}

/** `next`, with every part that equals its counterpart in `previous` replaced by that. For plain data. */
export function share<T>(previous: T, next: T): T {
  if (Object.is(previous, next)) return previous;
  if (!isPlain(previous) || !isPlain(next) || Array.isArray(previous) !== Array.isArray(next)) return next;
  const before = previous as Record<string, unknown>;
  const after = next as Record<string, unknown>;
  const names = Object.keys(after);
  let same = names.length === Object.keys(before).length;
  for (const name of names) {
    const value = share(before[name], after[name]);
    after[name] = value;
    if (!Object.is(value, before[name])) same = false;
  }
  return same ? previous : next;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
