import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { groupIntoClusters, placementOf } from '../../../src/main/core/topology/grouping.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { fleet, key, server } from './fleet.ts';

/** `name: member@depth …` for every cluster, without the default port. */
function shown(snapshots: readonly InstanceSnapshot[]): string[] {
  const { clusters } = buildTopology(snapshots);
  return [...clusters.values()]
    .map(({ name, instances }) => {
      const members = [...instances.values()].map(({ id, depth }) => `${id}@${depth}`);
      return `${name}: ${members.join(' ')}`.replaceAll(':3306', '');
    })
    .sort();
}

describe('who belongs together, under which name, at which depth', () => {
  const cases: readonly (readonly [what: string, fleet: string, ...clusters: string[]])[] = [
    ['a standalone server', 'a', 'a: a@0'],
    ['a chain, whatever the order of polling', 'c<b a b<a d<c', 'a: a@0 b@1 c@2 d@3'],
    ['two clusters', 'a b<a x y<x', 'a: a@0 b@1', 'x: x@0 y@1'],
    ['ports apart', 'a:1 b:2<a:1 a:3', 'a:1: a:1@0 b:2@1', 'a:3: a:3@0'],
    ['co-masters, named after the lower key', 'b<a a<b', 'a: a@0 b@1'],
    ['co-masters with replicas on both sides', 'b<a a<b c<a d<b e<d', 'a: a@0 b@1 c@1 d@2 e@3'],
    ['co-masters by port', 'a:20<a:3 a:3<a:20', 'a:3: a:3@0 a:20@1'],
    ['a ring of three', 'a<b b<c c<a', 'a: a@0 b@2 c@1'],
    ['a ring of five with tails', 'a<b b<c c<d d<e e<a x<c y<x', 'a: a@0 b@4 c@3 d@2 e@1 x@4 y@5'],
    ['a server that names itself', 'a<a b<a', 'a: a@0 b@1'],
    ['one replica of an unknown source', 'r<gone s<r', 'r: r@0 s@1'],
    ['replicas of one unknown source stay together', 'r<gone s<gone t<s', 'gone: r@1 s@1 t@2'],
    ['unknown sources apart', 'r<gone s<lost', 'r: r@0', 's: s@0'],
    ['a source that was never read', '?m r<m s<m', 'm: m@0 r@1 s@1'],
    ['a detached replica is its own top', 'a b<a c<//a d<c', 'a: a@0 b@1', 'c: c@0 d@1'],
    ['a never-read server below the one that feeds it', 'a(x,b) b<a(x) ?x', 'a: a@0 b@1 x@1'],
    ['a never-read source is not placed below its replica', '?m a<m(m)', 'm: a@1 m@0'],
    ['a never-read server that nobody mentions', 'a ?x', 'a: a@0', 'x: x@0'],
    ['a replica that was read is placed by its own word', 'a(x) x<b b', 'a: a@0', 'b: b@0 x@1'],
  ];

  it.each(cases)('%s: %s', (_, text, ...clusters) => {
    expect(shown(fleet(text))).toEqual(clusters.sort());
  });
});

describe('replication groups', () => {
  const primary = key('p');
  const member = (name: string, role: string, seen = primary) =>
    server(name, { group: { memberRole: role, primary: seen } });

  it('places secondaries one level below the primary', () => {
    const cluster = [member('p', 'PRIMARY'), member('s', 'SECONDARY'), server('r', { below: 's' })];
    expect(shown(cluster)).toEqual(['p: p@0 r@2 s@1']);
  });

  it('follows a primary that replicates from outside', () => {
    const inGroup = server('p', { below: 'a', group: { memberRole: 'PRIMARY', primary } });
    expect(shown([server('a'), inGroup, member('s', 'SECONDARY')])).toEqual(['a: a@0 p@1 s@2']);
  });

  it('finds the primary of an expelled member by the name of the group', () => {
    const expelled = server('s', { group: { memberRole: '', memberState: 'ERROR' } });
    expect(shown([member('p', 'PRIMARY'), expelled])).toEqual(['p: p@0 s@1']);
  });

  it('treats members of a multi-primary group as standalone servers', () => {
    const multi = (name: string) => server(name, { group: { memberRole: 'PRIMARY', singlePrimary: false, primary } });
    expect(shown([multi('p'), multi('q')])).toEqual(['p: p@0', 'q: q@0']);
  });
});

