import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { attachLab, LAB_FLAVORS, type Lab, startTopology } from './index.ts';
import { processesOf } from './process-state.ts';
import { runFolder } from './run-folder.ts';
import { Writer } from './writer.ts';

const START_MS = 180_000;
// Real servers on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 });

/** Waits for a condition; the test's own time limit ends it. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

describe.each(LAB_FLAVORS)('a star of %s', (flavor) => {
  let lab: Lab;
  const semiSync = flavor !== 'mysql56';

  beforeAll(async () => {
    lab = await startTopology({
      flavor,
      replicas: 2,
      semiSync,
      delayed: { 2: 3600 },
      dataCenters: ['ams', 'fra'],
      clusterName: 'shop',
    });
    await lab.master.query('CREATE TABLE app.t (a INT PRIMARY KEY, b VARCHAR(20))');
  }, START_MS);

  afterAll(() => lab?.stop());

  test('replicates a row, but not yet to the delayed replica', async () => {
    await lab.master.query("INSERT INTO app.t VALUES (1, 'æ')");
    await lab.catchUp();
    expect(await lab.byName('db2').query('SELECT * FROM app.t')).toEqual([{ a: 1, b: 'æ' }]);
    expect(await lab.byName('db3').query("SHOW TABLES IN app LIKE 't'")).toEqual([]);
    expect((await lab.byName('db3').replicaStatus())?.delaySeconds).toBe(3600);
  });

  test('servers differ in address and identity, and announce themselves by address', async () => {
    expect(new Set(lab.servers.map((server) => keyText(server.key))).size).toBe(3);
    for (const server of lab.servers) {
      const [row] = await server.query('SELECT @@report_host AS host, @@report_port AS port, @@server_id AS id');
      expect(row).toEqual({ host: server.key.hostname, port: server.key.port, id: server.serverId });
    }
  });

  test('only the master takes writes of the application', async () => {
    for (const server of lab.servers) {
      const app = await server.connect('app');
      const write = app.query('CREATE TABLE IF NOT EXISTS app.only_on_master (a INT)');
      if (server === lab.master) await write;
      else await expect(write).rejects.toThrow(/read.only/i);
      await app.end();
    }
  });

  test('the tool account can look, move replicas and set variables', async () => {
    const baton = await lab.byName('db2').connect('baton');
    const [rows] = await baton.query('SELECT cluster_name, data_center FROM meta.cluster');
    expect(rows).toEqual([{ cluster_name: 'shop', data_center: 'fra' }]);
    const newWords = flavor === 'mysql97';
    await baton.query(newWords ? 'STOP REPLICA; START REPLICA' : 'STOP SLAVE; START SLAVE');
    await baton.query('SET GLOBAL read_only = 1');
    await baton.query(
      flavor === 'mariadb' ? 'SELECT * FROM mysql.gtid_slave_pos' : 'SELECT * FROM mysql.slave_master_info',
    );
    await baton.end();
    await lab.replicating();
  });

  test.runIf(semiSync)('commits wait for an acknowledging replica', async () => {
    const counter =
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_semi_sync_source_yes_tx', 'Rpl_semi_sync_master_yes_tx')";
    const [before] = await lab.master.query<{ Value: string }>(counter);
    await lab.master.query("INSERT INTO app.t VALUES (2, 'semi-sync')");
    const [after] = await lab.master.query<{ Value: string }>(counter);
    expect(Number(after?.Value)).toBe(Number(before?.Value) + 1);
  });

  test('a frozen server hangs and a thawed one goes on', async () => {
    await lab.master.freeze();
    expect(lab.master.state).toBe('frozen');
    await expect(lab.master.query('SELECT 1', 200)).rejects.toThrow();
    await lab.master.thaw();
    expect(lab.master.state).toBe('running');
    expect(await lab.master.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('a killed replica takes replication up again', async () => {
    const replica = lab.byName('db2');
    const before = replica.pid;
    await replica.kill('SIGKILL');
    expect(replica.state).toBe('dead');
    expect(replica.pid).toBeNull();
    await lab.master.query("INSERT INTO app.t VALUES (3, 'meanwhile')");
    await replica.start();
    expect(replica.pid).not.toBe(before);
    await lab.replicating();
    await lab.catchUp();
    expect(await replica.query('SELECT b FROM app.t WHERE a = 3')).toEqual([{ b: 'meanwhile' }]);
    expect(await replica.query('SELECT @@GLOBAL.read_only AS ro')).toEqual([{ ro: 1 }]);
  });

  test('a frozen server can be shut down in order', async () => {
    // A master would wait 8 s for its replicas before it ends (MySQL).
    const replica = lab.byName('db2');
    await replica.freeze();
    await replica.restart();
    expect(replica.logTail(200)).toMatch(/shutdown complete/i);
    await lab.replicating();
    await lab.master.query("INSERT INTO app.t VALUES (4, 'after')");
    await lab.catchUp();
    expect(await replica.query('SELECT b FROM app.t WHERE a = 4')).toEqual([{ b: 'after' }]);
  });

  test('another process can attach', async () => {
    const same = attachLab(lab.name);
    expect(same.servers.map((server) => server.pid)).toEqual(lab.servers.map((server) => server.pid));
    expect(await same.master.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    for (const server of same.servers) server.disconnect();
  });

  test('nothing is left after stop, which may be called twice', async () => {
    expect(processesOf(lab.folder)).toHaveLength(3);
    await Promise.all([lab.stop(), lab.stop()]);
    await lab.stop();
    expect(processesOf(lab.folder)).toEqual([]);
    expect(existsSync(lab.folder)).toBe(false);
  });
});

describe('topologies', () => {
  test.each([
    { flavor: 'mysql97', shape: 'chain', gtid: false },
    { flavor: 'mysql56', shape: 'tree', gtid: false },
    { flavor: 'mariadb', shape: 'co-masters', gtid: true, replicas: 2 },
    { flavors: ['mysql56', 'mariadb', 'mysql56'], shape: 'star' },
  ] as const)(
    '%o carries a row from the master to all',
    async (options) => {
      const lab = await startTopology(options);
      try {
        await lab.master.query('CREATE TABLE app.t (a INT PRIMARY KEY); INSERT INTO app.t VALUES (7)');
        await lab.catchUp();
        for (const server of lab.servers) expect(await server.query('SELECT a FROM app.t')).toEqual([{ a: 7 }]);
        for (const [index, server] of lab.servers.entries()) {
          const source = lab.nodes[index]?.source;
          expect((await server.replicaStatus())?.source).toEqual(source ? lab.byName(source).key : undefined);
        }
      } finally {
        await lab.stop();
      }
    },
    START_MS,
  );

  test('a link that the servers do not speak is refused before anything starts', async () => {
    await expect(startTopology({ flavors: ['mysql97', 'mysql56'], replicas: 1 })).rejects.toThrow(
      /caching_sha2_password/,
    );
    await expect(startTopology({ flavor: 'mysql56', semiSync: true, name: 'refused' })).rejects.toThrow(/semi-sync/);
    expect(existsSync(runFolder('refused'))).toBe(false);
  });
});

test('a server that refuses its options says so, and nothing is left', { timeout: START_MS }, async () => {
  const name = `refused-${process.pid}`;
  const start = startTopology({ flavor: 'mysql56', replicas: 1, name, serverOptions: { 'no-such-option': '1' } });
  await expect(start).rejects.toThrow(/ended while starting[\s\S]*no-such-option/);
  expect(existsSync(runFolder(name))).toBe(false);
  expect(processesOf(runFolder(name))).toEqual([]);
});

describe('the writer', () => {
  test('hears of a write that a frozen server acknowledges after its thaw', { timeout: START_MS }, async () => {
    const lab = await startTopology({ flavor: 'mysql56', replicas: 1 });
    const [master, replica] = lab.servers;
    if (!master || !replica) throw new Error('The lab has two servers.');
    let target = master.key;
    const writer = new Writer({
      account: lab.accounts.app,
      target: () => target,
      statementTimeoutMs: 150,
      connectTimeoutMs: 150,
    });
    try {
      await writer.start();
      await master.freeze();
      await until(() => writer.errors.some((error) => error.code === 'HUNG'));
      await until(() => writer.errors.some((error) => error.code === 'CONNECT_TIMEOUT'));
      expect(writer.acknowledged.some((one) => one.late)).toBe(false);

      await replica.query('STOP SLAVE; SET GLOBAL read_only = 0');
      target = replica.key;
      const first = await writer.next();
      expect(first.server).toEqual(replica.key);
      expect(writer.largestGap().ms).toBeGreaterThan(300);

      await master.thaw();
      await until(() => writer.acknowledged.some((one) => one.late));
      await writer.stop();
      // A machine under load may well make the other server late, too.
      const late = writer.acknowledged.filter((one) => one.late && one.server === master.key);
      expect(late).toHaveLength(1);
      // Nobody has passed the late one on, nor perhaps the last ones before the freeze; the old master has them all.
      const lost = await writer.missingOn(replica);
      expect(lost.map((one) => one.id)).toContain(late[0]?.id);
      expect(new Set(lost.map((one) => keyText(one.server)))).toEqual(new Set([keyText(master.key)]));
      const ids = writer.acknowledged.filter((one) => one.server === master.key).map((one) => one.id);
      const missing = new Set((await writer.missingOn(master)).map((one) => one.id));
      expect(ids.filter((id) => missing.has(id))).toEqual([]);
    } finally {
      await writer.stop();
      await lab.stop();
    }
  });
});

describe('a runner that ends without taking its lab down', () => {
  const RUNNER = fileURLToPath(new URL('./fixtures/runner.ts', import.meta.url));

  test.each([
    ['SIGKILL', 'up'],
    ['SIGTERM', 'up'],
    ['SIGINT', 'up'],
    ['SIGKILL', 'starting'],
    ['throw', 'up'],
  ])(
    'by %s while %s leaves nothing behind',
    async (how, when) => {
      const name = `interrupted-${process.pid}-${how.toLowerCase()}-${when}`;
      const runner = spawn(process.execPath, ['--no-warnings', RUNNER, name, how], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const ended = new Promise((resolve) => runner.once('close', resolve));
      for await (const line of createInterface({ input: runner.stdout })) if (line === when) break;
      if (when === 'starting') await until(() => processesOf(runFolder(name)).length > 0);
      expect(existsSync(runFolder(name))).toBe(true);
      if (how === 'throw') runner.stdin.end('throw\n');
      else runner.kill(how as NodeJS.Signals);
      await ended;
      await until(() => !existsSync(runFolder(name)) && processesOf(runFolder(name)).length === 0);
    },
    START_MS,
  );
});
