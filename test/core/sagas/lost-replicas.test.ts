import { describe, expect, it } from 'vitest';
import { NO_LIMITS } from '../../../src/main/core/candidates/no-limits.ts';
import { key } from '../topology/fleet.ts';
import { deeds } from './drive.ts';
import { before, expectGivenUp, failing, HUNDRED, successor } from './faults.ts';
import { gtids, keysOf, recover } from './scenario.ts';

describe('replicas that are left behind', () => {
  it('counts one that cannot be stopped as lost, and does not touch it again', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED, db3: { executed: '1-80', retrieved: '1-105' } },
      model: failing('db3', 'stop-replication', 'cut'),
    });
    expect(successor(outcome)).toBe('db2');
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db3']);
    expect(outcome.result.errors.join()).toContain('it could not be stopped');
    expect(outcome.result.errors.join()).toContain(gtids('db1', '101-105'));
    expect(deeds(outcome.steps).filter((each) => each.startsWith('db3'))).toEqual(['db3 stop-replication io']);
  });

  it('uses one whose receiver had stopped by itself, whatever the statement said', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, replica: { ioState: 0 } } },
      model: failing('db2', 'stop-replication', 'error'),
    });
    expect(successor(outcome)).toBe('db2');
  });

  it('reports one whose repointing fails, and promotes all the same', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: HUNDRED, db4: HUNDRED },
      model: failing('db3', 'repoint', 'error'),
    });
    expect(successor(outcome)).toBe('db2');
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db3']);
    expect(outcome.result.errors).toEqual(['db3:3306: db3:3306 answered: access denied']);
  });

  it('leaves one that needs what the new source has purged', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer', purged: '1-95' }, db3: { executed: '1-80' } },
    });
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db3']);
    expect(outcome.result.errors.join()).toContain('has purged transactions');
  });

  it('does not wait for one whose receiver stops with an error', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: { executed: '1-80' } },
      model: before('db3', 'start-replication', (cluster) => {
        cluster.server(key('db2')).purged = cluster.server(key('db2')).executed;
      }),
    });
    expect(outcome.result.errors).toEqual([expect.stringContaining('the source has purged required binary logs')]);
    expect(outcome.steps.filter(({ effect }) => effect.type === 'sleep').length).toBeLessThan(3);
  });

  it('adds those that could not be read', () => {
    const outcome = recover({ replicas: { db2: HUNDRED }, input: { unreachable: [key('db9')] } });
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db9']);
  });

  it('leaves alone, and running, a server that follows someone else by now', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED, db3: HUNDRED },
      prepare: (cluster) => {
        const moved = cluster.server(key('db3'));
        moved.stop('both');
        moved.repoint(key('db9'));
        moved.start('both');
      },
    });
    expect(outcome.result.lostReplicas).toEqual([]);
    expect(outcome.cluster.server(key('db3')).read().replica).toMatchObject({ source: key('db9'), ioState: 2 });
  });

  it('stands down when someone has promoted a replica meanwhile', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED, db3: HUNDRED },
      prepare: (cluster) => {
        const promoted = cluster.server(key('db3'));
        promoted.stop('both');
        promoted.reset();
        promoted.setReadOnly(false);
      },
    });
    expect(successor(outcome)).toBeNull();
    expect(outcome.cluster.fence).toBe('raised');
    expect(outcome.cluster.splits).toEqual([]);
    expect(outcome.result.errors.join()).toContain('someone has promoted it meanwhile');
  });
});

describe('what operators ask for', () => {
  it('tells why a designated server was not promoted', () => {
    const replicas = { db2: HUNDRED, db3: { ...HUNDRED, rule: 'must_not' } } as const;
    const named = (name: string) => ({ policy: { ...NO_LIMITS, designated: key(name) } });
    expect(recover({ replicas, input: named('db3') }).result.errors).toEqual([
      'db3:3306 was designated, and db2:3306 was promoted instead. Not eligible: its promotion rule is must_not.',
    ]);
    expect(recover({ replicas, input: named('db7') }).result.errors[0]).toContain('It is no replica of db1:3306');
    expect(recover({ replicas, input: named('db2') }).result.errors).toEqual([]);
  });

  it('holds the lag limit against the lag that a replica had before it was stopped', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, facts: { lagSeconds: 700 } } },
      input: { policy: { ...NO_LIMITS, failOnLagMinutes: 10 } },
    });
    expectGivenUp(outcome);
    expect(outcome.result.errors[0]).toContain('it lags 700 s');
  });

  it('lets a running applier finish before it judges that it is behind', () => {
    const input = { policy: { ...NO_LIMITS, failIfApplierBehind: true } };
    const replicas = { db2: { executed: '1-95', retrieved: '1-100' } };
    expect(successor(recover({ replicas, input }))).toBe('db2');
    const stalled = recover({
      replicas,
      input,
      prepare: (cluster) => {
        cluster.server(key('db2')).applier = 'stalled';
      },
    });
    expectGivenUp(stalled);
    expect(stalled.result.errors[0]).toContain('FailMasterPromotionIfSQLThreadNotUpToDate');
  });
});
