import type { Connection } from 'mysql2/promise';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlAdapter } from '../../../src/main/adapters/mysql/mysql-adapter.ts';
import type { Answer, ServerQuestion } from '../../../src/shared/domain/question.ts';
import type { Lab, LabServer } from '../../lab/index.ts';
import { failureOf, labAdapter, until } from './support.ts';

const TIMEOUT_MS = 5_000;
const ER_LOCK_WAIT_TIMEOUT = 1205;

/** One session: statements in order; one with `…` in front goes on running. */
type Script = readonly string[];

interface Scene {
  readonly name: string;
  readonly sessions: readonly Script[];
  /** Places in `sessions` of those that a read-only switch waits for. */
  readonly blocking: readonly number[];
  /** Whether a server that doesn't watch its locks can name them. */
  readonly invisibleWithoutLockTable?: true;
}

const SCENES: readonly Scene[] = [
  { name: 'an idle transaction with writes', sessions: [['BEGIN', 'UPDATE app.held SET m = 1']], blocking: [] },
  { name: 'an idle locking read', sessions: [['BEGIN', 'SELECT * FROM app.held FOR UPDATE']], blocking: [] },
  {
    name: 'a table locked for writing',
    sessions: [['LOCK TABLES app.held WRITE']],
    blocking: [0],
    invisibleWithoutLockTable: true,
  },
  { name: 'a table locked for reading', sessions: [['LOCK TABLES app.held READ']], blocking: [] },
  { name: 'a running write', sessions: [['…INSERT INTO app.held (n, m) SELECT 9, SLEEP(20)']], blocking: [0] },
  { name: 'a running read', sessions: [['…SELECT SLEEP(20) FROM app.held']], blocking: [] },
  { name: 'a running locking read', sessions: [['…SELECT SLEEP(20) FROM app.held FOR UPDATE']], blocking: [0] },
  {
    name: 'a write that waits for a row',
    sessions: [['BEGIN', 'UPDATE app.held SET m = 1'], ['…/* held up */ UPDATE app.held SET m = 2']],
    blocking: [1],
  },
  {
    name: 'a change of a table that somebody reads',
    sessions: [['BEGIN', 'SELECT * FROM app.held'], ['…ALTER TABLE app.held ADD COLUMN z INT']],
    blocking: [1],
  },
];

