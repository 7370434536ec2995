import { describe, expect, test } from 'vitest';
import { downtimeAt, isForgotten } from '../../../src/main/core/commands/queries.ts';
import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import type { CommandState } from '../../../src/main/core/commands/state.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { answer, DAY, expireAt, from, HOUR, key, MINUTE, stateAfter } from './samples.ts';

const db1 = key('db1');
const db2 = key('db2');

describe('known servers', () => {
  test('a server is added once', () => {
    const state = stateAfter({ type: 'discover', key: db1, atMs: 5 });
    expect(state.known.values()).toEqual([{ key: db1, discoveredMs: 5 }]);
    const again = applyCommand(state, { type: 'discover', key: db1, atMs: 6 });
    expect(again.result).toEqual({ added: false, reason: 'already-known' });
    expect(again.state).toBe(state);
  });

  test.each([key(''), key('_'), key('//db1'), key('db1', 0)])('%j names no server', (bad) => {
    expect(answer(stateAfter(), { type: 'discover', key: bad, atMs: 1 })).toEqual({
      added: false,
      reason: 'not-a-server',
    });
  });

  test('a forgotten server stays away until its time, then comes back', () => {
    const state = stateAfter({ type: 'discover', key: db1, atMs: 0 }, { type: 'forget', keys: [db1], untilMs: 100 });
    expect(state.known.size).toBe(0);
    expect(isForgotten(state, db1, 99)).toBe(true);
    expect(answer(state, { type: 'discover', key: db1, atMs: 99 })).toEqual({ added: false, reason: 'forgotten' });
    const back = applyCommand(state, { type: 'discover', key: db1, atMs: 100 });
    expect(back.result).toEqual({ added: true });
    expect(back.state.forgotten.size).toBe(0);
    expect(from(state, expireAt(99)).forgotten.size).toBe(1);
    expect(from(state, expireAt(100)).forgotten.size).toBe(0);
  });

  test('forgetting takes downtime and promotion rule along, but never a fence', () => {
    const state = stateAfter(
      { type: 'discover', key: db1, atMs: 0 },
      { type: 'begin-downtime', key: db1, owner: 'ann', reason: 'disk', beginMs: 0, endMs: HOUR },
      { type: 'register-candidate', key: db1, rule: 'prefer', atMs: 0 },
      { type: 'fence', key: db1, recoveryUid: 'r1', successor: db2, atMs: 0 },
    );
    const { state: left, result } = applyCommand(state, { type: 'forget', keys: [db1, db2], untilMs: 9 });
    expect(result).toEqual({ forgotten: [db1], unknown: [db2] });
    expect([left.known.size, left.downtimes.size, left.candidates.size]).toEqual([0, 0, 0]);
    expect(left.fences.values()).toEqual([{ key: db1, recoveryUid: 'r1', successor: db2, atMs: 0 }]);
    expect(from(left, expireAt(400 * DAY)).fences.size).toBe(1);
  });
});

describe('downtime', () => {
  const begin = (reason: string, endMs: number): Command => ({
    type: 'begin-downtime',
    key: db1,
    owner: 'ann',
    reason,
    beginMs: 1000,
    endMs,
  });

  test('one that is over before it begins is ignored', () => {
    expect(answer(stateAfter(), begin('x', 1000))).toEqual({ begun: false });
    expect(stateAfter(begin('x', 1000)).downtimes.size).toBe(0);
  });

  test('beginning again replaces it, ending removes it', () => {
    const state = stateAfter(begin('first', 2000), begin('second', 3000));
    expect(state.downtimes.values().map(({ reason }) => reason)).toEqual(['second']);
    expect(answer(state, { type: 'end-downtime', key: db1, atMs: 0 })).toEqual({ ended: true });
    expect(answer(stateAfter(), { type: 'end-downtime', key: db1, atMs: 0 })).toEqual({ ended: false });
  });

  test('it holds until its end, and then expires', () => {
    const state = stateAfter(begin('work', 2000));
    expect(downtimeAt(state, db1, 1999)?.reason).toBe('work');
    expect(downtimeAt(state, db1, 2000)).toBeNull();
    expect(from(state, expireAt(1999)).downtimes.size).toBe(1);
    expect(applyCommand(state, expireAt(2000)).result.downtimes).toEqual([db1]);
  });

  test('one set by a recovery does not end by time', () => {
    const state = stateAfter(begin('lost-in-recovery', 2000));
    expect(downtimeAt(state, db1, 2 * DAY)?.reason).toBe('lost-in-recovery');
    expect(from(state, expireAt(2 * DAY))).toBe(state);
  });
});

