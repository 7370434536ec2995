import { describe, expect, test } from 'vitest';
import {
  planSemiSync,
  type SemiSyncMode,
  type SemiSyncReplica,
} from '../../../src/main/core/recoveries/semi-sync/plan.ts';
import { TRAITS, whySwitchedOff } from '../../../src/main/core/recoveries/traits.ts';
import type { Effect } from '../../../src/main/core/sagas/effects.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { defaultSettings } from '../../../src/shared/settings/settings.ts';
import { deeds } from '../sagas/drive.ts';
import { factsOf, server } from '../topology/fleet.ts';
import { recoverScene } from './scene.ts';

/** `on`, `off`, or `deaf`: enabled, and connected before it was. */
type State = 'on' | 'off' | 'deaf';

function replica(
  name: string,
  priority: number,
  state: State,
  rule: SemiSyncReplica['rule'] = 'neutral',
): SemiSyncReplica {
  const semiSync = { available: true, replicaEnabled: state !== 'off', replicaStatus: state === 'on' };
  return { facts: factsOf(name, { below: 'db1', semiSync, facts: { semiSyncPriority: priority } }), rule };
}

function plan(mode: SemiSyncMode, waitsFor: number, clients: number, replicas: readonly SemiSyncReplica[]) {
  const master = factsOf('db1', { semiSync: { sourceWaitForReplicas: waitsFor, sourceClients: clients } });
  const { changes, shortage } = planSemiSync(master, replicas, mode);
  return {
    changes: changes.map(({ facts, on }) => `${facts.key.hostname} ${on ? 'on' : 'off'}`),
    short: shortage !== '',
  };
}

describe('which replicas are to acknowledge', () => {
  const all = [
    replica('db2', 1, 'off'),
    replica('db3', 2, 'off'),
    replica('db4', 0, 'on'),
    replica('db5', 1, 'on', 'prefer'),
  ];

  test.each<readonly [string, SemiSyncMode, number, number, readonly SemiSyncReplica[], readonly string[], boolean]>([
    ['enough: those that lack, by priority', 'enough', 2, 1, all, ['db3 on'], false],
    ['enough: none is switched off', 'enough', 1, 1, all, [], false],
    ['enough: as many as there are', 'enough', 9, 1, all, ['db3 on', 'db2 on'], true],
    ['exact: the best by priority, the others off', 'exact', 1, 2, all, ['db3 on', 'db4 off', 'db5 off'], false],
    ['exact: the promotion rule decides between equals', 'exact', 2, 2, all, ['db3 on', 'db4 off'], false],
    [
      'one that is enabled and connected before that connects anew',
      'enough',
      1,
      0,
      [replica('db2', 1, 'deaf')],
      ['db2 on'],
      false,
    ],
    ['an asynchronous one never acknowledges', 'enough', 1, 0, [replica('db2', 0, 'off')], [], true],
  ])('%s', (_, mode, waitsFor, clients, replicas, changes, short) => {
    expect(plan(mode, waitsFor, clients, replicas)).toEqual({ changes, short });
  });

  test('one that does not replicate is left out', () => {
    const stopped = { ...replica('db2', 5, 'off') };
    const facts = factsOf('db2', {
      below: 'db1',
      semiSync: { available: true },
      facts: { semiSyncPriority: 5 },
      replica: { ioState: 0 },
    });
    expect(plan('enough', 1, 0, [{ ...stopped, facts }])).toEqual({ changes: [], short: true });
  });
});

test('repairs that are switched off are not begun, so that they hold up nobody', () => {
  const settings = defaultSettings();
  expect(whySwitchedOff('locked-semi-sync', settings)).toContain('both are off');
  expect(whySwitchedOff('locked-semi-sync', { ...settings, RecoverLockedSemiSyncMaster: true })).toBeNull();
  expect(whySwitchedOff('exact-semi-sync', { ...settings, RecoverLockedSemiSyncMaster: true })).toContain('it is off');
  expect(whySwitchedOff('non-writeable-master', settings)).toContain('it is off');
  for (const routine of ['dead-master', 'dead-co-master', 'dead-intermediate-master', 'dead-group-member'] as const) {
    expect([whySwitchedOff(routine, settings), TRAITS[routine].kind]).not.toContain('');
  }
});

describe('commits that waited before the repair', () => {
  const MASTER = { sourceEnabled: true, sourceStatus: true, sourceWaitForReplicas: 1, available: true } as const;

  /** A locked master with one asynchronous replica; `waiting` commits wait until something is acknowledged. */
  function repair(
    waiting: number,
    options: { readonly fresh?: boolean; readonly refuses?: boolean; readonly readOnly?: boolean } = {},
  ) {
    let [clients, waits, reads] = [0, waiting, 0];
    const facts = (name: string): InstanceFacts =>
      name === 'db1'
        ? factsOf('db1', {
            semiSync: { ...MASTER, sourceClients: clients, ...(waits > 0 ? { sourceWaiting: waits } : {}) },
            facts: { readOnly: options.readOnly ?? false },
          })
        : factsOf('db2', { below: 'db1', semiSync: { available: true }, facts: { semiSyncPriority: 1 } });
    const answer = (effect: Effect): unknown => {
      switch (effect.type) {
        case 'read': {
          if (effect.key.hostname === 'db1' && clients > 0) reads += 1;
          if (options.fresh && reads > 1) waits = 0;
          return { ok: true, value: facts(effect.key.hostname) };
        }
        case 'perform':
          if (effect.action.kind === 'set-semi-sync-replica') clients = 1;
          if (effect.action.kind === 'log-nothing') {
            if (options.refuses) return { ok: false, failure: { kind: 'refused-by-server', message: 'access denied' } };
            waits = 0;
          }
          return { ok: true, value: undefined };
        default:
          return undefined;
      }
    };
    const snapshots = ['db1', 'db2'].map((name) => ({ ...server(name), facts: facts(name) }));
    const run = recoverScene('locked-semi-sync', 'db1', snapshots, answer, {
      settings: { RecoverLockedSemiSyncMaster: true },
    });
    const wrote = deeds(run.steps).includes('db1 log-nothing');
    return { wrote, waits, successor: run.result.successor?.key.hostname, errors: run.result.errors };
  }

  test.each<[string, Parameters<typeof repair>, { wrote: boolean; waits: number; says: string }]>([
    ['none waits', [0], { wrote: false, waits: 0, says: '' }],
    ['clients go on writing', [2, { fresh: true }], { wrote: false, waits: 0, says: '' }],
    ['nobody writes', [2], { wrote: true, waits: 0, says: '' }],
    [
      'it may not',
      [2, { refuses: true }],
      { wrote: true, waits: 2, says: 'access denied. They are released with the next' },
    ],
    ['the master is read-only', [2, { readOnly: true }], { wrote: false, waits: 2, says: 'which is read-only' }],
  ])('%s', (_, args, { wrote, waits, says }) => {
    const run = repair(...args);
    expect(run).toMatchObject({ wrote, waits, successor: 'db1' });
    if (says === '') expect(run.errors).toEqual([]);
    else expect(run.errors.join()).toContain(says);
  });
});
