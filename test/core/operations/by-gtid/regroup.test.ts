import { describe, expect, it } from 'vitest';
import type { InstanceSnapshot } from '../../../../src/shared/domain/instance.ts';
import { gtids } from '../../sagas/scenario.ts';
import { key } from '../../topology/fleet.ts';
import { byPlace, expectDone, expectRefused, mariadb, move, one, operate, place } from './scene.ts';

const DEAD = { model: { sourceLives: false } };

/** A replica of db1 that has executed and received so many of its transactions. */
function at(name: string, executed: number, received = executed, facts: InstanceSnapshot['facts'] | object = {}) {
  return one(name, {
    below: 'db1',
    facts: { gtidExecuted: gtids('db1', `1-${executed}`), ...facts },
    replica: { gtidRetrieved: gtids('db1', `1-${received}`) },
  });
}

describe('regroup-replicas-gtid', () => {
  it('chooses by what was received, not by what was executed', () => {
    const scene = operate(
      'regroup-replicas-gtid',
      move('db1'),
      [one('db1'), at('db2', 95), at('db3', 90, 99), at('db4', 80)],
      DEAD,
    );
    expectDone(scene);
    expect(scene.result.subject).toEqual(key('db3'));
    expect(['db2', 'db4'].map((name) => place(scene, name))).toEqual(['db3 11', 'db3 11']);
    expect(scene.result.lines).toEqual(['db1:3306 lost: 0, moved: 2']);
  });

  it('does not choose what the others cannot follow, nor a banned one', () => {
    const servers = [
      one('db1'),
      at('db2', 100, 100, { version: '9.7.0' }),
      at('db3', 100),
      at('db4', 100, 100, { logReplicaUpdates: false }),
      at('db5', 100),
    ];
    const scene = operate('regroup-replicas-gtid', move('db1'), servers, {
      picture: { promotionRules: [{ key: key('db3'), rule: 'must_not' }] },
    });
    expect(scene.result.subject).toEqual(key('db5'));
  });

  it('leaves a sibling that holds more than the chosen one can get, as it was', () => {
    const servers = [one('db1'), at('db2', 100, 100, { logReplicaUpdates: false }), at('db3', 90), at('db4', 90)];
    const scene = operate('regroup-replicas-gtid', move('db1'), servers, DEAD);
    expect(scene.result.state).toBe('partial');
    expect(scene.result.subject).toEqual(key('db3'));
    expect(scene.result.message).toMatch(/db2:3306 has received transactions that db3:3306 lacks and can't get/);
    expect(place(scene, 'db2')).toBe('db1 21');
    expect(scene.result.lines).toEqual(['db1:3306 lost: 1, moved: 1']);
  });

  it('lets the chosen one catch up from a living source', () => {
    const servers = [one('db1'), at('db2', 100, 100, { logReplicaUpdates: false }), at('db3', 90), at('db4', 90)];
    const scene = operate('regroup-replicas-gtid', move('db1'), servers);
    expectDone(scene);
    expect(place(scene, 'db2')).toBe(`${scene.result.subject?.hostname} 11`);
    expect(place(scene, scene.result.subject?.hostname ?? '')).toBe('db1 11');
  });

  it('puts the receivers back when nothing can be chosen', () => {
    const servers = [one('db1'), at('db2', 100), at('db3', 100)];
    const rule = 'must_not' as const;
    const scene = operate('regroup-replicas-gtid', move('db1'), servers, {
      picture: { promotionRules: ['db2', 'db3'].map((name) => ({ key: key(name), rule })) },
    });
    expect(scene.result.state).toBe('undone');
    expect(['db2', 'db3'].map((name) => place(scene, name))).toEqual(['db1 11', 'db1 11']);
    expect(scene.result.message).toMatch(/None of the replicas can be chosen.*must_not/);
    expect(scene.cluster.maintenance.size).toBe(0);
  });

  it('counts a replica that cannot be read as lost', () => {
    const servers = [one('db1'), at('db2', 100), at('db3', 100), at('db4', 100)];
    const scene = operate('regroup-replicas-gtid', move('db1'), servers, {
      prepare: (cluster) => {
        cluster.server(key('db4')).reach = 'gone';
      },
    });
    expect(scene.result.state).toBe('partial');
    expect(scene.result.lines).toEqual(['db1:3306 lost: 1, moved: 1']);
  });

  it('works on MariaDB with a dead source', () => {
    const servers = [mariadb('db1'), ...['db2', 'db3', 'db4'].map((name) => mariadb(name, { below: 'db1' }))];
    const scene = operate('regroup-replicas-gtid', move('db1'), servers, DEAD);
    expectDone(scene);
    expect(['db3', 'db4'].map((name) => place(scene, name))).toEqual(['db2 11', 'db2 11']);
  });
});

describe('regroup-replicas', () => {
  it('prints the summary of the smart form', () => {
    const scene = operate('regroup-replicas', move('db1'), [one('db1'), at('db2', 100), at('db3', 100)]);
    expectDone(scene);
    expect(scene.result.lines).toEqual(['db1:3306 lost: 0, trivial: 0, pseudo-gtid: 1']);
  });

  it('has nothing to do for one replica', () => {
    const scene = operate('regroup-replicas', move('db1'), [one('db1'), at('db2', 100)]);
    expectDone(scene);
    expect(scene.deeds).toEqual([]);
    expect(scene.result.subject).toEqual(key('db2'));
  });

  it('is refused without replicas, and for an unknown server', () => {
    const servers = [one('db1'), at('db2', 100)];
    expectRefused(operate('regroup-replicas', move('db2'), servers), /no replicas to regroup/);
    expectRefused(operate('regroup-replicas', move('db9'), servers), /isn't known/);
  });

  it('puts binlog servers below the most advanced of them', () => {
    const bls = (name: string, position: number) =>
      byPlace(name, 'db1', {
        facts: { flavor: 'MaxScale', coordinates: { file: 'binlog.000007', position } },
        replica: { executed: { file: 'binlog.000007', position } },
      });
    const servers = [one('db1'), bls('bls1', 50), bls('bls2', 70), bls('bls3', 60)];
    for (const name of ['regroup-replicas', 'regroup-replicas-bls'] as const) {
      const scene = operate(name, move('db1'), servers);
      expectDone(scene);
      expect(scene.result.subject).toEqual(key('bls2'));
      expect(['bls1', 'bls3'].map((each) => place(scene, each))).toEqual(['bls2 11', 'bls2 11']);
    }
  });
});