/** Every question, on real servers. */
export function inquiriesSuite(lab: () => Lab): void {
  const flavor = () => lab().master.flavor;
  let mysql: MysqlAdapter;
  let open: Connection[] = [];

  const ask = async <Q extends ServerQuestion>(question: Q, server: LabServer = lab().master): Promise<Answer<Q>> =>
    await mysql.ask(await mysql.read(server.key, TIMEOUT_MS), question, TIMEOUT_MS);

  async function play(script: Script): Promise<number> {
    const connection = await lab().master.connect('app');
    open.push(connection);
    for (const line of script) {
      if (!line.startsWith('…')) {
        await connection.query(line);
        continue;
      }
      connection.query(line.slice(1)).catch(() => {});
      await until(async () => {
        const sessions = await ask({ kind: 'sessions' });
        return sessions.some((one) => one.id === connection.threadId && one.statement === line.slice(1));
      });
    }
    return connection.threadId ?? 0;
  }

  /** Whether a read-only switch of another session has to wait. */
  async function switchWaits(): Promise<boolean> {
    const connection = await lab().master.connect('root');
    open.push(connection);
    await connection.query('SET SESSION lock_wait_timeout = 1');
    const variable = flavor() === 'mysql97' ? 'super_read_only' : 'read_only';
    try {
      await connection.query(`SET GLOBAL ${variable} = 1`);
      return false;
    } catch (error) {
      expect((error as { errno?: number }).errno).toBe(ER_LOCK_WAIT_TIMEOUT);
      return true;
    } finally {
      await lab().master.query('SET GLOBAL read_only = 0');
    }
  }

  describe('questions', () => {
    beforeAll(async () => {
      mysql = labAdapter(lab());
      await lab().master.query(
        'CREATE TABLE IF NOT EXISTS app.held (n INT PRIMARY KEY, m INT); REPLACE INTO app.held (n, m) VALUES (1, 0), (2, 0)',
      );
      return () => mysql.close();
    });
    afterEach(async () => {
      for (const connection of open) {
        await lab()
          .master.query(`KILL ${connection.threadId}`)
          .catch(() => {});
        connection.destroy();
      }
      const ids = open.map((connection) => connection.threadId);
      open = [];
      await until(async () => (await ask({ kind: 'sessions' })).every((one) => !ids.includes(one.id)));
    });

    test.each(SCENES)('what holds up a read-only switch: $name', async (scene) => {
      const ids: number[] = [];
      for (const script of scene.sessions) ids.push(await play(script));
      const named = (await ask({ kind: 'write-blockers' })).map((session) => session.id);
      const unseen = scene.invisibleWithoutLockTable && flavor() !== 'mysql97';
      expect(named).toEqual(unseen ? [] : scene.blocking.map((index) => ids[index]));
      expect(await switchWaits()).toBe(scene.blocking.length > 0);
    });

    test('which tables are locked, where the account may read them', async () => {
      await play(['LOCK TABLES app.held WRITE']);
      const blind = await ask({ kind: 'locked-tables' });
      expect(blind.includes('app.held')).toBe(flavor() === 'mysql97');
      await lab().master.query("SET sql_log_bin = 0; GRANT SELECT ON app.* TO 'baton'@'%'; SET sql_log_bin = 1");
      // Schema privileges are looked up when a session begins to use the schema; a new one sees them in any case.
      const seeing = labAdapter(lab());
      const facts = await seeing.read(lab().master.key, TIMEOUT_MS);
      expect(await seeing.ask(facts, { kind: 'locked-tables' }, TIMEOUT_MS)).toContain('app.held');
      await seeing.close();
      await lab().master.query("SET sql_log_bin = 0; REVOKE SELECT ON app.* FROM 'baton'@'%'; SET sql_log_bin = 1");
    });

    test('sessions: clients, with what they do and how long, and nobody else', async () => {
      const id = await play(['BEGIN', "INSERT INTO app.held (n, m) VALUES (77, 1) /* it's here */"]);
      // InnoDB tells of its transactions from a copy, and makes no new one for who asks again within 100 ms.
      await until(async () => {
        const session = (await ask({ kind: 'sessions' })).find((one) => one.id === id);
        return session?.command === 'Sleep' && session.transactionSeconds !== null;
      }, 150);
      const sessions = await ask({ kind: 'sessions' });
      expect(sessions.find((one) => one.id === id)).toMatchObject({ user: 'app', command: 'Sleep', statement: '' });
      const users = new Set(sessions.map((one) => one.user));
      for (const user of ['baton', 'repl', 'system user', 'event_scheduler']) expect(users).not.toContain(user);
      const onReplica = await ask({ kind: 'sessions' }, lab().replicas[0]);
      expect(onReplica.map((one) => one.user).filter((user) => user !== 'root')).toEqual([]);
    });

    test('long queries: what runs for long enough, and where', async () => {
      const [, , idle] = [
        await play(['USE app', '…SELECT SLEEP(20) /* the first */ FROM app.held LIMIT 1']),
        await play(['…SELECT SLEEP(20) /* the second */']),
        await play(['BEGIN', 'SELECT * FROM app.held']),
      ];
      const find = (seconds: number, limit = 100) => ask({ kind: 'long-queries', seconds, limit });
      await until(async () => (await find(1)).length === 2);
      const [first, second] = await find(1);
      expect(first).toMatchObject({ user: 'app', db: 'app', command: 'Query' });
      expect(first?.statement).toContain('the first');
      expect(first?.seconds).toBeGreaterThanOrEqual(second?.seconds ?? 0);
      expect((await find(0)).map(({ id }) => id)).not.toContain(idle);
      expect([(await find(1, 1)).length, (await find(3600)).length]).toEqual([1, 0]);
    });

    test('binary logs and their events', async () => {
      const from = (await mysql.read(lab().master.key, TIMEOUT_MS)).coordinates;
      if (from === null) throw new Error('no binary log');
      await lab().master.query('REPLACE INTO app.held (n, m) VALUES (3, 3)');
      const logs = await ask({ kind: 'binary-logs' });
      expect(logs.at(-1)).toMatchObject({ file: from.file, sizeBytes: expect.any(Number) });
      const events = await ask({ kind: 'binlog-events', from, limit: 50 });
      expect(events[0]).toMatchObject({ at: from, serverId: lab().master.serverId });
      expect(events.map((event) => event.at.position).slice(1)).toEqual(
        events.map((event) => event.endPosition).slice(0, -1),
      );
      expect(events.map((event) => event.type)).toContain('Xid');
      expect(await ask({ kind: 'binlog-events', from: { ...from, position: 0 }, limit: 2 })).toHaveLength(2);
      const failure = await failureOf(
        ask({ kind: 'binlog-events', from: { file: "x' OR '1", position: 4 }, limit: 1 }),
      );
      expect(failure).toMatchObject({ kind: 'other', message: expect.stringContaining('Could not find target log') });
    });

    test('events of a relay log, some of them passed over', async () => {
      const [replica] = lab().replicas;
      if (replica === undefined) throw new Error('no replica');
      await lab().master.query('REPLACE INTO app.held (n, m) VALUES (4, 4)');
      await lab().catchUp();
      const relay = (await mysql.read(replica.key, TIMEOUT_MS)).replica?.relay ?? { file: '', position: 0 };
      const from = { file: relay.file, position: 4 };
      const all = await ask({ kind: 'relaylog-events', from, skip: 0, limit: 1000 }, replica);
      const rest = await ask({ kind: 'relaylog-events', from, skip: 2, limit: 1000 }, replica);
      expect(rest).toEqual(all.slice(2));
      expect(all.some((event) => event.serverId === lab().master.serverId)).toBe(true);
    });
  });
}
