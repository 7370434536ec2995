import { describe, expect, it } from 'vitest';
import { NO_LIMITS } from '../../../src/main/core/candidates/no-limits.ts';
import { key } from '../topology/fleet.ts';
import { deeds, messages } from './drive.ts';
import { expectGivenUp, failing, HUNDRED, slowly, successor } from './faults.ts';
import { failedPlace, gtids, keysOf, recover } from './scenario.ts';

describe('a chosen replica that fails', () => {
  const pending = { executed: '1-80', retrieved: '1-100', rule: 'prefer' } as const;

  it.each([
    ['broken', 'Duplicate entry'],
    ['stalled', 'it made no progress for 10000 ms'],
  ] as const)('gives way to the next best when its applier is %s', (applier, reason) => {
    const outcome = recover({
      replicas: { db2: { ...pending, replica: { sqlState: 0 } }, db3: { executed: '1-95' } },
      prepare: (cluster) => {
        cluster.server(key('db2')).applier = applier;
      },
    });
    expect(successor(outcome)).toBe('db3');
    expect(outcome.result.errors[0]).toContain(reason);
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db2']);
    expect(outcome.result.errors.join()).toContain(gtids('db1', '96-100'));
  });

  it('ends the recovery when there is no next best, with the reason and the receivers running again', () => {
    const outcome = recover({
      replicas: { db2: pending },
      prepare: (cluster) => {
        cluster.server(key('db2')).applier = 'stalled';
      },
    });
    expectGivenUp(outcome);
    expect(outcome.result.errors.join()).toContain('it made no progress for 10000 ms');
    expect(deeds(outcome.steps).at(-1)).toBe('db2 start-replication io');
  });

  it('gives way when it dies while it is waited for', () => {
    const outcome = recover({
      replicas: { db2: pending, db3: HUNDRED },
      prepare: slowly('db2'),
      model: failing('db2', 'wait-for-gtid', 'gone'),
    });
    expect(successor(outcome)).toBe('db3');
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db2']);
    expect(outcome.steps.length).toBeLessThan(60);
  });

  it('waits as long as there is progress', () => {
    const outcome = recover({
      replicas: { db2: pending },
      prepare: slowly('db2'),
    });
    expect(successor(outcome)).toBe('db2');
  });

  it('is waited for with pauses when it refuses to wait itself', () => {
    const waitFails = failing('db2', 'wait-for-gtid', 'error', 1000);
    const works = recover({ replicas: { db2: pending }, prepare: slowly('db2'), model: waitFails });
    expect(successor(works)).toBe('db2');
    const stalls = recover({
      replicas: { db2: pending },
      prepare: (cluster) => {
        cluster.server(key('db2')).applier = 'stalled';
      },
      model: failing('db2', 'wait-for-gtid', 'error', 1000),
    });
    expectGivenUp(stalls);
    expect(stalls.steps.length).toBeLessThan(300);
  });

  it('gives way when it cannot be reset, and is moved below the next', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: HUNDRED },
      model: failing('db2', 'reset-replication', 'error', 2),
    });
    expect(successor(outcome)).toBe('db3');
    expect(outcome.result.lostReplicas).toEqual([]);
    expect(outcome.result.errors[0]).toContain('It still has its replication settings');
    expect(outcome.cluster.server(key('db2')).read().replica).toMatchObject({ source: key('db3'), ioState: 1 });
  });

  it('is reset at the second try', () => {
    const outcome = recover({ replicas: { db2: HUNDRED }, model: failing('db2', 'reset-replication', 'timeout') });
    expect(successor(outcome)).toBe('db2');
  });

  it('gives way when it stays read-only, and its state is told', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: { executed: '1-90' } },
      model: failing('db2', 'set-read-only off', 'error'),
    });
    expect(successor(outcome)).toBe('db3');
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '1-100'));
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db2']);
    expect(outcome.result.errors[0]).toContain('has lost its replication settings (they were reset) and is read-only');
    expect(outcome.cluster.splits).toEqual([]);
  });

  it('fails the recovery when it stays read-only and there is no other', () => {
    const outcome = recover({ replicas: { db2: HUNDRED }, model: failing('db2', 'set-read-only off', 'error') });
    expectGivenUp(outcome);
    expect(outcome.result.errors[0]).toContain('db2:3306 could not be opened');
  });

  it('counts as promoted when the opening was not answered and is found done', () => {
    const outcome = recover({ replicas: { db2: HUNDRED }, model: failing('db2', 'set-read-only off', 'late') });
    expect(successor(outcome)).toBe('db2');
    expect(outcome.result.errors[0]).toContain('is open, although');
  });

  it('keeps the old source shut and opens nothing else when it may be open and cannot be asked', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: HUNDRED },
      model: failing('db2', 'set-read-only off', 'last-words'),
    });
    expect(successor(outcome)).toBeNull();
    expect(outcome.cluster.fence).toBe('raised');
    expect(outcome.result.errors.at(-1)).toContain('It may be writeable, so db1:3306 stays fenced');
    expect(outcome.cluster.openings).toHaveLength(1);
  });
});

