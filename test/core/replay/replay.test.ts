import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordedEffect, RecoveryFile } from '../../../src/main/core/replay/recovery-file.ts';
import { type ReplayReport, replay } from '../../../src/main/core/replay/replay.ts';
import type { RoutineInput } from '../../../src/main/core/routines/routine.ts';
import type { Effect } from '../../../src/main/core/sagas/effects.ts';
import type { OperationArgs, OperationName } from '../../../src/shared/domain/operation.ts';
import { plainPicture } from '../../support/picture.ts';
import { move, one, SETTINGS } from '../operations/by-gtid/scene.ts';
import { ModelCluster } from '../sagas/model.ts';
import { picture, someFaults } from '../sagas/random-picture.ts';
import { key } from '../topology/fleet.ts';
import { recordDeadMaster, withRule } from './dead-master.ts';
import { record } from './record.ts';

const THREE = { db2: { executed: '1-100' }, db3: { executed: '1-98', retrieved: '1-99' }, db4: { executed: '1-97' } };

/** A file with one of its effects changed or left out. */
function tampered(
  file: RecoveryFile,
  which: (effect: Effect, line: RecordedEffect) => boolean,
  change: (line: RecordedEffect) => readonly RecordedEffect[],
): RecoveryFile {
  const at = file.effects.findIndex((line) => which(line.effect as Effect, line));
  expect(at).toBeGreaterThanOrEqual(0);
  return { ...file, effects: file.effects.flatMap((line, index) => (index === at ? change(line) : [line])) };
}

function isAction(kind: string): (effect: Effect) => boolean {
  return (effect) => effect.type === 'perform' && effect.action.kind === kind;
}

function promoted({ result }: Pick<ReplayReport, 'result'>): string | null {
  return result !== null && 'successor' in result ? (result.successor?.key.hostname ?? null) : null;
}

function expectAlike(file: RecoveryFile): void {
  const report = replay(file);
  expect(report).toMatchObject({ divergences: [], interrupted: false, brokeOff: '', result: file.result });
  expect(report.steps.filter(({ match }) => match !== 'same')).toEqual([]);
  expect(report.steps.map(({ place }) => place)).toEqual(file.effects.map(({ place }) => place));
}

function operation(name: OperationName, args: OperationArgs, servers: readonly ReturnType<typeof one>[]): RecoveryFile {
  const model = new ModelCluster({
    servers: servers.flatMap(({ facts }) => facts ?? []),
    source: key('db1'),
    sourceLives: true,
  });
  const input: RoutineInput = {
    kind: 'operation',
    name,
    args,
    picture: plainPicture(...servers),
    settings: SETTINGS,
    owner: 'me',
    nodeToken: 'node',
  };
  return record(input, model.answer);
}

