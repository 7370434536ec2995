import { expect } from 'vitest';
import type { ClientScene } from './client-scene.ts';
import type { Chapter } from './step.ts';

const arrives = (source: string) => (scene: ClientScene) => scene.arrives(source);

const killed = (name: string) => async (scene: ClientScene) => {
  await scene.server(name).kill('SIGKILL');
  await scene.sees(async () => {
    const found = await scene.baton.ask<readonly { readonly Analysis: string }[]>('replication-analysis');
    return found.some(({ Analysis }) => Analysis === 'DeadMaster');
  }, `${name} to count as dead`);
};

/** Analysis, recovery and raft (client reference, 5.7 and 5.8). */
export const RECOVERING: readonly Chapter[] = [
  {
    title: 'the switch for all recoveries',
    steps: [
      { command: 'check-global-recoveries', prints: 'enabled' },
      { command: 'disable-global-recoveries', prints: 'disabled' },
      { command: 'check-global-recoveries', prints: 'disabled' },
      { command: 'enable-global-recoveries', prints: 'enabled' },
    ],
  },
  {
    title: 'raft',
    steps: [
      { command: 'raft-leader', code: 1, complains: /not running raft/ },
      { command: 'raft-health', code: 1, complains: /not running raft/ },
      { command: 'raft-leader-hostname', code: 1, complains: /not running raft/ },
      { command: 'raft-elect-leader -H node2', code: 1, complains: /not running raft/ },
    ],
  },
  {
    title: 'takeovers',
    steps: [
      { command: 'recover -i db1', prints: /^\{.*\}$/, code: 1, complains: /db1/ },
      {
        command: 'graceful-master-takeover -alias shop -d db2',
        prints: 'db2',
        moves: { db2: '-', db1: 'db2 No No', db3: 'db2' },
      },
      { command: 'start-replica -i db1', prints: 'db1', moves: { db1: 'db2' }, after: arrives('db2') },
      {
        command: 'graceful-master-takeover-auto -i db2 -d db1',
        prints: 'db1',
        moves: { db1: '-', db2: 'db1', db3: 'db1', db4: 'db1' },
        after: arrives('db1'),
      },
      { command: 'graceful-master-takeover -a shop -d old1', code: 1, complains: /old1/ },
    ],
  },
  {
    title: 'failures',
    steps: [
      {
        command: 'replication-analysis',
        prints: /^db1 \(cluster db1\): DeadMaster$/m,
        given: killed('db1'),
      },
      { command: 'recover -i db1', prints: 'db2', moves: { db2: '-', db3: 'db2', db4: 'db2' }, after: arrives('db2') },
      { command: 'ack-cluster-recoveries -a shop -r looked-at', prints: /./ },
      {
        command: 'force-master-takeover -a shop -d db3',
        prints: 'db3',
        moves: { db3: '-', db4: 'db3' },
        after: arrives('db3'),
      },
      {
        command: 'force-master-failover -i old1',
        prints: 'old2',
        moves: { old2: '-', old3: 'old2' },
        after: arrives('old2'),
      },
      { command: 'ack-all-recoveries', code: 1, complains: /reason must be provided|needs -r/ },
      {
        command: 'ack-all-recoveries --reason "all looked at"',
        prints: 'all looked at',
        // Of a comment it sends the first word.
        stockPrints: 'all',
        after: async (scene) => {
          const all = await scene.baton.get<readonly { readonly Acknowledged: boolean }[]>('audit-recovery');
          expect(all.filter(({ Acknowledged }) => !Acknowledged)).toEqual([]);
        },
      },
    ],
  },
];
