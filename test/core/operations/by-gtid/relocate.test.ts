import { describe, expect, it } from 'vitest';
import { chooseMethod } from '../../../../src/main/core/operations/by-gtid/relocation-method.ts';
import type { RoutineContext } from '../../../../src/main/core/sagas/context.ts';
import { buildTopology } from '../../../../src/main/core/topology/build-topology.ts';
import type { Flavor, InstanceSnapshot, LogPlace } from '../../../../src/shared/domain/instance.ts';
import { gtids } from '../../sagas/scenario.ts';
import { key } from '../../topology/fleet.ts';
import { byPlace, expectDone, expectRefused, mariadb, move, one, operate, place } from './scene.ts';

const MAXSCALE: { readonly facts: { readonly flavor: Flavor } } = { facts: { flavor: 'MaxScale' } };
const PSEUDO = { facts: { usesPseudoGtid: true } };

function methodOf(servers: readonly InstanceSnapshot[], instance: string, destination: string, same: LogPlace[] = []) {
  const topology = buildTopology(servers, {});
  const factsOf = (name: string) => {
    const facts = topology.instances.get(`${name}:3306`)?.facts;
    if (!facts) throw new Error(name);
    return facts;
  };
  const context = { topology, equivalents: () => same } as unknown as RoutineContext;
  return chooseMethod(context, { replica: factsOf(instance), source: factsOf(destination), warnings: [] });
}

describe('the decision list of relocate', () => {
  const m = one('db1');
  const place2: LogPlace = { key: key('db2'), file: 'binlog.000009', position: 4 };

  it.each<[string, InstanceSnapshot[], string, string, object, LogPlace[]?]>([
    ['1: its own source', [m, one('db2', { below: 'db1' })], 'db2', 'db1', { by: 'repoint' }],
    [
      '2: recorded equivalence',
      [m, byPlace('db2', 'db1'), byPlace('db3', 'db1')],
      'db3',
      'db2',
      { by: 'move-equivalent', otherwise: { by: 'move-below' } },
      [place2],
    ],
    [
      '2: not with GTIDs',
      [m, one('db2', { below: 'db1' }), one('db3', { below: 'db1' })],
      'db3',
      'db2',
      { by: 'gtid' },
      [place2],
    ],
    [
      '3: sibling binlog server',
      [m, byPlace('bls', 'db1', MAXSCALE), byPlace('db3', 'db1')],
      'db3',
      'bls',
      { by: 'move-below' },
    ],
    [
      '4: above a binlog server',
      [m, byPlace('bls', 'db1', MAXSCALE), one('db3', { below: 'bls' })],
      'db3',
      'db1',
      { by: 'repoint-by-coordinates' },
    ],
    [
      '5: the sibling of its binlog server',
      [m, byPlace('bls1', 'db1', MAXSCALE), byPlace('bls2', 'db1', MAXSCALE), byPlace('db3', 'bls1')],
      'db3',
      'bls2',
      { by: 'repoint-by-coordinates' },
    ],
    [
      '6: another binlog server',
      [m, byPlace('bls', 'db1', MAXSCALE), byPlace('db2', 'db1'), byPlace('db3', 'db2')],
      'db3',
      'bls',
      { by: 'via-source', via: key('db1') },
    ],
    [
      '7: a binlog server is moved',
      [m, one('db2', { below: 'db1' }), byPlace('bls', 'db1', MAXSCALE)],
      'bls',
      'db2',
      { by: 'none' },
    ],
    ['8: GTID', [m, one('db2', { below: 'db1' }), one('db3', { below: 'db2' })], 'db3', 'db1', { by: 'gtid' }],
    [
      '8: MariaDB GTID',
      [mariadb('db1'), mariadb('db2', { below: 'db1' }), mariadb('db3', { below: 'db1' })],
      'db3',
      'db2',
      { by: 'gtid' },
    ],
    [
      '9: Pseudo-GTID',
      [m, byPlace('db2', 'db1', PSEUDO), byPlace('db3', 'db1', PSEUDO)],
      'db3',
      'db2',
      { by: 'match' },
    ],
    ['10: siblings', [m, byPlace('db2', 'db1'), byPlace('db3', 'db1')], 'db3', 'db2', { by: 'move-below' }],
    [
      '10: a writeable co-master',
      [
        byPlace('db1', 'db2', { facts: { readOnly: false } }),
        byPlace('db2', 'db1', { facts: { readOnly: false } }),
        byPlace('db3', 'db1'),
      ],
      'db3',
      'db2',
      { by: 'move-up' },
    ],
    ['11: grandparent', [m, byPlace('db2', 'db1'), byPlace('db3', 'db2')], 'db3', 'db1', { by: 'move-up' }],
    [
      '12: below a binlog server',
      [m, byPlace('bls', 'db1', MAXSCALE), byPlace('db2', 'db1'), byPlace('db3', 'bls')],
      'db3',
      'db2',
      { by: 'move-up-first' },
    ],
    [
      '13: anything else',
      [m, byPlace('db2', 'db1'), byPlace('db3', 'db2'), byPlace('db4', 'db1')],
      'db3',
      'db4',
      { by: 'none' },
    ],
  ])('row %s', (_, servers, instance, destination, method, same) => {
    expect(methodOf(servers, instance, destination, same)).toMatchObject(method);
  });
});

