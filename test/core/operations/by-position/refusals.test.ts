import { describe, expect, it } from 'vitest';
import type { InstanceSnapshot } from '../../../../src/shared/domain/instance.ts';
import type { OperationArgs, OperationName } from '../../../../src/shared/domain/operation.ts';
import { key, type ServerOptions } from '../../topology/fleet.ts';
import { byPlace, expectNothingDone, master, operateByPlace } from '../position-scene.ts';

const on = (instance: string, destination?: string): OperationArgs =>
  destination === undefined ? { instance: key(instance) } : { instance: key(instance), destination: key(destination) };

interface Changes {
  readonly db1?: ServerOptions;
  readonly db2?: ServerOptions;
  readonly db3?: ServerOptions;
}

/** db1, db2 below it, and db3 below that. */
function chain(changes: Changes = {}): readonly InstanceSnapshot[] {
  return [master('db1', changes.db1), byPlace('db2', 'db1', changes.db2), byPlace('db3', 'db2', changes.db3)];
}

const REFUSALS: readonly (readonly [OperationName, string, OperationArgs, readonly InstanceSnapshot[], RegExp])[] = [
  ['move-up', 'is no replica', on('db1'), chain(), /db1:3306 is not a replica/],
  ['move-up', 'has nothing above its source', on('db2'), chain(), /nothing above that/],
  [
    'move-up',
    'lags',
    on('db3'),
    chain({ db3: { replica: { secondsBehindSource: 21, sqlState: 1 } } }),
    /lags too much/,
  ],
  [
    'move-up',
    'lag unknown',
    on('db3'),
    chain({ db3: { replica: { secondsBehindSource: null } } }),
    /can't be told how far/,
  ],
  ['move-up', 'is stopped', on('db3'), chain({ db3: { replica: { sqlState: 0 } } }), /is not replicating/],
  [
    'move-up',
    'is detached',
    on('db3'),
    chain({ db3: { replica: { source: key('//db2') } } }),
    /reattach-replica-master-host -i db3/,
  ],
  ['move-up', 'has two sources', on('db3'), chain({ db3: { replica: { channels: 2 } } }), /channels/],
  ['move-up', 'is a group secondary', on('db3'), chain({ db3: { group: {} } }), /secondary of a replication group/],
  ['move-up', 'is too old', on('db3'), chain({ db3: { facts: { version: '5.6.51' } } }), /older than/],
  [
    'move-up',
    'source does not relay',
    on('db3'),
    chain({ db2: { facts: { logReplicaUpdates: false } } }),
    /log_replica_updates/,
  ],
  ['move-up-replicas', 'is no replica', on('db1'), chain(), /db1:3306 is not a replica/],
  ['move-up-replicas', 'pattern', { ...on('db2'), pattern: '(' }, chain(), /not a regular expression/],
  [
    'move-up-replicas',
    'its replica is stopped',
    on('db2'),
    chain({ db3: { replica: { ioState: 0 } } }),
    /0 of 1 replicas moved. db3:3306 is not replicating/,
  ],
  ['move-below', 'no sibling named', on('db2'), chain(), /needs a sibling/],
  ['move-below', 'no siblings', on('db3', 'db2'), chain(), /no siblings. Use: relocate -i db3:3306 -d db2:3306/],
  ['move-below', 'itself', on('db3', 'db3'), chain(), /can't replicate from itself/],
  ['move-equivalent', 'no destination named', on('db3'), chain(), /needs a destination/],
  ['move-equivalent', 'itself', on('db3', 'db3'), chain(), /itself/],
  ['take-master', 'is below the top', on('db2'), chain(), /nothing above that/],
  ['take-master', 'group secondary', on('db3'), chain({ db3: { group: {} } }), /secondary of a replication group/],
  [
    'take-master',
    'source is a co-master',
    on('db3'),
    [byPlace('db1', 'db2', { facts: { readOnly: false } }), byPlace('db2', 'db1'), byPlace('db3', 'db2')],
    /co-masters/,
  ],
  ['take-master', 'its binary log is off', on('db3'), chain({ db3: { facts: { logBin: false } } }), /log_bin is off/],
  ['make-co-master', 'takes writes', on('db2'), chain({ db2: { facts: { readOnly: false } } }), /set-read-only -i db2/],
  [
    'make-co-master',
    'are co-masters',
    on('db2'),
    [byPlace('db1', 'db2', { facts: { readOnly: false } }), byPlace('db2', 'db1')],
    /co-masters already/,
  ],
  [
    'make-co-master',
    'no account is known',
    on('db2'),
    chain({ db2: { facts: { replicationCredentialsAvailable: false } } }),
    /ReplicationCredentialsQuery/,
  ],
  ['make-co-master', 'source has a source', on('db3'), chain(), /reset-replica -i db2/],
  [
    'make-co-master',
    'lags',
    on('db2'),
    chain({ db2: { replica: { secondsBehindSource: 21, sqlDelaySeconds: 0 } } }),
    /lags too much/,
  ],
  ['make-co-master', 'group secondary', on('db2'), chain({ db2: { group: {} } }), /secondary of a replication group/],
  ['make-co-master', 'has no binary log', on('db2'), chain({ db2: { facts: { logBin: false } } }), /log_bin is off/],
  [
    'make-co-master',
    'source is in a pair with another that takes writes',
    on('db3'),
    [byPlace('db1', 'db2', { facts: { readOnly: false } }), byPlace('db2', 'db1'), byPlace('db3', 'db2')],
    /db1:3306 takes writes/,
  ],
];

describe('moves by position are refused, and nothing is touched, when', () => {
  it.each(REFUSALS)('%s: %s', (name, _, args, snapshots, reason) => {
    const scene = operateByPlace(name, args, snapshots);
    expect(scene.result).toMatchObject({ state: 'refused', message: expect.stringMatching(reason) });
    expectNothingDone(scene);
  });

  it('make-co-master: by GTID, the replica has transactions of its own', () => {
    const facts = { gtidMode: 'ON', gtidExecuted: '00000000-0000-0000-0000-000000000009:1' };
    const snapshots = chain({ db1: { facts: { gtidMode: 'ON' } }, db2: { facts, replica: { gtidUse: 'mysql' } } });
    const scene = operateByPlace('make-co-master', on('db2'), snapshots);
    expect(scene.result).toMatchObject({ state: 'refused', message: expect.stringMatching(/000000000009:1/) });
    expectNothingDone(scene);
  });

  it('move-up: its source can not be read', () => {
    const scene = operateByPlace('move-up', on('db3'), chain(), { faultAt: (index) => (index === 1 ? 'gone' : null) });
    expect(scene.result).toMatchObject({
      state: 'refused',
      message: expect.stringMatching(/db2:3306 can't be read now/),
    });
    expectNothingDone(scene);
  });
});
