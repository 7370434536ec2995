import { describe, expect, it } from 'vitest';
import { type SemiSyncReplica, semiSyncPlan } from '../../../../src/main/core/operations/one-server/semi-sync-plan.ts';
import type { PromotionRule } from '../../../../src/shared/domain/instance.ts';
import { factsOf } from '../../topology/fleet.ts';

/** `db2 2 on`: priority and whether it acknowledges; `away` for one that doesn't replicate; else a promotion rule. */
function replica(text: string): SemiSyncReplica {
  const [name = '', priority = '0', state = 'off', rule = 'neutral'] = text.split(' ');
  const facts = factsOf(name, {
    below: 'db1',
    semiSync: { replicaEnabled: state === 'on' },
    facts: { semiSyncPriority: Number(priority) },
  });
  return { facts, rule: (rule === 'away' ? 'neutral' : rule) as PromotionRule, replicates: rule !== 'away' };
}

describe('semiSyncPlan', () => {
  it.each([
    ['exact', 1, 0, ['db2 1 off', 'db3 2 off'], ['db3 on']],
    ['exact', 1, 0, ['db2 1 on', 'db3 2 off'], ['db3 on', 'db2 off']],
    ['exact', 1, 1, ['db2 1 on', 'db3 1 on'], ['db3 off']],
    ['exact', 1, 1, ['db2 1 on', 'db3 1 off prefer'], ['db3 on', 'db2 off']],
    ['exact', 2, 1, ['db2 0 on', 'db3 1 on'], ['db2 off']],
    ['exact', 1, 0, ['db2 2 off away', 'db3 1 off'], ['db3 on']],
    ['enough', 2, 1, ['db2 1 on', 'db3 1 off', 'db4 2 off'], ['db4 on']],
    ['enough', 1, 1, ['db2 1 on', 'db3 1 on'], []],
    ['enough', 1, 3, ['db2 1 off'], []],
    ['enough', 2, 0, ['db2 0 off', 'db3 1 off'], ['db3 on']],
  ] as const)('%s, waiting for %d with %d connected: %j', (mode, waits, clients, replicas, expected) => {
    const source = factsOf('db1', { semiSync: { sourceWaitForReplicas: waits, sourceClients: clients } });
    const plan = semiSyncPlan(source, replicas.map(replica), mode);
    expect(plan.map(({ key, on }) => `${key.hostname} ${on ? 'on' : 'off'}`)).toEqual(expected);
  });
});
