import { expect, it } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { clusterOf } from '../../../src/main/engine/credentials/cluster-of.ts';
import { key, server } from '../../core/topology/fleet.ts';

const FLEET = buildTopology([
  server('m', { facts: { suggestedClusterAlias: 'main' } }),
  server('r', { below: 'm' }),
  server('lost', { below: 'away' }),
]);

it.each([
  ['a source', 'm', 'm:3306', 'main'],
  ['a replica', 'r', 'm:3306', 'main'],
  ['a source that only its replica knows', 'away', 'lost:3306', 'lost:3306'],
])('knows the cluster of %s', (_, host, name, alias) => {
  expect(clusterOf(FLEET, key(host))).toEqual({ name, alias });
});

it('knows none of a stranger', () => {
  expect(clusterOf(FLEET, key('stranger'))).toBeNull();
});
