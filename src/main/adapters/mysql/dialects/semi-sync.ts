import type { SemiSyncFacts } from '../../../../shared/domain/instance.ts';
import type { ResultSet, Row } from '../wire/decode-response.ts';
import type { SemiSyncNames, SemiSyncShape } from './dialect.ts';

/**
 * What of semi-sync a server has, from `SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync%'`. The names go by the plugin
 * that is loaded: since MySQL 8.0.26 there are two generations of it (MySQL manual, "Semisynchronous Replication").
 */
export function semiSyncShape(variables: ResultSet): SemiSyncShape | null {
  const names = new Set(variables.rows.map((row) => row[0] ?? ''));
  if (names.has('rpl_semi_sync_source_enabled') || names.has('rpl_semi_sync_replica_enabled')) {
    return {
      names: 'source',
      source: names.has('rpl_semi_sync_source_enabled'),
      replica: names.has('rpl_semi_sync_replica_enabled'),
      waitCount: names.has('rpl_semi_sync_source_wait_for_replica_count'),
    };
  }
  if (names.has('rpl_semi_sync_master_enabled') || names.has('rpl_semi_sync_slave_enabled')) {
    return {
      names: 'master',
      source: names.has('rpl_semi_sync_master_enabled'),
      replica: names.has('rpl_semi_sync_slave_enabled'),
      waitCount: names.has('rpl_semi_sync_master_wait_for_slave_count'),
    };
  }
  return null;
}

export function sourceVariable(names: SemiSyncNames): string {
  return `rpl_semi_sync_${names}_enabled`;
}

export function replicaVariable(names: SemiSyncNames): string {
  return names === 'source' ? 'rpl_semi_sync_replica_enabled' : 'rpl_semi_sync_slave_enabled';
}

/** Select expressions that `readSemiSync` takes, in its order; empty when there is no semi-sync. */
export function semiSyncExpressions(shape: SemiSyncShape | null): readonly string[] {
  if (shape === null) return [];
  const side = shape.names;
  const waitCount =
    side === 'source' ? 'rpl_semi_sync_source_wait_for_replica_count' : 'rpl_semi_sync_master_wait_for_slave_count';
  return [
    shape.source ? `@@global.${sourceVariable(side)}` : '0',
    shape.source ? `@@global.rpl_semi_sync_${side}_timeout` : '0',
    shape.waitCount ? `@@global.${waitCount}` : '1',
    shape.replica ? `@@global.${replicaVariable(side)}` : '0',
  ];
}

/** Costs the server a walk over all status variables, so it is asked for only where semi-sync is on. */
export const SEMI_SYNC_STATUS_QUERY = "SHOW GLOBAL STATUS LIKE 'Rpl\\_semi\\_sync%'";

/** @param at place of the first of `semiSyncExpressions` in `row`; @param status null when it was not asked for. */
export function readSemiSync(
  shape: SemiSyncShape | null,
  row: Row,
  at: number,
  status: ResultSet | null,
): SemiSyncFacts | null {
  if (shape === null) return null;
  const values = new Map(status?.rows.map((pair) => [(pair[0] ?? '').toLowerCase(), pair[1] ?? ''] as const));
  const side = shape.names;
  const replica = side === 'source' ? 'replica' : 'slave';
  const sourceWaiting = Number(values.get(`rpl_semi_sync_${side}_wait_sessions`) ?? 0);
  return {
    available: shape.source && shape.replica,
    sourceEnabled: isOn(row[at]),
    sourceTimeoutMs: Number(row[at + 1] ?? 0),
    sourceWaitForReplicas: Number(row[at + 2] ?? 1),
    replicaEnabled: isOn(row[at + 3]),
    sourceStatus: isOn(values.get(`rpl_semi_sync_${side}_status`)),
    sourceClients: Number(values.get(`rpl_semi_sync_${side}_clients`) ?? 0),
    ...(sourceWaiting > 0 ? { sourceWaiting } : {}),
    replicaStatus: isOn(values.get(`rpl_semi_sync_${replica}_status`)),
  };
}

/** Variables come as 0 or 1 from SELECT, as ON or OFF from SHOW. */
export function isOn(value: string | null | undefined): boolean {
  return value === '1' || value === 'ON' || value === 'Yes';
}