describe('a recording', () => {
  test('of a recovery is decided alike, in the order in which it was', () => {
    expectAlike(recordDeadMaster({ replicas: THREE }));
  });

  test('of an operation is decided alike', () => {
    const servers = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1' })];
    expectAlike(operation('relocate', move('db3', 'db2'), servers));
    expectAlike(operation('relocate', move('db2', 'db2'), servers));
  });

  test('of a recovery in a random cluster, with random failures and branches in any order, is decided alike', () => {
    fc.assert(
      fc.property(picture(someFaults), fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }), (one, ranks) => {
        let turn = 0;
        const rank = (): number => ranks[turn++ % ranks.length] ?? 0;
        const replicas = Object.fromEntries(one.replicas.map((spec, index) => [`db${index + 2}`, spec]));
        const settings = { ApplyMySQLPromotionAfterMasterFailover: one.promote, BatonFenceEnabled: one.fenceOldSource };
        const model = {
          fenceWorks: one.fenceWorks,
          faultAt: (index: number) => one.faults.get(index) ?? null,
        };
        expectAlike(recordDeadMaster({ mariadb: one.mariadb, replicas, scene: { settings }, model, record: { rank } }));
      }),
      { seed: 20_240_608, numRuns: 400 },
    );
  });

  test('that ends where Baton was killed is decided alike up to there, wherever that was', () => {
    const whole = recordDeadMaster({ replicas: THREE });
    for (let killAfter = 1; killAfter <= whole.effects.length; killAfter += 1) {
      const file = recordDeadMaster({ replicas: THREE, record: { killAfter } });
      const report = replay(file);
      expect(report).toMatchObject({ divergences: [], interrupted: true });
      expect(report.steps.filter(({ match }) => match === 'different')).toEqual([]);
      expect(report.steps.length).toBeGreaterThanOrEqual(file.effects.length);
    }
  });

  test('of a routine that broke off breaks off alike, when the other branches have ended', () => {
    const whole = recordDeadMaster({ replicas: THREE });
    const failed = whole.effects.find(({ effect }) => isAction('repoint')(effect as Effect))?.place ?? '';
    const [group = '', index = ''] = failed.split(/\/0\./);
    const isAfter = (place: string): boolean =>
      place.startsWith(`${group}/0.`) ? Number(place.split('.')[1]) > Number(index) : Number(place) > Number(group);
    const brokeOff = 'the disk is full';
    const effects = whole.effects
      .filter(({ place }) => !isAfter(place))
      .map((line) => (line.place === failed ? { ...line, result: null, error: brokeOff } : line));
    expect(effects.some(({ place }) => place.startsWith(`${group}/1.`))).toBe(true);
    const report = replay({ ...whole, effects, result: null, brokeOff });
    expect(report).toMatchObject({ divergences: [], interrupted: false, result: null, brokeOff });
    expect(report.steps).toHaveLength(effects.length);
  });
});

function line(file: RecoveryFile, type: Effect['type']): RecordedEffect {
  const found = file.effects.find(({ effect }) => (effect as Effect).type === type);
  if (found === undefined) throw new Error(`no ${type} was recorded`);
  return found;
}

describe('another version of Baton', () => {
  test('that words its notes otherwise decides alike', () => {
    const file = recordDeadMaster({ replicas: THREE });
    const other = tampered(
      file,
      ({ type }) => type === 'note',
      (line) => [{ ...line, effect: { type: 'note', message: 'Said otherwise.' } }],
    );
    const report = replay(other);
    expect(report).toMatchObject({ divergences: [], result: file.result });
    expect(report.steps.filter(({ match }) => match === 'different')).toHaveLength(1);
  });

  test('that says more than the recording has decides alike', () => {
    const file = recordDeadMaster({ replicas: THREE });
    // As if one sentence had not been said then: later places of that branch were one less.
    const at = file.effects.findIndex(
      ({ effect, place }) => (effect as Effect).type === 'note' && !place.includes('/'),
    );
    const left = Number(file.effects[at]?.place);
    const shifted = file.effects.flatMap((line, index) => {
      const [first = '', rest = ''] = /^(\d+)(.*)$/.exec(line.place)?.slice(1) ?? [];
      const place = Number(first) > left ? `${Number(first) - 1}${rest}` : line.place;
      return index === at ? [] : [{ ...line, place }];
    });
    const report = replay({ ...file, effects: shifted });
    expect(report).toMatchObject({ divergences: [], result: file.result });
    expect(report.steps.filter(({ match }) => match === 'different').length).toBeGreaterThan(0);
  });

  test('that does one thing more, or less, is found out', () => {
    const file = recordDeadMaster({ replicas: THREE });
    const less = tampered(file, isAction('reset-replication'), () => []);
    expect(replay(less).divergences).toMatchObject([{ replayed: 'db2:3306: Forget its source.' }]);
    const last = Math.max(...file.effects.map(({ place }) => Number.parseInt(place, 10)));
    const read = line(file, 'read');
    const more = { ...file, effects: [...file.effects, { ...read, place: `${last + 1}` }] };
    expect(replay(more).divergences).toMatchObject([{ recorded: expect.stringMatching(/Read it/), replayed: '' }]);
  });

  test('that decides otherwise by a tampered answer is found out at the first deed that differs', () => {
    const file = recordDeadMaster({ replicas: THREE });
    const failure = { kind: 'refused-by-server', message: 'db2:3306 answered: access denied' };
    const other = tampered(file, isAction('reset-replication'), (line) => [
      { ...line, result: { ok: false, failure }, error: failure.message },
    ]);
    const report = replay(other);
    expect(report.divergences).toHaveLength(1);
    expect(report.divergences[0]).toMatchObject({ replayed: 'db2:3306: Forget its source.' });
    expect(report.divergences[0]?.because.at(-1)).toContain('access denied');
  });

  test('that comes to another result by the same deeds is found out', () => {
    const file = recordDeadMaster({ replicas: THREE });
    const { result } = file;
    if (result === null || !('successor' in result)) throw new Error('no result');
    const report = replay({ ...file, result: { ...result, lostReplicas: [key('db9')] } });
    expect(report.divergences).toMatchObject([
      { place: 'the end', recorded: 'db2:3306 took over. Left behind: db9:3306.', replayed: 'db2:3306 took over.' },
    ]);
  });
});

