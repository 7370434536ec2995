import { describe, expect, test } from 'vitest';
import type { RecoveryRoutine } from '../../../src/main/core/analysis/reactions.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { deeds } from '../sagas/drive.ts';
import { type Fault, ModelCluster, type ModelOptions } from '../sagas/model.ts';
import { gtids, keysOf } from '../sagas/scenario.ts';
import { key, type ServerOptions, server } from '../topology/fleet.ts';
import { recoverScene, type SceneOptions } from './scene.ts';

function at(name: string, below: string | null, options: ServerOptions = {}): InstanceSnapshot {
  return server(name, {
    ...(below === null ? {} : { below }),
    ...options,
    facts: { gtidExecuted: gtids('db1', '1-100'), dataCenter: 'dc1', ...options.facts },
  });
}

function recover(
  routine: RecoveryRoutine,
  failed: string,
  snapshots: readonly InstanceSnapshot[],
  options: SceneOptions & { readonly model?: Partial<ModelOptions>; readonly prepare?: (c: ModelCluster) => void } = {},
) {
  const servers = snapshots.flatMap(({ facts }) => facts ?? []);
  const cluster = new ModelCluster({ servers, source: key(failed), ...options.model });
  options.prepare?.(cluster);
  const run = recoverScene(routine, failed, snapshots, cluster.answer, options);
  const follows = (name: string): string | undefined => cluster.server(key(name)).read().replica?.source.hostname;
  return { ...run, cluster, follows, successor: run.result.successor?.key.hostname ?? null, deeds: deeds(run.steps) };
}

const down = { dead: true } as const;
const connecting = { replica: { ioState: 2, lastIoErrno: 2003, lastIoError: 'no connection' } } as const;

describe('a dead intermediate master', () => {
  const tree = (sibling: ServerOptions = {}): InstanceSnapshot[] => [
    at('db1', null),
    at('db2', 'db1', down),
    at('db3', 'db1', sibling),
    at('db4', 'db2', connecting),
    at('db5', 'db2', connecting),
  ];

  test('plan A: a sibling in its data center takes its replicas', () => {
    const { successor, follows, result, deeds } = recover('dead-intermediate-master', 'db2', tree());
    expect([successor, follows('db4'), follows('db5')]).toEqual(['db3', 'db3', 'db3']);
    expect(result).toMatchObject({ lostReplicas: [], errors: [] });
    expect(deeds.filter((each) => each.includes('set-read-only') || each.startsWith('fence'))).toEqual([]);
  });

  test('plans B and C: one of them heads the others, and goes below a sibling elsewhere', () => {
    const { successor, follows, result } = recover(
      'dead-intermediate-master',
      'db2',
      tree({ facts: { dataCenter: 'dc2' } }),
    );
    expect([follows('db4'), follows('db5')].sort()).toEqual(['db3', 'db4']);
    expect([successor, result.lostReplicas]).toEqual(['db4', []]);
    expect(keysOf(result.participants)).toEqual(['db4', 'db3']);
  });

  test('plan D: without a sibling they go up, one heading the others', () => {
    const { follows, result } = recover('dead-intermediate-master', 'db2', [
      at('db1', null),
      at('db2', 'db1', down),
      at('db4', 'db2', connecting),
      at('db5', 'db2', connecting),
    ]);
    expect([follows('db4'), follows('db5')]).toEqual(['db1', 'db4']);
    expect(result.lostReplicas).toEqual([]);
  });

  test('one that can not be moved stays where it is, and is named', () => {
    const { successor, follows, result } = recover('dead-intermediate-master', 'db2', [
      ...tree(),
      at('db6', 'db2', { replica: { ...connecting.replica, gtidUse: 'none' } }),
    ]);
    expect([successor, follows('db6')]).toEqual(['db3', 'db2']);
    expect(keysOf(result.lostReplicas)).toEqual(['db6']);
    expect(result.errors.join(' ')).toContain('db6:3306 could not be moved below db3:3306');
  });

  test('a failing PreFailoverProcesses hook leaves everything as it is', () => {
    const model = {
      faultAt: (_: number, effect: { type: string }) => (effect.type === 'hooks' ? 'hook' : null) as Fault | null,
    };
    const { successor, deeds } = recover('dead-intermediate-master', 'db2', tree(), { model });
    expect([successor, deeds]).toEqual([null, ['hooks PreFailoverProcesses']]);
  });

  test('with a fault at any step it ends, and whom it does not move it names', () => {
    for (const fault of ['error', 'timeout', 'late', 'gone'] satisfies Fault[]) {
      for (let when = 0; when < 40; when += 1) {
        const model = { faultAt: (index: number) => (index === when ? fault : null) };
        const { result, follows } = recover('dead-intermediate-master', 'db2', tree(), { model });
        for (const name of ['db4', 'db5']) {
          const isLost = keysOf(result.lostReplicas).includes(name);
          if (follows(name) === 'db2') expect(isLost, `${name} after ${fault} at ${when}`).toBe(true);
        }
      }
    }
  });
});

