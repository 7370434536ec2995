import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { TopologyKeeper } from '../../../src/main/engine/poller/topology-keeper.ts';
import { fleet, key, server, unread } from '../../core/topology/fleet.ts';

function keeperOf(text: string): TopologyKeeper {
  const keeper = new TopologyKeeper(() => ({}));
  for (const snapshot of fleet(text)) keeper.put(snapshot);
  return keeper;
}

const members = (keeper: TopologyKeeper): Record<string, string[]> =>
  Object.fromEntries(
    [...keeper.topology().clusters].map(([name, cluster]) => [name, [...cluster.instances.keys()].sort()]),
  );

describe('what was rebuilt', () => {
  test('is told once, and only of clusters in which something changed', () => {
    const keeper = keeperOf('a b<a x y<x');
    expect([...keeper.takeRebuilt()].sort()).toEqual(['a:3306', 'x:3306']);
    expect(keeper.takeRebuilt()).toEqual([]);
    keeper.put(server('y', { below: 'x', dead: true }));
    expect(keeper.takeRebuilt()).toEqual(['x:3306']);
  });

  test('is not lost when the topology is read in between', () => {
    const keeper = keeperOf('a b<a x');
    keeper.topology();
    keeper.put(server('b', { below: 'a', dead: true }));
    keeper.topology();
    keeper.put(server('x', { dead: true }));
    keeper.topology();
    expect([...keeper.takeRebuilt()].sort()).toEqual(['a:3306', 'x:3306']);
    expect(keeper.takeRebuilt()).toEqual([]);
  });

  test('a change of aliases or promotion rules concerns every cluster', () => {
    const keeper = keeperOf('a x');
    keeper.takeRebuilt();
    keeper.touch();
    expect([...keeper.takeRebuilt()].sort()).toEqual(['a:3306', 'x:3306']);
  });

  test('unchanged clusters are shared between one topology and the next', () => {
    const keeper = keeperOf('a b<a x y<x');
    const before = keeper.topology();
    keeper.put(server('y', { below: 'x', dead: true }));
    const after = keeper.topology();
    expect(after.clusters.get('a:3306')).toBe(before.clusters.get('a:3306'));
    expect(after.clusters.get('x:3306')).not.toBe(before.clusters.get('x:3306'));
    expect(keeper.topology()).toBe(after);
  });
});

describe('moves', () => {
  test('a replica that is pointed elsewhere leaves one cluster and joins the other', () => {
    const keeper = keeperOf('a b<a c<a x y<x');
    keeper.takeRebuilt();
    keeper.put(server('c', { below: 'x' }));
    expect([...keeper.takeRebuilt()].sort()).toEqual(['a:3306', 'x:3306']);
    expect(members(keeper)).toEqual({ 'a:3306': ['a:3306', 'b:3306'], 'x:3306': ['c:3306', 'x:3306', 'y:3306'] });
  });

  test('a source that comes to be known renames the cluster of its replicas', () => {
    const keeper = keeperOf('b<a c<b');
    expect([...keeper.takeRebuilt()]).toEqual(['b:3306']);
    keeper.put(server('a'));
    expect([...keeper.takeRebuilt()]).toEqual(['a:3306']);
    expect(members(keeper)).toEqual({ 'a:3306': ['a:3306', 'b:3306', 'c:3306'] });
  });

  test('the order within a cluster may change while its members stay', () => {
    const keeper = keeperOf('a b<a c<b');
    keeper.takeRebuilt();
    keeper.put(server('c', { below: 'a' }));
    expect(keeper.takeRebuilt()).toEqual(['a:3306']);
    expect(keeper.topology().instances.get('a:3306')?.replicas).toEqual(['b:3306', 'c:3306']);
  });

  test('a server that was only heard of takes its place when it has been read', () => {
    const keeper = keeperOf('a');
    keeper.put(unread('b'));
    expect(members(keeper)).toEqual({ 'a:3306': ['a:3306'], 'b:3306': ['b:3306'] });
    keeper.put(server('b', { below: 'a' }));
    expect(members(keeper)).toEqual({ 'a:3306': ['a:3306', 'b:3306'] });
  });
});

describe('removal', () => {
  test('takes a server out of its cluster, and the last one takes the cluster with it', () => {
    const keeper = keeperOf('a b<a x');
    keeper.takeRebuilt();
    keeper.remove([key('b')]);
    expect(keeper.takeRebuilt()).toEqual(['a:3306']);
    keeper.remove([key('a'), key('nobody')]);
    expect(keeper.takeRebuilt()).toEqual([]);
    expect(members(keeper)).toEqual({ 'x:3306': ['x:3306'] });
    expect([keeper.size, keeper.snapshot(key('a'))]).toEqual([1, null]);
  });

  test('replicas of a removed source stand on their own', () => {
    const keeper = keeperOf('a b<a');
    keeper.remove([key('a')]);
    expect(members(keeper)).toEqual({ 'b:3306': ['b:3306'] });
  });
});

test('any changes, looked at whenever: the same as a topology built from scratch', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const name = fc.constantFrom(...names);
  const change = fc.record({
    name,
    source: fc.option(name),
    dead: fc.boolean(),
    what: fc.constantFrom('put', 'remove', 'look'),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const keeper = new TopologyKeeper(() => ({}));
      const told = new Set<string>();
      for (const { name: who, source, dead, what } of changes) {
        if (what === 'remove') keeper.remove([key(who)]);
        else if (what === 'look') keeper.topology();
        else keeper.put(server(who, { dead, ...(source === null || source === who ? {} : { below: source }) }));
      }
      for (const cluster of keeper.takeRebuilt()) told.add(cluster);
      const expected = buildTopology(keeper.all(), { previous: keeper.topology() });
      const shape = (topology: typeof expected) =>
        [...topology.instances.values()]
          .map(({ id, clusterName, source, replicas, valid }) => [id, clusterName, source, replicas, valid])
          .sort();
      expect(shape(keeper.topology())).toEqual(shape(expected));
      expect([...told].sort()).toEqual([...expected.clusters.keys()].sort());
    }),
    { numRuns: 300 },
  );
});