describe('what if', () => {
  test('a promotion rule had been another one: another server is promoted, and it says why', () => {
    const file = recordDeadMaster({ replicas: THREE });
    expect(promoted(file)).toBe('db2');
    const report = replay(file, withRule(file.start, 'db2', 'must_not'));
    expect(promoted(report)).toBe('db3');
    const [divergence] = report.divergences;
    expect(divergence?.because.join('\n')).toMatch(/db2:3306: .*must_not/);
    expect(divergence?.because.join('\n')).toMatch(/db3:3306/);
    expect(divergence?.recordedBecause.join('\n')).toMatch(/db2:3306/);
    expect(report.divergences).toHaveLength(1);
    expect(report.steps.some(({ match }) => match === 'same')).toBe(true);
    expect(report.steps.at(-1)).toMatchObject({ match: 'predicted' });
  });

  test('the data-center rule had been in force: a server nearby is promoted', () => {
    const far = { executed: '1-100', facts: { dataCenter: 'dc2' } };
    const replicas = { db2: { ...far, rule: 'prefer' as const }, db3: { executed: '1-99' } };
    const file = recordDeadMaster({ replicas });
    expect(promoted(file)).toBe('db2');
    const settings = { ...file.start.settings, PreventCrossDataCenterMasterFailover: true };
    const report = replay(file, { ...file.start, settings });
    expect(promoted(report)).toBe('db3');
    expect(report.divergences[0]?.because.join('\n')).toMatch(/db2:3306: .*data center/);
  });

  test('nobody may be promoted: nothing is, and the fence is lowered', () => {
    const file = recordDeadMaster({ replicas: { db2: { executed: '1-100' } } });
    const report = replay(file, withRule(file.start, 'db2', 'must_not'));
    expect(promoted(report)).toBeNull();
    expect(report.steps.map(({ text }) => text)).toContainEqual(expect.stringContaining('Open it for writes again'));
  });

  test('a change that makes no difference makes none', () => {
    const file = recordDeadMaster({ replicas: THREE });
    const report = replay(file, withRule(file.start, 'db4', 'must_not'));
    expect(report.divergences).toEqual([]);
    expect(promoted(report)).toBe('db2');
  });

  test('of an interrupted recovery tells what would have come, when it is decided otherwise before the end', () => {
    const whole = recordDeadMaster({ replicas: THREE });
    const opened = whole.effects.findIndex(({ effect }) => isAction('set-read-only')(effect as Effect));
    const file = recordDeadMaster({ replicas: THREE, record: { killAfter: opened } });
    expect(replay(file).interrupted).toBe(true);
    const report = replay(file, withRule(file.start, 'db2', 'must_not'));
    expect(report.interrupted).toBe(false);
    expect(promoted(report)).toBe('db3');
  });
});
