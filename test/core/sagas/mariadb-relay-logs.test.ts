import { describe, expect, it } from 'vitest';
import { key } from '../topology/fleet.ts';
import { deeds } from './drive.ts';
import { expectGivenUp, successor } from './faults.ts';
import { gtids, keysOf, recover } from './scenario.ts';

describe('MariaDB', () => {
  const mariadb = true;

  it('is recovered in the same order', () => {
    const outcome = recover({
      mariadb,
      replicas: { db2: { executed: '80', retrieved: '100', rule: 'prefer' }, db3: { executed: '95' } },
    });
    expect(outcome.result).toMatchObject({ lostReplicas: [], errors: [] });
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '100', true));
  });

  it('starts an applier that was stopped by hand before the receiver is stopped, where its relay log is the only copy', () => {
    const outcome = recover({
      mariadb,
      replicas: { db2: { executed: '80', retrieved: '100', replica: { sqlState: 0 } }, db3: { executed: '95' } },
    });
    const done = deeds(outcome.steps);
    expect(done.indexOf('db2 start-replication sql')).toBeLessThan(done.indexOf('db2 stop-replication io'));
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '100', true));
    expect(outcome.result.errors).toEqual([]);
  });

  it('starts both of two that hold the same in relay logs that nobody applies', () => {
    const stopped = { executed: '80', retrieved: '100', replica: { sqlState: 0 } } as const;
    const outcome = recover({ mariadb, replicas: { db2: { ...stopped, rule: 'prefer' }, db3: stopped } });
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '100', true));
    expect(outcome.result.errors).toEqual([]);
    expect(outcome.cluster.server(key('db3')).read().replica?.sqlState).toBe(0);
  });

  it('leaves an applier stopped whose relay log others have executed, and fetches that from them', () => {
    const outcome = recover({
      mariadb,
      replicas: {
        db2: { executed: '80', retrieved: '100', rule: 'prefer', replica: { sqlState: 0 } },
        db3: { executed: '100' },
      },
    });
    const done = deeds(outcome.steps);
    expect(done).not.toContain('db2 start-replication sql');
    expect(done).toContain('db2 repoint db3');
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '100', true));
  });

  it('names what was in a relay log that both stopped threads had given up already', () => {
    const outcome = recover({
      mariadb,
      replicas: {
        db2: { executed: '95' },
        db3: { executed: '80', retrieved: '100', replica: { sqlState: 0, ioState: 0 } },
      },
    });
    expect(successor(outcome)).toBe('db2');
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db3']);
    expect(outcome.result.errors.join()).toContain('96..100');
  });

  it('does not start a receiver again where that would throw the relay log away', () => {
    const outcome = recover({
      mariadb,
      replicas: {
        db2: { executed: '80', retrieved: '100', rule: 'must_not', replica: { sqlState: 0 } },
        db3: { executed: '100', rule: 'must_not' },
      },
    });
    expectGivenUp(outcome);
    expect(deeds(outcome.steps).slice(-2)).toEqual(['unfence', 'db3 start-replication io']);
    expect(outcome.result.errors.join()).toContain('MariaDB would throw away');
  });
});
