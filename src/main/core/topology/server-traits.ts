import type { SourcePace } from '../../../shared/domain/action.ts';
import type { GroupFacts, InstanceFacts, InstanceSnapshot, ReplicaStatus } from '../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, NO_KEY, sameKey } from '../../../shared/domain/instance-key.ts';
import { isDetached } from './coordinates.ts';

const DETACHED_HOST = '//';

/** The source as the server stores it, detached or not; NO_KEY when it has none or wasn't read yet. */
export function sourceKeyOf(facts: InstanceFacts | null): InstanceKey {
  return facts?.replica?.source ?? NO_KEY;
}

/** Has a source configured and a place in its log to go on from (analysis reference, 2.2). A detached one counts. */
export function isReplica(facts: InstanceFacts | null): boolean {
  const replica = facts?.replica;
  if (!replica) return false;
  const { hostname, port } = replica.source;
  if (hostname === '' || hostname === '_' || port === 0) return false;
  return replica.read.file !== '' || replica.gtidUse !== 'none';
}

/** A replica with both threads running. */
export function isReplicating(facts: InstanceFacts | null): boolean {
  return isReplica(facts) && facts?.replica?.ioState === 1 && facts.replica.sqlState === 1;
}

/** Replication is configured, in whatever state. */
export function replicationThreadsExist(replica: ReplicaStatus | null | undefined): boolean {
  return replica !== null && replica !== undefined && replica.ioState !== -1 && replica.sqlState !== -1;
}

export function isSourceDetached(facts: InstanceFacts | null): boolean {
  return sourceKeyOf(facts).hostname.startsWith(DETACHED_HOST);
}

export function hasDetachedCoordinates(facts: InstanceFacts | null): boolean {
  return facts?.replica ? isDetached(facts.replica.executed) : false;
}

export function isBinlogServer(facts: InstanceFacts | null): boolean {
  return facts?.flavor === 'MaxScale';
}

/**
 * The replication group of a member; null outside a group. Members of a multi-primary group count as standalone
 * servers (discovery reference, 9): any of them takes writes, so none is placed below another.
 */
export function groupOf(facts: InstanceFacts | null): GroupFacts | null {
  const group = facts?.group;
  return group && group.name !== '' && group.singlePrimary ? group : null;
}

/** A member of a group whose primary, as far as it is known, is another server. */
export function isGroupSecondary(facts: InstanceFacts | null): boolean {
  const group = groupOf(facts);
  if (facts === null || group === null) return false;
  return isRealKey(group.primary) ? !sameKey(group.primary, facts.key) : group.memberRole !== 'PRIMARY';
}

/** Not a replica, and the primary if it is in a group (discovery reference, 9). */
export function isMaster(facts: InstanceFacts | null): boolean {
  if (facts === null || isReplica(facts)) return false;
  const group = groupOf(facts);
  return group === null || group.memberRole === 'PRIMARY';
}

export function supportsMysqlGtid(facts: InstanceFacts): boolean {
  return facts.gtidMode !== '' && facts.gtidMode.toUpperCase() !== 'OFF';
}

export function usesGtid(facts: InstanceFacts): boolean {
  return facts.replica !== null && facts.replica.gtidUse !== 'none';
}

/** Writes what it replicates to its own binary log, so that others can replicate from it. */
export function logsReplicaUpdates(facts: InstanceFacts): boolean {
  return facts.logBin && facts.logReplicaUpdates;
}

/** The first two components of the version; an unreadable one is 0.0 (discovery reference, 4.4). */
export function majorVersion(version: string): readonly [major: number, minor: number] {
  const match = /^(\d+)\.(\d+)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : [0, 0];
}

/**
 * True when the last poll failed or none has succeeded yet; what the store remembers of an earlier process is no poll.
 * One failed poll is enough: what makes a failure of it is what the replicas say, not repetition (analysis reference,
 * 2.1).
 */
export function isLastCheckInvalid(snapshot: InstanceSnapshot): boolean {
  const { stale, failure, lastSeenMs, lastCheckedMs } = snapshot;
  return stale || failure !== null || lastSeenMs === 0 || lastCheckedMs > lastSeenMs;
}

/** The last poll by this process succeeded. */
export function isValid(snapshot: InstanceSnapshot): boolean {
  return !isLastCheckInvalid(snapshot);
}

/** How a replica keeps in touch with its source, for a server that is to take its place; undefined for none. */
export function paceOf({ replica }: InstanceFacts): SourcePace | undefined {
  if (replica === null) return undefined;
  const { heartbeatPeriodSeconds, connectRetrySeconds, retryCount } = replica;
  return { heartbeatPeriodSeconds, connectRetrySeconds, retryCount };
}
