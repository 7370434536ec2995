import { describe, expect, test } from 'vitest';
import { listMaintenances, maintenanceAt } from '../../../src/main/core/commands/queries.ts';
import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import { restoreState, snapshotState } from '../../../src/main/core/commands/snapshot.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { answer, expireAt, from, HOUR, key, MINUTE, stateAfter } from './samples.ts';

type Begin = Extract<Command, { readonly type: 'begin-maintenance' }>;

function begin(host: string, changes: Partial<Begin> = {}): Begin {
  return {
    type: 'begin-maintenance',
    key: key(host),
    owner: 'ann',
    reason: 'relocate',
    explicit: false,
    nodeToken: 't1',
    beginMs: 0,
    endMs: 10 * MINUTE,
    ...changes,
  };
}

const end = (host: string): Command => ({ type: 'end-maintenance', key: key(host), atMs: MINUTE });

describe('maintenance', () => {
  test('is had by one at a time, and the next is told by whom', () => {
    const state = stateAfter(begin('db1'));
    expect(answer(state, begin('db1', { owner: 'bob', beginMs: MINUTE }))).toEqual({
      begun: false,
      existing: { owner: 'ann', reason: 'relocate' },
    });
    expect(from(state, begin('db1', { owner: 'bob' }))).toBe(state);
    expect(answer(state, begin('db2'))).toEqual({ begun: true });
    expect(answer(from(state, end('db1')), begin('db1', { owner: 'bob' }))).toEqual({ begun: true });
  });

  test("one that is past its time stands in nobody's way, though it has not been removed", () => {
    const state = stateAfter(begin('db1'));
    const at = 10 * MINUTE;
    expect(maintenanceAt(state, key('db1'), at - 1)?.owner).toBe('ann');
    expect([maintenanceAt(state, key('db1'), at), listMaintenances(state, at)]).toEqual([null, []]);
    const next = applyCommand(state, begin('db1', { owner: 'bob', beginMs: at, endMs: HOUR }));
    expect([next.result, next.state.maintenances.get('db1:3306')?.owner]).toEqual([{ begun: true }, 'bob']);
  });

  test('ends by hand and by time', () => {
    const state = stateAfter(begin('db1'), begin('db2', { endMs: HOUR }));
    expect([answer(state, end('db1')), answer(state, end('db3'))]).toEqual([{ ended: true }, { ended: false }]);
    const { state: left, result } = applyCommand(state, expireAt(10 * MINUTE));
    expect(result.maintenances).toEqual([key('db1')]);
    expect(listMaintenances(left, 10 * MINUTE).map((one) => one.key.hostname)).toEqual(['db2']);
  });

  test('of an operation ends with its process, of a person it stays', () => {
    const state = stateAfter(
      begin('db1'),
      begin('db2', { explicit: true }),
      begin('db3', { nodeToken: 't2' }),
      begin('db4', { nodeToken: 't2', explicit: true }),
    );
    const left = from(state, { type: 'interrupt-recoveries', exceptNodeToken: 't2', atMs: MINUTE });
    expect(left.maintenances.entries().map(([name]) => name)).toEqual(['db2:3306', 'db3:3306', 'db4:3306']);
    expect(from(left, { type: 'interrupt-recoveries', exceptNodeToken: 't2', atMs: MINUTE })).toBe(left);
  });

  test('a server that is forgotten loses what a person asked for, not what an operation holds', () => {
    const forget: Command = { type: 'forget', keys: [key('db1'), key('db2')], untilMs: HOUR };
    const left = from(stateAfter(begin('db1'), begin('db2', { explicit: true })), forget);
    expect(left.maintenances.entries().map(([name]) => name)).toEqual(['db1:3306']);
  });
});

describe('equivalences', () => {
  const place = (host: string, position: number) => ({ key: key(host), file: 'bin.000001', position });
  const record = (a: string, b: string, atMs: number): Command => ({
    type: 'record-equivalence',
    one: place(a, 120),
    other: place(b, 240),
    atMs,
  });

  test('a pair is known once, whichever of the two is named first, and from when it was last learnt', () => {
    const state = stateAfter(record('db1', 'db2', 0));
    const swapped: Command = { type: 'record-equivalence', one: place('db2', 240), other: place('db1', 120), atMs: 5 };
    const { state: next, result } = applyCommand(state, swapped);
    expect([result, next.equivalences.size]).toEqual([{ changed: false }, 1]);
    expect(next.equivalences.values()[0]?.atMs).toBe(5);
    expect(answer(state, record('db1', 'db3', 0))).toEqual({ changed: true });
  });

  test('are forgotten after their time', () => {
    const state = stateAfter(record('db1', 'db2', 0), record('db1', 'db3', MINUTE));
    const left = from(state, { ...expireAt(HOUR), equivalenceMs: HOUR });
    expect(left.equivalences.values().map(({ other }) => other.key.hostname)).toEqual(['db3']);
    expect(from(state, expireAt(HOUR)).equivalences.size).toBe(2);
  });
});

test('both are in the snapshot', () => {
  const pair: Command = {
    type: 'record-equivalence',
    one: { key: key('db1'), file: 'a', position: 4 },
    other: { key: key('db2'), file: 'b', position: 4 },
    atMs: 1,
  };
  const state = stateAfter(begin('db1', { explicit: true }), pair);
  expect(restoreState(JSON.parse(JSON.stringify(snapshotState(state))))).toEqual(state);
});
