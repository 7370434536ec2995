import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { Flavor, InstanceFacts } from '../../../../shared/domain/instance.ts';
import type { Answer } from '../../../../shared/domain/question.ts';
import type { ResultSet } from '../wire/decode-response.ts';
import { MYSQL_APPLIER_QUERY, mysqlAppliesOutOfOrder } from './commit-order.ts';
import type {
  ActionContext,
  Dialect,
  FencePlan,
  Identity,
  Inquiry,
  NeededPrivilege,
  PollShape,
  RawReplica,
  Readings,
  SentQuestion,
  Step,
} from './dialect.ts';
import { mysqlInquiry } from './mysql-inquiries.ts';
import { mysqlSteps } from './mysql-steps.ts';
import { type MysqlWords, mysqlWords } from './mysql-words.ts';
import { readReplica } from './replica-row.ts';
import { isOn, readSemiSync, SEMI_SYNC_STATUS_QUERY, semiSyncExpressions } from './semi-sync.ts';
import { PRIVILEGES_SUPER } from './super-privileges.ts';
import type { ServerVersion } from './version.ts';

const NO_GROUP_CHANNELS = " AND Channel_name NOT LIKE 'group\\_replication\\_%'";
const DUMP_COMMANDS = "'Binlog Dump','Binlog Dump GTID'";
/**
 * `performance_schema.processlist` is empty where `performance_schema` is off and lacks the threads beyond
 * `performance_schema_max_thread_instances`; a fence that reads it there would find nobody to throw out.
 */
const PROCESSLIST = 'information_schema.processlist';

/** The unnamed channel comes first. Costs 9.7 some 15 µs; the period, which needs a join, changes only by hand. */
const HEARTBEATS_QUERY =
  'SELECT COUNT_RECEIVED_HEARTBEATS FROM performance_schema.replication_connection_status ' +
  "WHERE CHANNEL_NAME NOT LIKE 'group\\_replication\\_%' ORDER BY CHANNEL_NAME LIMIT 1";

/** Since the receiver's last heartbeat or transaction; zero dates, which mean never, give NULL. */
const HEARD_AGO_MS =
  'TIMESTAMPDIFF(MICROSECOND, GREATEST(s.LAST_HEARTBEAT_TIMESTAMP, s.LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP), NOW(6)) DIV 1000';

const PRIVILEGES_8: readonly NeededPrivilege[] = [
  {
    anyOf: ['REPLICATION_SLAVE_ADMIN', 'SUPER'],
    without: 'repointing and failover to this server will fail',
    breaks: 'replication',
  },
  {
    anyOf: ['SYSTEM_VARIABLES_ADMIN', 'SUPER'],
    without: 'read-only switches, fencing and semi-sync switches will fail',
    breaks: 'variables',
  },
  {
    anyOf: ['CONNECTION_ADMIN', 'SUPER'],
    without: 'a fence cannot throw out client sessions, and Baton is locked out of this server in offline mode',
    breaks: 'sessions',
  },
  { anyOf: ['REPLICATION CLIENT', 'SUPER'], without: 'replication status cannot be read', breaks: 'reading' },
  { anyOf: ['PROCESS'], without: 'replicas cannot be found in the process list', breaks: 'reading' },
  { anyOf: ['REPLICATION SLAVE'], without: 'the names that replicas announce cannot be read', breaks: 'reading' },
  { anyOf: ['RELOAD'], without: 'resetting replication at a promotion will fail', breaks: 'replication' },
];

/** MySQL and Percona Server from 5.6 on. */
export class MysqlDialect implements Dialect {
  readonly flavor: Flavor;
  readonly identityQuery: string;
  readonly semiSyncVariablesQuery = "SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync%'";
  readonly uptimeQuery = "SHOW GLOBAL STATUS LIKE 'Uptime'";
  readonly replicaListQuery: string;
  readonly dumpThreadsQuery: string;
  readonly groupQuery: string | null;
  readonly heartbeatQuery: string | null;
  readonly heartbeatsAreCheap: boolean;
  readonly applierQuery = MYSQL_APPLIER_QUERY;
  readonly appliesOutOfOrder = mysqlAppliesOutOfOrder;
  readonly credentialsQuery: string;
  readonly storedAccountQuery: string;
  readonly shutsDownSilently = false;
  readonly clientSessionsQuery: string;
  readonly neededPrivileges: readonly NeededPrivilege[];
  readonly #words: MysqlWords;

