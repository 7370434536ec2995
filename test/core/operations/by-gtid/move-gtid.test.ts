import { describe, expect, it } from 'vitest';
import { gtids } from '../../sagas/scenario.ts';
import { key, server, unread, uuidOf } from '../../topology/fleet.ts';
import { expectDone, expectRefused, mariadb, move, one, operate, place, type SceneOptions } from './scene.ts';

const TREE = [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1' })];

describe('move-gtid', () => {
  it('stops, points, starts and sees it replicate, with the replica under maintenance', () => {
    const scene = operate('move-gtid', move('db3', 'db2'), TREE);
    expectDone(scene);
    expect(scene.deeds).toEqual(['db3 stop-replication both', 'db3 repoint db2', 'db3 start-replication both']);
    expect(place(scene, 'db3')).toBe('db2 11');
    expect(scene.result.destination).toEqual(key('db2'));
    expect(scene.cluster.commands.map((each) => each.type)).toEqual(['begin-maintenance', 'end-maintenance']);
  });

  it.each<[string, RegExp, Parameters<typeof operate>[2], Parameters<typeof move>, SceneOptions?]>([
    ['unknown instance', /db9:3306 isn't known to Baton.*discover -i db9:3306/, TREE, ['db9', 'db1']],
    ['unknown destination', /db9:3306 isn't known to Baton/, TREE, ['db2', 'db9']],
    ['no destination', /-d host:port/, TREE, ['db2']],
    ['itself', /can't replicate from itself/, TREE, ['db2', 'db2']],
    ['not a replica', /db1:3306 is not a replica/, [...TREE, one('x1')], ['db1', 'x1']],
    [
      'its descendant',
      /would make a circle/,
      [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db2' })],
      ['db2', 'db3'],
    ],
    ['the master below its replica', /would make a circle/, TREE, ['db1', 'db2']],
    [
      'its descendant on MariaDB',
      /db3:3306 is below db2:3306/,
      [mariadb('db1'), mariadb('db2', { below: 'db1' }), mariadb('db3', { below: 'db2' })],
      ['db2', 'db3'],
    ],
    [
      'a descendant that the picture does not show yet',
      /db3:3306 is below db2:3306/,
      [mariadb('db1'), mariadb('db2', { below: 'db1' }), mariadb('db3', { below: 'db1' })],
      ['db2', 'db3'],
      { now: { db3: { replica: mariadb('db3', { below: 'db2' }).facts?.replica ?? null } } },
    ],
    [
      'a group secondary',
      /secondary of the replication group/,
      [
        one('db1'),
        one('db2', { below: 'db1', group: { memberRole: 'SECONDARY', primary: key('db1') } }),
        one('db3', { below: 'db1' }),
      ],
      ['db2', 'db3'],
    ],
    [
      'a destination that is down',
      /db2:3306 can't be read now/,
      TREE,
      ['db3', 'db2'],
      {
        prepare: (c) => {
          c.server(key('db2')).reach = 'gone';
        },
      },
    ],
    [
      'an instance that is down',
      /db3:3306 can't be read now/,
      TREE,
      ['db3', 'db2'],
      {
        prepare: (c) => {
          c.server(key('db3')).reach = 'gone';
        },
      },
    ],
    ['no binary log', /db2:3306 has no binary log/, TREE, ['db3', 'db2'], { now: { db2: { logBin: false } } }],
    ['no relaying', /log_replica_updates is off/, TREE, ['db3', 'db2'], { now: { db2: { logReplicaUpdates: false } } }],
    [
      'lower version',
      /db3:3306 has version 5.7.40, older than/,
      TREE,
      ['db3', 'db2'],
      { now: { db3: { version: '5.7.40' } } },
    ],
    [
      'format',
      /STATEMENT format and can't take over/,
      TREE,
      ['db3', 'db2'],
      { now: { db3: { binlogFormat: 'STATEMENT' } } },
    ],
    ['server_id', /same server_id, 5/, TREE, ['db3', 'db2'], { now: { db2: { serverId: 5 }, db3: { serverId: 5 } } }],
    ['uuid', /same server_uuid/, TREE, ['db3', 'db2'], { now: { db2: { serverUuid: uuidOf('db3') } } }],
    [
      'filters',
      /db2:3306 has replication filters/,
      [one('db1'), one('db2', { below: 'db1', replica: { hasFilters: true } }), one('db3', { below: 'db1' })],
      ['db3', 'db2'],
      { settings: { VerifyReplicationFilters: true } },
    ],
    [
      'a delayed destination',
      /db2:3306 is delayed by 600 s/,
      [one('db1'), one('db2', { below: 'db1', replica: { sqlDelaySeconds: 600 } }), one('db3', { below: 'db1' })],
      ['db3', 'db2'],
    ],
    [
      'several channels',
      /replicates from 2 sources/,
      [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1', replica: { channels: 2 } })],
      ['db3', 'db2'],
    ],
    [
      'no GTIDs in use',
      /db3:3306 doesn't use GTIDs/,
      [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1', replica: { gtidUse: 'none' } })],
      ['db3', 'db2'],
    ],
    ['gtid_mode', /db2:3306 has gtid_mode OFF/, TREE, ['db3', 'db2'], { now: { db2: { gtidMode: 'OFF' } } }],
    [
      'purged transactions',
      /db2:3306 has purged transactions .* that db3:3306 lacks/,
      [one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1', replica: { sqlState: 0 } })],
      ['db3', 'db2'],
      { now: { db2: { gtidPurged: gtids('db1', '1-60') }, db3: { gtidExecuted: gtids('db1', '1-50') } } },
    ],
    [
      'transactions that the destination wrote and lacks',
      /db2:3306 wrote and has no more.*1236/,
      TREE,
      ['db3', 'db2'],
      { now: { db3: { gtidExecuted: `${gtids('db1', '1-100')},${gtids('db2', '1-3')}` } } },
    ],
    [
      'another cluster without anything in common',
      /no transaction in common/,
      [one('db1'), one('db2', { below: 'db1' }), server('x1', { facts: { gtidExecuted: gtids('x1', '1-9') } })],
      ['db2', 'x1'],
    ],
    [
      'another MariaDB cluster without anything in common',
      /no transaction in common/,
      [
        mariadb('db1'),
        mariadb('db2', { below: 'db1' }),
        mariadb('x1', { facts: { gtidExecuted: gtids('x1', '900', true) } }),
      ],
      ['db2', 'x1'],
    ],
    [
      'maintenance',
      /under maintenance already by alice: backup/,
      TREE,
      ['db3', 'db2'],
      { model: { maintained: [key('db3')] } },
    ],
    [
      'unread destination',
      /x1:3306 can't be read now|isn't known/,
      [...TREE, unread('x1')],
      ['db3', 'x1'],
      {
        model: {
          servers: [...TREE.flatMap((each) => each.facts ?? []), one('x1').facts].flatMap((each) => each ?? []),
        },
        prepare: (c) => {
          c.server(key('x1')).reach = 'gone';
        },
      },
    ],
  ])('is refused for %s', (_, reason, servers, [instance, destination], options) => {
    expectRefused(operate('move-gtid', move(instance, destination), servers, options), reason);
  });
});

describe('what a GTID move takes care of', () => {
  const unapplied = { gtidExecuted: gtids('db1', '1-90') };
  const replica =
    one('db3', { below: 'db1', replica: { sqlState: 0, gtidRetrieved: gtids('db1', '1-100') } }).facts?.replica ?? null;
  const behind = { db2: { gtidExecuted: gtids('db1', '1-80') }, db3: { ...unapplied, replica } };

  it('refuses to throw away a relay log that is the last copy', () => {
    const scene = operate('move-gtid', move('db3', 'db2'), TREE, { now: behind, model: { sourceLives: false } });
    expectRefused(scene, /They would go with its relay log.*start-replica -i db3:3306/);
  });

  it('throws it away where the source still has it', () => {
    expectDone(operate('move-gtid', move('db3', 'db2'), TREE, { now: behind }));
  });

  it('waits for an applier that gets through it', () => {
    const running = replica === null ? null : { ...replica, sqlState: 1 as const };
    const now = { ...behind, db3: { ...unapplied, replica: running } };
    const options = { now, model: { sourceLives: false }, settings: {} };
    const scene = operate('move-gtid', move('db3', 'db2'), TREE, {
      ...options,
      prepare: (cluster) => {
        cluster.server(key('db3')).applier = 'slow';
      },
    });
    expectDone(scene);
    expect(scene.cluster.server(key('db3')).hasExecuted(gtids('db1', '1-100'))).toBe(true);
  });

  it('warns of errant transactions, of a standing destination and of another cluster', () => {
    const scene = operate('move-gtid', move('db3', 'x1'), [...TREE, one('x1')], {
      now: { db3: { gtidExecuted: `${gtids('db1', '1-100')},${gtids('db3', '1-2')}` } },
    });
    expectDone(scene);
    expect(scene.notes.join('\n')).toMatch(/leaves the cluster db1:3306 for x1:3306/);
    expect(scene.notes.join('\n')).toMatch(/db3:3306 holds transactions that nothing above x1:3306 has \(errant\)/);
    const standing = one('db2', { below: 'db1', replica: { ioState: 0 } });
    const below = operate('move-gtid', move('db3', 'db2'), [
      TREE[0] ?? standing,
      standing,
      one('db3', { below: 'db1' }),
    ]);
    expect(below.notes.join('\n')).toMatch(/db2:3306 isn't replicating itself/);
  });

  it('lets a MariaDB destination catch up first', () => {
    const servers = [mariadb('db1'), mariadb('db2', { below: 'db1' }), mariadb('db3', { below: 'db1' })];
    const scene = operate('move-gtid', move('db3', 'db2'), servers, {
      now: { db2: { gtidExecuted: gtids('db1', '90', true) } },
      prepare: (cluster) => {
        cluster.server(key('db2')).applier = 'slow';
      },
    });
    expectDone(scene);
    expect(scene.deeds).toContain('db2 wait-for-gtid');
    expect(place(scene, 'db3')).toBe('db2 11');
  });

  it('moves a MariaDB replica with writes of its own, and warns of them', () => {
    const servers = ['db1', 'db2', 'db3'].map((name) => mariadb(name, name === 'db1' ? {} : { below: 'db1' }));
    const replica = mariadb('db3', { below: 'db1', replica: { gtidRetrieved: gtids('db1', '100', true) } }).facts
      ?.replica;
    const scene = operate('move-gtid', move('db3', 'db2'), servers, {
      now: { db3: { gtidExecuted: gtids('db3', '2000', true), replica: replica ?? null } },
    });
    expectDone(scene);
    expect(scene.deeds).not.toContain('db2 wait-for-gtid');
    expect(scene.notes.join()).toMatch(/db3:3306 holds transactions that nothing above db2:3306 has \(errant\)/);
  });

  it('leaves an applier that was stopped by hand, and says so', () => {
    const scene = operate('move-gtid', move('db3', 'db2'), [
      ...TREE.slice(0, 2),
      one('db3', { below: 'db1', replica: { sqlState: 0 } }),
    ]);
    expectDone(scene);
    expect(place(scene, 'db3')).toBe('db2 10');
    expect(scene.result.message).toMatch(/applier was stopped before and stays so/);
  });

  it('moves a replica whose applier is broken, and says that it is', () => {
    const scene = operate(
      'move-gtid',
      move('db3', 'db2'),
      [
        ...TREE.slice(0, 2),
        one('db3', { below: 'db1', replica: { sqlState: 0, lastSqlErrno: 1062, lastSqlError: 'dup' } }),
      ],
      {
        prepare: (cluster) => {
          cluster.server(key('db3')).applier = 'broken';
        },
      },
    );
    expectDone(scene);
    expect(scene.result.message).toMatch(/replicates from db2:3306/);
  });
});
