import { describe, expect, it } from 'vitest';
import { topologyTabulated, topologyTags, topologyText } from '../../../src/main/core/topology/ascii.ts';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import type { Cluster } from '../../../src/main/core/topology/topology.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { CONTEXT } from './condition-context.ts';
import { factsOf, fleet, key, NOW, server } from './fleet.ts';

function only(snapshots: readonly InstanceSnapshot[]): Cluster {
  const [cluster, another] = buildTopology(snapshots).clusters.values();
  if (cluster === undefined || another !== undefined) throw new Error('expected one cluster');
  return cluster;
}

const lines = (...text: string[]) => text.join('\n');
const tree = (snapshots: readonly InstanceSnapshot[], context = CONTEXT) =>
  topologyText(only(snapshots), context)
    .split('\n')
    .map((line) => line.replace(/:3306.*/, ''));

/** The example of the HTTP API reference, section 8.7. */
const version = '8.0.36';
const EXAMPLE = [
  server('db1', { facts: { version }, semiSync: { sourceEnabled: true, sourceStatus: true } }),
  server('db2', { below: 'db1', facts: { version }, semiSync: { replicaStatus: true } }),
  server('db3', { below: 'db1', facts: { version }, replica: { ioState: 0 } }),
  server('db4', { below: 'db2', facts: { version }, replica: { secondsBehindSource: 3 } }),
];
const DOWNTIMED = { ...CONTEXT, downtimes: new Map([['db3:3306', { endMs: NOW + 1, reason: 'r', owner: 'o' }]]) };

describe('the example of the reference', () => {
  it('topology', () => {
    expect(topologyText(only(EXAMPLE), DOWNTIMED)).toBe(
      lines(
        'db1:3306     [0s,ok,8.0.36,rw,ROW,>>,GTID,semi:master]',
        '+ db2:3306   [0s,ok,8.0.36,ro,ROW,>>,GTID,semi:replica]',
        '  + db4:3306 [3s,ok,8.0.36,ro,ROW,>>,GTID]',
        '- db3:3306   [null,nonreplicating,8.0.36,ro,ROW,>>,GTID,downtimed]',
      ),
    );
  });

  it('topology-tabulated', () => {
    expect(topologyTabulated(only(EXAMPLE), DOWNTIMED)).toBe(
      lines(
        'db1:3306    |  0s|ok            |8.0.36|rw|ROW|>>,GTID,semi:master ',
        '+ db2:3306  |  0s|ok            |8.0.36|ro|ROW|>>,GTID,semi:replica',
        '  + db4:3306|  3s|ok            |8.0.36|ro|ROW|>>,GTID             ',
        '- db3:3306  |null|nonreplicating|8.0.36|ro|ROW|>>,GTID,downtimed   ',
      ),
    );
  });

  it('topology-tags', () => {
    const tags = new Map([['db2:3306', new Map(Object.entries({ old: '', dc: 'east' }))]]);
    expect(topologyTags(only(EXAMPLE.slice(0, 2)), DOWNTIMED, tags)).toBe(
      lines(
        'db1:3306   [0s,ok,8.0.36,rw,ROW,>>,GTID,semi:master] []',
        '+ db2:3306 [0s,ok,8.0.36,ro,ROW,>>,GTID,semi:replica] [dc=east,old]',
      ),
    );
  });
});