describe('a dead co-master', () => {
  const pair = (other: ServerOptions = {}): InstanceSnapshot[] => [
    at('db1', 'db2', { ...down, facts: { readOnly: false } }),
    at('db2', 'db1', { ...connecting, ...other }),
    at('db3', 'db1', { replica: { ...connecting.replica, gtidRetrieved: gtids('db1', '1-120') } }),
  ];

  test('the other one is promoted, and gets first what another replica received', () => {
    const { successor, follows, cluster } = recover('dead-co-master', 'db1', pair());
    expect([successor, follows('db2'), follows('db3')]).toEqual(['db2', undefined, 'db2']);
    expect(cluster.server(key('db2')).hasExecuted(gtids('db1', '1-120'))).toBe(true);
    expect(cluster.splits).toEqual([]);
  });

  test('nobody else is, when it can not be', () => {
    const { successor, result, cluster } = recover('dead-co-master', 'db1', pair({ replica: { sqlDelaySeconds: 60 } }));
    expect([successor, cluster.fence]).toEqual([null, 'lowered']);
    expect(result.errors.join(' ')).toMatch(/db3:3306: Not eligible: only db2:3306 may be promoted/);
  });

  test('with CoMasterRecoveryMustPromoteOtherCoMaster off the choice is free, as long as the other one takes no writes', () => {
    const settings = { CoMasterRecoveryMustPromoteOtherCoMaster: false };
    const delayed = { replica: { ...connecting.replica, sqlDelaySeconds: 60 } };
    expect(recover('dead-co-master', 'db1', pair(delayed), { settings }).successor).toBe('db3');
    const writing = { ...delayed, facts: { readOnly: false } };
    const kept = recover('dead-co-master', 'db1', pair(writing), { settings });
    expect(kept.successor).toBeNull();
    expect(kept.cluster.openings).toEqual([]);
  });

  test('with a fault at any step never two take writes', () => {
    for (const fault of ['error', 'timeout', 'late', 'gone', 'cut', 'revive'] satisfies Fault[]) {
      for (let when = 0; when < 50; when += 1) {
        const model = { faultAt: (index: number) => (index === when ? fault : null) };
        const { cluster } = recover('dead-co-master', 'db1', pair(), { model });
        const opened = cluster.openings.filter((each) => each.lastFenceState === 'open');
        expect(opened, `${fault} at ${when}`).toEqual([]);
      }
    }
  });
});

describe('a dead member of a replication group', () => {
  const member = (name: string, memberState: string, memberRole: string, options: ServerOptions = {}) =>
    at(name, null, { group: { name: 'g', memberState, memberRole }, ...options });

  test('its replicas go below a secondary that is ONLINE', () => {
    const { successor, follows } = recover('dead-group-member', 'db2', [
      member('db1', 'ONLINE', 'PRIMARY'),
      member('db2', 'ONLINE', 'SECONDARY', down),
      member('db3', 'RECOVERING', 'SECONDARY'),
      member('db4', 'ONLINE', 'SECONDARY'),
      at('db5', 'db2', connecting),
    ]);
    expect([successor, follows('db5')]).toEqual(['db4', 'db4']);
  });

  test('they are left and named when no other member is ONLINE', () => {
    const { successor, result } = recover('dead-group-member', 'db2', [
      member('db1', 'ERROR', 'SECONDARY'),
      member('db2', 'ONLINE', 'PRIMARY', down),
      at('db5', 'db2', connecting),
    ]);
    expect([successor, keysOf(result.lostReplicas)]).toEqual([null, ['db5']]);
  });
});

describe('a master that is read-only', () => {
  const settings = { RecoverNonWriteableMaster: true };
  const model = { sourceLives: true };

  test('is opened', () => {
    const { successor, cluster } = recover(
      'non-writeable-master',
      'db1',
      [at('db1', null, { facts: { readOnly: true } }), at('db2', 'db1')],
      { settings, model },
    );
    expect([successor, cluster.server(key('db1')).isWriteable]).toEqual(['db1', true]);
  });

  test('stays so when its co-master takes writes, or the setting is off', () => {
    const pair = [at('db1', 'db2'), at('db2', 'db1', { facts: { readOnly: false } })];
    const kept = recover('non-writeable-master', 'db1', pair, { settings, model });
    expect(kept.result.errors.join(' ')).toContain('db2:3306 takes writes, and two masters must not');
    expect(kept.cluster.openings).toEqual([]);
    expect(recover('non-writeable-master', 'db1', pair, { model }).deeds).toEqual([]);
  });
});