describe('giving up', () => {
  it('does nothing to the replicas when a hook fails', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED },
      model: { faultAt: (_, effect) => (effect.type === 'hooks' ? 'hook' : null) },
    });
    expectGivenUp(outcome);
    expect(deeds(outcome.steps)).toEqual(['fence', 'hooks PreFailoverProcesses', 'unfence']);
    expect(outcome.result.errors).toEqual(['A PreFailoverProcesses hook failed: exit status 1']);
  });

  it('lets the replicas receive again when none may be promoted, and says why', () => {
    const outcome = recover({
      replicas: {
        db2: { ...HUNDRED, rule: 'must_not' },
        db3: { ...HUNDRED, replica: { ioState: 0 } },
        db4: { ...HUNDRED, rule: 'must_not' },
      },
      input: {
        policy: { ...NO_LIMITS, preventCrossRegion: true },
        failed: { ...failedPlace(), region: 'us' },
      },
    });
    expectGivenUp(outcome);
    expect(deeds(outcome.steps).slice(-3)).toEqual(['unfence', 'db2 start-replication io', 'db4 start-replication io']);
    expect(outcome.result.errors[0]).toContain('PreventCrossRegionMasterFailover');
  });

  it('names the failed server when it has no replicas that could be read', () => {
    const outcome = recover({ replicas: {}, input: { unreachable: [key('db2')] } });
    expectGivenUp(outcome);
    expect(outcome.result.errors).toEqual(['None of the replicas of db1:3306 could be read.']);
  });

  it('raises and lowers no fence when that is switched off', () => {
    const outcome = recover({ replicas: {}, input: { fenceOldSource: false } });
    expect(deeds(outcome.steps)).toEqual(['hooks PreFailoverProcesses']);
  });

  it('points a replica back that was taken to a donor', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: HUNDRED },
      model: {
        fenceWorks: false,
        faultAt: (_, effect) => (effect.type === 'fence-state' ? 'revive' : null),
      },
    });
    expectGivenUp(outcome);
    outcome.cluster.settle();
    expect(outcome.cluster.server(key('db2')).read().replica).toMatchObject({
      source: key('db1'),
      ioState: 1,
      sqlState: 1,
    });
    expect(outcome.cluster.server(key('db3')).read().replica).toMatchObject({ source: key('db1'), ioState: 1 });
  });
});

describe('an old source that shows life', () => {
  it('keeps the chosen one from being opened when it takes writes', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED },
      model: { fenceWorks: false, faultAt: (_, effect) => (effect.type === 'fence-state' ? 'revive' : null) },
    });
    expectGivenUp(outcome);
    expect(outcome.cluster.openings).toEqual([]);
    expect(outcome.result.errors.join()).toContain('would open a second writeable source');
  });

  it('is looked at again just before the opening, and then the chosen one was reset already, which is told', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED },
      model: {
        fenceWorks: false,
        faultAt: (_, effect) =>
          effect.type === 'perform' && effect.action.kind === 'reset-replication' ? 'revive' : null,
      },
    });
    expectGivenUp(outcome);
    expect(outcome.cluster.openings).toEqual([]);
    expect(outcome.result.errors.join()).toContain('has lost its replication settings');
  });

  it('does not matter once it is read-only', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED },
      model: { faultAt: (index) => (index === 2 ? 'revive' : null) },
    });
    expect(successor(outcome)).toBe('db2');
    expect(messages(outcome.steps)).toContain('db1:3306 came back and is read-only.');
    expect(outcome.cluster.splits).toEqual([]);
  });

  it('is noticed by a replica that it still feeds and that cannot be stopped', () => {
    const outcome = recover({
      replicas: { db2: HUNDRED, db3: { ...HUNDRED, replica: { ioState: 1 } } },
      model: {
        fenceWorks: false,
        faultAt: (_, effect, cluster) => {
          if (effect.type !== 'perform' || effect.facts.key.hostname !== 'db3') {
            if (effect.type === 'read' && effect.key.hostname === 'db3') cluster.server(key('db3')).hear();
            return null;
          }
          return 'error';
        },
      },
    });
    expectGivenUp(outcome);
    expect(outcome.result.errors.join()).toContain('db1:3306 still feeds db3:3306');
  });
});
