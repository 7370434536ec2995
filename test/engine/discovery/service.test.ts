import { describe, expect, test } from 'vitest';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { key } from '../../core/topology/fleet.ts';
import { World } from '../engine-harness.ts';

const HOUR = 3600 * 1000;
const MINUTE = 60_000;

describe('what the settings leave out', () => {
  test('a replica by its replication user, found or asked for', async () => {
    const world = new World();
    world.add('a', { facts: { connectedReplicas: [key('b'), key('c')] } });
    world.add('b', { below: 'a', replica: { user: 'cdc_reader' } });
    world.add('c', { below: 'a', replica: { user: 'repl' } });
    const engine = await world.watching({ DiscoveryIgnoreReplicationUsernameFilters: ['^cdc_'] });
    const ids = () => [...engine.topology().instances.keys()].sort();
    expect([ids(), engine.state().known.size]).toEqual([['a:3306', 'c:3306'], 2]);
    world.mysql.forgetCalls();
    await world.clock.advance(5 * MINUTE);
    expect(world.mysql.count('open b:3306')).toBe(0);
    await expect(world.run(engine.discover(key('b')))).rejects.toThrow(/replicates as cdc_reader/);
    world.server('b').setReplica({ user: 'repl' });
    await world.clock.advance(6 * MINUTE);
    expect(ids()).toEqual(['a:3306', 'b:3306', 'c:3306']);
    await world.run(engine.stop());
  });

  test('ignored replicas are not recorded with their source', async () => {
    const world = new World();
    world.add('a', { facts: { connectedReplicas: [key('b'), key('c')] } });
    world.add('b', { below: 'a' });
    const engine = await world.watching({ DiscoveryIgnoreReplicaHostnameFilters: ['^c:'] });
    expect(engine.topology().instances.get('a:3306')?.unknownReplicas).toEqual([]);
    expect(engine.topology().instances.get('a:3306')?.facts?.connectedReplicas.map(keyText)).toEqual(['b:3306']);
    await world.run(engine.stop());
  });

  test('a known server is not polled any more once a filter names it', async () => {
    const world = new World();
    world.fleet();
    await world.run((await world.watching()).stop());
    world.mysql.forgetCalls();
    const engine = await world.watching({ DiscoveryIgnoreHostnameFilters: ['^b:'] });
    expect(world.mysql.count('open b:3306')).toBe(0);
    expect([...engine.topology().instances.keys()].sort()).toEqual(['a:3306', 'c:3306']);
    await world.run(engine.stop());
  });
});

describe('archived topologies', () => {
  test('at the interval, over a restart, and when somebody asks', async () => {
    const world = new World();
    world.fleet();
    let engine = await world.watching({ SnapshotTopologiesIntervalHours: 2 });
    await world.clock.advance(2 * HOUR);
    expect(world.store.archives.size).toBe(1);
    const [atMs = 0] = world.store.archives.keys();
    await world.run(engine.stop());
    engine = await world.watching({ SnapshotTopologiesIntervalHours: 2 });
    await world.clock.advance(atMs + 2 * HOUR - world.clock.nowMs() - 5000);
    expect(world.store.archives.size).toBe(1);
    await world.clock.advance(10_000);
    expect(world.store.archives.size).toBe(2);
    expect(engine.discovery.archiveTopologies()).toBe(3);
    const archived = engine.discovery.archivedTopology(world.clock.nowMs());
    expect(archived?.instances.map((one) => [keyText(one.key), keyText(one.source)])).toEqual([
      ['a:3306', ':0'],
      ['b:3306', 'a:3306'],
      ['c:3306', 'a:3306'],
    ]);
    expect(engine.discovery.archivedTopology(0)).toBeNull();
    await world.run(engine.stop());
  });
});

test('tags, pools and the writer of a domain are agreed on, audited, and there after a restart', async () => {
  const world = new World();
  world.fleet();
  world.server('a').set({ clusterDomain: 'shop.example' });
  let engine = await world.watching({ InstancePoolExpiryMinutes: 10 });
  await world.run(engine.discovery.tag(key('b'), 'role', 'backup'));
  await world.run(engine.discovery.submitPool('reports', [key('b')]));
  expect(engine.discovery.domainWriter('a:3306')).toBeNull();
  expect(keyText(await world.run(engine.discovery.recordDomainWriter('a:3306')))).toBe('a:3306');
  await world.run(engine.stop());
  engine = await world.watching({ InstancePoolExpiryMinutes: 10 });
  expect(engine.state().tags.get('b:3306')?.tags).toEqual([{ name: 'role', value: 'backup' }]);
  expect(engine.discovery.domainWriter('a:3306')).toEqual(key('a'));
  expect(engine.state().pools.size).toBe(1);
  await world.clock.advance(11 * MINUTE);
  expect(engine.state().pools.size).toBe(0);
  expect(await world.run(engine.discovery.untag(null, 'role', 'backup'))).toEqual([key('b')]);
  expect(world.store.audits.map(({ type }) => type)).toEqual(expect.arrayContaining(['tag', 'untag', 'submit-pool']));
  await world.run(engine.stop());
});

test('the candidate among replicas is the one that has the most; without a domain there is no writer', async () => {
  const world = new World();
  world.fleet();
  const engine = await world.watching();
  const before = world.server('c').facts.gtidExecuted;
  world.server('c').set({ gtidExecuted: before.replace('1-10', '1-12') });
  expect((await world.run(engine.discovery.candidateReplica(key('a')), 3000)).id).toBe('c:3306');
  await expect(world.run(engine.discovery.candidateReplica(key('b')))).rejects.toThrow(/has no replicas/);
  await expect(world.run(engine.discovery.recordDomainWriter('a:3306'))).rejects.toThrow(/domain of cluster/);
  await world.run(engine.stop());
});
