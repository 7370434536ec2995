import { describe, expect, test } from 'vitest';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import type { Lab } from '../../lab/index.ts';
import { clock, failureOf, labAdapter } from './support.ts';

const TIMEOUT_MS = 5_000;

/** Every action on real servers, read back from them. */
export function operationsSuite(lab: () => Lab): void {
  const adapter = () => labAdapter(lab());

  async function withReplica(
    run: (
      act: (action: ServerAction) => Promise<readonly string[]>,
      read: () => Promise<InstanceFacts>,
    ) => Promise<void>,
    index = 0,
  ): Promise<void> {
    const mysql = adapter();
    const key = lab().replicas[index]?.key ?? lab().master.key;
    const read = () => mysql.read(key, TIMEOUT_MS);
    try {
      await run(async (action) => (await mysql.perform(await read(), action, TIMEOUT_MS)).statements, read);
    } finally {
      await mysql.close();
    }
  }

  describe('operations', () => {
    test('stop and start threads one by one and together', () =>
      withReplica(async (act, read) => {
        await act({ kind: 'stop-replication', threads: 'sql' });
        expect((await read()).replica).toMatchObject({ ioState: 1, sqlState: 0 });
        await act({ kind: 'start-replication', threads: 'sql' });
        await act({ kind: 'stop-replication', threads: 'io' });
        expect((await read()).replica).toMatchObject({ ioState: 0, sqlState: 1 });
        await act({ kind: 'stop-replication', threads: 'both' });
        await act({ kind: 'start-replication', threads: 'both' });
        await lab().replicating();
        expect((await read()).replica).toMatchObject({ ioState: 1, sqlState: 1 });
      }));

    test('repoint by GTID, with the account given and masked', () =>
      withReplica(async (act, read) => {
        const sibling = lab().replicas[1]?.key ?? lab().master.key;
        await act({ kind: 'stop-replication', threads: 'both' });
        const [statement = ''] = await act({
          kind: 'repoint',
          source: sibling,
          mode: { by: 'gtid' },
          tls: null,
          credentialsOf: sibling,
        });
        expect(statement).toContain("'***'");
        expect(statement).not.toContain(lab().accounts.repl.password);
        await act({ kind: 'start-replication', threads: 'both' });
        await lab().replicating();
        expect((await read()).replica).toMatchObject({ source: sibling, ioState: 1, sqlState: 1 });
        const tls = { enabled: false, ca: '', capath: '', cert: '', cipher: '', key: '', verifyServerCert: false };
        await act({ kind: 'stop-replication', threads: 'both' });
        await act({
          kind: 'repoint',
          source: lab().master.key,
          mode: { by: 'gtid' },
          tls: { ...tls, publicKeyPath: '', getPublicKey: true },
          credentialsOf: null,
        });
        await act({ kind: 'start-replication', threads: 'both' });
        await lab().replicating();
        expect((await read()).replica).toMatchObject({ source: lab().master.key });
      }));

    test('detach and reattach keep the place', () =>
      withReplica(async (act, read) => {
        const { hostname, port } = lab().master.key;
        await act({ kind: 'stop-replication', threads: 'both' });
        await act({ kind: 'detach-source' });
        expect((await read()).replica?.source).toEqual({ hostname: `//${hostname}`, port });
        expect(await failureOf(act({ kind: 'detach-source' }))).toMatchObject({ kind: 'other' });
        await act({ kind: 'reattach-source' });
        await act({ kind: 'start-replication', threads: 'both' });
        await lab().replicating();
        await lab().master.query('CREATE TABLE IF NOT EXISTS app.kept (n INT); INSERT INTO app.kept VALUES (1)');
        await lab().catchUp();
        expect((await read()).replica).toMatchObject({ source: lab().master.key, lastSqlErrno: 0, lastIoErrno: 0 });
      }));

    test('wait for GTIDs: those that come and those that do not', () =>
      withReplica(async (act, read) => {
        const mysql = adapter();
        await lab().master.query('CREATE TABLE IF NOT EXISTS app.waits (n INT); INSERT INTO app.waits VALUES (1)');
        const gtid = (await mysql.read(lab().master.key, TIMEOUT_MS)).gtidExecuted;
        await act({ kind: 'wait-for-gtid', gtid, timeoutMs: 3_000 });
        const never = lab().master.flavor === 'mariadb' ? '7-7-7' : 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1';
        const failure = await failureOf(act({ kind: 'wait-for-gtid', gtid: never, timeoutMs: 200 }));
        expect(failure).toMatchObject({ kind: 'timeout', message: expect.stringContaining(never) });
        await act({ kind: 'stop-replication', threads: 'sql' });
        await act({ kind: 'wait-for-gtid', gtid, timeoutMs: 1_000 });
        await act({ kind: 'start-replication', threads: 'sql' });
        expect((await read()).replica?.sqlState).toBe(1);
        await mysql.close();
      }));

    test('read-only on and off, with and without super', () =>
      withReplica(async (act, read) => {
        const hasSuper = lab().master.flavor === 'mysql97';
        await act({ kind: 'set-read-only', on: false, super: true });
        expect(await read()).toMatchObject({ readOnly: false, superReadOnly: false });
        await act({ kind: 'set-read-only', on: true, super: false });
        expect(await read()).toMatchObject({ readOnly: true, superReadOnly: false });
        await act({ kind: 'set-read-only', on: true, super: true });
        expect(await read()).toMatchObject({ readOnly: true, superReadOnly: hasSuper });
      }));

    test('forget the source, then replicate again as a server that never was a replica', () =>
      withReplica(async (act, read) => {
        const source = lab().master.key;
        await act({ kind: 'stop-replication', threads: 'both' });
        await act({ kind: 'reset-replication' });
        expect((await read()).replica).toBeNull();
        const own = { ca: '', capath: '', cert: '', cipher: '', key: '', verifyServerCert: false, publicKeyPath: '' };
        const tls = { ...own, enabled: false, getPublicKey: true };
        await act({ kind: 'repoint', source, mode: { by: 'gtid' }, tls, credentialsOf: source });
        await act({ kind: 'start-replication', threads: 'both' });
        await lab().replicating();
        await lab().catchUp();
        expect((await read()).replica).toMatchObject({ source, ioState: 1, sqlState: 1 });
      }));

    test('semi-sync switches, whichever names the server has for them', async () => {
      const { flavor } = lab().master;
      if (flavor === 'mysql56') return;
      const replica = lab().replicas[0] ?? lab().master;
      if (flavor === 'mysql97') {
        await replica.query('SET GLOBAL super_read_only = 0');
        await replica.query("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'");
        await replica.query("INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'");
        await replica.query('SET GLOBAL super_read_only = 1');
      }
      await withReplica(async (act, read) => {
        await act({ kind: 'set-semi-sync-source', on: true });
        const [set = '', ...restart] = await act({ kind: 'set-semi-sync-replica', on: true });
        expect(set).toContain(flavor === 'mariadb' ? 'rpl_semi_sync_slave_enabled' : 'rpl_semi_sync_replica_enabled');
        expect(restart).toHaveLength(2);
        expect((await read()).semiSync).toMatchObject({ available: true, sourceEnabled: true, replicaEnabled: true });
        await act({ kind: 'set-semi-sync-source', on: false });
        await act({ kind: 'set-semi-sync-replica', on: false });
        await lab().replicating();
        expect((await read()).semiSync).toMatchObject({
          sourceEnabled: false,
          replicaEnabled: false,
          sourceClients: 0,
        });
      });
    });

    test('a read-only switch that is given up does not come about later', async () => {
      const mysql = adapter();
      const { master } = lab();
      const facts = await mysql.read(master.key, TIMEOUT_MS);
      const writer = await master.connect('app');
      await writer.query('CREATE TABLE IF NOT EXISTS app.slow (n INT)');
      const writing = writer.query('INSERT INTO app.slow SELECT SLEEP(2.5)');
      const on: ServerAction = { kind: 'set-read-only', on: true, super: true };
      // Until the writer's statement has taken the locks, the switch would go through.
      while ((await master.query('SHOW PROCESSLIST')).every((row) => !String(row.Info).startsWith('INSERT')));
      await clock.sleep(50);
      expect(await failureOf(mysql.perform(facts, on, 800))).toMatchObject({ kind: 'timeout' });
      await writing;
      await writer.query('INSERT INTO app.slow VALUES (1)');
      expect(await mysql.read(master.key, TIMEOUT_MS)).toMatchObject({ readOnly: false });
      writer.destroy();
      await mysql.close();
    });

    test('a statement that fails names the server and itself', () =>
      withReplica(async (act) => {
        const failure = await failureOf(act({ kind: 'reset-replication' }));
        expect(failure.kind).toBe('other');
        expect(failure.message).toMatch(/RESET (REPLICA|SLAVE) ALL/);
        await lab().replicating();
      }));

    test('a frozen server: the statement is given up, and its connection not used again', async () => {
      const mysql = adapter();
      const server = lab().replicas[0] ?? lab().master;
      const facts = await mysql.read(server.key, TIMEOUT_MS);
      await server.freeze();
      try {
        const action: ServerAction = { kind: 'start-replication', threads: 'both' };
        expect(await failureOf(mysql.perform(facts, action, 150))).toMatchObject({ kind: 'timeout' });
      } finally {
        await server.thaw();
      }
      await mysql.perform(facts, { kind: 'start-replication', threads: 'both' }, TIMEOUT_MS);
      await mysql.close();
    });
  });
}
