import { describe, expect, it } from 'vitest';
import { factsOf, key } from '../topology/fleet.ts';
import { deeds, messages } from './drive.ts';
import { before, failing, HUNDRED, slowly, successor } from './faults.ts';
import { gtids, keysOf, recover } from './scenario.ts';

describe('a recovery without trouble', () => {
  it('goes in the order: fence, hooks, stop, choose, promote, move', () => {
    const outcome = recover({ replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: HUNDRED } });
    expect(deeds(outcome.steps)).toEqual([
      'fence',
      'hooks PreFailoverProcesses',
      'db2 stop-replication io',
      'db3 stop-replication io',
      'fence-state',
      'db2 stop-replication both',
      'db2 reset-replication',
      'fence-state',
      'db2 set-read-only off',
      'db3 stop-replication both',
      'db3 repoint db2',
      'db3 start-replication both',
    ]);
    expect(outcome.result).toMatchObject({ lostReplicas: [], errors: [] });
    expect(successor(outcome)).toBe('db2');
    expect(outcome.result.successor?.readOnly).toBe(false);
    expect(outcome.cluster.server(key('db3')).read().replica).toMatchObject({ source: key('db2'), ioState: 1 });
    expect(messages(outcome.steps)).toContain('db2:3306: Chosen: its promotion rule is better.');
  });

  it('lets the chosen one apply its relay log before it is opened', () => {
    const outcome = recover({ replicas: { db2: { executed: '1-80', retrieved: '1-100' } }, prepare: slowly('db2') });
    expect(deeds(outcome.steps)).toContain('db2 wait-for-gtid');
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '1-100'));
  });

  it('starts the applier of a chosen one that was stopped, and received most', () => {
    const outcome = recover({
      replicas: {
        db2: { executed: '1-50', retrieved: '1-100', replica: { sqlState: 0 } },
        db3: { executed: '1-90' },
      },
    });
    expect(successor(outcome)).toBe('db2');
    expect(deeds(outcome.steps)).toContain('db2 start-replication sql');
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '1-100'));
  });

  it('leaves an applier stopped that an operator had stopped', () => {
    const outcome = recover({
      replicas: {
        db2: { ...HUNDRED, rule: 'prefer' },
        db3: { executed: '1-70', retrieved: '1-100', replica: { sqlState: 0 } },
      },
    });
    expect(deeds(outcome.steps)).toContain('db3 start-replication io');
    expect(outcome.cluster.server(key('db3')).read().replica).toMatchObject({ sqlState: 0, ioState: 1 });
  });

  it('enables semi-sync on a source that is to have it, and goes on when that fails', () => {
    const facts = { semiSyncPriority: 1, semiSync: factsOf('x', { semiSync: {} }).semiSync };
    const works = recover({ replicas: { db2: { ...HUNDRED, facts } } });
    expect(deeds(works.steps)).toContain('db2 set-semi-sync-source on');
    const fails = recover({
      replicas: { db2: { ...HUNDRED, facts } },
      model: failing('db2', 'set-semi-sync-source on', 'error'),
    });
    expect(successor(fails)).toBe('db2');
    expect(fails.result.errors.join()).toContain('access denied');
  });

  it('keeps the chosen one read-only and configured when promotion is not to be applied', () => {
    const outcome = recover({
      replicas: { db2: { ...HUNDRED, rule: 'prefer' }, db3: HUNDRED },
      input: { promote: false },
    });
    expect(outcome.cluster.openings).toEqual([]);
    expect(outcome.result.successor).toMatchObject({ key: key('db2'), readOnly: true });
    expect(outcome.cluster.server(key('db2')).read().replica?.source).toEqual(key('db1'));
    expect(outcome.cluster.server(key('db3')).read().replica?.source).toEqual(key('db2'));
    expect(messages(outcome.steps).join('\n')).not.toContain('takes writes');
  });

  it('keeps the chosen one on the dead source also when it got transactions from a donor', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: HUNDRED },
      input: { promote: false },
    });
    const { replica, gtidExecuted } = outcome.cluster.server(key('db2')).read();
    expect(replica).toMatchObject({ source: key('db1'), ioState: 0 });
    expect(gtidExecuted).toBe(gtids('db1', '1-100'));
  });
});

describe('bringing over what another replica received', () => {
  it('fetches from the donor, after that has applied its own relay log', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: { executed: '1-85', retrieved: '1-100' } },
    });
    const done = deeds(outcome.steps);
    expect(done.indexOf('db3 wait-for-gtid')).toBeLessThan(done.indexOf('db2 repoint db3'));
    expect(outcome.result.successor).toMatchObject({
      key: key('db2'),
      gtidExecuted: gtids('db1', '1-100'),
      replica: null,
    });
    expect(outcome.result.errors).toEqual([]);
  });

  it('asks more than one donor where each has something of its own', () => {
    const outcome = recover({
      replicas: {
        db2: { executed: '1-90', rule: 'prefer' },
        db3: { executed: '1-95' },
        db4: { executed: '1-90:96-100' },
      },
    });
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '1-100'));
  });

  it('goes on without a donor that fails, leaves it behind and names what only it has', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: { executed: '1-95', retrieved: '1-100' } },
      prepare: (cluster) => {
        cluster.server(key('db3')).applier = 'broken';
      },
    });
    expect(successor(outcome)).toBe('db2');
    expect(outcome.result.successor?.gtidExecuted).toBe(gtids('db1', '1-95'));
    expect(keysOf(outcome.result.lostReplicas)).toEqual(['db3']);
    expect(outcome.result.errors.join()).toContain(gtids('db1', '96-100'));
    expect(deeds(outcome.steps)).not.toContain('db3 repoint db2');
  });

  it('does without a donor that dies, and does not wait for it', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: HUNDRED },
      input: { applierStallMs: 24 * 3600 * 1000 },
      model: before('db2', 'start-replication', (cluster) => {
        cluster.server(key('db3')).reach = 'gone';
      }),
    });
    expect(successor(outcome)).toBe('db2');
    expect(outcome.result.errors.join()).toContain(gtids('db1', '91-100'));
    expect(outcome.steps.length).toBeLessThan(60);
  });

  it('asks no donor that has purged what the chosen one needs', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: { ...HUNDRED, purged: '1-95' } },
    });
    expect(deeds(outcome.steps)).not.toContain('db2 repoint db3');
    expect(outcome.result.errors.join()).toContain(gtids('db1', '91-100'));
  });

  it('chooses another when the chosen one cannot apply what it gets', () => {
    const outcome = recover({
      replicas: { db2: { executed: '1-90', rule: 'prefer' }, db3: HUNDRED },
      prepare: (cluster) => {
        cluster.server(key('db2')).applier = 'broken';
      },
    });
    expect(successor(outcome)).toBe('db3');
    expect(outcome.result.errors[0]).toContain('Duplicate entry');
  });

  it('names errant transactions of a replica that is moved, and does not count it as lost', () => {
    const outcome = recover({ replicas: { db2: HUNDRED, db3: { ...HUNDRED, errant: '1-3' } } });
    expect(successor(outcome)).toBe('db2');
    expect(outcome.result.lostReplicas).toEqual([]);
    expect(messages(outcome.steps).join()).toContain(gtids('db3', '1-3'));
  });
});
