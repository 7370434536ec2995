import type { ServerSession } from '../../../../shared/domain/question.ts';
import type { ResultSet } from '../wire/decode-response.ts';
import { readSessions } from './common-inquiries.ts';

/**
 * Statements that hold nothing a read-only switch waits for. Measured on MySQL 5.6 and 9.7 and MariaDB 10.11: reads
 * don't, and neither do open transactions that are idle, FLUSH TABLES WITH READ LOCK or LOCK TABLES … READ.
 */
const READS =
  /^(?:SELECT|SHOW|DESC|DESCRIBE|EXPLAIN|SET|USE|DO|KILL|BEGIN|START|STOP|HELP|VALUES|TABLE|WITH|CHECKSUM|FLUSH|UNLOCK|PREPARE|DEALLOCATE|HANDLER|SAVEPOINT|ROLLBACK|PURGE|RESET|CHANGE)\b/i;
const READS_FOR_WRITING = /\bFOR\s+UPDATE\b|^WITH\b.*\b(?:UPDATE|DELETE)\b/is;
const RUNNING = new Set(['Query', 'Execute']);
/** They wait themselves, and hold nothing yet. */
const WAITING = /^Waiting for (?:global read|commit|backup) lock/i;
/** The column after those of `readSessions`: what the server knows, NULL where it doesn't watch its locks. */
const HOLDS_COLUMN = 8;

/** The sessions of a result that hold up a read-only switch. */
export function readWriteBlockers(result: ResultSet): readonly ServerSession[] {
  return readSessions(result).filter((session, index) => {
    const holds = result.rows[index]?.[HOLDS_COLUMN] ?? null;
    return holds === null ? seemsToWrite(session) : holds === '1';
  });
}

function seemsToWrite({ command, state, statement }: ServerSession): boolean {
  if (!RUNNING.has(command) || WAITING.test(state)) return false;
  const bare = statement.replace(/^(?:\s|\(|\/\*(?!!|M!).*?\*\/|(?:--\s|#).*?(?:\n|$))+/s, '');
  return bare !== '' && (!READS.test(bare) || READS_FOR_WRITING.test(bare));
}
