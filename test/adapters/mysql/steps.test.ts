import { describe, expect, test } from 'vitest';
import { chooseDialect } from '../../../src/main/adapters/mysql/dialects/choose-dialect.ts';
import type { Dialect, Step } from '../../../src/main/adapters/mysql/dialects/dialect.ts';
import { type OperationSession, runSteps } from '../../../src/main/adapters/mysql/operations.ts';
import { queryPacket, type WireSession } from '../../../src/main/adapters/mysql/wire/wire-session.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { failureOf } from './support.ts';

const KEY = { hostname: 'db1', port: 3306 };
const TIMEOUT_MS = 1_000;
const OK = Buffer.from([7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]);

function errorPacket(errno: number, message: string): Buffer {
  const payload = Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(`#HY000${message}`)]);
  return Buffer.concat([Buffer.from([payload.length, 0, 0, 1]), payload]);
}

/** A session that answers with what `errno` says for each statement, 0 for a success, and writes them down. */
function scripted(errno: (sql: string, nth: number) => number): OperationSession & { sent: string[]; ended: boolean } {
  const sent: string[] = [];
  const prefix = queryPacket('').length;
  const lent = {
    sent,
    ended: false,
    lockWaitSeconds: Math.ceil(TIMEOUT_MS / 1000),
    stopper: null,
    dialect: {} as Dialect,
    session: {
      key: KEY,
      together: (run: () => void) => run(),
      destroy: () => {
        lent.ended = true;
      },
      send: (packet: Buffer, _timeoutMs: number, _what: string, done: (error: null, raw: Buffer) => void) => {
        const sql = packet.subarray(prefix).toString();
        sent.push(sql);
        const nth = sent.filter((each) => each === sql).length;
        const code = errno(sql, nth);
        done(null, code === 0 ? OK : errorPacket(code, 'no'));
      },
    } as unknown as WireSession,
  };
  return lent;
}

function stepsOf(action: ServerAction, changes: object): readonly Step[] {
  const choice = chooseDialect(KEY, '5.6.24', '');
  if (!choice.ok) throw new Error(choice.failure.message);
  const facts = { key: KEY, logBin: true, gtidMode: 'ON', ...changes } as unknown as InstanceFacts;
  return choice.dialect.steps(action, facts, { credentials: null, semiSyncNames: null });
}

describe('when a statement fails', () => {
  const gtids = ['00000000-0000-0000-0000-0000000000aa:1', '00000000-0000-0000-0000-0000000000aa:2'];
  const inject: ServerAction = { kind: 'inject-empty', gtids };

  test('a connection gives its GTID back', async () => {
    const lent = scripted((sql, nth) => (sql === 'COMMIT' && nth === 2 ? 1290 : 0));
    expect(await failureOf(runSteps(lent, inject, stepsOf(inject, {}), TIMEOUT_MS))).toMatchObject({
      message: expect.stringContaining('"COMMIT"'),
    });
    expect(lent.sent.slice(-3)).toEqual(['COMMIT', 'ROLLBACK', "SET SESSION gtid_next = 'AUTOMATIC'"]);
    expect(lent.ended).toBe(false);
  });

  test('a connection that keeps its GTID all the same is ended', async () => {
    const lent = scripted((sql, nth) => (sql === 'COMMIT' || (sql.endsWith("'AUTOMATIC'") && nth === 1) ? 1290 : 0));
    await failureOf(runSteps(lent, inject, stepsOf(inject, {}), TIMEOUT_MS));
    expect(lent.ended).toBe(true);
  });

  test('a receiver that paused for a delay runs again', async () => {
    const delay: ServerAction = { kind: 'set-delay', seconds: 5 };
    const lent = scripted((sql) => (sql.startsWith('CHANGE') ? 1198 : 0));
    await failureOf(runSteps(lent, delay, stepsOf(delay, { replica: { ioState: 1 } }), TIMEOUT_MS));
    expect(lent.sent).toEqual(['STOP SLAVE IO_THREAD', 'CHANGE MASTER TO MASTER_DELAY = 5', 'START SLAVE IO_THREAD']);
  });

  test.each([
    ['mysql', ['RESET SLAVE', 'START SLAVE IO_THREAD', 'STOP SLAVE IO_THREAD', 'RESET SLAVE']],
    ['none', null],
  ])('error 1201 with GTID use %s', async (gtidUse, remedy) => {
    const repoint: ServerAction = {
      kind: 'repoint',
      source: { hostname: 'db2', port: 3306 },
      mode: { by: 'gtid' },
      tls: null,
      credentialsOf: null,
    };
    const steps = stepsOf(repoint, { replica: { gtidUse, ioState: 0 } });
    const change = "CHANGE MASTER TO MASTER_HOST = 'db2', MASTER_PORT = 3306, MASTER_AUTO_POSITION = 1";
    const once = scripted((sql, nth) => (sql === change && nth === 1 ? 1201 : sql.startsWith('START') ? 1200 : 0));
    const ran = runSteps(once, repoint, steps, TIMEOUT_MS);
    if (remedy === null) {
      expect((await failureOf(ran)).message).toContain('1201');
      expect(once.sent).toEqual([change]);
      return;
    }
    expect((await ran).statements).toEqual([change, ...remedy, change]);
    const always = scripted((sql) => (sql === change ? 1201 : 0));
    expect((await failureOf(runSteps(always, repoint, steps, TIMEOUT_MS))).message).toContain('1201');
    expect(always.sent.filter((sql) => sql === change)).toHaveLength(2);
  });
});
