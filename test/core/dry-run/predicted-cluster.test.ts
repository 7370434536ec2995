import { describe, expect, test } from 'vitest';
import { PredictedCluster, type PredictionOptions } from '../../../src/main/core/dry-run/predicted-cluster.ts';
import type { Effect, Outcome } from '../../../src/main/core/sagas/effects.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts, InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { plainPicture } from '../../support/picture.ts';
import { mariadb, one } from '../operations/by-gtid/scene.ts';
import { gtids } from '../sagas/scenario.ts';
import { factsOf, key, server } from '../topology/fleet.ts';

function predicted(snapshots: readonly InstanceSnapshot[], options: PredictionOptions = {}) {
  const cluster = new PredictedCluster(plainPicture(...snapshots), options);
  const facts = (name: string): InstanceFacts => {
    const found = cluster.facts(key(name));
    if (found === null) throw new Error(`${name} can't be read`);
    return found;
  };
  const perform = (name: string, ...actions: readonly ServerAction[]): Outcome<void> => {
    let last: Outcome<void> = { ok: true, value: undefined };
    for (const action of actions) {
      const effect: Effect = { type: 'perform', facts: facts(name), action, timeoutMs: 1000 };
      last = cluster.answer(effect) as Outcome<void>;
      if (!last.ok) return last;
    }
    return last;
  };
  const read = (name: string) => cluster.answer({ type: 'read', key: key(name), timeoutMs: 1 });
  return { cluster, facts, perform, read };
}

const STOP: ServerAction = { kind: 'stop-replication', threads: 'both' };
const START: ServerAction = { kind: 'start-replication', threads: 'both' };

function below(name: string, by: 'gtid' | 'same-coordinates' = 'gtid'): ServerAction {
  return { kind: 'repoint', source: key(name), mode: { by }, tls: null, credentialsOf: null };
}

