import type { CommonWords } from './common-steps.ts';
import { atLeast, type ServerVersion } from './version.ts';

/** What the versions of MySQL and Percona Server differ in. Source: the manuals' release notes. */
export interface MysqlWords extends CommonWords {
  readonly replicaList: string;
  readonly ownPosition: string;
  readonly logReplicaUpdates: string;
  readonly hasPublicKeyOptions: boolean;
  readonly hasSuperReadOnly: boolean;
  readonly hasOfflineMode: boolean;
  readonly hasWaitForExecuted: boolean;
  /** WAIT_FOR_EXECUTED_GTID_SET takes fractions of a second. */
  readonly hasFractionalWait: boolean;
  readonly hasReplicationTables: boolean;
  /** Its `performance_schema` tells when the last transaction was queued. */
  readonly hasQueueTimes: boolean;
  /** `performance_schema.metadata_locks`; whether it is filled is another matter. */
  readonly hasMetadataLocks: boolean;
  readonly hasGroupReplication: boolean;
  readonly hasDynamicPrivileges: boolean;
}

export function mysqlWords(version: ServerVersion): MysqlWords {
  const from = (major: number, minor: number, patch = 0) => atLeast(version, major, minor, patch);
  return {
    replicaStatus: from(8, 0, 22) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    replicaList: from(8, 0, 22) ? 'SHOW REPLICAS' : 'SHOW SLAVE HOSTS',
    ownPosition: from(8, 2) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS',
    replica: from(8, 0, 22) ? 'REPLICA' : 'SLAVE',
    change: from(8, 0, 23) ? 'CHANGE REPLICATION SOURCE TO' : 'CHANGE MASTER TO',
    option: from(8, 0, 23) ? 'SOURCE' : 'MASTER',
    logReplicaUpdates: from(8, 0, 26) ? 'log_replica_updates' : 'log_slave_updates',
    positionWait: from(8, 0, 26) ? 'SOURCE_POS_WAIT' : 'MASTER_POS_WAIT',
    hasFractionalPositionWait: from(8, 0),
    skipCounter: from(8, 0, 26) ? 'sql_replica_skip_counter' : 'sql_slave_skip_counter',
    resetBinaryLogs: from(8, 2) ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER',
    hasSeparateThreadOptions: from(5, 7, 4),
    hasPublicKeyOptions: from(8, 0, 4),
    hasSuperReadOnly: from(5, 7, 8),
    hasOfflineMode: from(5, 7, 5),
    hasWaitForExecuted: from(5, 7, 5),
    hasFractionalWait: from(8, 0),
    hasReplicationTables: from(5, 7),
    hasQueueTimes: from(8, 0),
    hasMetadataLocks: from(5, 7, 3),
    hasGroupReplication: from(8, 0),
    hasDynamicPrivileges: from(8, 0),
  };
}
