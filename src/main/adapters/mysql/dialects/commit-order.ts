import { parsePosition } from '../../../core/gtid/mariadb-gtid.ts';
import type { ResultSet } from '../wire/decode-response.ts';
import type { Readings } from './dialect.ts';
import { isOn } from './semi-sync.ts';

/** Names before and since MySQL 8.0.26. A server gives those that it has. */
export const MYSQL_APPLIER_QUERY =
  "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('replica_parallel_workers','slave_parallel_workers'," +
  "'replica_parallel_type','slave_parallel_type','replica_preserve_commit_order','slave_preserve_commit_order')";
export const MARIADB_APPLIER_QUERY =
  "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('slave_parallel_threads','slave_parallel_mode')";

/**
 * Several workers commit in the source's order only with `replica_preserve_commit_order`, which 5.6 doesn't have, and
 * which counts for the type LOGICAL_CLOCK alone (MySQL manual, "Replica Server Options and Variables").
 */
export function mysqlAppliesOutOfOrder(variables: ResultSet): boolean {
  const value = lookUp(variables);
  if (Number(value('parallel_workers') ?? 0) <= 1) return false;
  return !isOn(value('preserve_commit_order')) || value('parallel_type')?.toUpperCase() === 'DATABASE';
}

/**
 * Within a domain MariaDB always commits in the source's order. Transactions of different domains pass one another where
 * several threads apply by GTID (MariaDB documentation, "Parallel Replication", out-of-order).
 */
export function mariadbAppliesOutOfOrder(variables: ResultSet, { replica, gtidExecuted }: Readings): boolean {
  const value = lookUp(variables);
  if (Number(value('parallel_threads') ?? 0) <= 1 || value('parallel_mode')?.toLowerCase() === 'none') return false;
  return replica?.gtidUse === 'mariadb' && domainsOf(gtidExecuted) > 1;
}

function lookUp({ rows }: ResultSet): (name: string) => string | undefined {
  const values = new Map(
    rows.map((row) => [(row[0] ?? '').toLowerCase().replace(/^(?:slave|replica)_/, ''), row[1] ?? '']),
  );
  return (name) => values.get(name);
}

/** A position that can't be read may hold any number of domains. */
function domainsOf(gtidExecuted: string): number {
  try {
    return parsePosition(gtidExecuted).gtids.length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
