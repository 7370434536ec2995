import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';
import { snapshotState } from '../../../src/main/core/commands/snapshot.ts';
import { EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import type { EffectRecord } from '../../../src/main/engine/ports/state-store.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { DAY, key } from '../../core/commands/samples.ts';
import { discovery, newFolder, openStore } from './data-folder.ts';

const NOW = 1_800_000_000_000;

function snapshotOf(hostname: string, lastSeenMs = 5): InstanceSnapshot {
  return {
    key: key(hostname),
    facts: null,
    lastCheckedMs: 5,
    lastSeenMs,
    lastAttemptMs: 5,
    partialSuccess: true,
    failure: null,
    latencyMicros: 300,
    stale: false,
  };
}

function effect(changes: Partial<EffectRecord>): EffectRecord {
  return {
    recoveryUid: 'r1',
    place: '7/2.0',
    atMs: NOW,
    phase: 'before',
    beforeId: null,
    kind: 'perform',
    server: 'db1:3306',
    statement: 'STOP REPLICA',
    effect: '{"kind":"perform"}',
    result: null,
    error: '',
    message: '',
    ...changes,
  };
}

/** Changes the data file behind the store's back. */
function tamper(folder: string, sql: string): void {
  const db = new Database(join(folder, 'baton.sqlite3'));
  db.exec(sql);
  db.close();
}

describe('commands', () => {
  test('snapshot and tail come back, the snapshot replaces the earlier one', () => {
    const folder = newFolder();
    const store = openStore(folder);
    expect(store.loadCommands()).toEqual({ snapshot: null, commands: [] });
    store.appendCommands([discovery(1), discovery(2)]);
    store.saveState({ seq: 1, atMs: NOW, state: snapshotState(EMPTY_STATE) });
    store.saveState({ seq: 2, atMs: NOW, state: snapshotState(EMPTY_STATE) });
    store.appendCommands([discovery(3)]);
    store.close();
    expect(openStore(folder).loadCommands()).toEqual({
      snapshot: { seq: 2, atMs: NOW, state: snapshotState(EMPTY_STATE) },
      commands: [discovery(3)],
    });
  });

  test('a batch is written whole or not at all', () => {
    const store = openStore(newFolder());
    store.appendCommands([discovery(1)]);
    expect(() => store.appendCommands([discovery(2), discovery(1)])).toThrow(/could not save a change/);
    expect(store.loadCommands().commands).toEqual([discovery(1)]);
  });

  test.each([
    ['a gap', 'DELETE FROM command_log WHERE seq = 2', /command 2 is missing from its log/],
    ['a lost beginning', 'DELETE FROM command_log WHERE seq = 1', /command 1 is missing from its log/],
    ['half a command', `UPDATE command_log SET command = '{"ty' WHERE seq = 3`, /command 3 can't be read/],
  ])('%s in the log is damage, not something to skip', (_, sql, message) => {
    const folder = newFolder();
    const store = openStore(folder);
    store.appendCommands([discovery(1), discovery(2), discovery(3)]);
    store.close();
    tamper(folder, sql);
    expect(() => openStore(folder).loadCommands()).toThrow(message);
  });
});

test('instance snapshots: saved in batches, replaced, deleted, and stale when loaded', () => {
  const folder = newFolder();
  const store = openStore(folder);
  store.saveSnapshots([snapshotOf('b'), snapshotOf('a'), snapshotOf('c')]);
  store.saveSnapshots([snapshotOf('a', 9)]);
  store.saveSnapshots([]);
  store.deleteSnapshots([key('c'), key('never-there')]);
  store.close();
  tamper(folder, `INSERT INTO instance_snapshot VALUES ('broken', 1, '{')`);
  expect(openStore(folder).loadSnapshots()).toEqual([
    { ...snapshotOf('a', 9), stale: true },
    { ...snapshotOf('b'), stale: true },
  ]);
});

test('the log of a recovery comes back in order; its notes are its steps', () => {
  const store = openStore(newFolder());
  const before = effect({});
  const beforeId = store.recordEffect(before);
  const step = store.recordStep('r1', NOW + 1, 'stopped replication on db1:3306');
  const done = effect({ phase: 'after', beforeId, result: '{"ok":true}', atMs: NOW + 2 });
  const doneId = store.recordEffect(done);
  store.recordStep('r2', NOW, 'of another recovery');
  expect(store.effects('r1')).toMatchObject([
    { ...before, id: beforeId },
    { phase: 'note', message: step.message },
    { ...done, id: doneId },
  ]);
  expect(store.steps('r1')).toEqual([step]);
  expect(step).toEqual({ id: beforeId + 1, recoveryUid: 'r1', atMs: NOW + 1, message: step.message });
  expect(store.effects('none')).toEqual([]);
});

test('lines that wait are written with the next one, before it, or not at all', () => {
  const folder = newFolder();
  const store = openStore(folder);
  const note = effect({ phase: 'note', kind: 'note', place: '0', message: 'it begins' });
  const beforeId = store.recordEffect(effect({ place: '1' }), [note]);
  expect(store.effects('r1')).toMatchObject([
    { ...note, id: beforeId - 1 },
    { place: '1', id: beforeId },
  ]);
  expect(store.steps('r1').map(({ message }) => message)).toEqual(['it begins']);
  const impossible = { ...effect({}), phase: 'never' as EffectRecord['phase'] };
  expect(() => store.recordEffect(impossible, [note])).toThrow();
  expect(store.effects('r1')).toHaveLength(2);
});

test('routines without an end are found, and those with one are not', () => {
  const store = openStore(newFolder());
  const routine = (recoveryUid: string, statement: string) =>
    store.recordEffect(effect({ recoveryUid, kind: 'routine', statement, place: '' }));
  const ended = routine('r1', 'operation relocate');
  const open = routine('r2', 'recovery dead-master');
  store.recordEffect(effect({ recoveryUid: 'r2' }));
  store.recordEffect(effect({ phase: 'after', kind: 'routine', beforeId: ended, place: '' }));
  expect(store.unfinishedRoutines()).toEqual([{ uid: 'r2', beforeId: open, name: 'recovery dead-master' }]);
});

test('audit: pages of 20, newest first, all or of one instance', () => {
  const store = openStore(newFolder());
  for (let i = 1; i <= 45; i++) {
    store.addAudit({ atMs: NOW + i, type: 'discover', key: i % 2 ? key('db1') : null, message: `entry ${i}` });
  }
  const messages = (page: number, of: string | null) =>
    store.audit(page, of === null ? null : key(of)).map(({ message }) => message);
  expect(messages(0, null)).toHaveLength(20);
  expect(messages(0, null)[0]).toBe('entry 45');
  expect(messages(2, null)).toEqual(['entry 5', 'entry 4', 'entry 3', 'entry 2', 'entry 1']);
  expect(messages(3, null)).toEqual([]);
  expect(messages(-1, null)[0]).toBe('entry 45');
  expect(messages(1, 'db1')).toEqual(['entry 5', 'entry 3', 'entry 1']);
  expect(store.audit(0, null)[1]).toEqual({ id: 44, atMs: NOW + 44, type: 'discover', key: null, message: 'entry 44' });
});

test('analysis changes: only after a first one, only when the code differs, also across a restart', () => {
  const folder = newFolder();
  const first = openStore(folder);
  const pass = (store: SqliteStore, atMs: number, a: 'NoProblem' | 'DeadMaster') =>
    store.recordAnalyses(atMs, [
      { key: key('b'), code: 'NoProblem' },
      { key: key('a'), code: a },
    ]);
  expect([pass(first, 1, 'NoProblem'), pass(first, 2, 'NoProblem'), pass(first, 3, 'DeadMaster')]).toEqual([0, 0, 1]);
  first.close();
  const second = openStore(folder);
  expect([pass(second, 4, 'DeadMaster'), pass(second, 5, 'NoProblem')]).toEqual([0, 1]);
  expect(second.analysisChangelog(null)).toMatchObject([
    { key: key('a'), atMs: 3, code: 'DeadMaster' },
    { key: key('a'), atMs: 5, code: 'NoProblem' },
  ]);
  expect(second.analysisChangelog(key('b'))).toEqual([]);
});

test('long texts of a recovery come back as they were, and take little room', () => {
  const folder = newFolder();
  const store = openStore(folder);
  const events = Array.from({ length: 20_000 }, (_, n) => ({
    position: n * 31,
    info: `INSERT INTO \u00e9t\u00e9 ${n}`,
  }));
  const result = JSON.stringify({ ok: true, value: events });
  store.recordEffect(effect({ kind: 'ask', phase: 'after', beforeId: 1, result }));
  store.recordEffect(effect({ kind: 'read', phase: 'after', beforeId: 2, result: '{"ok":true}' }));
  expect(store.effects('r1').map((line) => line.result)).toEqual([result, '{"ok":true}']);
  store.close();
  const db = new Database(join(folder, 'baton.sqlite3'), { readonly: true });
  const stored = db.prepare('SELECT length(result) FROM recovery_effect WHERE id = 1').pluck().get();
  db.close();
  expect(Number(stored)).toBeLessThan(result.length / 4);
});

test('whether it can be written is tried by writing, and nothing changes', () => {
  const folder = newFolder();
  const store = openStore(folder);
  const before = statSync(join(folder, 'baton.sqlite3-wal')).size;
  store.probe();
  expect(statSync(join(folder, 'baton.sqlite3-wal')).size).toBeGreaterThan(before);
  store.close();
  expect(() => store.probe()).toThrow(/closed|not open/);
  expect(openStore(folder).loadCommands()).toEqual({ snapshot: null, commands: [] });
});

describe('retention', () => {
  test('old entries go, young ones stay', () => {
    const store = openStore(newFolder());
    for (const atMs of [NOW - 8 * DAY, NOW - 6 * DAY]) {
      store.addAudit({ atMs, type: 'x', key: null, message: '' });
      store.recordStep('r1', atMs, 'x');
      store.recordAnalyses(atMs - 1, [{ key: key('a'), code: 'NoProblem' }]);
      store.recordAnalyses(atMs, [{ key: key('a'), code: 'DeadMaster' }]);
    }
    store.purge(NOW, 7);
    expect(store.audit(0, null).map(({ atMs }) => atMs)).toEqual([NOW - 6 * DAY]);
    expect(store.steps('r1').map(({ atMs }) => atMs)).toEqual([NOW - 6 * DAY]);
    expect(store.analysisChangelog(null).map(({ atMs }) => atMs)).toEqual([NOW - 6 * DAY - 1, NOW - 6 * DAY]);
  });

  test('a command that the snapshot does not contain stays, however old', () => {
    const folder = newFolder();
    const store = openStore(folder);
    store.appendCommands([discovery(1, 1), discovery(2, 2), discovery(3, 3), discovery(4, NOW)]);
    store.purge(NOW, 7);
    expect(store.loadCommands().commands).toHaveLength(4);
    store.saveState({ seq: 2, atMs: NOW, state: snapshotState(EMPTY_STATE) });
    store.purge(NOW, 7);
    expect(store.loadCommands().commands.map(({ seq }) => seq)).toEqual([3, 4]);
    store.close();
    const db = new Database(join(folder, 'baton.sqlite3'));
    expect(db.prepare('SELECT seq FROM command_log').pluck().all()).toEqual([3, 4]);
    db.close();
  });

  test.each([0, -1, Number.NaN])('to keep data for %d days is refused', (days) => {
    expect(() => openStore(newFolder()).purge(NOW, days)).toThrow(RangeError);
  });
});

test('names come back as they were last saved, also across a restart', () => {
  const folder = newFolder();
  const store = openStore(folder);
  const vip = { alias: key('vip'), own: key('a'), atMs: 5 };
  const looked = { alias: { hostname: 'b', port: 0 }, own: { hostname: 'b.example', port: 0 }, atMs: 6 };
  store.saveNames([vip, { alias: key('old'), own: key('a'), atMs: 4 }]);
  store.saveNames([vip, looked]);
  expect(store.loadNames()).toEqual([looked, vip]);
  store.close();
  expect(openStore(folder).loadNames()).toEqual([looked, vip]);
});

test('archived topologies: the newest of a time or before, until it is too old', () => {
  const store = openStore(newFolder());
  const archived = (name: string, source: string) => ({
    key: key(name),
    source: source === '' ? { hostname: '', port: 0 } : key(source),
    clusterName: 'a:3306',
    version: '8.4.0',
  });
  const [first, second] = [
    [archived('a', ''), archived('b', 'a')],
    [archived('a', 'b'), archived('b', '')],
  ];
  store.archiveTopology(NOW - 8 * DAY, first);
  store.archiveTopology(NOW - DAY, second);
  expect(store.archivedTopology(NOW - 9 * DAY)).toBeNull();
  expect(store.archivedTopology(NOW - 2 * DAY)).toEqual({ atMs: NOW - 8 * DAY, instances: first });
  expect(store.archivedTopology(NOW)).toEqual({ atMs: NOW - DAY, instances: second });
  store.purge(NOW, 7);
  expect(store.archivedTopology(NOW - 2 * DAY)).toBeNull();
});
