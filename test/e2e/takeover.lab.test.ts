import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sameKey } from '../../src/shared/domain/instance-key.ts';
import type { LabFlavor, LabServer } from '../lab/index.ts';
import type { Envelope } from '../support/baton-process.ts';
import { eventually, isKey, isShut, type RecoveryJson, Scene, takesWrites } from './failover-scene.ts';

const FLAVORS: readonly LabFlavor[] = ['mysql97', 'mysql56', 'mariadb'];

const HOOKS = [
  'PreGracefulTakeoverProcesses',
  'OnFailureDetectionProcesses',
  'PreFailoverProcesses',
  'PostMasterFailoverProcesses',
  'PostFailoverProcesses',
  'PostGracefulTakeoverProcesses',
];

describe.each(FLAVORS)('graceful takeovers on %s', (flavor) => {
  let scene: Scene;
  let master: LabServer;
  let other: LabServer;

  beforeAll(async () => {
    const passwords = { repl: 'replication' };
    const settings = { ReplicationCredentialsQuery: "SELECT 'repl', 'replication'" };
    scene = await Scene.open({ flavor, shape: 'star', replicas: 2, passwords }, settings);
    master = scene.lab.master;
    other = scene.lab.byName('db2');
    await master.query('CREATE TABLE app.t (id INT PRIMARY KEY) ENGINE=InnoDB');
    await master.query('CREATE TABLE app.u (id INT PRIMARY KEY) ENGINE=InnoDB');
    await scene.discoverAll(master);
  });

  afterAll(async () => {
    await scene?.close();
  });

  function takeOver(kind: string, query = ''): Promise<Envelope<RecoveryJson>> {
    const path = (server: LabServer): string => `${server.key.hostname}/${server.key.port}`;
    return scene.baton.get(`${kind}/${path(master)}/${path(other)}${query}`);
  }

  /** A client whose statement is under way for long, and holds up a switch to read-only. */
  async function holdUp(): Promise<{ readonly id: number; readonly end: () => Promise<void> }> {
    const client = await master.connect('app');
    client.on('error', () => undefined);
    const statement = client.query('INSERT INTO app.t SELECT 100 + SLEEP(60)').catch(() => undefined);
    const server = master;
    const id = client.threadId ?? 0;
    await eventually('the statement to be under way', async () => {
      const rows = await server.query(
        `SELECT 1 FROM information_schema.processlist WHERE id = ${id} AND info LIKE '%SLEEP(60)%'`,
      );
      return rows.length === 1;
    });
    const end = async (): Promise<void> => {
      await server.query(`KILL ${id}`).catch(() => undefined);
      await statement;
      client.destroy();
    };
    return { id, end };
  }

  /** Seconds; a new channel that didn't get the old one's would have half of `slave_net_timeout`. */
  async function heartbeatOf(server: LabServer): Promise<number> {
    const [row] = await server.query<{ seconds: string }>(
      server.flavor === 'mysql97'
        ? 'SELECT HEARTBEAT_INTERVAL AS seconds FROM performance_schema.replication_connection_configuration'
        : "SELECT VARIABLE_VALUE AS seconds FROM information_schema.global_status WHERE VARIABLE_NAME = 'SLAVE_HEARTBEAT_PERIOD'",
    );
    return Number(row?.seconds);
  }

  function sourceOf(server: LabServer): Promise<LabServer | null> {
    return server
      .replicaStatus()
      .then(
        (channel) => scene.lab.servers.find((each) => channel !== null && sameKey(each.key, channel.source)) ?? null,
      );
  }

  test('a dry run lists the statements, and touches nothing', async () => {
    const answer = await takeOver('graceful-master-takeover-auto', '?dry-run=true');
    expect(answer.Code).toBe('OK');
    const text = JSON.stringify(answer.Details);
    expect(text).toMatch(/SET GLOBAL (super_)?read_only = 1/);
    expect(text).toMatch(/RESET (REPLICA|SLAVE) ALL/);
    expect(text).not.toContain("replication'");
    expect(await takesWrites(master)).toBe(true);
    expect(await scene.recoveries()).toEqual([]);
    expect(scene.hooks()).toEqual([]);
  });

  test('a long statement keeps it from happening, and everything is as it was', async () => {
    const holder = await holdUp();
    const answer = await takeOver('graceful-master-takeover-auto');
    await holder.end();
    expect(answer.Code).toBe('ERROR');
    expect(answer.Message).toMatch(/could not be made read-only/);
    expect(answer.Message).toContain(`session ${holder.id} of app@`);
    expect(answer.Message).toMatch(/takes writes again/);
    expect(await takesWrites(master)).toBe(true);
    expect(await isShut(other)).toBe(true);
    await scene.follow(master, scene.lab.replicas);
    expect(scene.hooks().map((run) => run.list)).toEqual([...HOOKS.slice(0, 3), 'PostUnsuccessfulFailoverProcesses']);
  });

  test('so does a locked table: its session is named where the server tells it, and where not that is said', async () => {
    const client = await master.connect('app');
    try {
      await client.query('LOCK TABLES app.t WRITE');
      const answer = await takeOver('graceful-master-takeover-auto');
      expect(answer.Code).toBe('ERROR');
      expect(answer.Message).toContain(
        flavor === 'mysql97' ? `session ${client.threadId} of app@` : 'SHOW OPEN TABLES WHERE In_use > 0',
      );
      expect(answer.Message).toMatch(/takes writes again/);
      await client.query('UNLOCK TABLES');
    } finally {
      client.destroy();
    }
    expect(await takesWrites(master)).toBe(true);
    await scene.follow(master, scene.lab.replicas);
  });

  test('its session is killed on request; open transactions cannot commit; hooks run in the known order', async () => {
    await scene.forgetHooks();
    const holder = await holdUp();
    const open = await master.connect('app');
    try {
      await open.query('BEGIN');
      await open.query('INSERT INTO app.u VALUES (1)');
      const answer = await takeOver('graceful-master-takeover-auto', '?kill-blockers=true');
      expect(answer.Message).toMatch(/successor promoted/);
      expect(answer.Code).toBe('OK');
      expect(isKey(answer.Details.SuccessorKey, other.key)).toBe(true);
      await expect(open.query('COMMIT')).rejects.toThrow();
    } finally {
      await holder.end();
      open.destroy();
    }
    expect(await takesWrites(other)).toBe(true);
    expect(await isShut(master)).toBe(true);
    expect(await master.query('SELECT id FROM app.u')).toEqual([]);
    await scene.follow(other, [master, scene.lab.byName('db3')]);
    expect(await sourceOf(other)).toBeNull();
    for (const replica of [master, scene.lab.byName('db3')]) expect(await heartbeatOf(replica)).toBe(2);
    expect((await scene.recoveries())[0]).toMatchObject({ Acknowledged: true, IsActive: false });
    expect(scene.hooks().map((run) => run.list)).toEqual(HOOKS);
    const [, detected] = scene.hooks();
    expect(detected?.values).toMatchObject({ failureType: 'DeadMaster', command: 'graceful-master-takeover' });
    [master, other] = [other, master];
  });

  test('the plain form leaves the old master stopped, at the place from which it can go on', async () => {
    await scene.baton.ask('ack-all-recoveries?comment=test');
    await eventually('the picture to show the new master', async () =>
      isKey((await scene.instance(other)).MasterKey, master.key),
    );
    const answer = await takeOver('graceful-master-takeover');
    expect(answer.Message).toMatch(/successor promoted/);
    const channel = await master.replicaStatus();
    expect(channel).toMatchObject({ source: other.key, ioThread: 'No', sqlThread: 'No' });
    await scene.baton.ask(`start-replica/${master.key.hostname}/${master.key.port}`);
    await scene.follow(other, [master, scene.lab.byName('db3')]);
    await other.query('INSERT INTO app.t VALUES (7)');
    await scene.lab.catchUp();
    expect(await master.query('SELECT id FROM app.t WHERE id = 7')).toHaveLength(1);
  });
});
