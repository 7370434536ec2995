import { describe, expect, test } from 'vitest';
import {
  activeDetection,
  findRecovery,
  listDetections,
  listRecoveries,
} from '../../../src/main/core/commands/queries.ts';
import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import type { CommandState } from '../../../src/main/core/commands/state.ts';
import type { AcknowledgeTarget } from '../../../src/shared/domain/command.ts';
import { answer, DAY, detect, expireAt, from, HOUR, key, register, resolve, stateAfter, summary } from './samples.ts';

const dead = summary('a');

function ack(which: AcknowledgeTarget, atMs = 50) {
  return { type: 'acknowledge', which, by: 'ann', comment: 'looked', atMs } as const;
}

function recovery(state: CommandState, uid: string) {
  const found = findRecovery(state, uid);
  if (!found) throw new Error(`no recovery ${uid}`);
  return found;
}

describe('detections', () => {
  const once = stateAfter(detect(dead, 10));

  test.each([
    ['the same again', dead, false],
    ['another code', summary('a', { code: 'DeadMasterAndSomeReplicas' }), false],
    ['not actionable', summary('a', { isActionable: false }), true],
    ['another instance', summary('b'), true],
  ])('while one is active: %s', (_, analysis, registered) => {
    expect(answer(once, detect(analysis, 20))).toEqual(
      registered ? { registered: true, id: 2 } : { registered: false, existingId: 1 },
    );
  });

  test('a refused one leaves the state as it is', () => {
    expect(applyCommand(once, detect(dead, 20)).state).toBe(once);
  });

  test('it expires after its period, and then the same is detected anew', () => {
    expect(from(once, expireAt(10 + HOUR - 1))).toBe(once);
    const expired = from(once, expireAt(10 + HOUR));
    expect(activeDetection(expired, dead.key, true)).toBeNull();
    expect(listDetections(expired)).toMatchObject([{ id: 1, active: false, endedMs: 10 + HOUR }]);
    expect(answer(expired, detect(dead, 11 + HOUR))).toEqual({ registered: true, id: 2 });
  });

  test('ending takes both actionabilities of the instance', () => {
    const both = from(once, detect(summary('a', { isActionable: false }), 11), detect(summary('b'), 12));
    const { state, result } = applyCommand(both, { type: 'end-detection', key: key('a'), atMs: 20 });
    expect(result).toEqual({ ended: 2 });
    expect(listDetections(state).map(({ id, active }) => [id, active])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(answer(state, { type: 'end-detection', key: key('a'), atMs: 21 })).toEqual({ ended: 0 });
  });

  test('an ended one is kept for the retention', () => {
    const ended = from(once, { type: 'end-detection', key: key('a'), atMs: 20 });
    expect(from(ended, expireAt(10 + 7 * DAY - 1)).endedDetections).toHaveLength(1);
    expect(applyCommand(ended, expireAt(10 + 7 * DAY)).result.removed).toBe(1);
  });
});

describe('registering a recovery is a compare-and-set', () => {
  const running = stateAfter(
    detect(dead, 5),
    detect(summary('a', { isActionable: false }), 6),
    register('r1', dead, 10),
  );

  test('it links to the newest detection of the instance', () => {
    expect(recovery(running, 'r1')).toMatchObject({
      id: 1,
      outcome: 'running',
      inActivePeriod: true,
      lastDetectionId: 2,
      endedMs: 0,
    });
  });

  test.each([
    ['the same instance', summary('a', { clusterName: 'other:3306' }), 'MasterRecovery'],
    ['the same cluster', summary('b', { clusterName: 'a:3306' }), 'MasterRecovery'],
    ['the same cluster, another kind', summary('b', { clusterName: 'a:3306' }), 'IntermediateMasterRecovery'],
  ] as const)('refused while one runs for %s, forced or not', (_, analysis, kind) => {
    for (const forced of [false, true]) {
      const { state, result } = applyCommand(running, register('r2', analysis, 20, { kind, forced }));
      expect(result).toMatchObject({ registered: false, reason: 'recovery-running', existing: { uid: 'r1' } });
      expect(state).toBe(running);
    }
  });

  test('refused for a cluster that has the alias of one that runs', () => {
    const state = stateAfter(register('r1', summary('a', { clusterAlias: 'shop' }), 1));
    const other = summary('b', { clusterAlias: 'shop' });
    expect(answer(state, register('r2', other, 2))).toMatchObject({ registered: false, reason: 'recovery-running' });
  });

  test('refused for the cluster that a running recovery has already given a new name', () => {
    const state = from(running, resolve('r1', key('b'), 20, 'running'));
    expect(recovery(state, 'r1')).toMatchObject({ outcome: 'running', endedMs: 0, successor: key('b') });
    expect(answer(state, register('r2', summary('c', { clusterName: 'b:3306' }), 21))).toMatchObject({
      registered: false,
    });
  });

  test('another cluster, or the same after it ended, is registered; an alias that is empty connects nothing', () => {
    expect(answer(running, register('r2', summary('x'), 20))).toEqual({ registered: true, id: 2, acknowledgedIds: [] });
    const ended = from(running, resolve('r1', key('b'), 20));
    expect(answer(ended, register('r2', dead, 21))).toMatchObject({ registered: true });
  });

  test('a uid is taken once', () => {
    const ended = from(running, resolve('r1', key('b'), 20));
    expect(answer(ended, register('r1', summary('z'), 30))).toMatchObject({ registered: false, reason: 'uid-taken' });
  });

  test('a forced one acknowledges the ended ones of the same instance, and only those', () => {
    const state = from(
      running,
      resolve('r1', null, 20),
      register('r2', summary('x'), 21),
      resolve('r2', null, 22),
      register('r3', dead, 23, { forced: true }),
    );
    expect(recovery(state, 'r1')).toMatchObject({ acknowledged: true, inActivePeriod: false, acknowledgedMs: 23 });
    expect(recovery(state, 'r2').acknowledged).toBe(false);
    expect(recovery(state, 'r3').acknowledged).toBe(false);
    const unforced = from(running, resolve('r1', null, 20), register('r3', dead, 23));
    expect(recovery(unforced, 'r1').acknowledged).toBe(false);
  });
});

describe('how a recovery ends', () => {
  const running = stateAfter(register('r1', dead, 10));

  test('its active period goes on after it ended, until its time', () => {
    const ended = from(running, resolve('r1', key('b'), 20));
    expect(recovery(ended, 'r1')).toMatchObject({ outcome: 'succeeded', endedMs: 20, inActivePeriod: true });
    expect(from(ended, expireAt(10 + HOUR - 1))).toBe(ended);
    const { state, result } = applyCommand(ended, expireAt(10 + HOUR));
    expect(result.activePeriods).toEqual([1]);
    expect(recovery(state, 'r1')).toMatchObject({ inActivePeriod: false, activePeriodEndedMs: 10 + HOUR });
  });

  test.each([
    ['unknown', 'r9', 'unknown-recovery'],
    ['ended', 'r1', 'already-ended'],
  ])('an %s one is not resolved', (_, uid, reason) => {
    const ended = from(running, resolve('r1', null, 20));
    expect(answer(ended, resolve(uid, key('b'), 30))).toEqual({ resolved: false, reason });
  });

  test('a promoted server is no longer fenced; the sibling of an intermediate source still is', () => {
    const fence = { type: 'fence', key: key('b'), recoveryUid: 'r0', successor: key('a'), atMs: 0 } as const;
    expect(from(running, fence, resolve('r1', key('b'), 20)).fences.size).toBe(0);
    expect(from(running, fence, resolve('r1', key('b'), 20, 'failed')).fences.size).toBe(1);
    const intermediate = stateAfter(register('r1', dead, 10, { kind: 'IntermediateMasterRecovery' }), fence);
    expect(from(intermediate, resolve('r1', key('b'), 20)).fences.size).toBe(1);
  });

  test('one whose process is gone is interrupted, still blocks, and may yet report', () => {
    const interrupt = { type: 'interrupt-recoveries', exceptNodeToken: 'token-2', atMs: 30 } as const;
    const { state, result } = applyCommand(running, interrupt);
    expect(result.interrupted.map(({ uid }) => uid)).toEqual(['r1']);
    expect(recovery(state, 'r1')).toMatchObject({ outcome: 'interrupted', endedMs: 30, inActivePeriod: true });
    expect(recovery(state, 'r1').errors).toEqual([
      'The Baton process on console that ran this recovery was gone before it ended.',
    ]);
    // It may have opened a server that a later analysis doesn't see: only a person's look ends the block.
    expect(recovery(from(state, expireAt(10 + HOUR)), 'r1').inActivePeriod).toBe(true);
    expect(answer(state, resolve('r1', key('b'), 40, 'running'))).toMatchObject({ resolved: false });
    expect(recovery(from(state, resolve('r1', key('b'), 40)), 'r1')).toMatchObject({
      outcome: 'succeeded',
      endedMs: 40,
    });
    expect(from(running, { ...interrupt, exceptNodeToken: 'token-1' })).toBe(running);
  });

  test('retention removes neither a running one nor one that blocks', () => {
    const old = expireAt(10 + 7 * DAY);
    expect(from(running, old).recoveries).toHaveLength(1);
    const ended = from(running, resolve('r1', null, 20));
    expect(from(ended, { ...old, recoveryBlockMs: 30 * DAY }).recoveries).toHaveLength(1);
    expect(from(ended, old).recoveries).toHaveLength(0);
  });
});

describe('acknowledgement', () => {
  const shop = { clusterAlias: 'shop' };
  const state = stateAfter(
    detect(summary('a', shop), 1),
    detect(summary('b', shop), 1),
    register('a', summary('a', shop), 2),
    resolve('a', null, 3),
    register('b', summary('b', shop), 4),
    resolve('b', null, 5),
    register('c', summary('c'), 6),
  );

  test.each<[string, AcknowledgeTarget, string[], number]>([
    ['all', { by: 'all' }, ['a', 'b', 'c'], 0],
    ['by id', { by: 'id', id: 2 }, ['b'], 0],
    ['by uid', { by: 'uid', uid: 'c' }, ['c'], 0],
    ['by cluster name', { by: 'cluster', clusterName: 'a:3306', alias: '' }, ['a'], 1],
    ['by cluster name and alias', { by: 'cluster', clusterName: 'a:3306', alias: 'shop' }, ['a', 'b'], 2],
    ['by instance', { by: 'instance', key: key('b') }, ['b'], 1],
    ['of nothing', { by: 'id', id: 99 }, [], 0],
  ])('%s', (_, which, uids, detectionsEnded) => {
    const { state: acked, result } = applyCommand(state, ack(which));
    expect(result.acknowledged.map(({ uid }) => uid)).toEqual(uids);
    expect(result.detectionsEnded).toBe(detectionsEnded);
    for (const { uid, inActivePeriod, acknowledged } of listRecoveries(acked)) {
      expect([uid, inActivePeriod, acknowledged]).toEqual([uid, !uids.includes(uid), uids.includes(uid)]);
    }
  });

  test('it counts once, and keeps the time at which the active period had ended', () => {
    const expired = from(state, expireAt(2 + HOUR));
    const acked = from(expired, ack({ by: 'uid', uid: 'a' }, 3 * HOUR));
    expect(recovery(acked, 'a')).toMatchObject({
      activePeriodEndedMs: 2 + HOUR,
      acknowledgedMs: 3 * HOUR,
      acknowledgedBy: 'ann',
      acknowledgedComment: 'looked',
    });
    expect(answer(acked, ack({ by: 'uid', uid: 'a' }, 4 * HOUR)).acknowledged).toEqual([]);
  });

  test('a running recovery that is acknowledged still keeps others out', () => {
    const acked = from(state, ack({ by: 'all' }));
    expect(recovery(acked, 'c')).toMatchObject({ outcome: 'running', endedMs: 0 });
    expect(answer(acked, register('d', summary('c'), 60))).toMatchObject({ registered: false });
  });
});
