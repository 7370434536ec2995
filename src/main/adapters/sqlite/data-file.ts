import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { migrate, readMigrations } from './migrations.ts';
import { toStoreError } from './store-error.ts';

export interface DataFileOptions {
  /** Created when missing. */
  readonly dataFolder: string;
  /** Where the schema's files are; a bundle has to name it. */
  readonly schemaFolder?: string;
  /** Limit of the data file's size in bytes; beyond it the store is full. */
  readonly maxBytes?: number;
}

/** The folder of the schema's files when running from the sources. */
const SCHEMA_FOLDER = fileURLToPath(new URL('../../../../resources/schema/', import.meta.url));

/** How long to wait for another program's lock on the data file; the whole process waits, so not for long. */
const BUSY_TIMEOUT_MS = 500;

/** Pages after which a commit has to put the write-ahead log into the data file; housekeeping does it long before. */
const AUTO_CHECKPOINT_PAGES = 10_000;

/** The data file, owned by this process. Everything that touches it goes through `write` or `read`. */
export class DataFile {
  readonly path: string;
  readonly db: Database.Database;
  readonly #lock: FolderLock;
  #synchronous: 'FULL' | 'NORMAL' = 'FULL';

  private constructor(path: string, db: Database.Database, lock: FolderLock) {
    this.path = path;
    this.db = db;
    this.#lock = lock;
  }

  /**
   * Opens or creates `baton.sqlite3` in the data folder and brings its schema up to date.
   * @throws StoreError
   */
  static open({ dataFolder, schemaFolder = SCHEMA_FOLDER, maxBytes }: DataFileOptions): DataFile {
    try {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw toStoreError(error, dataFolder, 'create its data folder');
    }
    const lock = lockFolder(dataFolder);
    const path = join(dataFolder, 'baton.sqlite3');
    let db: Database.Database | undefined;
    try {
      db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma(`wal_autocheckpoint = ${AUTO_CHECKPOINT_PAGES}`);
      migrate(db, path, readMigrations(schemaFolder));
      if (maxBytes !== undefined) {
        const pageBytes = Number(db.pragma('page_size', { simple: true }));
        db.pragma(`max_page_count = ${Math.ceil(maxBytes / pageBytes)}`);
      }
      return new DataFile(path, db, lock);
    } catch (error) {
      db?.close();
      lock.release();
      throw toStoreError(error, path, 'open its data file');
    }
  }

  /**
   * Runs `work` in a transaction: all of it is written or none.
   * @param durability `power`: on return it survives a loss of power (one flush to disk). `process`: it survives the
   * death of this process; a loss of power may take the last moments (sqlite.org/pragma.html#pragma_synchronous).
   * @throws StoreError; `doing` completes "could not …".
   */
  write<R>(doing: string, durability: 'power' | 'process', work: () => R): R {
    const wanted = durability === 'power' ? 'FULL' : 'NORMAL';
    return this.read(doing, () => {
      if (this.#synchronous !== wanted) {
        this.db.pragma(`synchronous = ${wanted}`);
        this.#synchronous = wanted;
      }
      return this.db.transaction(work).immediate();
    });
  }

  /** Runs `work`; what it throws becomes a StoreError. */
  read<R>(doing: string, work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.path, doing);
    }
  }

  /** Moves the write-ahead log into the data file as far as nobody reads it. */
  checkpoint(): void {
    this.read('tidy up its data file', () => this.db.pragma('wal_checkpoint(PASSIVE)'));
  }

  /** Closes the file and gives the folder back. Idempotent. */
  close(): void {
    if (!this.db.open) return;
    this.db.close();
    this.#lock.release();
  }
}
