import { describe, expect, test } from 'vitest';
import {
  durationText,
  mayRecover,
  type ObstacleCode,
  obstacleText,
  type RecoveryQuestion,
  recoveryObstacles,
} from '../../../src/main/core/policy/may-recover.ts';
import { recoveryScope } from '../../../src/main/core/policy/scope.ts';
import { HOUR, MINUTE, register, resolve, SECOND, stateAfter, summary } from '../commands/samples.ts';
import { downtime, NOW, past, question, running } from './question.ts';

interface Case {
  readonly code: ObstacleCode;
  readonly name: string;
  readonly asked: RecoveryQuestion;
  readonly reason: string;
  readonly lift: string;
  readonly blockingRecoveryId?: number;
  /** Whether a person who forces the recovery gets past it. */
  readonly bypassed: boolean;
}

const CASES: readonly Case[] = [
  {
    code: 'no-recovery-for-code',
    name: 'a code that is only watched',
    asked: question({}, { code: 'UnreachableMaster' }),
    reason: 'a:3306 is analysed as UnreachableMaster, for which there is no recovery: Baton only watches it.',
    lift: 'Look at the server and its replicas; `force-master-failover` fails over a source whatever its analysis says.',
    bypassed: false,
  },
  {
    code: 'no-quorum',
    name: 'no quorum',
    asked: question({ hasQuorum: false, isLeader: false }),
    reason: 'This Baton is not part of a quorum, and without quorum nobody recovers.',
    lift: 'Bring back enough of the other Batons, or their network.',
    bypassed: false,
  },
  {
    code: 'not-leader',
    name: 'a follower',
    asked: question({ isLeader: false }),
    reason: 'Only the leader of the quorum recovers, and this Baton is not it.',
    lift: 'Ask the leader.',
    bypassed: false,
  },
  {
    code: 'globally-disabled',
    name: 'the global switch',
    asked: question({ state: stateAfter({ type: 'disable-global-recoveries' }) }),
    reason: 'Recoveries are disabled globally.',
    lift: '`enable-global-recoveries`',
    bypassed: true,
  },
  {
    code: 'downtimed',
    name: 'downtime of the server',
    asked: question({ state: stateAfter(downtime('a')) }),
    reason: 'a:3306 is in downtime by ann: new disk.',
    lift: '`end-downtime -i a:3306`',
    bypassed: true,
  },
  {
    code: 'downtimed',
    name: 'downtime of all its replicas',
    asked: question({}, { skippableDueToDowntime: true, isReplicasDowntimed: true }),
    reason: 'All replicas of a:3306 are in downtime.',
    lift: '`end-downtime -i b:3306`, `end-downtime -i c:3306`',
    bypassed: true,
  },
  {
    code: 'cluster-filter',
    name: 'a cluster that the filters leave out',
    asked: question({}, { hasAutomatedMasterRecovery: false }),
    reason: 'Cluster shop (a:3306) matches no element of RecoverMasterClusterFilters.',
    lift: 'Add the cluster to RecoverMasterClusterFilters, or `recover -i a:3306`',
    bypassed: true,
  },
  {
    code: 'cluster-filter',
    name: 'the filters of intermediate sources',
    asked: question({}, { code: 'DeadIntermediateMaster', hasAutomatedIntermediateMasterRecovery: false }),
    reason: 'Cluster shop (a:3306) matches no element of RecoverIntermediateMasterClusterFilters.',
    lift: 'Add the cluster to RecoverIntermediateMasterClusterFilters, or `recover -i a:3306`',
    bypassed: true,
  },
  {
    code: 'instance-block',
    name: 'it was itself promoted a while ago',
    asked: question({ state: stateAfter(...past('a')) }),
    reason:
      'a:3306 was itself promoted by recovery 1 of z:3306, 10 min ago, which blocks it for another 50 min unless ' +
      'acknowledged.',
    lift: '`ack-instance-recoveries -i z:3306` with a reason',
    blockingRecoveryId: 1,
    bypassed: true,
  },
  {
    code: 'instance-block',
    name: 'it was already recovered, in vain',
    asked: question({
      state: stateAfter(register('r1', summary('a'), NOW - 90 * SECOND), resolve('r1', null, NOW - 80 * SECOND)),
    }),
    reason:
      'a:3306 was already recovered by recovery 1 (failed), 90 s ago, which blocks it for another 59 min unless ' +
      'acknowledged.',
    lift: '`ack-instance-recoveries -i a:3306` with a reason',
    blockingRecoveryId: 1,
    bypassed: true,
  },
  {
    code: 'cluster-block',
    name: 'the cluster was failed over a while ago',
    asked: question({ state: stateAfter(...past('y', { clusterName: 'a:3306' })) }),
    reason:
      'Cluster shop (a:3306) had recovery 1 of z:3306, 10 min ago, which blocks it for another 50 min unless ' +
      'acknowledged.',
    lift: '`ack-instance-recoveries -i z:3306` with a reason',
    blockingRecoveryId: 1,
    bypassed: true,
  },
  {
    code: 'recovery-running',
    name: 'a recovery of the cluster runs',
    asked: question({ state: stateAfter(running) }),
    reason: 'Recovery 1 of z:3306 is still running on console, begun 10 s ago.',
    lift: 'Wait for it to end.',
    blockingRecoveryId: 1,
    bypassed: false,
  },
  {
    code: 'start-up',
    name: 'Baton has just started',
    asked: question({ startedMs: NOW - 5 * SECOND }),
    reason: 'Baton has just started and watches for another 10 s before it recovers anything.',
    lift: 'Wait, or force the recovery.',
    bypassed: true,
  },
  {
    code: 'cluster-dark',
    name: 'nothing of the cluster was reachable a moment ago',
    asked: question({ clusterDarkMs: NOW - 4 * SECOND }),
    reason:
      "All instances of cluster shop (a:3306) were unreachable 4 s ago, which looks like Baton's own network; it " +
      'watches for another 6 s.',
    lift: 'Wait, or force the recovery.',
    bypassed: true,
  },
  {
    code: 'source-refuses-us',
    name: 'the source answers, but not to Baton',
    asked: question({ failure: 'refused-by-server' }),
    reason:
      'a:3306 answers but refuses Baton (account, grant or connection limit), so it is alive and may take writes that ' +
      'Baton could not stop.',
    lift: 'Give Baton access to a:3306, or stop that server.',
    bypassed: false,
  },
  {
    code: 'no-replica-confirms',
    name: 'replication was stopped by hand',
    asked: question({ confirmingReplicas: 0 }),
    reason:
      'No replica of a:3306 fails to connect to it: those that Baton reaches have their replication stopped, so none ' +
      'confirms that it is gone.',
    lift: '`start-replica` on a replica of a:3306, or `recover -i a:3306`',
    bypassed: true,
  },
];

