import type { ClientScene } from './client-scene.ts';
import type { Chapter } from './step.ts';

const arrives = (scene: ClientScene) => scene.arrives('db1');
const arrivesOld = (scene: ClientScene) => scene.arrives('old1');
const mark = (scene: ClientScene) => scene.marks.injectEverywhere();

/** Moving replicas (client reference, 5.4): every step ends where the next one begins. */
export const MOVING: readonly Chapter[] = [
  {
    title: 'moving by GTID',
    steps: [
      { command: 'relocate -i db4 -d db1', prints: 'db4<db1', moves: { db4: 'db1' }, after: arrives },
      { command: 'relocate -i db4 -s db3', prints: 'db4<db3', moves: { db4: 'db3' }, after: arrives },
      { command: 'relocate -i db1 -d db3', code: 1, complains: /circle/ },
      { command: 'relocate -i db4', code: 1, complains: /destination must be provided|needs -d/ },
      { command: 'relocate-replicas -i db3 -d db2', prints: ['db4'], moves: { db4: 'db2' }, after: arrives },
      { command: 'relocate-slaves -i db3 -d db2' },
      { command: 'move-up -i db4', prints: 'db4<db1', moves: { db4: 'db1' }, after: arrives },
      { command: 'move-below -i db4 -d db2', prints: 'db4<db2', moves: { db4: 'db2' }, after: arrives },
      { command: 'move-gtid -i db4 -d db3', prints: 'db4<db3', moves: { db4: 'db3' }, after: arrives },
      { command: 'move-replicas-gtid -i db3 -d db2', prints: ['db4'], moves: { db4: 'db2' }, after: arrives },
      { command: 'move-up-replicas -i db2', prints: ['db4'], moves: { db4: 'db1' }, after: arrives },
      {
        command: 'take-siblings -i db2',
        prints: 'db2<db1',
        moves: { db3: 'db2', db4: 'db2' },
        after: arrives,
      },
      { command: 'repoint-replicas -i db2', prints: ['db3', 'db4'], after: arrives },
      { command: 'repoint -i db4 -d db2', prints: 'db4<db2', after: arrives },
      { command: 'relocate -i db3 -d db1', prints: 'db3<db1', moves: { db3: 'db1' }, after: arrives },
      { command: 'make-co-master -i db3', prints: 'db3<db1', moves: { db1: 'db3' }, after: arrives },
      { command: 'reset-replica -i db1', prints: 'db1', moves: { db1: '-' }, after: arrives },
      { command: 'take-master -i db4', prints: 'db4<db1', moves: { db4: 'db1', db2: 'db4' }, after: arrives },
      { command: 'take-master -i db2', prints: 'db2<db1', moves: { db2: 'db1', db4: 'db2' }, after: arrives },
    ],
  },
  {
    title: 'moving by position and Pseudo-GTID',
    steps: [
      { command: 'last-pseudo-gtid -i old1', prints: /drop view if exists/i, given: mark },
      { command: 'match -i old4 -d old3', prints: 'old4<old3', moves: { old4: 'old3' }, after: arrivesOld },
      { command: 'match-up -i old4', prints: 'old4<old1', moves: { old4: 'old1' }, given: mark, after: arrivesOld },
      { command: 'move-below -i old4 -d old2', prints: 'old4<old2', moves: { old4: 'old2' } },
      { command: 'move-equivalent -i old4 -d old1', prints: 'old4<old1', moves: { old4: 'old1' }, after: arrivesOld },
      { command: 'move-below -i old4 -d old2', prints: 'old4<old2', moves: { old4: 'old2' }, after: arrivesOld },
      {
        command: 'match-up-replicas -i old2',
        prints: ['old4'],
        moves: { old4: 'old1' },
        given: mark,
        after: arrivesOld,
      },
      {
        command: 'relocate -i old4 -d old2',
        prints: 'old4<old2',
        moves: { old4: 'old2' },
        given: mark,
        after: arrivesOld,
      },
      { command: 'move-gtid -i old4 -d old3', code: 1, complains: /old4 doesn'?t use GTIDs/ },
      { command: 'match -i old4 -d db1', code: 1, complains: /old4/ },
    ],
  },
];
