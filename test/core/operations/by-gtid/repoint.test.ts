import { describe, expect, it } from 'vitest';
import { gtids } from '../../sagas/scenario.ts';
import { key, uuidOf } from '../../topology/fleet.ts';
import { byPlace, expectDone, expectRefused, move, one, operate, place, type Scene } from './scene.ts';

describe('repoint', () => {
  const servers = [one('db1'), byPlace('db2', 'db1'), byPlace('db3', 'db1'), one('db4', { below: 'db1' })];

  it('goes back to its own source at its own coordinates without a destination', () => {
    const scene = operate('repoint', move('db3'), servers);
    expectDone(scene);
    expect(place(scene, 'db3')).toBe('db1 11');
  });

  it('goes elsewhere with GTIDs', () => {
    const scene = operate('repoint', move('db4', 'db2'), servers);
    expectDone(scene);
    expect(place(scene, 'db4')).toBe('db2 11');
  });

  it('does not carry coordinates to another server', () => {
    expectRefused(
      operate('repoint', move('db3', 'db2'), servers),
      /means nothing in that of db2:3306.*relocate -i db3/,
    );
  });

  it('carries them to the same server under another name', () => {
    const renamed = one('x1', { facts: { serverUuid: uuidOf('db1'), gtidExecuted: gtids('db1', '1-100') } });
    expectDone(operate('repoint', move('db3', 'x1'), [...servers, renamed]));
  });

  it('goes below a binlog server that has as much, and not below one that has less', () => {
    const bls = (position: number) =>
      byPlace('bls', 'db1', { facts: { flavor: 'MaxScale', coordinates: { file: 'binlog.000007', position } } });
    expectDone(operate('repoint', move('db3', 'bls'), [...servers, bls(4711)]));
    expectRefused(operate('repoint', move('db3', 'bls'), [...servers, bls(4710)]), /not up to date enough/);
  });

  it('is put back when the destination that Baton could not read lets the replica down', () => {
    const scene = operate('repoint', move('db4', 'db2'), servers, {
      prepare: (cluster) => {
        cluster.server(key('db2')).reach = 'cut';
      },
    });
    expect(scene.result.state).toBe('undone');
    expect(place(scene, 'db4')).toBe('db1 11');
    expect(scene.result.message).toMatch(/could not connect to db2:3306.*replicates from db1:3306 again, as before/);
  });

  it('is refused when nothing listens at the destination, and not when that is its own source', () => {
    const gone = (name: string) => ({
      prepare: (cluster: Scene['cluster']) => {
        cluster.server(key(name)).reach = 'gone';
      },
    });
    expectRefused(
      operate('repoint', move('db4', 'db2'), servers, gone('db2')),
      /^db2:3306 can't be read now: .*refused/,
    );
    expect(operate('repoint', move('db4'), servers, gone('db1')).result.state).not.toBe('refused');
  });

  it.each([
    ['not a replica', move('db1'), /not a replica/],
    ['unknown', move('db9'), /isn't known/],
    ['a circle', move('db1', 'db2'), /would make a circle/],
  ])('is refused: %s', (_, args, reason) => {
    expectRefused(operate('repoint', args, servers), reason);
  });

  it('is refused for a detached replica without a destination', () => {
    const detached = one('db5', { below: '//db1' });
    expectRefused(operate('repoint', move('db5'), [...servers, detached]), /reattach-replica-master-host -i db5:3306/);
  });
});

describe('repoint-replicas', () => {
  it('points all of them at their source again', () => {
    const servers = [one('db1'), byPlace('db2', 'db1'), one('db3', { below: 'db1' }), one('db4', { below: 'db1' })];
    const scene = operate('repoint-replicas', move('db1'), servers);
    expect(scene.result.replicas.map((each) => each.state)).toEqual(['done', 'done', 'done']);
  });
});

describe('enable-gtid and disable-gtid', () => {
  const servers = [one('db1'), byPlace('db2', 'db1'), one('db3', { below: 'db1' })];
  const usesGtid = (scene: ReturnType<typeof operate>, name: string) =>
    scene.cluster.server(key(name)).read().replica?.gtidUse;

  it('switches to GTIDs and back', () => {
    const on = operate('enable-gtid', move('db2'), servers);
    expectDone(on);
    expect(usesGtid(on, 'db2')).toBe('mysql');
    const off = operate('disable-gtid', move('db3'), servers);
    expectDone(off);
    expect(usesGtid(off, 'db3')).toBe('none');
    expect(place(off, 'db3')).toBe('db1 11');
  });

  it.each([
    ['enable-gtid', 'db3', servers, {}, /uses GTIDs already/],
    ['disable-gtid', 'db2', servers, {}, /doesn't use GTIDs/],
    ['enable-gtid', 'db1', servers, {}, /not a replica/],
    ['enable-gtid', 'db2', servers, { db1: { gtidMode: 'ON_PERMISSIVE' } }, /db1:3306 has gtid_mode ON_PERMISSIVE/],
    ['enable-gtid', 'db2', servers, { db2: { gtidMode: 'OFF' } }, /db2:3306 has gtid_mode OFF/],
    [
      'enable-gtid',
      'db2',
      [one('db1'), byPlace('db2', 'db1', { replica: { sqlState: 0 } })],
      { db1: { gtidPurged: gtids('db1', '1-60') }, db2: { gtidExecuted: '' } },
      /has purged/,
    ],
  ] as const)('%s %s is refused', (name, instance, fleet, now, reason) => {
    expectRefused(operate(name, move(instance), fleet, { now }), reason);
  });

  it('does not switch a replica whose GTIDs do not tell what it has', () => {
    const far = { executed: { file: 'binlog.000009', position: 1 }, sqlState: 0 } as const;
    const scene = operate('enable-gtid', move('db2'), [one('db1'), byPlace('db2', 'db1', { replica: far })], {
      now: { db2: { gtidExecuted: '' } },
    });
    expect(scene.result.state).toBe('undone');
    expect(scene.result.message).toMatch(/it would execute them once more/i);
    expect(usesGtid(scene, 'db2')).toBe('none');
  });
});
