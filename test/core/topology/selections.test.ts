import { expect, test } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { longestLag, oscReplicas } from '../../../src/main/core/topology/selections.ts';
import type { Cluster } from '../../../src/main/core/topology/topology.ts';
import { server } from './fleet.ts';

function clusterOf(...servers: readonly ReturnType<typeof server>[]): Cluster {
  const [only] = buildTopology(servers).clusters.values();
  if (only === undefined) throw new Error('no cluster');
  return only;
}

const below = (name: string, source: string, more = {}) => server(name, { below: source, ...more });
const names = (found: readonly { readonly key: { readonly hostname: string } }[]) =>
  found.map((each) => each.key.hostname);

test('two busy intermediate masters: a busy replica of each, the third level, and leaves', () => {
  const cluster = clusterOf(
    server('a'),
    below('b', 'a'),
    below('b1', 'b'),
    below('b2', 'b'),
    below('b3', 'b'),
    below('b11', 'b1'),
    below('b12', 'b1'),
    below('b13', 'b1'),
    below('c', 'a'),
    below('c1', 'c'),
    below('c2', 'c'),
    below('d', 'a'),
    below('d1', 'd'),
    below('l1', 'a'),
    below('l2', 'a'),
    below('l3', 'a'),
  );
  expect(names(oscReplicas(cluster))).toEqual(['b', 'c', 'b1', 'c1', 'b11', 'b12', 'l1', 'l2']);
  expect(names(oscReplicas(cluster, ({ hostname }) => hostname.startsWith('c')))).toEqual([
    'b',
    'd',
    'b1',
    'd1',
    'b11',
    'b12',
    'l1',
    'l2',
  ]);
});

test('one intermediate master: two of its replicas; dead ones and binlog servers never', () => {
  const cluster = clusterOf(
    server('a'),
    below('b', 'a'),
    below('b1', 'b', { dead: true }),
    below('b2', 'b'),
    below('b3', 'b'),
    below('b4', 'b'),
    below('x', 'a', { facts: { flavor: 'MaxScale' } }),
  );
  expect(names(oscReplicas(cluster))).toEqual(['b', 'b2', 'b3']);
  expect(names(oscReplicas(clusterOf(server('a'))))).toEqual([]);
});

test('the longest lag, of those that tell one', () => {
  const cluster = clusterOf(
    server('a'),
    below('b', 'a', { facts: { lagSeconds: 7 } }),
    below('c', 'a', { facts: { lagSeconds: null } }),
  );
  expect(longestLag([...cluster.instances.values()])).toBe(7);
  expect(longestLag([])).toBeNull();
});
