import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../../engine/ports/state-store.ts';
import { toStoreError } from './store-error.ts';

/** A data folder that belongs to this process until it releases it or dies. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the data folder. The lock is SQLite's lock on a database of its own, so the operating system frees it when
 * the process dies, however it dies; the pid beside it only serves the message.
 * @throws StoreError `folder-in-use`, naming the process that has it.
 */
export function lockFolder(folder: string): FolderLock {
  const lockFile = join(folder, 'lock.sqlite3');
  const pidFile = join(folder, 'baton.pid');
  const db = openLock(lockFile);
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const known = toStoreError(error, lockFile, 'take its data folder');
    if (known.reason !== 'busy') throw known;
    const message = `The data folder ${folder} is in use by another Baton${ownerText(pidFile)}.`;
    const hint = 'Stop that process, or start this Baton with another data folder.';
    throw new StoreError('folder-in-use', folder, message, { hint, cause: error });
  }
  try {
    writeFileSync(pidFile, `${process.pid} ${hostname()}\n`, { mode: 0o600 });
  } catch (error) {
    db.close();
    throw toStoreError(error, pidFile, 'take its data folder');
  }
  return {
    release: () => {
      rmSync(pidFile, { force: true });
      db.close();
    },
  };
}

function openLock(lockFile: string): Database.Database {
  try {
    return new Database(lockFile, { timeout: 0 });
  } catch (error) {
    throw toStoreError(error, lockFile, 'take its data folder');
  }
}

function ownerText(pidFile: string): string {
  try {
    const [pid, host] = readFileSync(pidFile, 'utf8').trim().split(' ');
    return pid && /^\d+$/.test(pid) ? `: process ${pid} on ${host}` : '';
  } catch {
    return '';
  }
}
