import type { Answer, Answers } from '../../../../shared/domain/question.ts';
import { parsePosition, positionText, unionPositions } from '../../../core/gtid/mariadb-gtid.ts';
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
import { readWriteBlockers } from './write-blockers.ts';

/** @throws RangeError for positions and limits that are no whole numbers */
export function mariadbInquiry<Q extends SentQuestion>(question: Q): Inquiry<Answer<Q>> {
  // The union of questions isn't narrowed along with the type parameter.
  return inquiryOf(question) as Inquiry<Answer<Q>>;
}

function inquiryOf(question: SentQuestion): Inquiry<Answers[SentQuestion['kind']]> {
  switch (question.kind) {
    case 'binary-logs':
      return binaryLogs();
    case 'binlog-events':
    case 'relaylog-events':
      return logEvents(question);
    case 'last-write':
      return {
        sql: 'SELECT @@global.read_only, @@global.gtid_current_pos, @@global.gtid_binlog_pos',
        read: ({ rows: [row] }) => ({
          readOnly: row?.[0] === '1',
          gtidExecuted: joined(row?.[1] ?? '', row?.[2] ?? ''),
        }),
      };
    case 'locked-tables':
      return lockedTables();
    case 'long-queries':
      return longQueries(question);
    case 'sessions':
      return { sql: `SELECT ${SESSION_COLUMNS} ${CLIENTS} ORDER BY p.ID`, read: readSessions };
    case 'write-blockers':
      return { sql: `SELECT ${SESSION_COLUMNS}, NULL ${CLIENTS} ${LONGEST_FIRST}`, read: readWriteBlockers };
  }
}

/** What it has replicated and what it has written itself: per domain the later of both. */
function joined(current: string, binlog: string): string {
  return current === binlog ? current : positionText(unionPositions(parsePosition(current), parsePosition(binlog)));
}
