import type { Answer, Answers } from '../../../../shared/domain/question.ts';
import {
  binaryLogs,
  CLIENTS,
  LONGEST_FIRST,
  lockedTables,
  logEvents,
  longQueries,
  readSessions,
  SESSION_COLUMNS,
} from './common-inquiries.ts';
import type { Inquiry, SentQuestion } from './dialect.ts';
import type { MysqlWords } from './mysql-words.ts';
import { readWriteBlockers } from './write-blockers.ts';

/**
 * A read-only switch takes both locks shared, so it waits for who has announced to write (MySQL manual, `read_only`;
 * measured on 9.7: running writes, also for rows or tables that others hold, and LOCK TABLES … WRITE).
 */
const HOLDERS =
  'SELECT h.PROCESSLIST_ID FROM performance_schema.metadata_locks l ' +
  'JOIN performance_schema.threads h ON h.THREAD_ID = l.OWNER_THREAD_ID ' +
  "WHERE l.OBJECT_TYPE IN ('GLOBAL','COMMIT') AND l.LOCK_TYPE = 'INTENTION_EXCLUSIVE' AND l.LOCK_STATUS = 'GRANTED' " +
  'AND h.PROCESSLIST_ID IS NOT NULL';
/** Off as shipped in 5.7; off everywhere where `performance_schema` is. */
const WATCHES_LOCKS =
  "SELECT COUNT(*) FROM performance_schema.setup_instruments WHERE NAME = 'wait/lock/metadata/sql/mdl' AND ENABLED = 'YES'";

/** @throws RangeError for positions and limits that are no whole numbers */
export function mysqlInquiry<Q extends SentQuestion>(question: Q, words: MysqlWords): Inquiry<Answer<Q>> {
  // The union of questions isn't narrowed along with the type parameter.
  return inquiryOf(question, words) as Inquiry<Answer<Q>>;
}

function inquiryOf(question: SentQuestion, words: MysqlWords): Inquiry<Answers[SentQuestion['kind']]> {
  switch (question.kind) {
    case 'binary-logs':
      return binaryLogs();
    case 'binlog-events':
    case 'relaylog-events':
      return logEvents(question);
    case 'last-write':
      return {
        sql: 'SELECT @@global.read_only, @@global.gtid_executed',
        read: ({ rows: [row] }) => ({ readOnly: row?.[0] === '1', gtidExecuted: row?.[1] ?? '' }),
      };
    case 'locked-tables':
      return lockedTables();
    case 'long-queries':
      return longQueries(question);
    case 'sessions':
      return { sql: `SELECT ${SESSION_COLUMNS} ${CLIENTS} ORDER BY p.ID`, read: readSessions };
    case 'write-blockers': {
      const holds = words.hasMetadataLocks ? `IF((${WATCHES_LOCKS}) > 0, p.ID IN (${HOLDERS}), NULL)` : 'NULL';
      return { sql: `SELECT ${SESSION_COLUMNS}, ${holds} ${CLIENTS} ${LONGEST_FIRST}`, read: readWriteBlockers };
    }
  }
}