describe('the tokens of a line', () => {
  it.each([
    ['no binary log', { facts: { logBin: false } }, '[0s,ok,8.4.3,rw,nobinlog,GTID]'],
    ['neither log nor GTIDs', { facts: { logBin: false, gtidMode: 'OFF' } }, '[0s,ok,8.4.3,rw,nobinlog]'],
    ['a version in full', { facts: { version: '5.7.25-log' } }, '[0s,ok,5.7.25-log,rw,ROW,>>,GTID]'],
    ['Pseudo-GTID', { facts: { usesPseudoGtid: true, gtidMode: '' } }, '[0s,ok,8.4.3,rw,ROW,>>,P-GTID]'],
    ['a data center, last', { facts: { dataCenter: 'east' } }, '[0s,ok,8.4.3,rw,ROW,>>,GTID,dc:east]'],
    ['semi-sync that fell back', { semiSync: { sourceEnabled: true } }, '[0s,ok,8.4.3,rw,ROW,>>,GTID]'],
    ['a failed poll', { dead: true }, '[unknown,invalid,8.4.3,rw,ROW,>>,GTID]'],
  ] as const)('%s', (_, options, expected) => {
    expect(topologyText(only([server('a', options)]), CONTEXT)).toBe(`a:3306 ${expected}`);
  });

  it('marks errant transactions', () => {
    const a = server('a', { facts: { gtidExecuted: `${factsOf('a').serverUuid}:1-5` } });
    const gtidExecuted = `${factsOf('a').serverUuid}:1-5,${factsOf('b').serverUuid}:1`;
    expect(topologyText(only([a, server('b', { below: 'a', facts: { gtidExecuted } })]), CONTEXT)).toContain(
      'GTID:errant',
    );
  });

  it('uses GTID of MariaDB', () => {
    const facts = { flavor: 'MariaDB', gtidMode: '' } as const;
    const b = server('b', { below: 'a', facts, replica: { gtidUse: 'mariadb' } });
    expect(topologyText(only([server('a', { facts }), b]), CONTEXT)).toBe(
      lines('a:3306   [0s,ok,8.4.3,rw,ROW,>>]', '+ b:3306 [0s,ok,8.4.3,ro,ROW,>>,GTID]'),
    );
  });

  it('gives the alias of an instance', () => {
    const b = server('b', { below: 'a', facts: { alias: 'blue' } });
    expect(topologyText(only([server('a'), b]), CONTEXT)).toBe(
      lines('a:3306          [0s,ok,8.4.3,rw,ROW,>>,GTID]', '+ b:3306 (blue) [0s,ok,8.4.3,ro,ROW,>>,GTID]'),
    );
  });

  it('leaves cells of a server that was never read empty', () => {
    expect(topologyTabulated(only(fleet('?m a<m')), CONTEXT)).toBe(
      lines('m:3306  |unknown|invalid|     |  |   |       ', '+ a:3306|     0s|ok     |8.4.3|ro|ROW|>>,GTID'),
    );
  });
});

describe('the tree', () => {
  it.each([
    ['a chain', 'a b<a c<b d<c', ['a', '+ b', '  + c', '    + d']],
    ['subtrees before the next sibling', 'a b<a c<a d<b', ['a', '+ b', '  + d', '+ c']],
    ['siblings by host name, then port', 'a y<a b<a', ['a', '+ b', '+ y']],
    ['co-masters side by side', 'b<a a<b c<a d<b e<d', ['+ a', '  + c', '+ b', '  + d', '    + e']],
    ['a ring of three', 'a<b b<c c<a x<c', ['+ a', '+ b', '+ c', '  + x']],
    ['a source that Baton does not know', 'r<gone s<gone t<s', ['gone', '+ r', '+ s', '  + t']],
  ])('%s', (_, text, expected) => {
    expect(tree(fleet(text))).toEqual(expected);
  });

  it.each([
    ['not replicating', server('b', { below: 'a', replica: { sqlState: 0 } }), '- b'],
    ['invalid', server('b', { below: 'a', dead: true }), '- b'],
    ['not recently checked', server('b', { below: 'a', snapshot: { lastCheckedMs: 1, lastSeenMs: 1 } }), '- b'],
    ['replicating', server('b', { below: 'a' }), '+ b'],
  ])('marks a replica: %s', (_, replica, expected) => {
    expect(tree([server('a'), replica])[1]).toBe(expected);
  });

  it('marks group secondaries, and pads in bytes', () => {
    const group = { primary: key('p') };
    const cluster = only([
      server('p', { group: { ...group, memberRole: 'PRIMARY' } }),
      server('s', { group }),
      server('t', { below: 's' }),
    ]);
    expect(topologyText(cluster, CONTEXT)).toBe(
      lines(
        'p:3306     [0s,ok,8.4.3,rw,ROW,>>,GTID]',
        '‡ s:3306 [0s,ok,8.4.3,rw,ROW,>>,GTID]',
        '  + t:3306 [0s,ok,8.4.3,ro,ROW,>>,GTID]',
      ),
    );
    const columns = topologyTabulated(cluster, CONTEXT)
      .split('\n')
      .map((line) => [...line].indexOf('|'));
    expect(new Set(columns)).toEqual(new Set([10]));
  });

  it('makes columns as wide as the bytes of their widest cell', () => {
    const group = { primary: key('p') };
    const cluster = only([server('p', { group: { ...group, memberRole: 'PRIMARY' } }), server('s', { group })]);
    expect(
      topologyTabulated(cluster, CONTEXT)
        .split('\n')
        .map((line) => line.slice(0, 11)),
    ).toEqual(['p:3306    |', '‡ s:3306  |']);
  });
});
