import type { ClusterSummary } from '../../../src/shared/contract/v2/cluster.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import type { StreamMessage } from '../../../src/shared/contract/v2/stream.ts';

type Of<T extends StreamMessage['type']> = Extract<StreamMessage, { type: T }>;

export function cluster(name: string, more: Partial<ClusterSummary> = {}): ClusterSummary {
  return {
    name,
    alias: '',
    domain: '',
    master: null,
    writeableMaster: null,
    unknownSource: null,
    members: 0,
    problems: 0,
    automatedMasterRecovery: false,
    automatedIntermediateMasterRecovery: false,
    ...more,
  };
}

/** As far as whoever only keeps members looks at one. */
export function member(id: string, version = '8.4.0'): Member {
  return { id, version } as unknown as Member;
}

export function snapshot(id: string, clusters: Of<'snapshot'>['clusters']): Of<'snapshot'> {
  return { type: 'snapshot', id, atMs: 1, clusters };
}

export function delta(
  id: string,
  summary: ClusterSummary,
  changed: readonly Member[],
  gone: readonly string[] = [],
): Of<'topology'> {
  return { type: 'topology', id, atMs: 2, clusterName: summary.name, cluster: summary, changed, gone };
}

export function told(clusterName: string, event: Of<'event'>['event'], id = 'e-1'): Of<'event'> {
  return { type: 'event', id, atMs: 3, clusterName, event };
}

const KEY = { hostname: 'db1', port: 3306 };

export const EVENTS = {
  detection: { type: 'detection', atMs: 3, key: KEY, clusterName: 'db1:3306', code: 'DeadMaster', actionable: true },
  started: { type: 'recovery-started', atMs: 3, key: KEY, clusterName: 'db1:3306', code: 'DeadMaster', uid: 'u1' },
  blocked: {
    type: 'recovery-blocked',
    atMs: 3,
    key: KEY,
    clusterName: 'db1:3306',
    code: 'DeadMaster',
    reason: 'global recoveries are off',
  },
  ended: {
    type: 'recovery-ended',
    atMs: 4,
    key: KEY,
    uid: 'u1',
    successor: { hostname: 'db2', port: 3306 },
    outcome: 'succeeded',
  },
} as const satisfies Record<string, Of<'event'>['event']>;
