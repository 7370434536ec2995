import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';
import { snapshotState } from '../../../src/main/core/commands/snapshot.ts';
import { CommandLog } from '../../../src/main/engine/command-log/command-log.ts';
import { manualClock, silentLog } from '../../engine/command-log/runtime-fakes.ts';
import { discovery, newFolder, openStore } from './data-folder.ts';

const SCHEMA = fileURLToPath(new URL('../../../resources/schema/', import.meta.url));
const NOW = 1_800_000_000_000;
const STEPS = readdirSync(SCHEMA).length;
const NEXT_STEP = String(STEPS + 1).padStart(4, '0');

describe('schema', () => {
  test('a later step is applied to an older file and keeps its data', () => {
    const folder = newFolder();
    const schemaFolder = newFolder();
    cpSync(SCHEMA, schemaFolder, { recursive: true });
    const first = openStore(folder);
    first.appendCommands([discovery(1)]);
    first.close();
    writeFileSync(
      join(schemaFolder, `${NEXT_STEP}-more.sql`),
      'ALTER TABLE command_log ADD COLUMN term INTEGER NOT NULL DEFAULT 7;',
    );
    const second = SqliteStore.open({ dataFolder: folder, schemaFolder });
    expect(second.loadCommands().commands).toEqual([discovery(1)]);
    second.close();
    const db = new Database(join(folder, 'baton.sqlite3'));
    expect(db.prepare('SELECT term FROM command_log').pluck().all()).toEqual([7]);
    expect(db.pragma('user_version', { simple: true })).toBe(STEPS + 1);
    db.close();
    expect(() => SqliteStore.open({ dataFolder: folder })).toThrow(
      `${join(folder, 'baton.sqlite3')} was written by a later version of Baton: its schema is ${STEPS + 1}, this version knows ${STEPS}.`,
    );
  });

  test('the log of a recovery that an earlier version wrote is kept, without places', () => {
    const folder = newFolder();
    const schemaFolder = newFolder();
    cpSync(join(SCHEMA, '0001-initial.sql'), join(schemaFolder, '0001-initial.sql'));
    const db = new Database(join(folder, 'baton.sqlite3'));
    db.exec(readFileSync(join(schemaFolder, '0001-initial.sql'), 'utf8'));
    db.exec(
      `INSERT INTO recovery_effect (recovery_uid, at_ms, phase, kind, server, statement, effect, error, message)
       VALUES ('r1', ${NOW}, 'before', 'perform', 'db1:3306', 'STOP REPLICA', '{}', '', '')`,
    );
    db.pragma('user_version = 1');
    db.close();
    const store = openStore(folder);
    expect(store.effects('r1')).toMatchObject([{ place: '', statement: 'STOP REPLICA', effect: '{}' }]);
  });

  test('a step that fails leaves the file as it was, and frees the folder', () => {
    const folder = newFolder();
    const schemaFolder = newFolder();
    cpSync(SCHEMA, schemaFolder, { recursive: true });
    openStore(folder).close();
    writeFileSync(
      join(schemaFolder, `${NEXT_STEP}-bad.sql`),
      'CREATE TABLE half (id INTEGER) STRICT; SELECT nonsense;',
    );
    expect(() => SqliteStore.open({ dataFolder: folder, schemaFolder })).toThrow(/could not open its data file/);
    openStore(folder).close();
    const db = new Database(join(folder, 'baton.sqlite3'));
    expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(0);
    db.close();
  });

  test('a missing step is noticed', () => {
    const schemaFolder = newFolder();
    writeFileSync(join(schemaFolder, '0002-second.sql'), 'SELECT 1;');
    expect(() => SqliteStore.open({ dataFolder: newFolder(), schemaFolder })).toThrow(/number 1 is missing/);
  });
});

describe('when the disk or the file fails', () => {
  test('a full disk: the command is refused, the state stays, and the next start is whole', async () => {
    const folder = newFolder();
    const store = openStore(folder, { maxBytes: 200_000 });
    const log = CommandLog.open({ store, clock: manualClock(), log: silentLog });
    let acknowledged = 0;
    const fill = async (): Promise<void> => {
      for (;;) {
        await log.propose({
          type: 'set-cluster-alias',
          clusterName: `c${acknowledged}`,
          alias: 'x'.repeat(2000) + acknowledged,
        });
        acknowledged++;
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'store',
      reason: 'disk-full',
      file: store.path,
      message: expect.stringMatching(/could not save a change: the disk of .*baton.sqlite3 is full/),
      hint: expect.stringMatching(/^Free some space/),
    });
    expect(acknowledged).toBeGreaterThan(10);
    expect(log.state().clusterAliases.size).toBe(acknowledged);
    store.close();
    const again = CommandLog.open({ store: openStore(folder), clock: manualClock(), log: silentLog });
    expect(again.seq()).toBe(acknowledged);
    expect(snapshotState(again.state())).toEqual(snapshotState(log.state()));
  });

  test('a program that locks the data file', () => {
    const folder = newFolder();
    const store = openStore(folder);
    const intruder = new Database(store.path);
    intruder.exec('BEGIN IMMEDIATE');
    expect(() => store.recordStep('r1', NOW, 'x')).toThrow(
      expect.objectContaining({ reason: 'busy', message: expect.stringMatching(/another program holds .* locked/) }),
    );
    intruder.close();
    store.recordStep('r1', NOW, 'x');
    expect(store.steps('r1')).toHaveLength(1);
  });

  test.each([
    ['no database at all', (file: string) => writeFileSync(file, 'this is not a database, just some text'.repeat(50))],
    ['overwritten pages', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 100))],
  ])('a damaged file: %s', (_, damage) => {
    const folder = newFolder();
    const store = openStore(folder);
    for (let i = 1; i < 50; i++) store.appendCommands([discovery(i)]);
    store.close();
    damage(join(folder, 'baton.sqlite3'));
    const open = () => {
      const damaged = SqliteStore.open({ dataFolder: folder });
      try {
        damaged.loadCommands();
      } finally {
        damaged.close();
      }
    };
    expect(open).toThrow(
      expect.objectContaining({ reason: 'corrupt', hint: expect.stringMatching(/put a backup in its place/) }),
    );
  });

  test('a torn end of the write-ahead log loses nothing that was whole', () => {
    const folder = newFolder();
    const copy = newFolder();
    const store = openStore(folder);
    store.appendCommands([discovery(1), discovery(2)]);
    cpSync(folder, copy, { recursive: true, filter: (path) => !path.includes('lock') });
    appendFileSync(join(copy, 'baton.sqlite3-wal'), Buffer.alloc(3000, 3));
    expect(openStore(copy).loadCommands().commands).toEqual([discovery(1), discovery(2)]);
  });

  test('a closed store says so', () => {
    const store = openStore(newFolder());
    store.close();
    expect(() => store.recordStep('r1', NOW, 'x')).toThrow(expect.objectContaining({ reason: 'closed' }));
    expect(() => store.loadCommands()).toThrow(expect.objectContaining({ reason: 'closed' }));
  });
});
