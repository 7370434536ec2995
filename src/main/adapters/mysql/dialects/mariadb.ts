import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import type { Answer } from '../../../../shared/domain/question.ts';
import { parsePosition, positionText, unionPositions } from '../../../core/gtid/mariadb-gtid.ts';
import type { ResultSet } from '../wire/decode-response.ts';
import { MARIADB_APPLIER_QUERY, mariadbAppliesOutOfOrder } from './commit-order.ts';
import type {
  ActionContext,
  Dialect,
  FencePlan,
  Identity,
  Inquiry,
  NeededPrivilege,
  PollShape,
  Readings,
  SentQuestion,
  Step,
} from './dialect.ts';
import { mariadbInquiry } from './mariadb-inquiries.ts';
import { mariadbSteps } from './mariadb-steps.ts';
import { readReplica } from './replica-row.ts';
import { isOn, readSemiSync, SEMI_SYNC_STATUS_QUERY, semiSyncExpressions } from './semi-sync.ts';
import { PRIVILEGES_SUPER } from './super-privileges.ts';
import { atLeast, type ServerVersion } from './version.ts';

const CLIENT_SESSIONS =
  "SELECT ID FROM information_schema.processlist WHERE COMMAND NOT IN ('Binlog Dump','Binlog Dump GTID','Daemon','Connect','Slave_IO','Slave_SQL','Slave_worker') " +
  "AND USER NOT IN ('system user','event_scheduler') AND USER <> SUBSTRING_INDEX(USER(), '@', 1)";

/** Throws out every client session there is when it runs; one that has gone meanwhile is passed over. */
const EVICT_BLOCK =
  'BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; ' +
  `FOR s IN (${CLIENT_SESSIONS}) DO EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', s.ID); END FOR; END`;

/** Since 10.5.2 (MariaDB documentation, GRANT). SUPER held these until 10.11, and is granted along with them. */
const PRIVILEGES_FINE: readonly NeededPrivilege[] = [
  {
    anyOf: ['REPLICATION SLAVE ADMIN', 'SUPER'],
    without: 'repointing and failover to this server will fail',
    breaks: 'replication',
  },
  {
    anyOf: ['READ_ONLY ADMIN', 'READ ONLY ADMIN', 'SUPER'],
    without: 'read-only switches and fencing will fail',
    breaks: 'variables',
  },
  { anyOf: ['CONNECTION ADMIN', 'SUPER'], without: 'a fence cannot throw out client sessions', breaks: 'sessions' },
  {
    anyOf: ['SLAVE MONITOR', 'REPLICA MONITOR', 'REPLICATION SLAVE ADMIN', 'SUPER'],
    without: 'replication status cannot be read',
    breaks: 'reading',
  },
  {
    anyOf: ['BINLOG MONITOR', 'REPLICATION CLIENT', 'SUPER'],
    without: 'binary log coordinates cannot be read',
    breaks: 'reading',
  },
  { anyOf: ['PROCESS'], without: 'replicas cannot be found in the process list', breaks: 'reading' },
  {
    anyOf: ['REPLICATION MASTER ADMIN', 'SUPER'],
    without: 'the names that replicas announce cannot be read',
    breaks: 'reading',
  },
  { anyOf: ['RELOAD'], without: 'resetting replication at a promotion will fail', breaks: 'replication' },
];

/** MariaDB from 10.3 on. */
export class MariadbDialect implements Dialect {
  readonly flavor = 'MariaDB';
  readonly identityQuery =
    "SELECT VERSION(), @@global.version_comment, @@global.hostname, IFNULL(@@global.report_host, ''), " +
    '@@global.report_port, @@global.port, @@global.server_id, @@global.log_bin, @@global.log_slave_updates, ' +
    '@@global.binlog_format, @@global.binlog_row_image';
  readonly semiSyncVariablesQuery = "SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync%'";
  readonly uptimeQuery = "SHOW GLOBAL STATUS LIKE 'Uptime'";
  readonly replicaListQuery = 'SHOW SLAVE HOSTS';
  readonly dumpThreadsQuery =
    "SELECT HOST FROM information_schema.processlist WHERE COMMAND IN ('Binlog Dump','Binlog Dump GTID')";
  readonly groupQuery = null;
  readonly heartbeatQuery = null;
  readonly heartbeatsAreCheap = false;
  readonly applierQuery = MARIADB_APPLIER_QUERY;
  readonly appliesOutOfOrder = mariadbAppliesOutOfOrder;
  readonly shutsDownSilently = true;
  /** The password stays in master.info and survives everything but RESET SLAVE ALL. */
  readonly credentialsQuery = 'SELECT 0';
  readonly storedAccountQuery = null;
  readonly clientSessionsQuery = CLIENT_SESSIONS;
  readonly neededPrivileges: readonly NeededPrivilege[];
  readonly #position = new PositionMemory();

