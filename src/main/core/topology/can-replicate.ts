import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { gtidFlavorOf, readGtid } from '../gtid/gtid-position.ts';
import { gtidSetText, subtractGtidSets } from '../gtid/mysql-gtid-set.ts';
import { isDescendant } from './navigate.ts';
import {
  groupOf,
  isBinlogServer,
  isGroupSecondary,
  isReplica,
  logsReplicaUpdates,
  majorVersion,
  supportsMysqlGtid,
} from './server-traits.ts';
import type { Topology } from './topology.ts';

/** `warnings` are sentences about what is allowed and unwise; `reason` is a sentence that names both servers. */
export type Compatibility =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Settings that decide what may replicate from what. */
export interface ReplicationRules {
  /** `ReasonableMaintenanceReplicationLagSeconds`. */
  readonly reasonableMaintenanceLagSeconds: number;
  /** `VerifyReplicationFilters`. */
  readonly verifyReplicationFilters: boolean;
  /** `LowerReplicaVersionAllowed`: a replica older than its source is warned of instead of refused. */
  readonly lowerReplicaVersionAllowed: boolean;
  /** A replica that logs in MIXED format may take over what is logged in ROW: servers do it, and log it as rows. */
  readonly mixedBelowRowAllowed?: boolean;
}

type Rule = (replica: InstanceFacts, source: InstanceFacts, rules: ReplicationRules) => string | null;

/** In the order of the reference (topology operations, 1.3): the first that refuses gives the reason. */
const RULES: readonly Rule[] = [
  (a, b) => (sameKey(a.key, b.key) ? `${name(a)} can't replicate from itself.` : null),
  (_, b) => (b.logBin ? null : `${name(b)} has no binary log (log_bin is off), so nothing can replicate from it.`),
  (_, b) =>
    isReplica(b) && !b.logReplicaUpdates
      ? `${name(b)} is a replica and doesn't log what it replicates (log_replica_updates is off), so it can't pass it on.`
      : null,
  (a, b, rules) => (rules.lowerReplicaVersionAllowed ? null : olderVersion(a, b)),
  (a, b, rules) =>
    logsReplicaUpdates(a) &&
    formatRank(a.binlogFormat) < formatRank(b.binlogFormat) &&
    !(rules.mixedBelowRowAllowed === true && a.binlogFormat.toUpperCase() === 'MIXED')
      ? `${name(a)} logs in ${a.binlogFormat} format and can't take over what ${name(b)} logs in ${b.binlogFormat} format.`
      : null,
  (a, b, rules) =>
    rules.verifyReplicationFilters && b.replica?.hasFilters === true && a.replica?.hasFilters !== true
      ? `${name(b)} has replication filters and ${name(a)} has none (VerifyReplicationFilters is on).`
      : null,
  (a, b) =>
    a.serverId === b.serverId && !isBinlogServer(a)
      ? `${name(a)} and ${name(b)} have the same server_id, ${a.serverId}.`
      : null,
  (a, b) =>
    a.serverUuid !== '' && a.serverUuid === b.serverUuid && !isBinlogServer(a)
      ? `${name(a)} and ${name(b)} have the same server_uuid, ${a.serverUuid}. Was one cloned with its auto.cnf?`
      : null,
  (a, b, rules) => {
    const [delayA, delayB] = [delayOf(a), delayOf(b)];
    return delayA < delayB && delayB > rules.reasonableMaintenanceLagSeconds
      ? `${name(b)} is delayed by ${delayB} s, more than ${name(a)} (${delayA} s).`
      : null;
  },
];

/**
 * Tells whether `replica` may replicate from `source`, by their facts alone: where they stand in a topology, GTIDs,
 * read-only and semi-sync play no part in it.
 */
export function canReplicateFrom(
  replica: InstanceFacts,
  source: InstanceFacts,
  rules: ReplicationRules,
): Compatibility {
  for (const rule of RULES) {
    const reason = rule(replica, source, rules);
    if (reason !== null) return { ok: false, reason };
  }
  const older = olderVersion(replica, source);
  return { ok: true, warnings: older === null ? [] : [older] };
}

/**
 * As `canReplicateFrom`, and that GTIDs can be used for it and the source still has all that the replica needs
 * (topology operations reference, 1.4). How far either is, and errant transactions, play no part in it.
 */
