import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../../src/main/core/topology/build-cluster.ts';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import type { TopologyInstance } from '../../../src/main/core/topology/topology.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { NO_KEY } from '../../../src/shared/domain/instance-key.ts';
import { fleet, key, type ServerOptions, server, unread, uuidOf } from './fleet.ts';

function instance(snapshots: readonly InstanceSnapshot[], name: string): TopologyInstance {
  const found = buildTopology(snapshots).instances.get(`${name}:3306`);
  if (found === undefined) throw new Error(`${name} is missing`);
  return found;
}

describe('an instance in its place', () => {
  const snapshots = [
    ...fleet('m(r,s,ghost) s<r'),
    server('r', { below: 'm', replica: { ioState: 2 } }),
    server('//x', { below: 'm', dead: true }),
  ];

  it.each([
    ['m', { source: null, sourceKey: NO_KEY, replicas: ['//x:3306', 'r:3306'], isMaster: true, isReplica: false }],
    ['m', { unknownReplicas: [key('ghost')], isReplicating: false, depth: 0, parent: null }],
    ['r', { source: 'm:3306', sourceKey: key('m'), replicas: ['s:3306'], isMaster: false, isReplica: true }],
    ['r', { isReplicating: false, valid: true, depth: 1, parent: 'm:3306' }],
    ['s', { source: 'r:3306', isReplicating: true, depth: 2, replicas: [] }],
    ['//x', { isReplicating: true, valid: false }],
  ] as const)('%s: %o', (name, expected) => {
    expect(instance(snapshots, name)).toMatchObject(expected);
  });

  it.each([
    ['failed last', { dead: true }, false],
    ['never succeeded', { snapshot: { lastSeenMs: 0 } }, false],
    ['was polled after it was last seen', { snapshot: { lastCheckedMs: 2, lastSeenMs: 1 } }, false],
    ['comes from the store', { snapshot: { stale: true } }, false],
    ['succeeded last', {}, true],
  ] as const satisfies readonly (readonly [string, ServerOptions, boolean])[])(
    'one that %s: valid is %3$s',
    (_, options, valid) => {
      expect(instance([server('a', options)], 'a').valid).toBe(valid);
    },
  );

  it.each<readonly [what: string, options: ServerOptions, expected: Partial<TopologyInstance>]>([
    ['a source host marked by detaching', { below: '//m' }, { isSourceDetached: true, source: null, depth: 0 }],
    ['coordinates marked by detaching', detachedAt('//binlog.000003:120'), { isDetached: true }],
    ['coordinates as they should be', { below: 'm' }, { isDetached: false, isSourceDetached: false }],
    ['a configured source and nothing read yet', { below: 'm', replica: unstarted('none') }, { isReplica: false }],
    ['the same with auto-position', { below: 'm', replica: unstarted('mysql') }, { isReplica: true }],
    ['source host "_"', { below: '_' }, { isReplica: false, isMaster: true }],
    ['a binlog server', { facts: { flavor: 'MaxScale' } }, { isBinlogServer: true }],
    [
      'a group primary',
      { group: { memberRole: 'PRIMARY', primary: key('a') } },
      { isMaster: true, isGroupMember: true },
    ],
    ['a group secondary', { group: { primary: key('p') } }, { isMaster: false, isGroupSecondary: true }],
  ])('%s', (_, options, expected) => {
    expect(instance([server('a', options)], 'a')).toMatchObject(expected);
  });

  it('knows nothing of a server that was never read', () => {
    expect(instance([unread('a')], 'a')).toMatchObject({ facts: null, isMaster: false, valid: false, gtidErrant: '' });
  });

  it('does not count a server that names itself among its replicas', () => {
    expect(instance(fleet('a<a'), 'a')).toMatchObject({ source: null, replicas: [], isCoMaster: false });
  });

  it.each([
    ['registered', { detected: null, registered: 'prefer' }, 'prefer'],
    ['detected before registered', { detected: 'must_not', registered: 'prefer' }, 'must_not'],
    ['neither', { detected: null, registered: undefined }, 'neutral'],
  ] as const)('promotion rule: %s', (_, { detected, registered }, rule) => {
    const snapshots = [server('a', { facts: { detectedPromotionRule: detected } })];
    const cluster = buildCluster('a:3306', snapshots, { promotionRuleOf: () => registered });
    expect(cluster.instances.get('a:3306')?.promotionRule).toBe(rule);
  });
});

function detachedAt(file: string): ServerOptions {
  return { below: 'm', replica: { executed: { file, position: 4 } } };
}

function unstarted(gtidUse: 'none' | 'mysql') {
  return { gtidUse, read: { file: '', position: 4 } } as const;
}