  constructor(flavor: Flavor, version: ServerVersion) {
    const words = mysqlWords(version);
    this.flavor = flavor;
    this.#words = words;
    this.identityQuery =
      "SELECT VERSION(), @@global.version_comment, @@global.hostname, IFNULL(@@global.report_host, ''), " +
      '@@global.report_port, @@global.port, @@global.server_id, @@global.server_uuid, @@global.log_bin, ' +
      `@@global.${words.logReplicaUpdates}, @@global.binlog_format, @@global.binlog_row_image, @@global.gtid_purged`;
    this.replicaListQuery = words.replicaList;
    this.dumpThreadsQuery = `SELECT HOST FROM ${PROCESSLIST} WHERE COMMAND IN (${DUMP_COMMANDS})`;
    this.groupQuery = words.hasGroupReplication
      ? 'SELECT MEMBER_ID, MEMBER_HOST, MEMBER_PORT, MEMBER_STATE, MEMBER_ROLE, @@global.group_replication_group_name, ' +
        "@@global.group_replication_single_primary_mode FROM performance_schema.replication_group_members WHERE MEMBER_STATE <> 'OFFLINE'"
      : null;
    this.heartbeatsAreCheap = words.hasReplicationTables;
    this.heartbeatQuery = words.hasReplicationTables
      ? `SELECT s.COUNT_RECEIVED_HEARTBEATS, c.HEARTBEAT_INTERVAL, ${words.hasQueueTimes ? HEARD_AGO_MS : 'NULL'} ` +
        'FROM performance_schema.replication_connection_status s ' +
        'JOIN performance_schema.replication_connection_configuration c ON c.CHANNEL_NAME = s.CHANNEL_NAME ' +
        "WHERE s.CHANNEL_NAME NOT LIKE 'group\\_replication\\_%' ORDER BY s.CHANNEL_NAME LIMIT 1"
      : "SELECT MAX(IF(VARIABLE_NAME = 'SLAVE_RECEIVED_HEARTBEATS', VARIABLE_VALUE, NULL)), " +
        "MAX(IF(VARIABLE_NAME = 'SLAVE_HEARTBEAT_PERIOD', VARIABLE_VALUE, NULL)) FROM information_schema.global_status " +
        "WHERE VARIABLE_NAME IN ('SLAVE_RECEIVED_HEARTBEATS', 'SLAVE_HEARTBEAT_PERIOD')";
    const stored = `FROM mysql.slave_master_info WHERE User_name <> ''${words.hasReplicationTables ? NO_GROUP_CHANNELS : ''}`;
    // Names the password's column too, so that a grant that leaves it out is noticed.
    this.credentialsQuery = `SELECT COUNT(User_password) > 0 ${stored}`;
    this.storedAccountQuery = `SELECT User_name, User_password ${stored}${words.hasReplicationTables ? ' ORDER BY Channel_name' : ''} LIMIT 1`;
    this.clientSessionsQuery =
      `SELECT ID FROM ${PROCESSLIST} WHERE COMMAND NOT IN (${DUMP_COMMANDS},'Daemon','Connect') ` +
      "AND USER NOT IN ('system user','event_scheduler') AND USER <> SUBSTRING_INDEX(USER(), '@', 1)";
    this.neededPrivileges = words.hasDynamicPrivileges ? PRIVILEGES_8 : PRIVILEGES_SUPER;
  }

