import Database from 'better-sqlite3';
import { StoreError, type StoreFailure } from '../../engine/ports/state-store.ts';

/**
 * What SQLite or the file system said, as a StoreError for a person.
 * @param doing what Baton was about to do, as in "could not `doing`".
 */
export function toStoreError(error: unknown, file: string, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const reason = reasonOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  const { because, hint } = SAYINGS[reason];
  return new StoreError(reason, file, `Baton could not ${doing}: ${because(file)} (${detail}).`, {
    hint,
    cause: error,
  });
}

function reasonOf(error: unknown): StoreFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Database.SqliteError) return reasonOfSqlite(code);
  if (error instanceof TypeError && /connection is not open/.test(error.message)) return 'closed';
  if (/directory does not exist/.test(error instanceof Error ? error.message : '')) return 'not-writable';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full';
  if (/^E(ACCES|PERM|ROFS|NOENT|NOTDIR|EXIST|ISDIR)$/.test(code)) return 'not-writable';
  return code === 'EIO' ? 'disk-failed' : 'other';
}

/** SQLite's result codes (sqlite.org/rescode.html); extended codes begin with the primary one. */
function reasonOfSqlite(code: string): StoreFailure {
  if (code.startsWith('SQLITE_FULL')) return 'disk-full';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'busy';
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) return 'corrupt';
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) return 'not-writable';
  return code.startsWith('SQLITE_IOERR') ? 'disk-failed' : 'other';
}

const SAYINGS: Record<StoreFailure, { readonly because: (file: string) => string; readonly hint: string }> = {
  'disk-full': {
    because: (file) => `the disk of ${file} is full`,
    hint: 'Free some space there; Baton goes on with what it has in memory, and nothing that it had saved is lost.',
  },
  busy: {
    because: (file) => `another program holds ${file} locked`,
    hint: 'Close the program that has the file open, such as a database browser or a backup.',
  },
  'folder-in-use': {
    because: (file) => `another Baton uses ${file}`,
    hint: 'Stop the other Baton, or start this one with another data folder.',
  },
  corrupt: {
    because: (file) => `${file} is damaged or not a database of Baton`,
    hint:
      'Stop Baton and put a backup in its place, or move it away: Baton then starts empty and discovers the servers ' +
      'again, but without downtimes, acknowledgements, fences and history.',
  },
  'not-writable': {
    because: (file) => `${file} can't be opened for writing`,
    hint: 'Check that the folder exists, that its disk is not mounted read-only, and that Baton may write there.',
  },
  'disk-failed': {
    because: (file) => `the disk of ${file} reported a failure`,
    hint: 'Check the disk or the network share and the system log; a local disk is safest for the data folder.',
  },
  'newer-version': {
    because: (file) => `${file} was written by a later version of Baton`,
    hint: 'Start that version or a later one.',
  },
  closed: {
    because: (file) => `${file} is closed, because Baton is shutting down`,
    hint: 'Start Baton again.',
  },
  other: {
    because: (file) => `the database ${file} refused`,
    hint: 'This should not happen: please report it with this message.',
  },
};
