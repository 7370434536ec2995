import { beforeAll, describe, expect, test } from 'vitest';
import type { MysqlAdapter } from '../../../src/main/adapters/mysql/mysql-adapter.ts';
import type { RepointMode, ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates, SourceTlsOptions } from '../../../src/shared/domain/instance.ts';
import type { Lab, LabServer } from '../../lab/index.ts';
import { failureOf, labAdapter, until } from './support.ts';

const TIMEOUT_MS = 5_000;
const STOP: ServerAction = { kind: 'stop-replication', threads: 'both' };
const START: ServerAction = { kind: 'start-replication', threads: 'both' };
const TLS: SourceTlsOptions & { enabled: boolean } = {
  enabled: false,
  ca: '',
  capath: '',
  cert: '',
  cipher: '',
  key: '',
  verifyServerCert: false,
  publicKeyPath: '',
  getPublicKey: true,
};

/** The actions of operations by position, by GTID and on one server, on real servers, read back from them. */
export function actionsSuite(lab: () => Lab): void {
  const flavor = () => lab().master.flavor;
  const replica = (): LabServer => lab().replicas[0] ?? lab().master;
  let mysql: MysqlAdapter;

  const read = (server = replica()): Promise<InstanceFacts> => mysql.read(server.key, TIMEOUT_MS);
  const act = async (action: ServerAction, server = replica()): Promise<readonly string[]> =>
    (await mysql.perform(await read(server), action, TIMEOUT_MS)).statements;
  const place = async (server = lab().master): Promise<LogCoordinates> => {
    const { coordinates } = await read(server);
    if (coordinates === null) throw new Error('no binary log');
    return coordinates;
  };
  const write = (n: number) => lab().master.query(`REPLACE INTO app.acts VALUES (${n})`);
  const rows = async (server = replica()) =>
    (await server.query('SELECT n FROM app.acts ORDER BY n')).map((row) => Number(row.n));
  const repoint = (source: LabServer, mode: RepointMode): ServerAction => ({
    kind: 'repoint',
    source: source.key,
    mode,
    tls: null,
    credentialsOf: null,
  });

  describe('actions', () => {
    beforeAll(async () => {
      mysql = labAdapter(lab());
      // Fences that were tried before have thrown out the lab's own session, too.
      await lab()
        .master.query('SELECT 1')
        .catch(() => undefined);
      await lab().master.query('SET GLOBAL read_only = 0');
      await lab().master.query('CREATE TABLE IF NOT EXISTS app.acts (n INT PRIMARY KEY)');
      await lab().catchUp();
      return () => mysql.close();
    });

    test('wait for a position: there, not there in time, never as the applier stands', async () => {
      await write(1);
      const at = await place();
      await act({ kind: 'wait-for-position', at, timeoutMs: 3_000 });
      expect(await rows()).toContain(1);
      const beyond = { file: at.file, position: at.position + 1_000_000 };
      const late = await failureOf(act({ kind: 'wait-for-position', at: beyond, timeoutMs: 200 }));
      expect(late).toMatchObject({
        kind: 'timeout',
        message: expect.stringContaining(`${at.file}:${beyond.position}`),
      });
      await act({ kind: 'stop-replication', threads: 'sql' });
      await act({ kind: 'wait-for-position', at, timeoutMs: 1_000 });
      const never = await failureOf(act({ kind: 'wait-for-position', at: beyond, timeoutMs: 1_000 }));
      expect(never).toMatchObject({ kind: 'other', message: expect.stringContaining('applier does not run') });
      await act({ kind: 'start-replication', threads: 'sql' });
      const master = await failureOf(act({ kind: 'wait-for-position', at, timeoutMs: 1_000 }, lab().master));
      expect(master.message).toContain('is not a replica');
    });

    test('start until a place, and not further', async () => {
      await act(STOP);
      await write(2);
      const at = await place();
      await write(3);
      await act({ kind: 'start-until', at });
      await until(async () => (await read()).replica?.sqlState === 0);
      expect((await read()).replica?.executed).toEqual(at);
      expect(await rows()).not.toContain(3);
      await act(STOP);
      await act(START);
      await lab().catchUp();
      expect(await rows()).toContain(3);
    });

    test('skip an event, where GTIDs allow it: it and nothing else is left out', async () => {
      await act(STOP);
      const skip: ServerAction = { kind: 'skip-event' };
      if (flavor() !== 'mariadb') {
        expect((await failureOf(act(skip))).message).toContain('gtid_mode');
        await act(START);
        return;
      }
      await write(4);
      await write(5);
      await act(skip);
      await act(START);
      await until(async () => (await rows()).includes(5));
      expect(await rows()).not.toContain(4);
      await replica().query('SET sql_log_bin = 0; INSERT INTO app.acts VALUES (4); SET sql_log_bin = 1');
    });

    test('empty transactions under given GTIDs, also where everything is read-only', async () => {
      const uuid = 'bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb';
      const inject: ServerAction = { kind: 'inject-empty', gtids: [`${uuid}:1`, `${uuid}:2`] };
      if (flavor() === 'mariadb') {
        expect((await failureOf(act(inject))).message).toContain('MariaDB');
        return;
      }
      await act({ kind: 'set-read-only', on: true, super: true });
      await act(inject);
      expect((await read()).gtidExecuted).toContain(`${uuid}:1-2`);
      const range = await failureOf(act({ kind: 'inject-empty', gtids: [`${uuid}:3-4`] }));
      expect(range.message).toContain('no single GTID');
      // The connection's own transactions get the server's GTIDs again.
      await act({ kind: 'flush-binary-logs', times: 1 });
      expect((await read()).gtidExecuted).not.toContain(`${uuid}:1-3`);
    });

    test('a GTID that another session holds: the failure leaves no GTID behind on the connection', async () => {
      if (flavor() === 'mariadb') return;
      const gtid = 'cccccccc-cccc-cccc-cccc-cccccccccccc:1';
      const holder = await lab().master.connect('root');
      await holder.query(`SET SESSION gtid_next = '${gtid}'`);
      await holder.query('BEGIN');
      const inject: ServerAction = { kind: 'inject-empty', gtids: [gtid] };
      const facts = await read(lab().master);
      expect(await failureOf(mysql.perform(facts, inject, 700))).toMatchObject({ kind: 'timeout' });
      await holder.query('ROLLBACK');
      holder.destroy();
      await act({ kind: 'inject-pseudo-gtid', schema: '_pseudo_gtid_', mark: '_asc:a' }, lab().master);
      expect((await read(lab().master)).gtidExecuted).not.toContain(gtid);
    });

    test('a mark is logged as orchestrator writes it, and comes to the replicas', async () => {
      const from = await place();
      const mark = '_asc:65f0a1b2:00000001:0123456789abcdef';
      await act({ kind: 'inject-pseudo-gtid', schema: '_pseudo_gtid_', mark }, lab().master);
      const text = `drop view if exists \`_pseudo_gtid_\`.\`${mark}\``;
      const written = await mysql.ask(await read(lab().master), { kind: 'binlog-events', from, limit: 10 }, TIMEOUT_MS);
      expect(written.map((event) => event.info).join('\n')).toContain(text);
      await lab().catchUp();
      expect((await read()).replica).toMatchObject({ lastSqlErrno: 0, sqlState: 1 });
    });

    test('the delay is set, whatever the receiver does', async () => {
      await act({ kind: 'stop-replication', threads: 'sql' });
      await act({ kind: 'set-delay', seconds: 7 });
      expect((await read()).replica).toMatchObject({ sqlDelaySeconds: 7, sqlState: 0 });
      expect((await read()).replica?.ioState).toBeGreaterThan(0);
      await act(STOP);
      await act({ kind: 'set-delay', seconds: 0 });
      await act(START);
      await lab().replicating();
      const running = await failureOf(act({ kind: 'set-delay', seconds: 1 }));
      expect(running.message).toMatch(/_DELAY = 1/);
      await lab().replicating();
    });

    test('kill a query, then the connection; a session that is gone is an error', async () => {
      const victim = await lab().master.connect('app');
      const id = victim.threadId;
      const sleeping = victim.query('SELECT SLEEP(20)').then(String, String);
      await until(async () => (await sessionsOf('app')).some((one) => one.id === id && one.statement !== ''));
      await act({ kind: 'kill', id, what: 'query' }, lab().master);
      await sleeping;
      expect((await sessionsOf('app')).map((one) => one.id)).toContain(id);
      await act({ kind: 'kill', id, what: 'connection' }, lab().master);
      await until(async () => (await sessionsOf('app')).every((one) => one.id !== id));
      victim.destroy();
      expect((await failureOf(act({ kind: 'kill', id, what: 'connection' }, lab().master))).message).toContain('1094');
    });

    const sessionsOf = async (user: string) =>
      (await mysql.ask(await read(lab().master), { kind: 'sessions' }, TIMEOUT_MS)).filter((one) => one.user === user);

    test('the account is given to a stopped channel, and never shown', async () => {
      await act(STOP);
      const shown = await act({ kind: 'set-credentials', credentialsOf: lab().master.key });
      expect(shown.join()).toContain("'***'");
      expect(shown.join()).not.toContain(lab().accounts.repl.password);
      await act(START);
      await lab().replicating();
    });

    test('between GTIDs and coordinates, and the same coordinates elsewhere', async () => {
      const none = 'none';
      const own = flavor() === 'mariadb' ? 'mariadb' : 'mysql';
      await act(STOP);
      await act(repoint(lab().master, { by: 'coordinates', at: await place() }));
      expect((await read()).replica).toMatchObject({ gtidUse: none, executed: await place() });
      await act(repoint(lab().master, { by: 'same-coordinates' }));
      expect((await read()).replica).toMatchObject({ gtidUse: none, executed: await place() });
      await act(repoint(lab().master, { by: 'gtid' }));
      expect((await read()).replica).toMatchObject({ gtidUse: own });
      await act(repoint(lab().master, { by: 'same-coordinates' }));
      expect((await read()).replica).toMatchObject({ gtidUse: own });
      await act(START);
      await write(6);
      await lab().replicating();
      await lab().catchUp();
      expect(await rows()).toContain(6);
    });

    test('a server that wrote on its own becomes a replica of one that has its writes', async () => {
      const [first = lab().master, second = lab().master] = lab().replicas;
      await act(STOP, second);
      await act({ ...repoint(first, { by: 'gtid' }) }, second);
      await act(START, second);
      await act(STOP, first);
      await act({ kind: 'reset-replication' }, first);
      await act({ kind: 'set-read-only', on: false, super: true }, first);
      await first.query('REPLACE INTO app.acts VALUES (7)');
      await until(async () => (await rows(second)).includes(7));
      // It is the replica of its own replica now, and has everything.
      await act(STOP, second);
      await act({ kind: 'reset-replication' }, second);
      await act({ kind: 'set-read-only', on: true, super: true }, first);
      const back: ServerAction = {
        ...repoint(second, { by: 'gtid' }),
        tls: TLS,
        credentialsOf: second.key,
      } as ServerAction;
      await act(back, first);
      await act(START, first);
      await second.query('SET GLOBAL read_only = 0; REPLACE INTO app.acts VALUES (8)');
      await until(async () => (await rows(first)).includes(8));
      expect((await read(first)).replica).toMatchObject({ ioState: 1, sqlState: 1, lastSqlErrno: 0, lastIoErrno: 0 });
    });
  });
}

