import { describe, expect, it } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { isListedAsProblem, lagToken, problemFlags, statusToken } from '../../../src/main/core/topology/condition.ts';
import type { TopologyInstance } from '../../../src/main/core/topology/topology.ts';
import type { ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { CONTEXT } from './condition-context.ts';
import { NOW, type ServerOptions, server, unread } from './fleet.ts';

function instanceOf(options: ServerOptions): TopologyInstance {
  const instance = buildTopology([server('a', options)]).instances.get('a:3306');
  if (instance === undefined) throw new Error('no instance');
  return instance;
}

const replica = (changes: Partial<ReplicaStatus> = {}): ServerOptions => ({ below: 'm', replica: changes });
const lagging = (secondsBehindSource: number, sqlDelaySeconds = 0) => replica({ secondsBehindSource, sqlDelaySeconds });
const checkedAgo = (ms: number): ServerOptions => ({ snapshot: { lastCheckedMs: NOW - ms, lastSeenMs: NOW - ms } });

type Case = readonly [what: string, options: ServerOptions, lag: string, status: string, ...flags: string[]];

const CASES: readonly Case[] = [
  ['a healthy master', {}, '0s', 'ok'],
  ['a healthy replica', replica(), '0s', 'ok'],
  ['a failed poll', { ...replica(), dead: true }, 'unknown', 'invalid', 'last_check_invalid'],
  ['five missed polls', checkedAgo(25_000), '0s', 'ok'],
  ['more than five missed polls', checkedAgo(25_001), 'unknown', 'unchecked', 'not_recently_checked'],
  ['I/O thread stopped', replica({ ioState: 0 }), 'null', 'nonreplicating', 'not_replicating'],
  ['I/O thread connecting', replica({ ioState: 2 }), 'null', 'nonreplicating', 'not_replicating'],
  ['applier stopped', replica({ sqlState: 0 }), 'null', 'nonreplicating', 'not_replicating'],
  ['lag unknown', replica({ secondsBehindSource: null }), 'null', 'ok'],
  ['some lag', lagging(10), '10s', 'ok'],
  ['lag that is a problem but not for maintenance', lagging(11), '11s', 'ok', 'replication_lag'],
  ['lag', lagging(21), '21s', 'lag', 'replication_lag'],
  ['a delayed replica where it should be', lagging(3600, 3600), '3600s', 'ok'],
  ['a delayed replica that is too fresh', lagging(0, 3600), '0s', 'lag', 'replication_lag'],
  [
    'lag by the lag query: shown and flagged, no obstacle for maintenance',
    { ...replica(), facts: { lagSeconds: 90 } },
    '90s',
    'ok',
    'replication_lag',
  ],
  [
    'detached coordinates',
    replica({ ioState: 0, executed: { file: '//b.1:4', position: 4 } }),
    'detached',
    'nonreplicating',
    'not_replicating',
  ],
  [
    'a detached source',
    { ...replica({ ioState: 0, sqlState: 0 }), below: '//m' },
    'null',
    'nonreplicating',
    'not_replicating',
  ],
  ['an online group member', { group: { memberRole: 'PRIMARY' } }, '0s', 'ok'],
  [
    'a recovering group member',
    { group: { memberState: 'RECOVERING' } },
    '0s',
    'ok',
    'group_replication_member_not_online',
  ],
  [
    'several at once',
    { ...replica({ ioState: 0 }), group: { memberState: 'ERROR' } },
    'null',
    'nonreplicating',
    'not_replicating',
    'group_replication_member_not_online',
  ],
];

describe('the condition of an instance', () => {
  it.each(CASES.map((row) => [row[0], row] as const))('%s', (_, [, options, lag, status, ...flags]) => {
    const instance = instanceOf(options);
    expect(lagToken(instance, CONTEXT)).toBe(lag);
    expect(statusToken(instance, CONTEXT)).toBe(status);
    expect(problemFlags(instance, CONTEXT)).toEqual(flags);
    expect(isListedAsProblem(instance, CONTEXT)).toBe(flags.length > 0);
  });

  it('is unknown for a server that was never read', () => {
    const [instance] = buildTopology([unread('a')]).instances.values();
    if (instance === undefined) throw new Error('no instance');
    expect([lagToken(instance, CONTEXT), statusToken(instance, CONTEXT)]).toEqual(['unknown', 'invalid']);
    expect(problemFlags(instance, CONTEXT)).toEqual(['last_check_invalid']);
  });

  it('flags errant transactions beside the rest', () => {
    const instance = { ...instanceOf(replica({ ioState: 0 })), gtidErrant: 'x:1' };
    expect(problemFlags(instance, CONTEXT)).toEqual(['not_replicating', 'errant_gtid']);
  });
});

describe('the list of problems', () => {
  const broken = instanceOf(replica({ ioState: 0 }));
  const until = (endMs: number) => ({ ...CONTEXT, downtimes: new Map([['a:3306', { endMs, reason: '', owner: '' }]]) });

  it.each([
    ['a broken instance', broken, CONTEXT, true],
    ['one in downtime', broken, until(NOW + 1), false],
    ['one whose downtime is over', broken, until(NOW), true],
    [
      'one whose custom lag hides what the server says',
      instanceOf({ ...lagging(99), facts: { lagSeconds: 0 } }),
      CONTEXT,
      true,
    ],
  ])('%s', (_, instance, context, listed) => {
    expect(isListedAsProblem(instance, context)).toBe(listed);
  });

  it('leaves out what a filter ignores', () => {
    expect(isListedAsProblem(broken, CONTEXT, (id) => id === 'a:3306')).toBe(false);
  });
});
