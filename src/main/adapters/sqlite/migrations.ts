import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { StoreError } from '../../engine/ports/state-store.ts';

/** A step of the schema; `version` is what `PRAGMA user_version` says after it. */
export interface Migration {
  readonly version: number;
  readonly file: string;
  readonly sql: string;
}

/**
 * Reads `NNNN-name.sql` files, in the order of their numbers.
 * @throws StoreError when the numbers aren't 1, 2, 3 …: a file is missing from the installation.
 */
export function readMigrations(folder: string): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((file) => /^\d{4}-.+\.sql$/.test(file))
    .sort();
  return files.map((file, index) => {
    const version = Number(file.slice(0, 4));
    if (version !== index + 1) {
      const message = `The schema files in ${folder} are incomplete: number ${index + 1} is missing.`;
      throw new StoreError('other', folder, message, { hint: 'Install Baton again.' });
    }
    return { version, file, sql: readFileSync(join(folder, file), 'utf8') };
  });
}

/**
 * Brings the schema up to the last migration, each step in a transaction of its own.
 * @throws StoreError `newer-version` when the data file is ahead of this version of Baton.
 */
export function migrate(db: Database.Database, file: string, migrations: readonly Migration[]): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  const newest = migrations.length;
  if (found > newest) {
    const message = `${file} was written by a later version of Baton: its schema is ${found}, this version knows ${newest}.`;
    throw new StoreError('newer-version', file, message, {
      hint: 'Start that version or a later one, or use another data folder.',
    });
  }
  for (const { version, sql } of migrations.slice(found)) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }).exclusive();
  }
}