describe('what stands in the way', () => {
  test.each(CASES)('$code: $name', ({ code, asked, reason, lift, blockingRecoveryId = 0, bypassed }) => {
    expect(mayRecover(asked)).toEqual({ ok: false, code, reason, lift, blockingRecoveryId });
    expect(mayRecover({ ...asked, forced: true }).ok).toBe(bypassed);
  });

  test('nothing: go ahead', () => {
    expect(mayRecover(question())).toEqual({ ok: true });
  });

  test('everything at once is judged in this order', () => {
    const state = stateAfter(
      { type: 'disable-global-recoveries' },
      downtime('a'),
      ...past('a', { clusterName: 'x:3306' }),
      register('r2', summary('w', { clusterName: 'a:3306' }), NOW - 2 * MINUTE),
      resolve('r2', null, NOW - MINUTE),
      register('r3', summary('v', { clusterName: 'a:3306' }), NOW - SECOND, { kind: 'IntermediateMasterRecovery' }),
    );
    const asked = question(
      {
        state,
        isLeader: false,
        startedMs: NOW,
        clusterDarkMs: NOW,
        failure: 'refused-by-server',
        confirmingReplicas: 0,
      },
      { hasAutomatedMasterRecovery: false },
    );
    expect(recoveryObstacles(asked).map(({ code }) => code)).toEqual([
      'not-leader',
      'globally-disabled',
      'downtimed',
      'cluster-filter',
      'instance-block',
      'cluster-block',
      'recovery-running',
      'start-up',
      'cluster-dark',
      'source-refuses-us',
      'no-replica-confirms',
    ]);
    expect(recoveryObstacles({ ...asked, forced: true }).map(({ code }) => code)).toEqual([
      'not-leader',
      'recovery-running',
      'source-refuses-us',
    ]);
  });
});

test('a repair in place asks neither cluster filters nor witnesses', () => {
  const analysis = { code: 'LockedSemiSyncMaster', hasAutomatedMasterRecovery: false } as const;
  expect(mayRecover(question({ confirmingReplicas: 0 }, analysis)).ok).toBe(true);
  expect(mayRecover(question({ confirmingReplicas: null })).ok).toBe(true);
});

test('an intermediate source that refuses Baton may be replaced when forced: it takes no writes', () => {
  const asked = question({ failure: 'refused-by-server' }, { code: 'DeadIntermediateMaster' });
  expect(mayRecover(asked)).toMatchObject({ code: 'source-refuses-us' });
  expect(mayRecover({ ...asked, forced: true }).ok).toBe(true);
});

test('downtime that is over does not count', () => {
  expect(mayRecover(question({ state: stateAfter(downtime('a')), nowMs: NOW + HOUR })).ok).toBe(true);
});

test.each([
  ['DeadMaster', 'source'],
  ['DeadCoMasterAndSomeReplicas', 'source'],
  ['AllIntermediateMasterReplicasFailingToConnectOrDead', 'intermediate'],
  ['DeadReplicationGroupMemberWithReplicas', 'intermediate'],
  ['MasterWithTooManySemiSyncReplicas', 'in-place'],
  ['DeadMasterAndReplicas', null],
  ['DeadIntermediateMasterWithSingleReplica', null],
  ['NoProblem', null],
] as const)('%s is recovered as %s', (code, scope) => {
  expect(recoveryScope(code)).toBe(scope);
});

test.each([
  [0, '1 s'],
  [119_400, '119 s'],
  [2 * MINUTE, '2 min'],
  [119 * MINUTE, '119 min'],
  [3 * HOUR, '3 h'],
])('%i ms is said as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('reason and remedy make one text', () => {
  const verdict = mayRecover(question({ state: stateAfter({ type: 'disable-global-recoveries' }) }));
  expect(verdict.ok ? '' : obstacleText(verdict)).toBe(
    'Recoveries are disabled globally. To lift it: `enable-global-recoveries`.',
  );
});
