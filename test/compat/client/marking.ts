import { expect } from 'vitest';
import type { ClientScene } from './client-scene.ts';
import type { Chapter } from './step.ts';

async function downtime(scene: ClientScene, name: string): Promise<unknown> {
  const { hostname, port } = scene.key(name);
  const { IsDowntimed, DowntimeReason, DowntimeOwner } = await scene.baton.get<Record<string, unknown>>(
    `instance/${hostname}/${port}`,
  );
  return { IsDowntimed, DowntimeReason, DowntimeOwner };
}

/** Key-value entries, tags, pools, downtime, candidates and names (client reference, 5.3 and 5.5). */
export const MARKING: readonly Chapter[] = [
  {
    title: 'tags',
    steps: [
      { command: 'tag -i db2 -t role=backup', prints: 'db2' },
      { command: 'tag -i db3 --tag role=backup', prints: 'db3' },
      { command: 'tag -i db3 -tag "note=two words"', prints: 'db3' },
      { command: 'tags -i db3', prints: ['note=two words', 'role=backup'] },
      { command: 'tags -i db4' },
      { command: 'tag-value -i db3 -t note', prints: 'two words' },
      { command: 'tag-value -i db4 -t note', code: 1, complains: /note/ },
      { command: 'tagged -t role=backup', prints: ['db2', 'db3'] },
      { command: 'tagged -t role=backup,note', prints: ['db3'] },
      { command: 'tagged -t role=other' },
      {
        command: 'tagged -t role',
        env: (scene) => ({ ORCHESTRATOR_INSTANCE: scene.addressed('db4') }),
        prints: ['db2', 'db3'],
      },
      { command: 'topology-tags -a shop', prints: /^\+ db2 .*\[role=backup\]/m },
      { command: 'untag -i db3 -t note', prints: ['db3'] },
      { command: 'untag-all -t role=backup', prints: ['db2', 'db3'] },
      { command: 'tag -i db3', code: 1, complains: /tag/ },
    ],
  },
  {
    title: 'pools',
    steps: [
      { command: 'submit-pool-instances -l readers -i db2,db3', prints: 'readers' },
      { command: 'which-heuristic-cluster-pool-instances -a shop -pool readers', prints: ['db2', 'db3'] },
      { command: 'which-heuristic-cluster-pool-instances -i db1', prints: ['db2', 'db3'] },
      { command: 'which-heuristic-cluster-pool-instances -a shop -l writers' },
    ],
  },
  {
    title: 'key-value entries',
    steps: [
      {
        command: 'submit-masters-to-kv-stores -alias shop',
        prints: /^mysql\/master\/shop:db1\n/,
      },
      { command: 'submit-masters-to-kv-stores', prints: /^mysql\/master\/old\/hostname:127\./m },
    ],
  },
  {
    title: 'downtime and maintenance',
    steps: [
      {
        command: 'begin-downtime -i db3 -o ann -r "new disk, 50% of it" -u 5m',
        prints: 'db3',
        after: async (scene) => {
          const now = (await downtime(scene, 'db3')) as Record<string, string>;
          expect(now).toMatchObject({ IsDowntimed: true, DowntimeOwner: 'ann' });
          expect(now.DowntimeReason?.trim()).toBe('new disk, 50% of it');
        },
      },
      { command: 'begin-downtime -i db4 -duration 1h --reason moving', prints: 'db4' },
      { command: 'downtimed', prints: ['db3', 'db4'] },
      { command: 'downtimed -a shop', prints: ['db3', 'db4'] },
      { command: 'downtimed -a old' },
      { command: 'end-downtime -i db3', prints: 'db3' },
      { command: 'end-downtime -i db4', prints: 'db4' },
      {
        command: 'downtimed',
        after: async (scene) => expect(await downtime(scene, 'db3')).toMatchObject({ IsDowntimed: false }),
      },
      { command: 'begin-downtime -i db3', code: 1, complains: /reason must be provided|needs -r/ },
      { command: 'begin-maintenance -i db3 -owner bob -reason "by hand"', prints: 'db3' },
      { command: 'relocate -i db3 -d db2', code: 1, complains: /db3 .*bob/ },
      { command: 'begin-maintenance -i db3 -o ann -r again', prints: '0', code: 1, complains: /db3 .*bob/ },
      { command: 'end-maintenance -i db3', prints: 'db3' },
    ],
  },
  {
    title: 'candidates and virtual names',
    steps: [
      {
        command: 'register-candidate -i db3 -R prefer',
        prints: 'db3',
        after: async (scene) => expect(await scene.instance('db3')).toMatchObject({ PromotionRule: 'prefer' }),
      },
      { command: 'register-candidate -i db3 -promotion-rule neutral', prints: 'db3' },
      { command: 'register-candidate -i db3 -R best', code: 1, complains: /best/ },
      { command: 'register-hostname-unresolve -i db2 -H writer.shop.invalid', prints: 'db2' },
      { command: 'deregister-hostname-unresolve -i db2', prints: 'db2' },
    ],
  },
];
