import { describe, expect, test } from 'vitest';
import type { Lab, LabServer } from '../../lab/index.ts';
import { failureOf, labAdapter } from './support.ts';

const POLL = { full: false, timeoutMs: 3_000 };
const FULL = { full: true, timeoutMs: 3_000 };

function first(servers: readonly LabServer[]): LabServer {
  const [server] = servers;
  if (!server) throw new Error('the lab has no such server');
  return server;
}

/** What a probe reads from real servers, and how it tells that one goes away. */
export function readingSuite(lab: () => Lab): void {
  describe('reading', () => {
    test('the master: identity, position, executed GTIDs and the replicas that are connected', async () => {
      const adapter = labAdapter(lab());
      const probe = await adapter.openProbe(lab().master.key, { fenceFirst: false });
      const facts = await probe.poll(POLL);
      expect(facts.key).toEqual(lab().master.key);
      expect(facts.serverId).toBe(lab().master.serverId);
      expect(facts.version).toContain(lab().master.version.replace(/^(\d+\.\d+).*/, '$1'));
      expect(facts).toMatchObject({ readOnly: false, logBin: true, replica: null, warnings: [] });
      expect(facts.coordinates?.position).toBeGreaterThan(0);
      expect(facts.connectedReplicas).toEqual(lab().replicas.map((server) => server.key));
      probe.destroy();
      await adapter.close();
    });

    test('a replica: its channel with both threads running', async () => {
      const adapter = labAdapter(lab());
      const replica = first(lab().replicas);
      const probe = await adapter.openProbe(replica.key, { fenceFirst: false });
      const facts = await probe.poll(POLL);
      expect(facts.readOnly).toBe(true);
      expect(facts.replica).toMatchObject({
        source: lab().master.key,
        user: lab().accounts.repl.user,
        ioState: 1,
        sqlState: 1,
        channels: 1,
        gtidUse: replica.flavor === 'mariadb' ? 'mariadb' : 'mysql',
      });
      expect(facts.replica?.heartbeatsReceived).not.toBeNull();
      expect(facts.replica?.heartbeatPeriodSeconds).toBeGreaterThan(0);
      expect(facts.warnings).toEqual([]);
      probe.destroy();
      await adapter.close();
    });

    test('steady polls follow what moves and share what does not', async () => {
      const adapter = labAdapter(lab());
      const probe = await adapter.openProbe(lab().master.key, { fenceFirst: false });
      const before = await probe.poll(FULL);
      expect(await probe.poll(POLL)).toBe(before);
      await lab().master.query('CREATE TABLE IF NOT EXISTS app.moves (n INT); INSERT INTO app.moves VALUES (1)');
      const after = await probe.poll(POLL);
      expect(after).not.toBe(before);
      expect(after.gtidExecuted).not.toBe(before.gtidExecuted);
      expect(after.coordinates).not.toEqual(before.coordinates);
      expect(after.connectedReplicas).toBe(before.connectedReplicas);
      expect(await probe.poll(FULL)).toMatchObject({ gtidExecuted: after.gtidExecuted });
      probe.destroy();
      await adapter.close();
    });

    test('custom queries: their values, and their errors as warnings', async () => {
      const settings = {
        detectDataCenterQuery: "SELECT 'north'",
        detectClusterAliasQuery: 'SELECT alias FROM meta.nowhere',
        detectPromotionRuleQuery: "SELECT 'prefer'",
        replicationLagQuery: 'SELECT 7',
      };
      const adapter = labAdapter(lab(), {}, settings);
      const probe = await adapter.openProbe(first(lab().replicas).key, { fenceFirst: false });
      const facts = await probe.poll(POLL);
      expect(facts).toMatchObject({ dataCenter: 'north', detectedPromotionRule: 'prefer', lagSeconds: 7 });
      expect(facts.warnings).toHaveLength(1);
      expect(facts.warnings[0]).toMatch(/^DetectClusterAliasQuery on .*nowhere/);
      expect((await probe.poll(POLL)).lagSeconds).toBe(7);
      probe.destroy();
      await adapter.close();
    });

    test('an account without privileges is told what will not work', async () => {
      const { user, password } = lab().accounts.app;
      const adapter = labAdapter(lab(), { credentials: { user, password } });
      const probe = await adapter.openProbe(lab().master.key, { fenceFirst: false });
      const failure = await failureOf(probe.poll(POLL));
      expect(failure).toMatchObject({ kind: 'refused-by-server', message: expect.stringMatching(/lacks a privilege/) });
      probe.destroy();
      await adapter.close();
    });

    test('a wrong password is refused in words without it', async () => {
      const adapter = labAdapter(lab(), { credentials: { user: 'baton', password: 'wrong-pass' } });
      const failure = await failureOf(adapter.openProbe(lab().master.key, { fenceFirst: false }));
      expect(failure).toMatchObject({ kind: 'refused-by-server', message: expect.stringMatching(/1045/) });
      expect(failure.message).not.toContain('wrong-pass');
    });

    test('logs in without TLS where the server has forgotten that it knows the password', async () => {
      const adapter = labAdapter(lab());
      await lab().master.query('FLUSH PRIVILEGES');
      const probe = await adapter.openProbe(lab().master.key, { fenceFirst: false });
      expect((await probe.poll(POLL)).serverId).toBe(lab().master.serverId);
      probe.destroy();
    });

    test('goes over to TLS where an account or a server wants it', async (context) => {
      if (lab().master.flavor !== 'mysql97') context.skip();
      const off = labAdapter(lab());
      const mixed = labAdapter(lab(), { tls: { mode: 'mixed', skipVerify: true } });
      const strict = labAdapter(lab(), { tls: { mode: 'mixed' } });
      const { master } = lab();
      for (const [demand, release] of [
        ['ALTER USER baton REQUIRE SSL', 'ALTER USER baton REQUIRE NONE'],
        ['SET GLOBAL require_secure_transport = ON', 'SET GLOBAL require_secure_transport = OFF'],
      ] as const) {
        await master
          .query(demand.startsWith('ALTER') ? `SET sql_log_bin = 0; ${demand}; SET sql_log_bin = 1` : demand, 5_000)
          .catch(() => {});
        try {
          expect(await failureOf(off.read(master.key, 3_000))).toMatchObject({ kind: 'refused-by-server' });
          expect((await mixed.read(master.key, 3_000)).serverId).toBe(master.serverId);
          expect((await failureOf(strict.read(master.key, 3_000))).kind).not.toBe('other');
        } finally {
          await mixed.close();
          const { user, password } = lab().accounts.root;
          const root = await master.connect('root', { user, password, ssl: { rejectUnauthorized: false } });
          await root.query(`SET sql_log_bin = 0; ${release}`);
          root.destroy();
          master.disconnect();
        }
      }
    });

    test('read and knock need no probe', async () => {
      const adapter = labAdapter(lab());
      await adapter.knock(lab().master.key, 1_000);
      expect((await adapter.read(lab().master.key, 3_000)).serverId).toBe(lab().master.serverId);
      await adapter.close();
    });
  });
}

