import { describe, expect, test } from 'vitest';
import { whyPlaceUncertain } from '../../../src/main/core/recoveries/by-position/apply-to-the-end.ts';
import type { ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { messages } from '../sagas/drive.ts';
import { key, server } from '../topology/fleet.ts';
import { type PlaceSpec, type PositionFault, PositionModel } from './position-model.ts';
import { recoverScene, type SceneOptions } from './scene.ts';

function recover(
  specs: Readonly<Record<string, PlaceSpec>>,
  options: SceneOptions = {},
  faultAt?: ConstructorParameters<typeof PositionModel>[1],
) {
  const model = new PositionModel(specs, faultAt);
  const run = recoverScene('dead-master', 'db1', model.snapshots(), model.answer, options);
  model.settle();
  return { model, run, result: run.result, successor: run.result.successor?.key.hostname ?? null };
}

function transactions(model: PositionModel, name: string): readonly string[] {
  return model.log(name).filter((each) => !each.includes('-before-'));
}

function expectFollows(model: PositionModel, replica: string, source: string): void {
  expect(model.follows(replica)).toBe(source);
  expect(transactions(model, replica)).toEqual(transactions(model, source));
}

/** A replica has executed what its source's log holds up to some place: nothing passed over, nothing twice. */
function expectPrefix(model: PositionModel, replica: string, source: string, when: string): void {
  const has = transactions(model, replica);
  expect(has, when).toEqual(transactions(model, source).slice(0, has.length));
}

describe('a dead master whose replicas use no GTIDs', () => {
  test('the one that received the most is promoted after it has applied it, and its equals go on from its place', () => {
    const { model, successor, result } = recover({
      db2: { executed: 8 },
      db3: { executed: 5, received: 10, ownBefore: 3 },
      db4: { executed: 10 },
    });
    expect(successor).toBe('db3');
    expectFollows(model, 'db4', 'db3');
    expect(result.lostReplicas).toEqual([key('db2')]);
    expect(result.errors.join(' ')).toMatch(/db2.*can only be guessed/);
    expect(model.follows('db2')).toBe('db1');
    expect(model.splits).toEqual([]);
  });

  test('a relay log is applied first, and own places are used, not the failed ones', () => {
    const { model, successor } = recover({
      db2: { executed: 5, received: 10, ownBefore: 4 },
      db3: { executed: 3, received: 10, ownBefore: 1 },
    });
    expect(successor).toBe('db2');
    expectFollows(model, 'db3', 'db2');
  });

  test('replicas that commit out of order are equals where they executed all that they received', () => {
    const { model, successor, result } = recover({
      db2: { executed: 8, received: 10, ownBefore: 3, outOfOrder: true },
      db3: { executed: 10, outOfOrder: true },
      db4: { executed: 9, outOfOrder: true },
    });
    expect(successor).toBe('db2');
    expectFollows(model, 'db3', 'db2');
    expect(result.lostReplicas).toEqual([key('db4')]);
  });

  test('logs of replicas that commit out of order are not compared', () => {
    const settings = { PseudoGTIDPattern: 'asc:', PseudoGTIDPatternIsFixedSubstring: true };
    const specs = { db2: { executed: 10 }, db3: { executed: 8, outOfOrder: true } } as const;
    const { model, result } = recover(specs, { settings });
    expect(result.errors.join(' ')).toMatch(/db3.*can't be matched: db3:3306 applies transactions in parallel/);
    expect(model.follows('db3')).toBe('db1');
  });

  test.each<[string, Partial<ReplicaStatus>, RegExp | null]>([
    ['it executed all', { appliesOutOfOrder: true }, null],
    [
      'it has more',
      { appliesOutOfOrder: true, read: { file: 'binlog.000001', position: 2000 } },
      /has not applied what/,
    ],
    ['it broke', { appliesOutOfOrder: true, lastSqlErrno: 1756, lastSqlError: 'inconsistent' }, /error: inconsistent/],
    ['it keeps the order', { read: { file: 'binlog.000001', position: 2000 } }, null],
  ])('the place of a stopped replica is certain or not: %s', (_, differs, says) => {
    const at = { file: 'binlog.000001', position: 1000 };
    const { facts } = server('db2', { below: 'db1', replica: { read: at, executed: at, sqlState: 0, ...differs } });
    const why = facts === null ? '' : whyPlaceUncertain(facts);
    if (says === null) expect(why).toBeNull();
    else expect(why).toMatch(says);
  });

  test('one that has not applied what it received is waited for before it is opened', () => {
    const specs = { db2: { executed: 5, received: 10, applierSlow: true, ownBefore: 4 }, db3: { executed: 8 } };
    const { model, successor, result } = recover(specs);
    expect(successor).toBe('db2');
    expect(transactions(model, 'db2').slice(0, 11)).toEqual([
      ...Array.from({ length: 10 }, (_, n) => `t${n}`),
      'db2-own-14',
    ]);
    expect(result.lostReplicas).toEqual([key('db3')]);
  });

  test('no wish gives up what was received', () => {
    const { successor, result } = recover({ db2: { executed: 10 }, db3: { executed: 9 } }, { designated: 'db3' });
    expect(successor).toBe('db2');
    expect(result.errors.join(' ')).toContain('db3:3306 was designated, and db2:3306 was promoted instead');
  });

  test('of equals the designated one is promoted', () => {
    expect(recover({ db2: { executed: 9 }, db3: { executed: 9 } }, { designated: 'db3' }).successor).toBe('db3');
  });

  test('what only one that must not be promoted has received is named, and it is left as it is', () => {
    const { model, successor, result } = recover(
      { db2: { executed: 10 }, db3: { executed: 9 }, db4: { executed: 9 } },
      { picture: { promotionRules: [{ key: key('db2'), rule: 'must_not' }] } },
    );
    expect(successor).toBe('db3');
    expect(result.errors.join(' ')).toContain('lacks what db2:3306 had received, from binlog.000001:900');
    expect(result.lostReplicas).toEqual([key('db2')]);
    expect(model.follows('db2')).toBe('db1');
    expectFollows(model, 'db4', 'db3');
  });

  test('one whose applier breaks is not promoted; the next best is, and what only it received is named', () => {
    const { successor, result } = recover({
      db2: { executed: 5, received: 10, applierBroken: true },
      db3: { executed: 9 },
    });
    expect(successor).toBe('db3');
    expect(result.errors.join(' ')).toContain('lacks what db2:3306 had received');
    expect(result.lostReplicas).toEqual([key('db2')]);
  });

  test('a failing PreFailoverProcesses hook ends it, with the fence lowered and the replicas listening', () => {
    const { model, successor, result } = recover({ db2: { executed: 9 } }, {}, (_, effect) =>
      effect.type === 'hooks' ? 'hook' : null,
    );
    expect([successor, model.fence]).toEqual([null, 'lowered']);
    expect(result.errors.join(' ')).toContain('PreFailoverProcesses');
  });

  test('with a fault at any step there are never two masters, and nobody is pointed at a wrong place', () => {
    const specs = { db2: { executed: 6, received: 10, ownBefore: 2 }, db3: { executed: 10 }, db4: { executed: 8 } };
    const faults: readonly PositionFault[] = ['error', 'timeout', 'late', 'hook', 'revive'];
    let promoted = 0;
    for (const fault of faults) {
      for (let at = 0; at < 60; at += 1) {
        const { model, successor } = recover(specs, {}, (index) => (index === at ? fault : null));
        expect(model.splits, `${fault} at ${at}`).toEqual([]);
        if (successor === null) continue;
        promoted += 1;
        for (const name of Object.keys(specs)) {
          if (model.follows(name) === successor) expectPrefix(model, name, successor, `${fault} at ${at}`);
        }
      }
    }
    expect(promoted).toBeGreaterThan(200);
  });
});

test('the notes say by what the replicas are compared', () => {
  const { run } = recover({ db2: { executed: 1 }, db3: { executed: 1 } });
  expect(messages(run.steps).join('\n')).toContain("don't replicate by GTID");
});
