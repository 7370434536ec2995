import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/shared/domain/operation.ts';
import { isShut, takesWrites } from '../e2e/failover-scene.ts';
import type { LabFlavor } from '../lab/index.ts';
import { wordsFor } from '../lab/replication.ts';
import { type RefusalCase, refusalTitle, refuses } from './cases.ts';
import { type NamedArgs, Stage } from './stage.ts';

const SECOND = { user: 'repl2', password: 'second-Account-1' };

const VARIANTS: readonly { readonly flavor: LabFlavor; readonly gtid: boolean; readonly title: string }[] = [
  { flavor: 'mysql97', gtid: true, title: 'mysql97' },
  { flavor: 'mysql97', gtid: false, title: 'mysql97 without GTIDs' },
  { flavor: 'mysql56', gtid: true, title: 'mysql56' },
  { flavor: 'mariadb', gtid: true, title: 'mariadb' },
];

const ONLY_FOR_REPLICAS: readonly (readonly [OperationName, Omit<NamedArgs, 'instance'>])[] = [
  ['start-replica', {}],
  ['stop-replica', {}],
  ['stop-replica-nice', {}],
  ['restart-replica', {}],
  ['detach-replica-master-host', {}],
  ['reattach-replica-master-host', {}],
  ['restart-replica-statements', {}],
  ['skip-query', {}],
  ['delay-replication', { number: 10 }],
  ['master-pos-wait', { text: 'binlog.000001:4' }],
  ['change-master-credentials', {}],
];

const REFUSALS: readonly RefusalCase[] = [
  ...ONLY_FOR_REPLICAS.map(
    ([operation, more]): RefusalCase => ({
      why: 'it is no replica',
      operation,
      args: { instance: 'db1', ...more },
      says: /^db1 is not a replica: there is no replication to /,
    }),
  ),
  {
    why: 'it is not detached',
    operation: 'reattach-replica-master-host',
    args: { instance: 'db2' },
    says: /db2 is not detached: its source is db1/,
  },
  {
    why: 'it is detached already',
    operation: 'detach-replica-master-host',
    args: { instance: 'db2' },
    says: /db2 is detached already; attach it with: reattach-replica-master-host -i db2/,
    given: async (stage) => {
      await stage.operate('detach-replica-master-host', { instance: 'db2' });
      return () => stage.operate('reattach-replica-master-host', { instance: 'db2' });
    },
  },
  {
    why: 'its applier runs',
    operation: 'skip-query',
    args: { instance: 'db2' },
    says: /The applier of db2 runs: there is nothing to skip/,
  },
  {
    why: 'its applier was stopped by hand',
    operation: 'skip-query',
    args: { instance: 'db2' },
    says: /The applier of db2 was stopped without an error: there is nothing to skip/,
    given: (stage) => stopped(stage),
  },
  ...[-1, 0.5, 2 ** 31].map(
    (number): RefusalCase => ({
      why: `${number} s`,
      operation: 'delay-replication',
      args: { instance: 'db2', number },
      says: /A delay is a whole number of seconds from 0 to 2147483647/,
    }),
  ),
  {
    why: 'no delay',
    operation: 'delay-replication',
    args: { instance: 'db2' },
    says: /A delay is a whole number of seconds/,
  },
  {
    why: 'back to an earlier file',
    operation: 'flush-binary-logs',
    args: { instance: 'db1', text: 'binlog.000000' },
    says: /db1 writes binlog\.\d+ already, and can't go back/,
  },
  {
    why: 'that is no binary log',
    operation: 'flush-binary-logs',
    args: { instance: 'db1', text: 'elsewhere.000009' },
    says: /"elsewhere\.000009" is not a binary log's name/,
  },
  {
    why: 'far too many',
    operation: 'flush-binary-logs',
    args: { instance: 'db1', text: 'binlog.100000' },
    says: /That would begin \d+ binary logs; 1000 at a time at most/,
  },
  {
    why: 'no file',
    operation: 'purge-binary-logs',
    args: { instance: 'db1' },
    says: /needs the first file to keep/,
  },
  {
    why: 'there is no such file',
    operation: 'purge-binary-logs',
    args: { instance: 'db1', text: 'binlog.009999' },
    says: /db1 has no binary log binlog\.009999/,
  },
  {
    why: 'a replica needs them',
    operation: 'purge-binary-logs',
    args: { instance: 'db1', text: 'latest' },
    says: /db2 has executed up to binlog\.\d+:\d+ only, before binlog\.\d+.*with force/,
    given: async (stage) => {
      const back = await stopped(stage, true);
      await stage.lab.master.query('FLUSH BINARY LOGS');
      return back;
    },
  },
  {
    why: 'no such session',
    operation: 'kill-query',
    args: { instance: 'db1', number: 4_000_000 },
    says: /db1 has no client session 4000000/,
  },
  { why: 'no id', operation: 'kill-query', args: { instance: 'db1' }, says: /A session is named by its id/ },
  {
    why: 'no place',
    operation: 'master-pos-wait',
    args: { instance: 'db2', text: 'anywhere' },
    says: /needs a place in the source's binary log: file:position/,
  },
  {
    why: 'its applier does not run',
    operation: 'master-pos-wait',
    args: { instance: 'db2', text: 'binlog.000999:4' },
    says: /The applier of db2 does not run, so it will not come to binlog\.000999:4.*start-replica -i db2/,
    given: (stage) => stopped(stage),
  },
];