/** Run last: it ends a server and starts it again. */
export function goingAwaySuite(lab: () => Lab): void {
  describe('going away', () => {
    test('frozen: polls, pulses and knocks time out, and the pulse leaves the connection alone', async () => {
      const adapter = labAdapter(lab(), { connectTimeoutMs: 300 });
      const server = first(lab().replicas);
      const probe = await adapter.openProbe(server.key, { fenceFirst: false });
      await probe.poll(POLL);
      await server.freeze();
      try {
        expect(await failureOf(probe.pulse(100))).toMatchObject({ kind: 'timeout' });
        expect(await failureOf(adapter.knock(server.key, 200))).toMatchObject({ kind: 'timeout' });
        expect(await failureOf(adapter.openProbe(server.key, { fenceFirst: false }))).toMatchObject({
          kind: 'timeout',
        });
        await server.thaw();
        await probe.pulse(3_000);
        await probe.poll(POLL);
        await server.freeze();
        expect(await failureOf(probe.poll({ full: false, timeoutMs: 100 }))).toMatchObject({ kind: 'timeout' });
        expect(await failureOf(probe.poll(POLL))).toMatchObject({ kind: 'broken' });
      } finally {
        await server.thaw();
        await adapter.close();
      }
    });

    test('killed: told at once, without being asked; then refused', async () => {
      const adapter = labAdapter(lab());
      const server = first(lab().replicas);
      const probe = await adapter.openProbe(server.key, { fenceFirst: false });
      await probe.poll(POLL);
      const broken = new Promise((resolve) => probe.onBroken(resolve));
      await server.kill('SIGKILL');
      expect(await broken).toMatchObject({ kind: 'broken' });
      expect(await failureOf(adapter.knock(server.key, 1_000))).toMatchObject({ kind: 'refused' });
      await server.start();
      await adapter.knock(server.key, 1_000);
      await adapter.close();
    });
  });
}
