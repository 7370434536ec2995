import { describe, expect, it } from 'vitest';
import { arrived } from '../../../../src/main/core/operations/frame/arrival.ts';
import { underMaintenance } from '../../../../src/main/core/operations/frame/maintenance.ts';
import { moveReplica, putBack } from '../../../../src/main/core/operations/frame/move-replica.ts';
import { parallelLimited } from '../../../../src/main/core/operations/frame/parallel-limited.ts';
import { done } from '../../../../src/main/core/operations/operation.ts';
import type { RoutineContext } from '../../../../src/main/core/sagas/context.ts';
import { type Effect, note, perform, type Saga } from '../../../../src/main/core/sagas/effects.ts';
import type { InstanceFacts, ReplicaStatus } from '../../../../src/shared/domain/instance.ts';
import { deeds, drive } from '../../sagas/drive.ts';
import { ModelCluster, type ModelOptions } from '../../sagas/model.ts';
import { factsOf, key } from '../../topology/fleet.ts';

const CONTEXT = {
  settings: { MySQLTopologyReadTimeoutSeconds: 3 },
  owner: 'me',
  nodeToken: 'node',
} as unknown as RoutineContext;

function modelOf(servers: readonly InstanceFacts[], options: Partial<ModelOptions> = {}): ModelCluster {
  return new ModelCluster({ servers, source: key('db1'), sourceLives: true, ...options });
}

const DB1 = factsOf('db1');
const DB2 = factsOf('db2', { below: 'db1' });
const DB3 = factsOf('db3', { below: 'db1' });

describe('parallelLimited', () => {
  function* task(name: string, log: string[]): Saga<string> {
    log.push(`+${name}`);
    yield* note(name);
    yield* note(name);
    log.push(`-${name}`);
    return name.toUpperCase();
  }

  it.each([
    [1, 1],
    [2, 2],
    [9, 5],
    [0, 1],
  ])('runs at most %i at a time and keeps the order', (limit, expected) => {
    const log: string[] = [];
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { result } = drive(
      parallelLimited(
        names.map((name) => task(name, log)),
        limit,
      ),
      () => undefined,
    );
    expect(result).toEqual(['A', 'B', 'C', 'D', 'E']);
    let running = 0;
    let most = 0;
    for (const line of log) {
      running += line.startsWith('+') ? 1 : -1;
      most = Math.max(most, running);
    }
    expect(most).toBe(expected);
  });

  it('does nothing with nothing', () => {
    expect(drive(parallelLimited([], 3), () => undefined).result).toEqual([]);
  });
});

describe('underMaintenance', () => {
  const work = function* () {
    yield* perform(DB2, { kind: 'stop-replication', threads: 'both' }, 100);
    return done(DB2.key, 'Done.');
  };

  it('holds all servers while the work goes on', () => {
    const cluster = modelOf([DB1, DB2, DB3]);
    let held = 0;
    const answer = (effect: Effect): unknown => {
      if (effect.type === 'perform') held = cluster.maintenance.size;
      return cluster.answer(effect);
    };
    expect(drive(underMaintenance(CONTEXT, [DB2.key, DB3.key], 'test', work), answer).result.state).toBe('done');
    expect(held).toBe(2);
    expect(cluster.maintenance.size).toBe(0);
  });

  it('lets go of what it has when another has the next one', () => {
    const cluster = modelOf([DB1, DB2, DB3], { maintained: [DB3.key] });
    const { result, steps } = drive(underMaintenance(CONTEXT, [DB2.key, DB3.key], 'test', work), cluster.answer);
    expect(result).toMatchObject({
      state: 'refused',
      message: expect.stringMatching(/db3:3306 .* by alice: backup.*end-maintenance -i db3:3306/),
    });
    expect(deeds(steps)).toEqual([]);
    expect(cluster.maintenance.size).toBe(0);
  });
});