describe('the name of a cluster with a ring on top', () => {
  const coMasters = fleet('a<b b<a c<b');
  const cases: readonly (readonly [what: string, previous: Record<string, string>, name: string])[] = [
    ['is kept when it was one of the two', { a: 'b', b: 'b', c: 'b' }, 'b'],
    ['is the lower key when each had its own', { a: 'a', b: 'b' }, 'a'],
    ['is not taken from below the ring', { c: 'b' }, 'a'],
    ['is not that of a server outside the ring', { a: 'z', b: 'z' }, 'a'],
  ];

  it.each(cases)('%s', (_, previous, name) => {
    const entries = Object.entries(previous).map(([id, value]) => [`${id}:3306`, `${value}:3306`] as const);
    expect([...groupIntoClusters(coMasters, new Map(entries)).keys()]).toEqual([`${name}:3306`]);
  });

  it('decides who is at depth 0', () => {
    const previous = buildTopology(fleet('b a<b'));
    const { clusters } = buildTopology(coMasters, { previous });
    const cluster = clusters.get('b:3306');
    expect([...(cluster?.instances.values() ?? [])].map(({ depth }) => depth)).toEqual([1, 0, 1]);
  });
});

describe('grouping in general', () => {
  /** Each server names any server or none as its source; some of those named don't exist. */
  const graphs = fc
    .integer({ min: 1, max: 30 })
    .chain((size) => fc.array(fc.option(fc.integer({ min: 0, max: size + 1 })), { minLength: size, maxLength: size }));

  const snapshotsOf = (sources: readonly (number | null)[]) =>
    sources.map((source, i) => server(`s${i}`, source === null ? {} : { below: `s${source}` }));

  /** Dumb and slow: spreads the smallest label along every edge until nothing changes. */
  function components(sources: readonly (number | null)[]): number[] {
    const labels = [...sources.keys()];
    for (let changed = true; changed; ) {
      changed = false;
      const join = (a: number, b: number) => {
        const low = Math.min(labels[a] ?? 0, labels[b] ?? 0);
        changed ||= labels[a] !== low || labels[b] !== low;
        labels[a] = low;
        labels[b] = low;
      };
      sources.forEach((source, i) => {
        if (source === null) return;
        if (source < sources.length) join(i, source);
        else sources.forEach((other, j) => void (other === source && join(i, j)));
      });
    }
    return labels;
  }

  it('puts two servers into one cluster exactly when replication joins them', () => {
    fc.assert(
      fc.property(graphs, (sources) => {
        const { instances } = buildTopology(snapshotsOf(sources));
        const labels = components(sources);
        expect(instances.size).toBe(sources.length);
        const nameOf = (i: number) => instances.get(`s${i}:3306`)?.clusterName;
        for (const i of sources.keys()) {
          for (const j of sources.keys()) expect(nameOf(i) === nameOf(j)).toBe(labels[i] === labels[j]);
        }
      }),
    );
  });

  it('puts everything one deeper than its parent, but for one server on top', () => {
    fc.assert(
      fc.property(graphs, (sources) => {
        const { clusters } = buildTopology(snapshotsOf(sources));
        for (const { name, instances, unknownSource } of clusters.values()) {
          const misplaced = [...instances.values()].filter(({ parent, depth }) => {
            return depth !== (parent === null ? -1 : (instances.get(parent)?.depth ?? -1)) + 1;
          });
          if (unknownSource !== null) expect(misplaced.every(({ depth }) => depth === 1)).toBe(true);
          else expect(misplaced.filter(({ isInRing }) => isInRing).length).toBeLessThanOrEqual(1);
          expect(instances.has(name) ? instances.get(name)?.depth : 0).toBe(0);
        }
      }),
    );
  });

  it('does not depend on the order of the snapshots', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), (sources, random) => {
        const snapshots = snapshotsOf(sources);
        const keyed = snapshots.map((snapshot) => [random.next().value ?? 0, snapshot] as const);
        const shuffled = keyed.sort(([a], [b]) => a - b).map(([, snapshot]) => snapshot);
        expect(shown(shuffled)).toEqual(shown(snapshots));
      }),
    );
  });

  it('survives chains and rings of any length', () => {
    const chain = (length: number, above: string | null) =>
      Array.from({ length }, (_, i) => {
        const source = i === 0 ? above : `s${i - 1}`;
        return server(`s${i}`, source === null ? {} : { below: source });
      });
    expect(groupIntoClusters(chain(10_000, null)).size).toBe(1);
    expect(groupIntoClusters(chain(10_000, 's9999')).size).toBe(1);
    expect(buildTopology(chain(1000, null)).instances.get('s999:3306')?.depth).toBe(999);
    expect(buildTopology(chain(1000, 's999')).instances.get('s999:3306')?.depth).toBe(999);
  });
});

describe('placementOf', () => {
  it('changes with the source and the group, and with nothing else', () => {
    const before = placementOf(server('b', { below: 'a' }));
    expect(placementOf(server('b', { below: 'a', dead: true, replica: { ioState: 0 } }))).toBe(before);
    expect(placementOf(server('b', { below: 'c' }))).not.toBe(before);
    expect(placementOf(server('b', { below: 'a', group: {} }))).not.toBe(before);
    expect(placementOf({ ...server('b'), facts: null })).not.toBe(placementOf(server('b')));
  });
});
