import { describe, expect, it } from 'vitest';
import type { OperationArgs, OperationName } from '../../../../src/shared/domain/operation.ts';
import type { PlaceFault } from '../../sagas/model-positions.ts';
import { key } from '../../topology/fleet.ts';
import {
  byPlace,
  expectNothingDone,
  expectSameData,
  master,
  operateByPlace,
  type PlaceOptions,
  places,
} from '../position-scene.ts';

const NAMES = ['db1', 'db2', 'db3', 'db4'];
/** db1 with db2 and db4 below; db3 below db2. */
const fleet = () => [master('db1'), byPlace('db2', 'db1'), byPlace('db3', 'db2'), byPlace('db4', 'db1')];
const on = (instance: string, destination?: string): OperationArgs =>
  destination === undefined ? { instance: key(instance) } : { instance: key(instance), destination: key(destination) };

interface Case {
  readonly name: OperationName;
  readonly args: OperationArgs;
  readonly after: string;
}

const START = 'db1 db2<db1 11 db3<db2 11 db4<db1 11';
const CASES: readonly Case[] = [
  { name: 'move-up', args: on('db3'), after: 'db1 db2<db1 11 db3<db1 11 db4<db1 11' },
  { name: 'move-up-replicas', args: on('db2'), after: 'db1 db2<db1 11 db3<db1 11 db4<db1 11' },
  { name: 'move-below', args: on('db4', 'db2'), after: 'db1 db2<db1 11 db3<db2 11 db4<db2 11' },
  { name: 'take-master', args: on('db3'), after: 'db1 db2<db3 11 db3<db1 11 db4<db1 11' },
  { name: 'make-co-master', args: on('db2'), after: 'db1<db2 11 db2<db1 11 db3<db2 11 db4<db1 11' },
];

describe('moves by position', () => {
  it.each(CASES)('$name places every server exactly', ({ name, args, after }) => {
    const scene = operateByPlace(name, args, fleet(), { prepare: withAccount });
    expect(scene.result).toMatchObject({ state: 'done' });
    expect(places(scene, NAMES)).toBe(after);
    expect(scene.cluster.maintenance.size).toBe(0);
    expectSameData(scene, NAMES);
  });

  it.each(CASES)('$name remembers places that mean the same', ({ name, args }) => {
    const { cluster } = operateByPlace(name, args, fleet());
    const learnt = cluster.commands.filter((each) => each.type === 'record-equivalence');
    expect(learnt.length > 0).toBe(name !== 'make-co-master');
  });

  it('move-equivalent goes to the place that is known to mean the same', () => {
    const scene = operateByPlace('move-equivalent', on('db3', 'db1'), fleet(), {
      prepare: (cluster) => {
        cluster.change(key('db1'), (facts) => ({ ...facts, readOnly: true }));
        cluster.settle();
      },
      equivalences: (cluster) => [
        [
          {
            key: key('db2'),
            ...cluster.facts(key('db2')).coordinates,
            ...noCoordinates(cluster.facts(key('db3')).replica?.executed),
          },
          { key: key('db1'), ...noCoordinates(cluster.facts(key('db1')).coordinates) },
        ],
      ],
    });
    expect(scene.result).toMatchObject({ state: 'done' });
    expect(places(scene, ['db3'])).toBe('db3<db1 11');
    expectSameData(scene, NAMES);
  });

  it('move-equivalent refuses when no place is known', () => {
    const scene = operateByPlace('move-equivalent', on('db3', 'db1'), fleet());
    expect(scene.result).toMatchObject({
      state: 'refused',
      message: expect.stringMatching(/No place in the binary log/),
    });
    expectNothingDone(scene);
  });

  it('tells the hooks of take-master who is above whom', () => {
    const { steps } = operateByPlace('take-master', on('db3'), fleet());
    const hooks = steps.map(({ effect }) => effect).find((effect) => effect.type === 'hooks');
    expect(hooks).toMatchObject({ list: 'PostTakeMasterProcesses', args: ['db3:3306', 'db2:3306'] });
  });
});

const withAccount = (): void => {};

function noCoordinates(place: { file: string; position: number } | null | undefined) {
  return place ?? { file: '', position: 0 };
}

const FAULTS: readonly PlaceFault[] = ['timeout', 'late', 'error', 'gone'];

describe.each(CASES)('$name with a fault at any effect', ({ name, args, after }) => {
  const effects = operateByPlace(name, args, fleet()).cluster.effects;

  it.each(FAULTS)('%s: ends in the old or the new state, or says what is where', (fault) => {
    for (let at = 0; at < effects; at++) {
      const options: PlaceOptions = { faultAt: (index) => (index === at ? fault : null) };
      const scene = operateByPlace(name, args, fleet(), options);
      const { state, message } = scene.result;
      const label = `${fault} at ${at}: ${state}: ${message}`;
      expect(scene.cluster.maintenance.size, label).toBe(0);
      if (fault !== 'gone') {
        if (state === 'done') expect(places(scene, NAMES), label).toBe(after);
        if (state === 'undone' || state === 'refused') expect(places(scene, NAMES), label).toBe(START);
      }
      if (state === 'left') expect(message, label).toMatch(/Repair it with: |go on with: |by hand, then: /);
      expectSameData(scene, NAMES);
    }
  });
});