describe('replication', () => {
  test('a stopped replica shows no lag and is connected to nobody; a started one catches up', () => {
    const behind = one('db2', {
      below: 'db1',
      facts: { gtidExecuted: gtids('db1', '1-90') },
      replica: { secondsBehindSource: 7, ioState: 0, sqlState: 0 },
    });
    const { facts, perform } = predicted([one('db1', { facts: { connectedReplicas: [key('x')] } }), behind]);
    expect(facts('db2')).toMatchObject({ lagSeconds: null, replica: { ioState: 0, secondsBehindSource: null } });
    expect(facts('db1').connectedReplicas).toEqual([key('x')]);
    expect(perform('db2', START).ok).toBe(true);
    expect(facts('db2')).toMatchObject({
      gtidExecuted: gtids('db1', '1-100'),
      lagSeconds: 0,
      replica: { ioState: 1, sqlState: 1, secondsBehindSource: 0 },
    });
    expect(facts('db1').connectedReplicas).toEqual([key('x'), key('db2')]);
  });

  test('a replica is pointed elsewhere, and its new source sees it', () => {
    const { facts, perform } = predicted([one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1' })]);
    expect(perform('db3', STOP, below('db2')).ok).toBe(true);
    expect(facts('db3').replica).toMatchObject({ source: key('db2'), ioState: 0, read: { file: '', position: 4 } });
    perform('db3', START);
    expect(facts('db3').replica).toMatchObject({ ioState: 1, sourceUuid: facts('db2').serverUuid, gtidUse: 'mysql' });
    expect([facts('db1').connectedReplicas, facts('db2').connectedReplicas]).toEqual([[key('db2')], [key('db3')]]);
  });

  test('what arrives at a source goes on to its replicas', () => {
    const old = { gtidExecuted: gtids('db1', '1-50') };
    const { facts, perform } = predicted([
      one('db1'),
      one('db2', { below: 'db1', facts: old, replica: { ioState: 0 } }),
      one('db3', { below: 'db2', facts: old }),
    ]);
    expect(facts('db3').gtidExecuted).toBe(gtids('db1', '1-50'));
    perform('db2', { kind: 'start-replication', threads: 'io' });
    expect(facts('db3').gtidExecuted).toBe(gtids('db1', '1-100'));
  });

  test('what its source has purged, it never receives', () => {
    const gone = { gtidPurged: gtids('db1', '1-60') };
    const old = { gtidExecuted: gtids('db1', '1-50') };
    const { facts, perform } = predicted([
      one('db1', { facts: gone }),
      one('db2', { below: 'db1', facts: old, replica: { ioState: 0, sqlState: 0 } }),
    ]);
    perform('db2', START);
    expect(facts('db2').replica).toMatchObject({ ioState: 0, lastIoErrno: 1236 });
  });

  test.each<[string, ServerAction]>([
    ['repoint a running one', below('db3')],
    ['forget the source of a running one', { kind: 'reset-replication' }],
    ['detach a running one', { kind: 'detach-source' }],
    ['delay a running applier', { kind: 'set-delay', seconds: 5 }],
    ['skip under a running applier', { kind: 'skip-event' }],
  ])('is refused: to %s', (_, action) => {
    const { perform, facts } = predicted([one('db1'), one('db2', { below: 'db1' }), one('db3', { below: 'db1' })]);
    const before = facts('db2');
    expect(perform('db2', action)).toMatchObject({ ok: false, failure: { kind: 'refused-by-server' } });
    expect(facts('db2')).toEqual(before);
  });

  test('a wait ends well when it has been executed, and in vain when it can not be', () => {
    const { perform } = predicted([one('db1'), one('db2', { below: 'db1' })]);
    const wait = (last: number): ServerAction => ({
      kind: 'wait-for-gtid',
      gtid: gtids('db1', `1-${last}`),
      timeoutMs: 5,
    });
    expect(perform('db2', wait(100)).ok).toBe(true);
    expect(perform('db2', wait(101))).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
  });

  test('by coordinates: from the place given, up to where the source is', () => {
    const at = { file: 'binlog.000003', position: 44 };
    const { perform, facts } = predicted([one('db1'), one('db2', { below: 'db1' })]);
    const place: ServerAction = {
      kind: 'repoint',
      source: key('db1'),
      mode: { by: 'coordinates', at },
      tls: null,
      credentialsOf: null,
    };
    perform('db2', STOP, place);
    expect(facts('db2').replica).toMatchObject({ gtidUse: 'none', read: at, executed: at });
    perform('db2', { kind: 'start-until', at: { file: 'binlog.000005', position: 4 } });
    expect(facts('db2').replica).toMatchObject({ sqlState: 0, executed: { file: 'binlog.000005' } });
    perform('db2', STOP, START);
    expect(facts('db2').replica).toMatchObject({ executed: facts('db1').coordinates });
  });

  test('a detached one connects to nobody until it is made whole', () => {
    const { perform, facts } = predicted([one('db1'), one('db2', { below: 'db1' })]);
    perform('db2', STOP, { kind: 'detach-source' }, START);
    expect(facts('db2').replica).toMatchObject({ source: key('//db1'), ioState: 2 });
    perform('db2', STOP, { kind: 'reattach-source' }, START);
    expect(facts('db2').replica).toMatchObject({ source: key('db1'), ioState: 1 });
  });
});

describe('a server by itself', () => {
  test('read-only, on and off; MariaDB knows one kind only', () => {
    const { perform, facts } = predicted([one('db1'), mariadb('m1')]);
    for (const name of ['db1', 'm1']) perform(name, { kind: 'set-read-only', on: true, super: true });
    expect([facts('db1').superReadOnly, facts('m1').readOnly, facts('m1').superReadOnly]).toEqual([true, true, false]);
    perform('db1', { kind: 'set-read-only', on: false, super: true });
    expect([facts('db1').readOnly, facts('db1').superReadOnly]).toEqual([false, false]);
  });

  test('GTIDs are forgotten, purged and injected', () => {
    const { perform, facts } = predicted([one('db1')]);
    perform('db1', { kind: 'reset-binary-logs' }, { kind: 'set-gtid-purged', gtid: gtids('db1', '1-90') });
    perform('db1', { kind: 'inject-empty', gtids: [gtids('db1', '91'), gtids('db1', '92')] });
    expect(facts('db1')).toMatchObject({
      gtidExecuted: gtids('db1', '1-92'),
      gtidPurged: gtids('db1', '1-90'),
      coordinates: { file: 'binlog.000001', position: 4 },
    });
  });

  test('flushing begins new logs', () => {
    const { perform, facts } = predicted([one('db1')]);
    perform('db1', { kind: 'flush-binary-logs', times: 2 });
    expect(facts('db1').coordinates).toEqual({ file: 'binlog.000009', position: 4 });
  });

  test('semi-sync holds from when the receiver connects again', () => {
    const semi = { semiSync: { sourceEnabled: true } };
    const { perform, facts } = predicted([one('db1', semi), one('db2', { below: 'db1', semiSync: {} })]);
    perform('db2', { kind: 'set-semi-sync-replica', on: true });
    expect([facts('db2').semiSync?.replicaStatus, facts('db1').semiSync?.sourceClients]).toEqual([false, 0]);
    perform('db2', { kind: 'stop-replication', threads: 'io' }, { kind: 'start-replication', threads: 'io' });
    expect([facts('db2').semiSync?.replicaStatus, facts('db1').semiSync?.sourceClients]).toEqual([true, 1]);
  });
});

describe('who can not be reached', () => {
  test('one that is declared dead refuses everything, is silent, and its replicas notice', () => {
    const fleet = [one('db1'), one('db2', { below: 'db1' })];
    const { cluster, read, facts } = predicted(fleet, { dead: [key('db1')] });
    expect(read('db1')).toMatchObject({ ok: false, failure: { kind: 'refused' } });
    const action: ServerAction = { kind: 'set-read-only', on: true, super: true };
    expect(cluster.answer({ type: 'perform', facts: factsOf('db1'), action, timeoutMs: 1 })).toMatchObject({
      ok: false,
    });
    expect(cluster.answer({ type: 'fence-state', key: key('db1'), waitMs: 0 })).toBe('silent');
    expect(facts('db2').replica).toMatchObject({ ioState: 2, lastIoErrno: 2003 });
    expect(cluster.mayBeReal(key('db1'))).toBe(false);
  });

  test('one whose last poll failed, until it is seen to be well; and one that nobody knows', () => {
    const { cluster, read } = predicted([server('db1', { dead: true })]);
    expect(read('db1')).toMatchObject({
      ok: false,
      failure: { kind: 'refused', message: 'db1 refused the connection.' },
    });
    cluster.observe(factsOf('db1'));
    expect(read('db1')).toMatchObject({ ok: true });
    expect(read('db9')).toMatchObject({ ok: false, failure: { kind: 'unknown-host' } });
  });
});

test('questions are answered from what is given, else honestly not', () => {
  const logs = [{ file: 'binlog.000001', sizeBytes: 1 }];
  const ask = (options: PredictionOptions) =>
    predicted([one('db1')], options).cluster.answer({
      type: 'ask',
      facts: factsOf('db1'),
      question: { kind: 'binary-logs' },
      timeoutMs: 1,
    });
  expect(ask({ answers: () => logs })).toEqual({ ok: true, value: logs });
  expect(ask({})).toMatchObject({ ok: false, failure: { message: expect.stringContaining("a dry run doesn't know") } });
});