describe('arrived', () => {
  const replica = (changes: Partial<ReplicaStatus>): InstanceFacts =>
    factsOf('db2', { below: 'db1', replica: changes });
  const GOOD = replica({});
  const REFUSED = replica({ ioState: 0, lastIoErrno: 1236, lastIoError: 'purged' });

  function watch(looks: readonly InstanceFacts[]) {
    let at = 0;
    let nowMs = 0;
    return drive(arrived(DB2.key, DB1.key, { io: true, sql: true }, 100), (effect) => {
      if (effect.type === 'now') return nowMs;
      if (effect.type === 'sleep') {
        nowMs += effect.ms;
        return undefined;
      }
      const value = looks[Math.min(at, looks.length - 1)];
      at += 1;
      return { ok: true, value };
    }).result;
  }

  it.each<[string, readonly InstanceFacts[], boolean, RegExp]>([
    ['connects at once', [GOOD], true, /^$/],
    ['connects late', [replica({ ioState: 2 }), replica({ ioState: 2 }), GOOD], true, /^$/],
    ['is turned away after it connected', [GOOD, REFUSED], false, /could not connect to db1:3306: purged\.$/],
    ['gets nothing by GTID', [replica({ read: { file: '', position: 4 } })], false, /gets nothing from it/],
    ['follows another', [factsOf('db2', { below: 'db9' })], false, /replicates from db9:3306 instead of db1:3306/],
    [
      'has a broken applier',
      [replica({ sqlState: 0, lastSqlErrno: 1062, lastSqlError: 'dup' })],
      false,
      /does not apply.*dup/,
    ],
    ['replicates no more', [factsOf('db2')], false, /has no replication configured/],
  ])('a replica that %s', (_, looks, ok, message) => {
    const result = watch(looks);
    expect(result.ok).toBe(ok);
    expect(result.ok ? '' : result.failure.message).toMatch(message);
  });
});

describe('moveReplica', () => {
  it('records the places at which it left one log and entered another', () => {
    const cluster = modelOf([DB1, DB2, DB3]);
    const at = { file: 'binlog.000002', position: 99 };
    const move = { replica: DB3, source: DB2, mode: { by: 'coordinates', at } as const };
    expect(drive(moveReplica(CONTEXT, move), cluster.answer).result.state).toBe('done');
    expect(cluster.commands).toMatchObject([
      {
        type: 'record-equivalence',
        one: { key: key('db1'), file: 'binlog.000007', position: 4711 },
        other: { key: key('db2'), ...at },
      },
    ]);
  });

  it('goes back when its mode cannot be found, without having been pointed away', () => {
    const cluster = modelOf([DB1, DB2, DB3]);
    const mode = function* () {
      yield* note('looking');
      return { ok: false, failure: { kind: 'other', message: 'no such place' } } as const;
    };
    const { result, steps } = drive(moveReplica(CONTEXT, { replica: DB3, source: DB2, mode }), cluster.answer);
    expect(result).toEqual({
      state: 'undone',
      reason: 'no such place. db3:3306 replicates from db1:3306 again, as before.',
    });
    expect(deeds(steps)).toEqual(['db3 stop-replication both', 'db3 start-replication both']);
  });

  it('finds its way back to GTIDs after they were given up', () => {
    const cluster = modelOf([DB1, DB2, DB3]);
    cluster.server(key('db2')).reach = 'gone';
    const mode = { by: 'coordinates', at: { file: 'binlog.000002', position: 99 } } as const;
    const { result } = drive(moveReplica(CONTEXT, { replica: DB3, source: DB2, mode }), cluster.answer);
    expect(result.state).toBe('undone');
    expect(cluster.server(key('db3')).read().replica).toMatchObject({ gtidUse: 'mysql', source: key('db1') });
  });
});

describe('putBack', () => {
  it('makes a server that had no source forget the one that it was given', () => {
    const cluster = modelOf([DB1, DB2, DB3]);
    const before = factsOf('db3');
    const { result, steps } = drive(putBack(CONTEXT, before, null), cluster.answer);
    expect(result).toEqual({ state: 'undone', sentence: 'db3:3306 has no source, as before.' });
    expect(deeds(steps)).toEqual(['db3 stop-replication both', 'db3 reset-replication']);
  });

  it('names the place, and no repoint, for a replica without GTIDs that it cannot put back', () => {
    const cluster = modelOf([DB1, DB2, DB3]);
    cluster.server(key('db3')).reach = 'gone';
    const before = factsOf('db3', { below: 'db1', replica: { gtidUse: 'none' } });
    const { result } = drive(putBack(CONTEXT, before, { file: 'binlog.000003', position: 7 }), cluster.answer);
    expect(result.state).toBe('left');
    expect(result.sentence).toMatch(
      /Its place was binlog.000003:7 in the binary log of db1:3306.*start-replica -i db3:3306/,
    );
  });
});