describe('co-masters and ancestry', () => {
  const uuids = (...names: string[]) => names.map(uuidOf);

  it.each([
    ['a<b b<a c<b', 'a', true, uuids('b', 'a')],
    ['a<b b<a c<b', 'b', true, uuids('a', 'b')],
    ['a<b b<a c<b', 'c', false, uuids('a', 'b', 'c')],
    ['a<b b<c c<a', 'a', false, uuids('c', 'b', 'a')],
    ['a<b b<c c<a', 'c', false, uuids('b', 'a', 'c')],
    ['a b<a c<b', 'a', false, uuids('a')],
    ['a b<a c<b', 'c', false, uuids('a', 'b', 'c')],
    ['?a b<a c<b', 'c', false, uuids('a', 'b', 'c')],
    ['b<gone c<b', 'c', false, uuids('gone', 'b', 'c')],
  ])('%s: %s', (text, name, isCoMaster, ancestryUuids) => {
    expect(instance(fleet(text), name)).toMatchObject({ isCoMaster, ancestryUuids });
  });

  it('ends with the name of the replication group', () => {
    const primary = server('p', { group: { memberRole: 'PRIMARY', primary: key('p') } });
    const { ancestryUuids } = instance([primary, server('s', { group: { primary: key('p') } })], 's');
    expect(ancestryUuids).toEqual([uuidOf('p'), 'aaaaaaaa-0000-0000-0000-000000000001', uuidOf('s')]);
  });
});

describe('errant transactions', () => {
  const cases: readonly (readonly [what: string, source: string, replica: string, errant: string])[] = [
    ['a replica that is behind', 'm:1-10', 'm:1-7', ''],
    ['a replica polled later than its source', 'm:1-10', 'm:1-12', ''],
    ['a write on the replica', 'm:1-10', 'm:1-10,r:1-2', 'r:1-2'],
    ['a foreign write that the source has too', 'm:1-10,z:1-3', 'm:1-10,z:1-3', ''],
    ['a foreign write that it lacks', 'm:1-10,z:1-3', 'm:1-10,z:1-5', 'z:4-5'],
    ['an unknown set of the source', '', 'm:1-10,r:1', ''],
    ['a text that is no GTID set', 'm:1-10', 'what?', ''],
  ];
  const sets = (text: string) => text.replace(/([a-z]):/g, (_, name: string) => `${uuidOf(name)}:`);

  it.each(cases)('%s', (_, source, replica, errant) => {
    const m = server('m', { facts: { gtidExecuted: sets(source) } });
    const r = server('r', { below: 'm', facts: { gtidExecuted: replica === 'what?' ? replica : sets(replica) } });
    expect(instance([m, r], 'r').gtidErrant).toBe(sets(errant));
  });

  it('takes the result over only while nothing that it depends on has changed', () => {
    const m = server('m', { facts: { gtidExecuted: sets('m:1-10') } });
    const r = server('r', { below: 'm', facts: { gtidExecuted: sets('m:1-10,r:1') } });
    const first = buildCluster('m:3306', [m, r]);
    const forged = new Map(first.instances);
    const before = forged.get('r:3306');
    if (before !== undefined) forged.set('r:3306', { ...before, gtidErrant: 'kept' });
    const previous = { ...first, instances: forged };
    const errantOf = (...snapshots: InstanceSnapshot[]) =>
      buildCluster('m:3306', snapshots, { previous }).instances.get('r:3306')?.gtidErrant;
    expect(errantOf(m, r)).toBe('kept');
    expect(errantOf(m, server('r', { below: 'm', facts: { gtidExecuted: sets('m:1-10,r:1-2') } }))).toBe(sets('r:1-2'));
    expect(errantOf(server('m', { facts: { gtidExecuted: sets('m:1-10,r:1') } }), r)).toBe('');
  });

  it('leaves a co-master its own writes', () => {
    const a = server('a', { below: 'b', facts: { gtidExecuted: sets('a:1-5,b:1-3') } });
    const b = server('b', { below: 'a', facts: { gtidExecuted: sets('a:1-5,b:1-4') } });
    expect([instance([a, b], 'a').gtidErrant, instance([a, b], 'b').gtidErrant]).toEqual(['', '']);
  });

  it('notices when a replica has become a co-master', () => {
    const a = server('a', { below: 'b', facts: { gtidExecuted: sets('a:1-5,b:1-3') } });
    const b = (options: ServerOptions) => server('b', { ...options, facts: { gtidExecuted: sets('b:1-3') } });
    const previous = buildTopology([a, b({})]);
    expect(previous.instances.get('a:3306')?.gtidErrant).toBe(sets('a:1-5'));
    const after = buildTopology([a, b({ below: 'a' })], { previous });
    expect(after.instances.get('a:3306')).toMatchObject({ clusterName: 'b:3306', isCoMaster: true, gtidErrant: '' });
  });

  it('says nothing of MariaDB', () => {
    const facts = { flavor: 'MariaDB', gtidMode: '' } as const;
    const m = server('m', { facts: { ...facts, gtidExecuted: '0-1-10' } });
    expect(
      instance([m, server('r', { below: 'm', facts: { ...facts, gtidExecuted: '0-2-11' } })], 'r').gtidErrant,
    ).toBe('');
  });
});
