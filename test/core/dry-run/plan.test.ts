import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planOf, planSaga, type StatementsOf } from '../../../src/main/core/dry-run/plan.ts';
import { PredictedCluster } from '../../../src/main/core/dry-run/predicted-cluster.ts';
import type { RoutineInput } from '../../../src/main/core/routines/routine.ts';
import { note, parallel, perform, read, type Saga, sleep } from '../../../src/main/core/sagas/effects.ts';
import { recoverDeadMaster } from '../../../src/main/core/sagas/recover-dead-master.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { plainPicture } from '../../support/picture.ts';
import { mariadb, move, one, operate, SETTINGS } from '../operations/by-gtid/scene.ts';
import { deadMasterInput, failedPlace, gtids } from '../sagas/scenario.ts';
import { factsOf, key } from '../topology/fleet.ts';

const statementsOf: StatementsOf = (_, action) => ({ ok: true, value: [action.kind.toUpperCase()] });

function relocation(snapshots: readonly InstanceSnapshot[], instance: string, destination: string): RoutineInput {
  return {
    kind: 'operation',
    name: 'relocate',
    args: move(instance, destination),
    picture: plainPicture(...snapshots),
    settings: SETTINGS,
    owner: 'me',
    nodeToken: 'node',
  };
}

function dryRun(input: RoutineInput) {
  const cluster = new PredictedCluster(input.picture);
  return { ...planOf(input, cluster.answer, statementsOf), cluster };
}

describe('a plan', () => {
  test('of a relocation names the statements of each server, in order', () => {
    const fleet = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1' })];
    const { result, plan, cluster } = dryRun(relocation(fleet, 'db3', 'db2'));
    expect(result).toMatchObject({ state: 'done' });
    expect(
      plan.filter(({ kind }) => kind === 'perform').map(({ server, statements }) => [server, ...statements]),
    ).toEqual([
      ['db3:3306', 'STOP-REPLICATION'],
      ['db3:3306', 'REPOINT'],
      ['db3:3306', 'START-REPLICATION'],
    ]);
    expect(plan.find(({ statements }) => statements[0] === 'REPOINT')?.message).toBe(
      'Replicate from db2:3306 by GTID.',
    );
    expect(cluster.facts(key('db3'))?.replica).toMatchObject({ source: key('db2'), ioState: 1, sqlState: 1 });
  });

  test('of what is refused has the reason, and no statement', () => {
    const fleet = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db2' })];
    const { result, plan } = dryRun(relocation(fleet, 'db2', 'db3'));
    expect(result).toMatchObject({ state: 'refused', message: expect.stringContaining('circle') });
    expect(plan.filter(({ statements }) => statements.length > 0)).toEqual([]);
  });

  test('of a failover with the master assumed dead says to whom', () => {
    const fleet = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1' })];
    const picture = relocation(fleet, 'db2', 'db3').picture;
    const cluster = new PredictedCluster(picture, { dead: [key('db1')] });
    const contenders = ['db2', 'db3'].map((name) => ({
      facts: cluster.facts(key(name)) ?? factsOf(name),
      rule: name === 'db3' ? ('prefer' as const) : ('neutral' as const),
      downtimed: false,
      ignoredByFilter: false,
    }));
    const planning = planSaga(
      recoverDeadMaster(
        deadMasterInput({ failed: { ...failedPlace(), gtidExecuted: gtids('db1', '1-100') }, contenders }),
      ),
      statementsOf,
    );
    let step = planning.next();
    while (!step.done) step = planning.next(cluster.answer(step.value));
    expect(step.value.result).toMatchObject({ successor: { key: key('db3'), readOnly: false }, lostReplicas: [] });
    expect(cluster.facts(key('db3'))).toMatchObject({ replica: null, readOnly: false });
    expect(cluster.facts(key('db2'))?.replica).toMatchObject({ source: key('db3'), ioState: 1, sqlState: 1 });
    expect(step.value.plan.some(({ kind }) => kind === 'fence')).toBe(true);
  });

  test('what the dialect does not know fails, and is told so; nobody is asked for it', () => {
    const saga = (function* (): Saga<unknown> {
      return yield* perform(factsOf('db1'), { kind: 'set-semi-sync-source', on: true }, 1);
    })();
    const planning = planSaga(saga, () => ({ ok: false, failure: { kind: 'unsupported', message: 'no plugin' } }));
    const step = planning.next();
    expect(step).toMatchObject({ done: true, value: { result: { ok: false } } });
    expect(step.done && step.value.plan).toMatchObject([
      { kind: 'perform', statements: [], message: expect.stringContaining('This would fail: no plugin') },
    ]);
  });

  test('branches take turns, results keep their order, and pauses are no steps', () => {
    const branch = (name: string) =>
      (function* (): Saga<string> {
        yield* note(`${name} begins`);
        yield* sleep(10);
        yield* read(key(name), 1);
        return name;
      })();
    const planning = planSaga(parallel([branch('a'), branch('b')]), statementsOf);
    let step = planning.next();
    while (!step.done) step = planning.next(undefined);
    expect(step.value.result).toEqual(['a', 'b']);
    expect(
      step.value.plan.map(({ kind, server, message }) => (kind === 'note' ? message : `${kind} ${server}`)),
    ).toEqual(['a begins', 'b begins', 'read a:3306', 'read b:3306']);
  });

  test('a routine that goes round in circles is stopped', () => {
    const endless = (function* (): Saga<void> {
      for (;;) yield* sleep(1);
    })();
    const planning = planSaga(endless, statementsOf);
    expect(() => {
      while (!planning.next().done);
    }).toThrow('did not come to an end');
  });
});

interface Fleet {
  readonly snapshots: readonly InstanceSnapshot[];
  readonly instance: string;
  readonly destination: string;
}

/** A master and replicas below each other, all well, and two of them. */
const healthyFleet: fc.Arbitrary<Fleet> = fc
  .tuple(fc.boolean(), fc.array(fc.nat(), { minLength: 2, maxLength: 7 }), fc.nat(), fc.nat())
  .map(([isMariadb, parents, which, where]) => {
    const make = isMariadb ? mariadb : one;
    const names = ['db1', ...parents.map((_, index) => `db${index + 2}`)];
    const snapshots = names.map((name, index) =>
      index === 0 ? make(name) : make(name, { below: names[(parents[index - 1] ?? 0) % index] ?? 'db1' }),
    );
    const instance = names[1 + (which % parents.length)] ?? 'db2';
    const destination = names[where % names.length] ?? 'db1';
    return { snapshots, instance, destination };
  });

test('a dry run of a relocation in any healthy topology ends as the relocation itself does', () => {
  const states = new Set<string>();
  fc.assert(
    fc.property(healthyFleet, ({ snapshots, instance, destination }) => {
      const real = operate('relocate', move(instance, destination), snapshots);
      real.cluster.settle();
      const dry = dryRun(relocation(snapshots, instance, destination));
      states.add(real.result.state);
      expect(dry.result).toMatchObject({ state: real.result.state, message: real.result.message });
      for (const { key: name } of snapshots) {
        const facts = real.cluster.server(name).read();
        const predicted = dry.cluster.facts(name);
        const shape = (one: typeof facts | null) => ({
          source: one?.replica ? keyText(one.replica.source) : null,
          threads: [one?.replica?.ioState, one?.replica?.sqlState],
          use: one?.replica?.gtidUse,
          readOnly: one?.readOnly,
        });
        expect(shape(predicted)).toEqual(shape(facts));
      }
    }),
    { numRuns: 300, seed: 11 },
  );
  expect([...states].sort()).toEqual(['done', 'refused']);
});
