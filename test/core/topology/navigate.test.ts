import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import {
  clusterMaster,
  descendants,
  isDescendant,
  siblings,
  writeableMaster,
} from '../../../src/main/core/topology/navigate.ts';
import type { Cluster } from '../../../src/main/core/topology/topology.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { fleet, server } from './fleet.ts';

function only(snapshots: readonly InstanceSnapshot[]): Cluster {
  const [cluster, another] = buildTopology(snapshots).clusters.values();
  if (cluster === undefined || another !== undefined) throw new Error('expected one cluster');
  return cluster;
}

const names = (instances: readonly { id: string }[]) => instances.map(({ id }) => id.replace(':3306', '')).join(' ');
const readOnly = { facts: { readOnly: true } };
const writeable = { facts: { readOnly: false } };

describe('the master of a cluster', () => {
  const cases: readonly (readonly [string, InstanceSnapshot[], master: string | null, writeable: string | null])[] = [
    ['the top', fleet('a b<a'), 'a', 'a'],
    ['a read-only top', [server('a', readOnly), server('b', { below: 'a', ...writeable })], 'a', null],
    [
      'the writeable co-master',
      [server('a', { below: 'b', ...readOnly }), server('b', { below: 'a', ...writeable })],
      'b',
      'b',
    ],
    [
      'of two writeable co-masters the top',
      [server('a', { below: 'b', ...writeable }), server('b', { below: 'a', ...writeable })],
      'a',
      'a',
    ],
    ['of two read-only co-masters the top', fleet('b<a a<b'), 'a', null],
    ['a top that was never read', fleet('?m a<m b<m'), 'm', null],
    ['none when the source is unknown', fleet('a<gone b<gone'), null, null],
  ];

  it.each(cases)('%s', (_, snapshots, master, takesWrites) => {
    const cluster = only(snapshots);
    const id = (name: string | null) => (name === null ? undefined : `${name}:3306`);
    expect(clusterMaster(cluster)?.id).toBe(id(master));
    expect(writeableMaster(cluster)?.id).toBe(id(takesWrites));
  });
});

describe('what is below', () => {
  it.each([
    ['a b<a c<b d<b e<d', 'b', 'c d e'],
    ['a b<a c<b d<b e<d', 'a', 'b c d e'],
    ['a b<a c<b d<b e<d', 'e', ''],
    ['a<b b<a c<b', 'a', 'b c'],
    ['a<b b<a c<b', 'c', ''],
    ['a<b b<c c<a d<c', 'b', 'a c d'],
  ])('%s below %s: %s', (text, name, expected) => {
    expect(names(descendants(only(fleet(text)), `${name}:3306`))).toBe(expected);
  });

  it('is told alike by descendants and isDescendant', () => {
    const sources = fc.array(fc.nat(11), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(sources, (parents) => {
        const snapshots = parents.map((parent, i) => server(`s${i}`, i === parent ? {} : { below: `s${parent}` }));
        for (const cluster of buildTopology(snapshots).clusters.values()) {
          for (const above of cluster.instances.keys()) {
            const below = new Set(descendants(cluster, above).map(({ id }) => id));
            for (const id of cluster.instances.keys()) expect(isDescendant(cluster, id, above)).toBe(below.has(id));
          }
        }
      }),
    );
  });

  it('counts the secondaries of a group below its primary', () => {
    const group = { primary: { hostname: 'p', port: 3306 } };
    const cluster = only([server('p', { group: { ...group, memberRole: 'PRIMARY' } }), server('s', { group })]);
    expect(isDescendant(cluster, 's:3306', 'p:3306')).toBe(true);
  });
});

describe('siblings', () => {
  it.each([
    ['a b<a c<a d<b', 'b', 'c'],
    ['a b<a c<a d<b', 'd', ''],
    ['a b<a c<a d<b', 'a', ''],
    ['b<gone c<gone', 'b', 'c'],
  ])('%s, of %s: %s', (text, name, expected) => {
    expect(names(siblings(only(fleet(text)), `${name}:3306`))).toBe(expected);
  });
});
