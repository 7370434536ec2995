import { describe, expect, test } from 'vitest';
import { mayRecover } from '../../../src/main/core/policy/may-recover.ts';
import type { Analysis } from '../../../src/shared/domain/analysis.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { expireAt, HOUR, key, MINUTE, register, resolve, stateAfter, summary } from '../commands/samples.ts';
import { NOW, past, question } from './question.ts';

describe('block periods', () => {
  const blocked = (commands: readonly Command[], analysis: Partial<Analysis> = {}, forced = false) => {
    const verdict = mayRecover(question({ state: stateAfter(...commands), forced }, analysis));
    return verdict.ok ? 'free' : verdict.code;
  };
  const other = { code: 'DeadIntermediateMaster', clusterName: 'a:3306' } as const;

  test.each<[string, readonly Command[], Partial<Analysis>, string]>([
    ['the alias connects a cluster under its new name', past('y', { clusterAlias: 'shop' }), {}, 'cluster-block'],
    [
      'the successor gave the cluster its name; another server of it fails',
      past('a', {}),
      { key: key('c') },
      'cluster-block',
    ],
    [
      'two failovers ago',
      [
        ...past('y'),
        register('r2', summary('y'), NOW - 5 * MINUTE),
        resolve('r2', key('a'), NOW - 4 * MINUTE),
        { type: 'acknowledge', which: { by: 'uid', uid: 'r2' }, by: 'ann', comment: '', atMs: NOW },
      ],
      { key: key('c') },
      'cluster-block',
    ],
    ['a lesser recovery does not block the source', past('y', other, 'IntermediateMasterRecovery'), {}, 'free'],
    ['nor does its sibling when it fails as source', past('a', other, 'IntermediateMasterRecovery'), {}, 'free'],
    ['the source does not block a lesser one', past('y', { clusterName: 'a:3306' }), other, 'free'],
    ['lesser ones block each other', past('y', other, 'IntermediateMasterRecovery'), other, 'cluster-block'],
    [
      'a repair in place does not block a failover',
      past('a', { code: 'LockedSemiSyncMaster', clusterName: 'a:3306' }),
      {},
      'free',
    ],
    [
      'a repair in place waits for a failover',
      past('a'),
      { code: 'NoWriteableMasterStructureWarning' },
      'instance-block',
    ],
    ['another cluster', past('y', { clusterAlias: 'mail' }), {}, 'free'],
    ['expired', [...past('a'), expireAt(NOW + HOUR)], {}, 'free'],
    [
      'acknowledged',
      [...past('a'), { type: 'acknowledge', which: { by: 'all' }, by: 'ann', comment: 'ok', atMs: NOW }],
      {},
      'free',
    ],
    [
      'interrupted',
      [
        register('r1', summary('a'), NOW - MINUTE),
        { type: 'interrupt-recoveries', exceptNodeToken: 'token-2', atMs: NOW },
      ],
      {},
      'instance-block',
    ],
  ])('%s', (_, commands, analysis, expected) => {
    expect(blocked(commands, analysis)).toBe(expected);
  });

  test('a repair in place respects them even when forced, a failover does not', () => {
    expect(blocked(past('a'), { code: 'LockedSemiSyncMaster' }, true)).toBe('instance-block');
    expect(blocked(past('a'), {}, true)).toBe('free');
  });

  test('the newest block is the one that is named', () => {
    const state = stateAfter(
      ...past('a'),
      register('r2', summary('a', { clusterName: 'q:3306' }), NOW - MINUTE),
      resolve('r2', null, NOW),
    );
    expect(mayRecover(question({ state }))).toMatchObject({ blockingRecoveryId: 2 });
  });
});
