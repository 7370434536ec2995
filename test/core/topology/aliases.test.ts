import { describe, expect, it } from 'vitest';
import { buildTopology, type TopologyOptions } from '../../../src/main/core/topology/build-topology.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { type ServerOptions, server } from './fleet.ts';

const suggests = (name: string, alias: string, options: ServerOptions = {}) =>
  server(name, { ...options, facts: { suggestedClusterAlias: alias, ...options.facts } });

function aliases(snapshots: readonly InstanceSnapshot[], options: TopologyOptions = {}): string {
  const { clusters } = buildTopology(snapshots, options);
  return [...clusters.values()].map(({ name, alias }) => `${name}=${alias}`.replaceAll(':3306', '')).join(' ');
}

const MAIN = { clusterNameToAlias: [{ pattern: /^m/g, alias: 'by-pattern' }] };
const BY_HAND = { aliasOverrides: new Map([['m:3306', 'by-hand']]) };

describe('the alias of a cluster', () => {
  it.each<readonly [what: string, snapshots: readonly InstanceSnapshot[], options: TopologyOptions, expected: string]>([
    ['its name when nobody suggests one', [server('m')], {}, 'm=m'],
    ['by query', [suggests('m', 'main')], {}, 'm=main'],
    ['by query before pattern', [suggests('m', 'main')], MAIN, 'm=main'],
    ['by pattern', [server('m')], MAIN, 'm=by-pattern'],
    ['not by a pattern that does not match', [server('x')], MAIN, 'x=x'],
    ['by hand before query', [suggests('m', 'main')], { ...MAIN, ...BY_HAND }, 'm=by-hand'],
    [
      'what the master says before what a replica says',
      [suggests('m', 'main'), suggests('r', 'other', { below: 'm' })],
      {},
      'm=main',
    ],
    [
      'what a replica says when the master says nothing',
      [server('m'), suggests('r', 'main', { below: 'm' })],
      {},
      'm=main',
    ],
    ['not what a lost instance says', [suggests('m', 'main')], { isLost: () => true }, 'm=m'],
  ])('%s', (_, snapshots, options, expected) => {
    expect(aliases(snapshots, options)).toBe(expected);
  });

  it.each<readonly [what: string, snapshots: readonly InstanceSnapshot[], expected: string]>([
    ['valid before invalid', [suggests('a', 'main', { dead: true }), suggests('b', 'main')], 'a=a b=main'],
    [
      'writeable before read-only',
      [suggests('a', 'main', { facts: { readOnly: true } }), suggests('b', 'main')],
      'a=a b=main',
    ],
    ['more replicas', [suggests('a', 'main'), suggests('b', 'main'), server('c', { below: 'b' })], 'a=a b=main'],
    ['the name that sorts first when all is equal', [suggests('b', 'main'), suggests('a', 'main')], 'b=b a=main'],
    [
      'validity before the number of replicas',
      [suggests('a', 'main', { dead: true }), server('c', { below: 'a' }), suggests('b', 'main')],
      'a=a b=main',
    ],
  ])('goes to the strongest of two claims: %s', (_, snapshots, expected) => {
    expect(aliases(snapshots)).toBe(expected);
  });

  it('is on every instance of the cluster, as is the domain that the master tells', () => {
    const master = suggests('m', 'main', { facts: { clusterDomain: 'vip.example' } });
    const { instances } = buildTopology([master, server('r', { below: 'm', facts: { clusterDomain: 'other' } })]);
    expect(instances.get('r:3306')).toMatchObject({
      clusterName: 'm:3306',
      clusterAlias: 'main',
      clusterDomain: 'vip.example',
    });
  });

  it('is suggested by an instance as its parent suggests it', () => {
    const { instances } = buildTopology([suggests('m', 'main'), suggests('r', 'other', { below: 'm' })]);
    expect(instances.get('r:3306')?.suggestedAlias).toBe('main');
  });

  it('tells a loser on its instances too', () => {
    const { instances } = buildTopology([suggests('a', 'main'), suggests('b', 'main')]);
    expect(instances.get('b:3306')?.clusterAlias).toBe('b:3306');
  });
});
