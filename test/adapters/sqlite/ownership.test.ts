import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';
import { CommandLog } from '../../../src/main/engine/command-log/command-log.ts';
import { StoreError } from '../../../src/main/engine/ports/state-store.ts';
import { manualClock, silentLog } from '../../engine/command-log/runtime-fakes.ts';
import { newFolder, openStore, startChild } from './data-folder.ts';

function failureOf(run: () => unknown): StoreError {
  try {
    run();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('a folder belongs to one process, and is free again when that one is killed', async () => {
  const folder = newFolder();
  const child = startChild('hold-folder.child.ts', folder);
  await child.line((line) => line.startsWith('open'));
  const failure = failureOf(() => SqliteStore.open({ dataFolder: folder }));
  expect(failure.reason).toBe('folder-in-use');
  expect(failure.message).toMatch(
    `The data folder ${folder} is in use by another Baton: process ${child.process.pid} on`,
  );
  expect(failure.hint).toBe('Stop that process, or start this Baton with another data folder.');
  await child.kill();
  openStore(folder);
});

test('a second opening in the same process is refused too, until the first is closed', () => {
  const folder = newFolder();
  const first = openStore(folder);
  expect(failureOf(() => SqliteStore.open({ dataFolder: folder })).reason).toBe('folder-in-use');
  first.close();
  first.close();
  expect(existsSync(join(folder, 'baton.pid'))).toBe(false);
  openStore(folder);
});

test('a pid file that a killed process left behind does not matter', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'baton.pid'), `${process.pid} here\n`);
  openStore(folder);
});

test('killed in the middle of many commands: what was acknowledged is there, in one piece', async () => {
  const folder = newFolder();
  for (const last of ['known db-400', 'known db-1200']) {
    const child = startChild('propose.child.ts', folder);
    await child.line((line) => line === last);
    await child.kill();
    const acknowledged = child.lines.flatMap((line) => (line.startsWith('known ') ? [line.slice(6)] : []));
    const effects = child.lines.flatMap((line) => (line.startsWith('effect ') ? [Number(line.slice(7))] : []));
    const store = SqliteStore.open({ dataFolder: folder });
    const commands = CommandLog.open({ store, clock: manualClock(), log: silentLog });
    expect(acknowledged.length).toBeGreaterThan(300);
    expect(acknowledged.filter((host) => !commands.state().known.has(`${host}:3306`))).toEqual([]);
    expect(commands.seq()).toBe(commands.state().known.size);
    const saved = new Set(store.effects('r1').map(({ id }) => id));
    expect(effects.filter((id) => !saved.has(id))).toEqual([]);
    store.close();
  }
}, 60_000);

test('a data folder that cannot be created, and a data file that cannot be opened', () => {
  const folder = newFolder();
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const below = failureOf(() => SqliteStore.open({ dataFolder: join(file, 'data') }));
  expect(below.reason).toBe('not-writable');
  expect(below.message).toContain(`Baton could not create its data folder: ${join(file, 'data')} can't be opened`);
  const taken = join(folder, 'data');
  mkdirSync(join(taken, 'baton.sqlite3'), { recursive: true });
  const failure = failureOf(() => SqliteStore.open({ dataFolder: taken }));
  expect(failure.reason).toBe('not-writable');
  expect(failure.file).toBe(join(taken, 'baton.sqlite3'));
  expect(failure.hint).toMatch(/not mounted read-only/);
});