/** Run last: the server's history is gone afterwards. */
export function forgettingSuite(lab: () => Lab): void {
  test('binary logs are flushed and purged, which writes nothing; then they and the GTIDs are forgotten', async () => {
    const mysql = labAdapter(lab());
    const server = lab().replicas[0] ?? lab().master;
    const read = () => mysql.read(server.key, TIMEOUT_MS);
    const act = async (action: ServerAction) => mysql.perform(await read(), action, TIMEOUT_MS);
    const logs = async () => await mysql.ask(await read(), { kind: 'binary-logs' }, TIMEOUT_MS);
    await act(STOP);
    await act({ kind: 'set-read-only', on: true, super: true });
    const { gtidExecuted } = await read();
    await act({ kind: 'flush-binary-logs', times: 2 });
    const before = await logs();
    expect(before.length).toBeGreaterThanOrEqual(3);
    const newest = before.at(-1)?.file ?? '';
    // MariaDB keeps, without a word, what its last checkpoint still needs.
    await until(async () => {
      await act({ kind: 'purge-binary-logs', to: newest });
      return (await logs()).length === 1;
    });
    expect((await read()).gtidExecuted).toBe(gtidExecuted);
    const missing = await failureOf(act({ kind: 'purge-binary-logs', to: "no'such.000001" }));
    expect(missing.message).toContain(server.key.hostname);
    await act({ kind: 'reset-binary-logs' });
    expect(await logs()).toHaveLength(1);
    const gtid = 'dddddddd-dddd-dddd-dddd-dddddddddddd:1-9';
    const given = act({ kind: 'set-gtid-purged', gtid });
    if (server.flavor === 'mariadb') {
      expect((await failureOf(given)).message).toContain('gtid_purged');
    } else {
      await given;
      expect(await read()).toMatchObject({ gtidExecuted: gtid, gtidPurged: gtid });
    }
    await mysql.close();
  });
}