describe('promotion rules and aliases', () => {
  test('a rule lives for its time since it was last registered', () => {
    const state = stateAfter(
      { type: 'register-candidate', key: db1, rule: 'prefer', atMs: 0 },
      { type: 'register-candidate', key: db1, rule: 'prefer', atMs: 10 * MINUTE },
      { type: 'register-candidate', key: db2, rule: 'must', atMs: 0 },
    );
    const { state: left, result } = applyCommand(state, expireAt(HOUR));
    expect(result.candidates).toEqual([db2]);
    expect(left.candidates.get('db1:3306')?.rule).toBe('prefer');
    expect(from(left, expireAt(HOUR + 10 * MINUTE)).candidates.size).toBe(0);
  });

  test('an alias belongs to the cluster name that got it last; an empty one takes it away', () => {
    const set = (clusterName: string, alias: string) => ({ type: 'set-cluster-alias', clusterName, alias }) as const;
    const state = stateAfter(set('a:3306', 'shop'));
    expect(answer(state, set('a:3306', 'shop'))).toEqual({ changed: false, takenFrom: null });
    const moved = applyCommand(state, set('b:3306', 'shop'));
    expect(moved.result).toEqual({ changed: true, takenFrom: 'a:3306' });
    expect(moved.state.clusterAliases.entries()).toEqual([['b:3306', 'shop']]);
    expect(from(moved.state, set('b:3306', '')).clusterAliases.size).toBe(0);
    expect(answer(stateAfter(), set('b:3306', ''))).toEqual({ changed: false, takenFrom: null });
  });

  test('names that objects have by themselves are ordinary names', () => {
    const state = stateAfter({ type: 'set-cluster-alias', clusterName: '__proto__', alias: 'constructor' });
    expect(state.clusterAliases.get('__proto__')).toBe('constructor');
    expect(state.clusterAliases.get('constructor')).toBeUndefined();
  });
});

describe('switches and fences', () => {
  test('the global switch', () => {
    const off = stateAfter({ type: 'disable-global-recoveries' });
    expect(off.globalRecoveriesEnabled).toBe(false);
    expect(answer(off, { type: 'disable-global-recoveries' })).toEqual({ changed: false });
    expect(from(off, { type: 'enable-global-recoveries' }).globalRecoveriesEnabled).toBe(true);
  });

  test('a fence is lifted by hand, or when its server becomes the successor', () => {
    const fence = (of: string, successor: string): Command => ({
      type: 'fence',
      key: key(of),
      recoveryUid: `${of}-${successor}`,
      successor: key(successor),
      atMs: 1,
    });
    const state = stateAfter(fence('db1', 'db2'));
    expect(answer(state, fence('db1', 'db2'))).toEqual({ changed: false });
    expect(answer(state, { type: 'lift-fence', key: db1 })).toEqual({ lifted: true });
    expect(answer(stateAfter(), { type: 'lift-fence', key: db1 })).toEqual({ lifted: false });
    const names = (of: CommandState) => of.fences.entries().map(([name]) => name);
    expect(names(from(state, fence('db2', 'db1')))).toEqual(['db2:3306']);
    expect(names(from(state, fence('db3', 'db2')))).toEqual(['db1:3306', 'db3:3306']);
  });
});

test('a command of another version stops the replay instead of being skipped', () => {
  const unknown = { type: 'toString' } as unknown as Command;
  expect(() => applyCommand(stateAfter(), unknown)).toThrow(/"toString" that this version of Baton doesn't know/);
});