export function canReplicateFromGtid(
  replica: InstanceFacts,
  source: InstanceFacts,
  rules: ReplicationRules,
): Compatibility {
  const general = canReplicateFrom(replica, source, rules);
  if (!general.ok) return general;
  const reason = gtidObstacle(replica, source) ?? purgedObstacle(replica, source);
  return reason === null ? general : { ok: false, reason };
}

/**
 * Why an instance must not be moved below another because of where the two stand; null when nothing stands against it.
 * A secondary gets its data from its group, a primary can't hang below its own group, and nothing can hang below its
 * own descendant: that would be a circle that no writes reach (topology operations reference, 1.10 and 5.1). Moving
 * below the source that it has already changes nothing, and is allowed, on a ring too.
 */
export function relocationObstacle(topology: Topology, replica: InstanceKey, destination: InstanceKey): string | null {
  const [a, b] = [keyText(replica), keyText(destination)];
  const moved = topology.instances.get(a);
  const target = topology.instances.get(b);
  if (moved === undefined) return `${a} isn't known.`;
  if (target === undefined) return `${b} isn't known.`;
  const group = groupOf(moved.facts);
  if (group !== null && isGroupSecondary(moved.facts)) {
    return `${a} is a secondary of the replication group ${group.name}, which feeds it; it can't be moved.`;
  }
  if (group !== null && groupOf(target.facts)?.name === group.name) {
    return `${a} is the primary of the replication group ${group.name} and can't be moved below its member ${b}.`;
  }
  if (moved.source === b || moved.clusterName !== target.clusterName) return null;
  const cluster = topology.clusters.get(moved.clusterName);
  if (cluster === undefined || !isDescendant(cluster, b, a)) return null;
  return `${b} is below ${a}; moving ${a} below it would make a circle.`;
}

function gtidObstacle(replica: InstanceFacts, source: InstanceFacts): string | null {
  const use = replica.replica?.gtidUse ?? 'none';
  if (use === 'none') return `${name(replica)} doesn't use GTIDs to replicate.`;
  if (use === 'mysql') {
    return supportsMysqlGtid(source)
      ? null
      : `${name(replica)} replicates by GTID, and ${name(source)} has gtid_mode ${source.gtidMode || 'OFF'}.`;
  }
  return gtidFlavorOf(source.flavor) === 'mariadb'
    ? null
    : `${name(replica)} uses MariaDB's GTIDs, and ${name(source)} is no MariaDB server.`;
}

function purgedObstacle(replica: InstanceFacts, source: InstanceFacts): string | null {
  if (replica.replica?.gtidUse !== 'mysql') return null;
  const purged = readGtid('mysql', source.gtidPurged);
  if (!purged.ok) return `What ${name(source)} has purged can't be read. ${purged.message}`;
  const executed = readGtid('mysql', replica.gtidExecuted);
  if (!executed.ok) return `What ${name(replica)} has executed can't be read. ${executed.message}`;
  if (purged.position.flavor !== 'mysql' || executed.position.flavor !== 'mysql') return null;
  const missing = gtidSetText(subtractGtidSets(purged.position.set, executed.position.set));
  return missing === ''
    ? null
    : `${name(source)} has purged transactions from its binary logs that ${name(replica)} lacks: ${missing}.`;
}

function olderVersion(replica: InstanceFacts, source: InstanceFacts): string | null {
  if (isBinlogServer(replica)) return null;
  const [majorA, minorA] = majorVersion(replica.version);
  const [majorB, minorB] = majorVersion(source.version);
  if (majorA > majorB || (majorA === majorB && minorA >= minorB)) return null;
  return `${name(replica)} has version ${replica.version}, older than ${source.version} of ${name(source)}.`;
}

/** A format that isn't one of the three (a binlog server has none of its own) stands in nobody's way. */
function formatRank(format: string): number {
  const rank = ['STATEMENT', 'MIXED', 'ROW'].indexOf(format.toUpperCase());
  return rank < 0 ? Number.NaN : rank;
}

function delayOf(facts: InstanceFacts): number {
  return facts.replica?.sqlDelaySeconds ?? 0;
}

function name(facts: InstanceFacts): string {
  return keyText(facts.key);
}
