import { expect } from 'vitest';
import type { ClientScene } from './client-scene.ts';
import type { Chapter } from './step.ts';

const arrives = (scene: ClientScene) => scene.arrives('db1');
const arrivesOld = (scene: ClientScene) => scene.arrives('old1');
const mark = (scene: ClientScene) => scene.marks.injectEverywhere();

/** What the predecessor's binary has and its client lacks (client reference, 6.3), and Baton's own. */
export const BEYOND_LOOKING: readonly Chapter[] = [
  {
    title: 'what only the binary can look up',
    looks: true,
    steps: [
      { command: 'find -pattern ^db3$', prints: 'db3' },
      { command: 'search -pattern db3.host', prints: 'db3' },
      { command: 'which-cluster-domain -alias shop', prints: 'shop.lab.example' },
      { command: 'which-cluster-gh-ost-replicas -a shop', prints: ['db2', 'db3', 'db4'] },
      { command: 'which-downtimed-instances' },
      { command: 'which-lost-in-recovery' },
      { command: 'instance-status -i db2', prints: /^\[0s,ok,9\..*\]$/ },
      { command: 'get-cluster-heuristic-lag -a shop', prints: /^\d$/ },
      { command: 'get-candidate-replica -i db1', prints: /^db[23]$/ },
      { command: 'in-maintenance -i db2' },
      { command: 'resolve -i db2', prints: 'db2' },
      { command: 'bulk-instances', prints: ['db1', 'db2', 'db3', 'db4', 'old1', 'old2', 'old3', 'old4'] },
      { command: 'bulk-promotion-rules' },
      { command: 'cluster-pool-instances' },
      { command: 'show-unresolve-hosts' },
      { command: 'topology-history -a shop', prints: /^db1\tdb4\tdb2\t9\./m },
      { command: 'topology -a shop -pattern 2026', code: 1, complains: /topology-history/ },
      { command: 'which-cluster -i db4 -ignore-raft-setup -quiet -stack=false', prints: 'db1' },
    ],
  },
];

export const BEYOND_MOVING: readonly Chapter[] = [
  {
    title: 'what only the binary can do',
    steps: [
      { command: 'set-heuristic-domain-instance -a shop', prints: 'db1' },
      { command: 'which-heuristic-domain-instance -a shop', prints: 'db1' },
      { command: 'reset-hostname-resolve-cache', prints: /./ },
      {
        command: 'relocate-below -i db4 -d db1 -skip-unresolve',
        prints: 'db4<db1',
        moves: { db4: 'db1' },
        after: arrives,
      },
      { command: 'relocate -i db4 -d db2 --noop', prints: /^# .*\n(?:.*\n)*db4: CHANGE REPLICATION SOURCE TO / },
      { command: 'relocate -i db4 -d db2', prints: 'db4<db2', moves: { db4: 'db2' }, after: arrives },
      { command: 'rematch -i old4', prints: 'old4<old2', given: mark, after: arrivesOld },
      {
        command: 'match-replicas -i old2 -d old3 -pattern :old4.port$',
        prints: ['old4'],
        moves: { old4: 'old3' },
        after: arrivesOld,
      },
      { command: 'match-up -i old4', prints: 'old4<old1', moves: { old4: 'old1' }, given: mark, after: arrivesOld },
      { command: 'move-below -i old4 -d old2', prints: 'old4<old2', moves: { old4: 'old2' }, after: arrivesOld },
      { command: 'last-executed-relay-entry -i old4', prints: /\S/ },
      { command: 'find-binlog-entry -i old1 -pattern "no such entry"', code: 1, complains: /No binary log of old1/ },
      { command: 'correlate-binlog-pos -i old4 -d old3', prints: /^binlog\.\d{6}:\d+$/, given: mark },
      { command: 'change-master-credentials -i db4', prints: 'db4', after: arrives },
      { command: 'ack-instance-recoveries -i db1 -reason "nothing to see"', prints: /0 recoveries/ },
      {
        command: 'begin-maintenance -i db3 -duration 1h -reason binary',
        prints: 'db3',
        after: async (scene) => expect(await scene.baton.get('maintenance')).toHaveLength(1),
      },
      { command: 'in-maintenance -i db3', prints: 'db3' },
      { command: 'end-maintenance -i db3', prints: 'db3' },
    ],
  },
];