  readIdentity(result: ResultSet): Identity {
    const row = result.rows[0] ?? [];
    return {
      version: row[0] ?? '',
      versionComment: row[1] ?? '',
      hostname: row[2] ?? '',
      reportHost: row[3] ?? '',
      reportPort: Number(row[4] ?? 0),
      port: Number(row[5] ?? 0),
      serverId: Number(row[6] ?? 0),
      serverUuid: row[7] ?? '',
      logBin: isOn(row[8]),
      logReplicaUpdates: isOn(row[9]),
      binlogFormat: row[10] ?? '',
      binlogRowImage: row[11] ?? '',
      gtidPurged: row[12] ?? '',
    };
  }

  steadyQuery(shape: PollShape): string {
    const words = this.#words;
    const variables = [
      '@@global.read_only',
      words.hasSuperReadOnly ? '@@global.super_read_only' : '0',
      words.hasOfflineMode ? '@@global.offline_mode' : '0',
      '@@global.gtid_mode',
      // With the binary log on, its status tells the same set; it can be long, so it is read once.
      shape.logBin ? "''" : '@@global.gtid_executed',
      ...semiSyncExpressions(shape.semiSync),
    ];
    return [
      // First, because a server that is shutting down says so (1053) to a SELECT, and to SHOW just hangs up.
      `SELECT ${variables.join(', ')}`,
      words.replicaStatus,
      ...(shape.logBin ? [words.ownPosition] : []),
      ...(shape.semiSync && shape.semiSyncOn ? [SEMI_SYNC_STATUS_QUERY] : []),
      ...(shape.heartbeats ? [HEARTBEATS_QUERY] : []),
    ].join('; ');
  }

  readSteady(results: readonly ResultSet[], shape: PollShape): Readings {
    const rest = [...results];
    const row = rest.shift()?.rows[0] ?? [];
    const status = rest.shift();
    const own = shape.logBin ? rest.shift()?.rows[0] : undefined;
    const semiSyncStatus = shape.semiSync && shape.semiSyncOn ? (rest.shift() ?? null) : null;
    const heartbeats = shape.heartbeats ? rest.shift()?.rows[0]?.[0] : undefined;
    return {
      readOnly: isOn(row[0]),
      superReadOnly: isOn(row[1]),
      offlineMode: isOn(row[2]),
      gtidMode: row[3] ?? '',
      gtidExecuted: own ? (own[4] ?? '') : (row[4] ?? ''),
      coordinates: own ? { file: own[0] ?? '', position: Number(own[1] ?? 0) } : null,
      replica: status ? withHeartbeats(readReplica(status), heartbeats) : null,
      semiSync: readSemiSync(shape.semiSync, row, 5, semiSyncStatus),
    };
  }

  steps(action: ServerAction, facts: InstanceFacts, context: ActionContext): readonly Step[] {
    return mysqlSteps(action, facts, context, this.#words, this.clientSessionsQuery);
  }

  inquiry<Q extends SentQuestion>(question: Q): Inquiry<Answer<Q>> {
    return mysqlInquiry(question, this.#words);
  }

  /**
   * Sessions are killed one by one: `offline_mode` would do it in one statement, but also ends the dump threads, whose
   * replicas then wait for MASTER_CONNECT_RETRY (60 s). Measured on 9.7 with 8 busy writers: after a thaw both let
   * through about as little (2 acknowledged, 6.5 committed, of the 8 that were under way), `super_read_only` alone 6.
   */
  fence(sessions: readonly string[]): FencePlan {
    const readOnly = this.#words.hasSuperReadOnly ? 'super_read_only' : 'read_only';
    return {
      shut: `SET GLOBAL ${readOnly} = 1; SELECT @@global.${readOnly}, @@global.gtid_executed`,
      evict: sessions.map((id) => `KILL CONNECTION ${id}`),
      readBack: (row) => ({ readOnly: isOn(row[0]), gtidExecuted: row[1] ?? '' }),
    };
  }
}

function withHeartbeats(replica: RawReplica | null, received: string | null | undefined): RawReplica | null {
  if (replica === null || received === null || received === undefined) return replica;
  return { ...replica, heartbeatsReceived: Number(received) };
}