describe('relocate', () => {
  const tree = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db2' })];

  it('goes anywhere by GTID', () => {
    const scene = operate('relocate', move('db3', 'db1'), tree);
    expectDone(scene);
    expect(place(scene, 'db3')).toBe('db1 11');
  });

  it('takes hold of its own source again', () => {
    const scene = operate('relocate', move('db3', 'db2'), tree);
    expectDone(scene);
    expect(scene.deeds).toEqual(['db3 stop-replication both', 'db3 repoint db2', 'db3 start-replication both']);
  });

  it('takes the failure of a GTID move as final', () => {
    const stopped = one('db3', { below: 'db2', replica: { sqlState: 0 } });
    const now = { db1: { gtidPurged: gtids('db1', '1-60') }, db3: { gtidExecuted: gtids('db1', '1-50') } };
    expectRefused(operate('relocate', move('db3', 'db1'), [...tree.slice(0, 2), stopped], { now }), /has purged/);
  });

  it('goes below a binlog server by way of what that copies', () => {
    const bls = byPlace('bls', 'db1', MAXSCALE);
    const scene = operate('relocate', move('db3', 'bls'), [...tree, bls]);
    expectDone(scene);
    expect(scene.deeds.filter((each) => each.includes('repoint'))).toEqual(['db3 repoint db1', 'db3 repoint bls']);
    expect(place(scene, 'db3')).toBe('bls 11');
  });

  it('says where it has got to when the second step is refused', () => {
    const coordinates = { file: 'binlog.000007', position: 1 };
    const bls = byPlace('bls', 'db1', { facts: { flavor: 'MaxScale', coordinates } });
    const scene = operate('relocate', move('db3', 'bls'), [...tree, bls]);
    expect(scene.result).toMatchObject({ state: 'partial', destination: key('db1') });
    expect(scene.result.message).toMatch(/replicates from db1:3306.*not up to date enough/);
    expect(place(scene, 'db3')).toBe('db1 11');
  });

  it('goes up from a binlog server at the same coordinates', () => {
    const bls = byPlace('bls', 'db1', MAXSCALE);
    const scene = operate('relocate', move('db3', 'db1'), [one('db1'), bls, byPlace('db3', 'bls')]);
    expectDone(scene);
    expect(place(scene, 'db3')).toBe('db1 11');
  });

  it('refuses what fits no method, with what is lacking', () => {
    const servers = [one('db1'), byPlace('db2', 'db1'), byPlace('db3', 'db2'), byPlace('db4', 'db1')];
    expectRefused(operate('relocate', move('db3', 'db4'), servers), /too complex.*db3:3306 doesn't use GTIDs/);
  });
});

describe('relocate-replicas', () => {
  const names = ['db3', 'db4', 'db5'];
  const servers = [one('db1'), one('db2', { below: 'db1' }), ...names.map((name) => one(name, { below: 'db1' }))];

  it('moves all, also when their source is dead', () => {
    for (const sourceLives of [true, false]) {
      const scene = operate('relocate-replicas', move('db1', 'db2'), servers, { model: { sourceLives } });
      expectDone(scene);
      expect(scene.result.replicas.map((each) => each.key.hostname)).toEqual(names);
      expect(names.map((name) => place(scene, name))).toEqual(names.map(() => 'db2 11'));
    }
  });

  it('returns the union of what moved, and why the rest did not', () => {
    const mixed = [...servers, byPlace('db6', 'db1'), one('db7', { below: 'db1' })];
    const scene = operate('relocate-replicas', move('db1', 'db2'), mixed, {
      prepare: (cluster) => {
        cluster.server(key('db7')).reach = 'gone';
      },
    });
    expect(scene.result.state).toBe('partial');
    const state = new Map(scene.result.replicas.map((each) => [each.key.hostname, each.state]));
    expect([...state.values()]).toEqual(['done', 'done', 'done', 'refused', 'refused']);
    expect(scene.result.message).toMatch(/3 of 5 replicas relocated.*db6:3306.*db7:3306 can't be read/);
  });

  it('touches only what the pattern matches', () => {
    const scene = operate('relocate-replicas', { ...move('db1', 'db2'), pattern: 'db[45]:' }, servers);
    expect(scene.result.replicas.map((each) => each.key.hostname)).toEqual(['db4', 'db5']);
    expect(place(scene, 'db3')).toBe('db1 11');
  });

  it.each([
    ['a bad pattern', { ...move('db1', 'db2'), pattern: '(' }, /not a regular expression/],
    ['an unknown destination', move('db1', 'db9'), /isn't known/],
    ['no destination', move('db1'), /-d host:port/],
  ])('is refused for %s', (_, args, reason) => {
    expectRefused(operate('relocate-replicas', args, servers), reason);
  });

  it('is refused below a descendant of one of them, and names that one', () => {
    const chain = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db2' })];
    expectRefused(operate('relocate-replicas', move('db1', 'db3'), chain), /db3:3306 is below db2:3306.*pattern/);
  });

  it('has nothing to do for a server without replicas', () => {
    expectDone(operate('relocate-replicas', move('db5', 'db2'), servers));
  });
});

describe('take-siblings', () => {
  it('takes all siblings', () => {
    const servers = [one('db1'), ...['db2', 'db3', 'db4'].map((name) => one(name, { below: 'db1' }))];
    const scene = operate('take-siblings', move('db2'), servers);
    expectDone(scene);
    expect(scene.result.subject).toEqual(key('db2'));
    expect(['db3', 'db4'].map((name) => place(scene, name))).toEqual(['db2 11', 'db2 11']);
  });

  it('leaves the co-master that it is below', () => {
    const servers = [
      one('db1', { below: 'db2', facts: { readOnly: false } }),
      one('db2', { below: 'db1' }),
      one('db3', { below: 'db1' }),
      one('db4', { below: 'db1' }),
    ];
    const scene = operate('take-siblings', move('db3'), servers);
    expectDone(scene);
    expect(place(scene, 'db4')).toBe('db3 11');
    expect(place(scene, 'db2')).toBe('db1 11');
    expect(scene.notes.join()).toMatch(/db2:3306 is left where it is/);
  });

  it('is refused for a server that is no replica', () => {
    expectRefused(operate('take-siblings', move('db1'), [one('db1'), one('db2', { below: 'db1' })]), /not a replica/);
  });
});

describe('move-replicas-gtid', () => {
  it('takes the replicas of binlog servers along', () => {
    const servers = [
      one('db1'),
      one('db2', { below: 'db1' }),
      one('bls', { below: 'db1', facts: { flavor: 'MaxScale' } }),
      one('db3', { below: 'bls' }),
      one('db4', { below: 'db1' }),
    ];
    const scene = operate('move-replicas-gtid', move('db1', 'db2'), servers);
    expect(scene.result.replicas.map((each) => each.key.hostname)).toEqual(['db3', 'db4']);
    expectDone(scene);
  });
});