  constructor(version: ServerVersion) {
    this.neededPrivileges = atLeast(version, 10, 5, 2) ? PRIVILEGES_FINE : PRIVILEGES_SUPER;
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
      serverUuid: '',
      logBin: isOn(row[7]),
      logReplicaUpdates: isOn(row[8]),
      binlogFormat: row[9] ?? '',
      binlogRowImage: row[10] ?? '',
      gtidPurged: '',
    };
  }

  steadyQuery(shape: PollShape): string {
    const variables = [
      '@@global.read_only',
      '@@global.gtid_current_pos',
      '@@global.gtid_binlog_pos',
      '@@global.gtid_binlog_state',
      ...semiSyncExpressions(shape.semiSync),
    ];
    return [
      'SHOW ALL SLAVES STATUS',
      `SELECT ${variables.join(', ')}`,
      ...(shape.logBin ? ['SHOW MASTER STATUS'] : []),
      ...(shape.semiSync && shape.semiSyncOn ? [SEMI_SYNC_STATUS_QUERY] : []),
    ].join('; ');
  }

  readSteady(results: readonly ResultSet[], shape: PollShape): Readings {
    const [status, variables] = results;
    const row = variables?.rows[0] ?? [];
    const own = shape.logBin ? results[2]?.rows[0] : undefined;
    const semiSyncStatus = shape.semiSync && shape.semiSyncOn ? (results[shape.logBin ? 3 : 2] ?? null) : null;
    return {
      // Since MariaDB 12 it has levels by name; OFF is the only one that lets everybody write.
      readOnly: row[0] !== '0' && row[0] !== 'OFF',
      superReadOnly: false,
      offlineMode: false,
      gtidMode: '',
      gtidExecuted: this.#position.joined(row[1] ?? '', row[2] ?? ''),
      gtidBinlogState: row[3] ?? '',
      coordinates: own ? { file: own[0] ?? '', position: Number(own[1] ?? 0) } : null,
      replica: status ? readReplica(status) : null,
      semiSync: readSemiSync(shape.semiSync, row, 4, semiSyncStatus),
    };
  }

  steps(action: ServerAction, facts: InstanceFacts, context: ActionContext): readonly Step[] {
    return mariadbSteps(action, facts, context, EVICT_BLOCK);
  }

  inquiry<Q extends SentQuestion>(question: Q): Inquiry<Answer<Q>> {
    return mariadbInquiry(question);
  }

  /**
   * Measured on 10.11: `read_only` blocks at once, and the list of known sessions, killed over another connection
   * meanwhile, beats the block, which has to read the process list first and so only sweeps up after it.
   */
  fence(sessions: readonly string[]): FencePlan {
    return {
      shut: 'SET GLOBAL read_only = 1; SELECT @@global.read_only, @@global.gtid_binlog_pos',
      evict: [...sessions.map((id) => `KILL CONNECTION ${id}`), EVICT_BLOCK],
      readBack: (row) => ({ readOnly: row[0] !== '0' && row[0] !== 'OFF', gtidExecuted: row[1] ?? '' }),
    };
  }
}

/** The last join, because most polls of an idle server would repeat it. */
class PositionMemory {
  #current = '';
  #binlog = '';
  #joined = '';

  /** Per domain the higher sequence of both. Both come from the server; text that can't be read is passed on. */
  joined(current: string, binlog: string): string {
    if (current === binlog) return current;
    if (current === this.#current && binlog === this.#binlog) return this.#joined;
    this.#current = current;
    this.#binlog = binlog;
    this.#joined = join(current, binlog);
    return this.#joined;
  }
}

function join(current: string, binlog: string): string {
  try {
    return positionText(unionPositions(parsePosition(current), parsePosition(binlog)));
  } catch {
    return current;
  }
}
