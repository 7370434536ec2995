import type {
  BinaryLog,
  BinlogEvent,
  LongQuery,
  ServerQuestion,
  ServerSession,
} from '../../../../shared/domain/question.ts';
import type { ResultSet } from '../wire/decode-response.ts';
import type { Inquiry } from './dialect.ts';
import { quote, whole } from './quote.ts';

type LogQuestion = Extract<ServerQuestion, { readonly kind: 'binary-logs' | 'binlog-events' | 'relaylog-events' }>;

type LongQuestion = Extract<ServerQuestion, { readonly kind: 'long-queries' }>;

/** The column after those of `readSessions`. */
const DB_COLUMN = 8;
/** How long a statement is shown, in characters. */
const STATEMENT_LENGTH = 1000;
/** The smallest position that there is an event at: after the magic number. */
const FIRST_POSITION = 4;

export function binaryLogs(): Inquiry<readonly BinaryLog[]> {
  return {
    sql: 'SHOW BINARY LOGS',
    read: ({ rows }) => rows.map((row) => ({ file: row[0] ?? '', sizeBytes: Number(row[1] ?? 0) })),
  };
}

/**
 * Every version counts who has a table open or locked, though not who. Those that the account may not read are left
 * out (MySQL manual, SHOW OPEN TABLES), but for the newest versions (seen on 9.7).
 */
export function lockedTables(): Inquiry<readonly string[]> {
  return {
    sql: 'SHOW OPEN TABLES WHERE In_use > 0',
    read: ({ rows }) => rows.map((row) => `${row[0] ?? ''}.${row[1] ?? ''}`),
  };
}

/** @throws RangeError for positions or limits that are no whole numbers */
export function logEvents(
  question: Exclude<LogQuestion, { readonly kind: 'binary-logs' }>,
): Inquiry<readonly BinlogEvent[]> {
  const { file, position } = question.from;
  const place = `IN ${quote(file)} FROM ${whole(Math.max(position, FIRST_POSITION))}`;
  return {
    sql:
      question.kind === 'binlog-events'
        ? `SHOW BINLOG EVENTS ${place} LIMIT ${whole(question.limit)}`
        : `SHOW RELAYLOG EVENTS ${place} LIMIT ${whole(question.skip)}, ${whole(question.limit)}`,
    read: ({ rows }) =>
      rows.map((row) => ({
        at: { file: row[0] ?? '', position: Number(row[1] ?? 0) },
        endPosition: Number(row[4] ?? 0),
        type: row[2] ?? '',
        serverId: Number(row[3] ?? 0),
        info: row[5] ?? '',
      })),
  };
}

/** Columns of a query whose result `readSessions` takes; `p` is a process list, `t` is `innodb_trx`, maybe missing. */
export const SESSION_COLUMNS =
  "p.ID, p.USER, IFNULL(p.HOST, ''), p.COMMAND, IFNULL(p.TIME, 0), IFNULL(p.STATE, ''), " +
  `IFNULL(LEFT(p.INFO, ${STATEMENT_LENGTH}), ''), TIMESTAMPDIFF(SECOND, t.trx_started, NOW())`;

/**
 * Where the sessions come from: clients' only. `performance_schema.processlist` would be empty where
 * `performance_schema` is off, and this one is asked for rarely.
 */
export const CLIENTS =
  'FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.ID ' +
  "WHERE p.COMMAND NOT IN ('Binlog Dump','Binlog Dump GTID','Daemon','Connect','Slave_IO','Slave_SQL','Slave_worker') " +
  "AND p.USER NOT IN ('system user','event_scheduler','mysql.session') AND p.USER <> SUBSTRING_INDEX(USER(), '@', 1)";

export const LONGEST_FIRST =
  'ORDER BY GREATEST(IFNULL(p.TIME, 0), IFNULL(TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), 0)) DESC, p.ID';

/**
 * Statements that run, whatever they wait for; idle sessions are none.
 * @throws RangeError for numbers that are not whole
 */
export function longQueries({ seconds, limit }: LongQuestion): Inquiry<readonly LongQuery[]> {
  const running = `AND p.COMMAND <> 'Sleep' AND p.TIME >= ${whole(seconds)}`;
  return {
    sql: `SELECT ${SESSION_COLUMNS}, IFNULL(p.DB, '') ${CLIENTS} ${running} ORDER BY p.TIME DESC, p.ID LIMIT ${whole(limit)}`,
    read: (result) =>
      readSessions(result).map(({ transactionSeconds: _open, ...session }, index) => ({
        ...session,
        db: result.rows[index]?.[DB_COLUMN] ?? '',
      })),
  };
}

export function readSessions({ rows }: ResultSet): readonly ServerSession[] {
  return rows.map((row) => ({
    id: Number(row[0] ?? 0),
    user: row[1] ?? '',
    host: row[2] ?? '',
    command: row[3] ?? '',
    seconds: Math.max(0, Math.trunc(Number(row[4] ?? 0))),
    state: row[5] ?? '',
    statement: row[6] ?? '',
    transactionSeconds: row[7] === null || row[7] === undefined ? null : Math.max(0, Number(row[7])),
  }));
}
