import type { RecoveryQuestion } from '../../../src/main/core/policy/may-recover.ts';
import type { Analysis, AnalysisFacts } from '../../../src/shared/domain/analysis.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { HOUR, key, MINUTE, register, resolve, SECOND, stateAfter, summary } from '../commands/samples.ts';

export const NOW = 100 * HOUR;

/** A dead source `a` of the cluster `shop`, with two witnesses, found by a Baton that has run for long. */
export function question(changes: Partial<RecoveryQuestion> = {}, analysis: Partial<Analysis> = {}): RecoveryQuestion {
  const { isActionable: _, isMaster: __, isCoMaster: ___, ...about } = summary('a', { clusterAlias: 'shop' });
  return {
    analysis: {
      ...about,
      sourceKey: key('', 0),
      structure: [],
      facts: {} as AnalysisFacts,
      replicas: [key('b'), key('c')],
      dataCenter: '',
      region: '',
      environment: '',
      coordinates: null,
      isReplicasDowntimed: false,
      downtimeEndMs: 0,
      skippableDueToDowntime: false,
      ...analysis,
    },
    state: stateAfter(),
    nowMs: NOW,
    forced: false,
    hasQuorum: true,
    isLeader: true,
    startedMs: NOW - HOUR,
    startUpGraceMs: 15 * SECOND,
    clusterDarkMs: 0,
    darkGraceMs: 10 * SECOND,
    failure: 'refused',
    confirmingReplicas: 2,
    recoveryBlockMs: HOUR,
    ...changes,
  };
}

/** Recovery 1: `z` of its cluster failed ten minutes ago, and `successor` was promoted. */
export function past(
  successor: string,
  analysis = {},
  kind: 'MasterRecovery' | 'IntermediateMasterRecovery' = 'MasterRecovery',
) {
  return [
    register('r1', summary('z', analysis), NOW - 10 * MINUTE, { kind }),
    resolve('r1', key(successor), NOW - 9 * MINUTE),
  ] as const;
}

export const downtime = (host: string): Command => ({
  type: 'begin-downtime',
  key: key(host),
  owner: 'ann',
  reason: 'new disk',
  beginMs: NOW - HOUR,
  endMs: NOW + HOUR,
});

export const running = register('r1', summary('z', { clusterName: 'a:3306' }), NOW - 10 * SECOND);
