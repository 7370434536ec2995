import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../../src/main/core/sagas/effects.ts';
import type { InstanceSnapshot } from '../../../../src/shared/domain/instance.ts';
import type { OperationName } from '../../../../src/shared/domain/operation.ts';
import type { Fault, ModelOptions } from '../../sagas/model.ts';
import { byPlace, mariadb, move, one, operate, place, type Scene } from './scene.ts';

const FAULTS: readonly Fault[] = ['timeout', 'late', 'error', 'gone', 'cut', 'last-words', 'break-applier'];
const EFFECTS = 60;

const DEAD = { sourceLives: false } as const;

type Case = readonly [OperationName, ReturnType<typeof move>, readonly InstanceSnapshot[], Partial<ModelOptions>?];

const CASES: readonly Case[] = [
  [
    'move-gtid',
    move('db3', 'db2'),
    ['db1', 'db2', 'db3'].map((name) => one(name, name === 'db1' ? {} : { below: 'db1' })),
  ],
  [
    'move-gtid',
    move('db3', 'db2'),
    ['db1', 'db2', 'db3'].map((name) => mariadb(name, name === 'db1' ? {} : { below: 'db1' })),
  ],
  ['relocate', move('db3', 'db1'), [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db2' })]],
  ['repoint', move('db3'), [one('db1'), byPlace('db3', 'db1')]],
  ['enable-gtid', move('db3'), [one('db1'), byPlace('db3', 'db1')]],
  ['disable-gtid', move('db3'), [one('db1'), one('db3', { below: 'db1' })]],
  [
    'relocate-replicas',
    move('db1', 'db2'),
    ['db1', 'db2', 'db3', 'db4'].map((name) => one(name, name === 'db1' ? {} : { below: 'db1' })),
  ],
  [
    'take-siblings',
    move('db2'),
    ['db1', 'db2', 'db3', 'db4'].map((name) => one(name, name === 'db1' ? {} : { below: 'db1' })),
  ],
  [
    'regroup-replicas',
    move('db1'),
    ['db1', 'db2', 'db3', 'db4'].map((name) => one(name, name === 'db1' ? {} : { below: 'db1' })),
  ],
  [
    'regroup-replicas',
    move('db1'),
    ['db1', 'db2', 'db3', 'db4'].map((name) => one(name, name === 'db1' ? {} : { below: 'db1' })),
    DEAD,
  ],
  [
    'regroup-replicas',
    move('db1'),
    ['db1', 'db2', 'db3', 'db4'].map((name) => mariadb(name, name === 'db1' ? {} : { below: 'db1' })),
    DEAD,
  ],
];

const REPAIR = /(Repair it with|then): (start-replica|relocate|reset-replica) -i db\d:3306/;

/** How a server stands: where it points, whether it runs, and by what it finds its place. */
function standing(scene: Scene, name: string): string {
  const gtid = [...scene.cluster.servers.values()].find((each) => each.key.hostname === name)?.read().replica?.gtidUse;
  return `${place(scene, name)} ${gtid}`;
}

const NAMED = CASES.map(([name, args, servers, model = {}]) => ({ name, args, servers, model }));

describe.each(NAMED)(
  '$name $args.instance.hostname when anything goes wrong at any effect',
  ({ name, args, servers, model }) => {
    const before = operate('repoint', move('db9'), servers, { model });
    before.cluster.settle();
    const names = servers.map((each) => each.key.hostname);
    const old = new Map(names.map((each) => [each, standing(before, each)]));
    const after = operate(name, args, servers, { model });
    after.cluster.settle();
    const target = new Map(names.map((each) => [each, standing(after, each)]));

    it.each(FAULTS)('%s: each server is as before, as wanted, or left with a command that repairs it', (fault) => {
      expect(after.result.state).toBe('done');
      for (let index = 0; index < EFFECTS; index += 1) {
        const scene = operate(name, args, servers, {
          model: { ...model, faultAt: (at, effect) => (at === index && 'timeoutMs' in effect ? fault : null) },
        });
        scene.cluster.settle();
        const { result } = scene;
        const where = `${fault} at ${index}: ${result.state} ${result.message}`;
        expect(scene.cluster.maintenance.size, where).toBe(0);
        if (result.state === 'left') expect(result.message, where).toMatch(REPAIR);
        if (result.state === 'refused') expect(result.message.length, where).toBeGreaterThan(10);
        if (result.state === 'left' || fault === 'break-applier') continue;
        for (const each of names) {
          const server = [...scene.cluster.servers.values()].find((one) => one.key.hostname === each);
          if (server?.reach !== 'up' || isBelowLost(scene, each)) continue;
          const isOld = standing(scene, each) === old.get(each);
          const isNew = standing(scene, each) === target.get(each);
          const isMoved = result.replicas.some((one) => one.key.hostname === each && one.state === 'done');
          expect(isOld || isNew || isMoved, `${where}: ${each} is ${standing(scene, each)}`).toBe(true);
          if (result.state === 'refused' || result.state === 'undone') expect(isOld, `${where}: ${each}`).toBe(true);
          if (result.state === 'done' && result.replicas.length === 0) expect(isNew, `${where}: ${each}`).toBe(true);
        }
      }
    });

    it('a server that answers no more from some effect on is left with a sentence that says so', () => {
      for (let index = 0; index < EFFECTS; index += 1) {
        const scene = operate(name, args, servers, {
          model: { ...model, faultAt: (at, effect) => (at >= index && touches(effect, 'db3') ? 'timeout' : null) },
        });
        const { result } = scene;
        const where = `from ${index}: ${result.state} ${result.message}`;
        expect(scene.cluster.maintenance.size, where).toBe(0);
        if (result.state === 'left') expect(result.message, where).toMatch(REPAIR);
        const isOld = standing(scene, 'db3') === old.get('db3');
        if (result.state === 'refused' || result.state === 'undone') expect(isOld, where).toBe(true);
      }
    });
  },
);

/** Its source went away, so its receiver tries in vain. */
function isBelowLost(scene: Scene, name: string): boolean {
  const source = place(scene, name).split(' ')[0];
  const server = [...scene.cluster.servers.values()].find((each) => each.key.hostname === source);
  return server !== undefined && server.reach !== 'up';
}

function touches(effect: Effect, name: string): boolean {
  if (effect.type === 'perform') return effect.facts.key.hostname === name;
  return effect.type === 'read' && effect.key.hostname === name;
}