describe.each(VARIANTS)('operations on one server, $title', ({ flavor, gtid }) => {
  let stage: Stage;
  const words = wordsFor(flavor);
  const hasSemiSync = flavor !== 'mysql56';
  const done = async (operation: OperationName, args: NamedArgs) => {
    const { result } = await stage.operate(operation, args);
    expect(result.state, result.message).toBe('done');
    return { ...result, lines: result.lines.map((line) => stage.named(line)) };
  };
  const source = async () => (await stage.shape()).db2;

  beforeAll(async () => {
    const nodes = [
      { name: 'db1', source: null },
      { name: 'db2', source: 'db1' },
    ];
    const query = { ReplicationCredentialsQuery: `SELECT '${SECOND.user}', '${SECOND.password}'` };
    // Nobody acknowledges while the only replica is stopped.
    const semiSync = hasSemiSync ? { timeoutMs: 50 } : false;
    stage = await Stage.open({ flavor, gtid, nodes, semiSync }, () => query);
    await stage.lab.master.query(
      `CREATE USER '${SECOND.user}'@'%' IDENTIFIED BY '${SECOND.password}';
       GRANT REPLICATION SLAVE ON *.* TO '${SECOND.user}'@'%';
       CREATE TABLE app.t (id INT PRIMARY KEY)`,
    );
  }, 300_000);

  afterAll(() => stage?.close(), 60_000);

  describe('done', () => {
    beforeEach(() => stage.reset());

    test('stop-replica, start-replica, restart-replica', async () => {
      await stage.underWrites(async () => {
        await done('stop-replica', { instance: 'db2' });
        expect(await source()).toBe('db1 No No');
        await done('start-replica', { instance: 'db2' });
        expect(await source()).toBe('db1');
        await done('restart-replica', { instance: 'db2' });
        expect(await source()).toBe('db1');
      });
    });

    test('stop-replica-nice: what was received is applied', async () => {
      await stage.underWrites(async () => {
        await done('stop-replica-nice', { instance: 'db2' });
        expect(await source()).toBe('db1 No No');
        const { facts } = await stage.engine.discover(stage.server('db2').key);
        expect(facts?.replica?.executed).toEqual(facts?.replica?.read);
        await done('start-replica', { instance: 'db2' });
      });
    });

    test('reset-replica: it has no source any more', async () => {
      await done('reset-replica', { instance: 'db2' });
      expect(await source()).toBe('-');
      expect((await done('reset-replica', { instance: 'db2' })).message).toContain('nothing to reset');
    });

    test('detach-replica-master-host and reattach-replica-master-host', async () => {
      await stage.underWrites(async () => {
        await done('detach-replica-master-host', { instance: 'db2' });
        expect(await source()).toMatch(/^\/\//);
        await done('reattach-replica-master-host', { instance: 'db2' });
        expect(await source()).toBe('db1');
      });
    });

    test('restart-replica-statements: says them, and runs none', async () => {
      const before = await stage.standing();
      const { lines } = await done('restart-replica-statements', { instance: 'db2', text: 'SET GLOBAL a = 1' });
      const [stop, start] = flavor === 'mysql97' ? ['stop replica', 'start replica'] : ['stop slave', 'start slave'];
      expect(lines.map((line) => line.toLowerCase())).toEqual([
        `${stop} io_thread;`,
        `${stop} sql_thread;`,
        'set global a = 1;',
        `${start} sql_thread;`,
        `${start} io_thread;`,
      ]);
      expect(await stage.state()).toEqual(before);
    });

    test('skip-query: past the transaction that fails, and no further', async () => {
      await brokenApplier();
      if (flavor === 'mariadb') {
        const { result } = await stage.operate('skip-query', { instance: 'db2' });
        expect(result).toMatchObject({ state: 'refused', message: expect.stringMatching(/disable-gtid/) });
        await done('disable-gtid', { instance: 'db2' });
      }
      expect((await done('skip-query', { instance: 'db2' })).message).toMatch(/ has skipped .* Its applier runs\.$/);
      if (flavor === 'mariadb') await done('enable-gtid', { instance: 'db2' });
      expect(await source()).toBe('db1');
      await stage.lab.catchUp();
      expect(await stage.server('db2').query('SELECT id FROM app.t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    });

    test('delay-replication, and none again', async () => {
      await done('delay-replication', { instance: 'db2', number: 3600 });
      expect(await stage.server('db2').replicaStatus()).toMatchObject({ delaySeconds: 3600, sqlThread: 'Yes' });
      await done('delay-replication', { instance: 'db2', number: 0 });
      await stage.underWrites(async () => expect(await source()).toBe('db1'));
    });

    test.runIf(hasSemiSync).each([
      ['disable-semi-sync-master', 'enable-semi-sync-master', 'db1', 'source', 'master'],
      ['disable-semi-sync-replica', 'enable-semi-sync-replica', 'db2', 'replica', 'slave'],
    ] as const)('%s and %s -i %s', async (disable, enable, instance, side, oldSide) => {
      const variable = `rpl_semi_sync_${flavor === 'mysql97' ? side : oldSide}_enabled`;
      const isOn = async () => {
        const [row] = await stage.server(instance).query<{ is_on: number }>(`SELECT @@global.${variable} AS is_on`);
        return Number(row?.is_on) === 1;
      };
      await done(disable, { instance });
      expect(await isOn()).toBe(false);
      await done(enable, { instance });
      expect(await isOn()).toBe(true);
      await stage.underWrites(async () => expect(await source()).toBe('db1'));
    });

    test('set-read-only and set-writeable', async () => {
      await done('set-read-only', { instance: 'db1' });
      expect(await takesWrites(stage.server('db1'))).toBe(false);
      await done('set-writeable', { instance: 'db1' });
      expect(await takesWrites(stage.server('db1'))).toBe(true);
      expect(await isShut(stage.server('db2'))).toBe(true);
    });

    test('flush-binary-logs: once, and up to a file', async () => {
      const [, prefix = '', number = ''] = /^(.*\.)(\d+)$/.exec(await writes()) ?? [];
      const later = (count: number) => `${prefix}${String(Number(number) + count).padStart(number.length, '0')}`;
      expect((await done('flush-binary-logs', { instance: 'db1' })).lines).toEqual([later(1)]);
      expect((await done('flush-binary-logs', { instance: 'db1', text: later(3) })).lines).toEqual([later(3)]);
      expect(await writes()).toBe(later(3));
    });

    test('purge-binary-logs: what replicas have passed', async () => {
      await done('flush-binary-logs', { instance: 'db1' });
      await stage.underWrites(async () => {});
      const { lines } = await done('purge-binary-logs', { instance: 'db1', text: 'latest' });
      expect(lines).toEqual([await writes()]);
      expect(await stage.lab.master.query('SHOW BINARY LOGS')).toHaveLength(1);
    });

    test('kill-query: the statement ends, the session stays', async () => {
      const session = await stage.lab.master.connect('app');
      const sleeping = session.query('SELECT SLEEP(60) AS interrupted').then(
        ([rows]) => rows,
        (error: unknown) => (error as { code: string }).code,
      );
      const id = session.threadId;
      await expect
        .poll(() =>
          stage.lab.master.query(
            `SELECT id FROM information_schema.processlist WHERE id = ${id} AND info LIKE '%SLEEP%'`,
          ),
        )
        .toHaveLength(1);
      await done('kill-query', { instance: 'db1', number: id });
      // MySQL's SLEEP returns 1 when it is killed; MariaDB's statement fails.
      expect([[{ interrupted: 1 }], 'ER_QUERY_INTERRUPTED', 'ER_UNKNOWN_ERROR']).toContainEqual(await sleeping);
      expect((await session.query('SELECT 1 AS one'))[0]).toEqual([{ one: 1 }]);
      session.destroy();
    });

    test('master-pos-wait: until the replica is there', async () => {
      await stage.underWrites(async () => {
        const [row] = await stage.lab.master.query<{ File: string; Position: number }>(words.binlogStatus);
        await done('master-pos-wait', { instance: 'db2', text: `${row?.File}:${row?.Position}` });
        const { facts } = await stage.engine.discover(stage.server('db2').key);
        expect(facts?.replica?.executed.position).toBeGreaterThanOrEqual(Number(row?.Position));
      });
    });

    test('change-master-credentials: another account, with which it is connected', async () => {
      await stage.underWrites(() => done('change-master-credentials', { instance: 'db2' }));
      const { facts } = await stage.engine.discover(stage.server('db2').key);
      expect(facts?.replica?.user).toBe(SECOND.user);
    });
  });

  describe('refused, with everything as it was', () => {
    beforeAll(() => stage.reset(), 60_000);

    test.each(REFUSALS.map((each) => [refusalTitle(each), each] as const))('%s', (_, each) => refuses(stage, each));

    const switches: readonly OperationName[] = [
      'enable-semi-sync-master',
      'disable-semi-sync-master',
      'enable-semi-sync-replica',
      'disable-semi-sync-replica',
    ];
    test.skipIf(hasSemiSync).each(switches)('%s -i db2: no plugin', (operation) =>
      refuses(stage, {
        why: '',
        operation,
        args: { instance: 'db2' },
        says: /db2 has no semi-sync plugin loaded/,
      }),
    );
  });

  /** The replica has a row already that its source inserts then. */
  async function brokenApplier(): Promise<void> {
    const writeable = flavor === 'mysql97' ? 'SET GLOBAL super_read_only = 0;' : '';
    await stage
      .server('db2')
      .query(`${writeable} SET sql_log_bin = 0; INSERT INTO app.t VALUES (1); SET sql_log_bin = 1`);
    await stage.lab.master.query('INSERT INTO app.t VALUES (1)');
    await stage.lab.master.query('INSERT INTO app.t VALUES (2)');
    await expect.poll(source).toBe('db1 Yes No');
  }

  async function writes(): Promise<string> {
    const [row] = await stage.lab.master.query<{ File: string }>(words.binlogStatus);
    return row?.File ?? '';
  }
});

async function stopped(stage: Stage, both = false): Promise<() => Promise<unknown>> {
  const server = stage.server('db2');
  await server.query(`${wordsFor(server.flavor).stopReplica}${both ? '' : ' SQL_THREAD'}`);
  return () => stage.reset();
}
