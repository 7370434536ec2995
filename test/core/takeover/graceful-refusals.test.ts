import { expect, test } from 'vitest';
import { key, uuidOf } from '../topology/fleet.ts';
import { play, type Scene } from './scene.ts';

const ERRANT = `${uuidOf('db1')}:1-100,${uuidOf('db2')}:1-3`;

/** What stands against a takeover, and what is said of it. */
const REFUSALS: readonly (readonly [name: string, scene: Scene, says: RegExp])[] = [
  [
    'two masters',
    { servers: { db1: { below: 'db2', facts: { readOnly: false } } } },
    /2 masters .*cascade-master-takeover-auto -i/,
  ],
  ['no replicas', { servers: { db2: { below: 'db9' }, db3: { below: 'db9' } } }, /db1:3306 has no replicas/],
  ['not the master', { args: { master: key('db3') } }, /db3:3306 is not the master/],
  ['an unknown master', { args: { master: key('db9') } }, /db9:3306 isn't known/],
  ['no choice named', { args: { designated: null, startOldMaster: false } }, /has 2 replicas .*name the one/],
  ['a grandchild', { servers: { db3: { below: 'db2' } }, args: { designated: key('db3') } }, /not a direct replica/],
  ['must_not', { rules: { db2: 'must_not' } }, /must_not.*register-candidate/],
  ['an ignored host', { ignored: ['db2'] }, /PromotionIgnoreHostnameFilters/],
  [
    'a delayed one',
    { servers: { db2: { below: 'db1', replica: { sqlDelaySeconds: 60, secondsBehindSource: 60 } } } },
    /delayed on purpose, by 60 s/,
  ],
  [
    'a lagging one',
    { servers: { db2: { below: 'db1', replica: { secondsBehindSource: 300 } } } },
    /lags too much: 300 s/,
  ],
  ['a stopped one', { servers: { db2: { below: 'db1', replica: { sqlState: 0 } } } }, /db2:3306 is not replicating/],
  ['filters', { servers: { db2: { below: 'db1', replica: { hasFilters: true } } } }, /filters/],
  ['two channels', { servers: { db2: { below: 'db1', replica: { channels: 2 } } } }, /2 replication channels/],
  [
    'a writeable replica',
    { servers: { db2: { below: 'db1', facts: { readOnly: false } } } },
    /writeable already.*set-read-only/,
  ],
  ['no binary log', { servers: { db2: { below: 'db1', facts: { logBin: false } } } }, /log_bin is off/],
  [
    'no logged updates',
    { servers: { db2: { below: 'db1', facts: { logReplicaUpdates: false } } } },
    /log_replica_updates is off/,
  ],
  [
    'errant transactions',
    { servers: { db2: { below: 'db1', facts: { gtidExecuted: ERRANT } } } },
    /holds 3 errant transactions .*locate-gtid-errant/,
  ],
  [
    'another data center',
    {
      settings: { PreventCrossDataCenterMasterFailover: true },
      servers: { db1: { facts: { dataCenter: 'a' } }, db2: { below: 'db1', facts: { dataCenter: 'b' } } },
    },
    /data center b .*PreventCrossDataCenterMasterFailover/,
  ],
  [
    'another region',
    { settings: { PreventCrossRegionMasterFailover: true }, servers: { db1: { facts: { region: 'a' } } } },
    /PreventCrossRegionMasterFailover/,
  ],
  [
    'an older master',
    { servers: { db1: { facts: { version: '8.0.36' } } } },
    /db1:3306 could not replicate .*older than.*LowerReplicaVersionAllowed/,
  ],
  [
    'the same server_id',
    { servers: { db1: { facts: { serverId: 5 } }, db2: { below: 'db1', facts: { serverId: 5 } } } },
    /same server_id/,
  ],
  ['purged logs', { servers: { db2: { below: 'db1', facts: { gtidPurged: `${uuidOf('db9')}:1-4` } } } }, /has purged/],
  [
    'no account, -auto',
    { servers: { db2: { below: 'db1', facts: { replicationCredentialsAvailable: false } } } },
    /No replication account is known .*ReplicationCredentialsQuery/,
  ],
  [
    'a broken sibling',
    { servers: { db3: { below: 'db1', replica: { ioState: 0 } } } },
    /db3:3306 is not replicating.*begin-downtime -i db3:3306/,
  ],
  [
    'an unreadable sibling',
    { servers: { db3: { below: 'db1', dead: true } } },
    /db3:3306 can't be read now.*begin-downtime/,
  ],
  [
    'a group member',
    { servers: { db1: { group: { memberRole: 'PRIMARY', memberState: 'ONLINE' } } } },
    /replication group/,
  ],
  [
    'two acknowledgements awaited',
    {
      servers: {
        db1: { semiSync: { sourceEnabled: true, sourceStatus: true, sourceWaitForReplicas: 2 } },
        db2: { below: 'db1', semiSync: { replicaEnabled: true } },
      },
    },
    /waits for 2 semi-sync replicas/,
  ],
];

test.each(REFUSALS)('refused, with nothing touched: %s', (_, scene, says) => {
  const { result, steps, model } = play(scene);
  expect(result.message).toMatch(says);
  expect(result.state).toBe('refused');
  expect(result.successor).toBeNull();
  const touching = steps.filter(({ effect }) => ['perform', 'propose', 'hooks', 'fence'].includes(effect.type));
  expect(touching).toEqual([]);
  expect(model.writeable).toContain('db1');
});

test('a master that cannot be read is pointed to the commands that need no master', () => {
  const { result } = play({
    model: { faultAt: (_, effect) => (effect.type === 'read' && effect.key.hostname === 'db1' ? 'gone' : null) },
  });
  expect(result).toMatchObject({ state: 'refused' });
  expect(result.message).toMatch(/recover -i db1:3306, or force-master-failover -i db1:3306/);
});

test('while another recovery of the cluster runs, nothing is touched', () => {
  const answers = (): unknown => ({ registered: false, existing: { uid: 'other' } });
  const { result, steps } = play({ model: { answers } });
  expect(result).toMatchObject({ state: 'refused', message: expect.stringContaining('(other)') });
  expect(steps.some(({ effect }) => effect.type === 'perform' || effect.type === 'hooks')).toBe(false);
});

test('the plain form goes ahead without an account, and says so', () => {
  const servers = { db2: { below: 'db1', facts: { replicationCredentialsAvailable: false } } };
  const { result } = play({ servers, args: { startOldMaster: false } });
  expect(result.state).toBe('done');
  expect(result.successor?.key).toEqual(key('db2'));
});
