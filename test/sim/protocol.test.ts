import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import type { Fleet } from './fleet-types.ts';
import { startFleet } from './start-fleet.ts';

const account = { user: 'baton', password: 'wire test' };

let fleet: Fleet;
let source: InstanceKey;
let replica: InstanceKey;
let connection: Connection;

function connect(key: InstanceKey, options: Record<string, unknown> = {}): Promise<Connection> {
  const { hostname: host, port } = key;
  return mysql.createConnection({ host, port, ...account, multipleStatements: true, rowsAsArray: true, ...options });
}

beforeAll(async () => {
  fleet = await startFleet({ clusters: 1, replicasPerCluster: 2, run: 'in-process', account });
  const [cluster] = fleet.clusters;
  if (!cluster?.replicas[0]) throw new Error('a fleet without a replica');
  source = cluster.source;
  replica = cluster.replicas[0];
  connection = await connect(replica);
});

afterAll(async () => {
  await connection.end();
  await fleet.stop();
});

async function rows(sql: string, on: Connection = connection): Promise<unknown> {
  const [found] = await on.query(sql);
  return found;
}

describe('logging in', () => {
  it('greets with the version that it plays', async () => {
    expect(await rows('SELECT VERSION(), @@version_comment')).toEqual([['9.7.0-sim', 'Baton fleet simulator']]);
  });

  it.each([
    ['a wrong password', { password: 'guess' }],
    ['no password', { password: '' }],
    ['another account', { user: 'root' }],
  ])('refuses %s', async (_, options) => {
    await expect(connect(replica, options)).rejects.toMatchObject({ errno: 1045, sqlState: '28000' });
  });

  it('takes anyone when no account is asked for', async () => {
    const open = await startFleet({ clusters: 1, replicasPerCluster: 0, run: 'in-process' });
    const [key] = open.keys;
    if (!key) throw new Error('an empty fleet');
    for (const password of ['', 'anything']) {
      const guest = await connect(key, { user: 'anyone', password });
      expect(await rows('SELECT USER()', guest)).toEqual([[expect.stringMatching(/^anyone@127\./)]]);
      await guest.end();
    }
    await open.stop();
  });
});

describe('answers', () => {
  it('have one result for each statement of a request', async () => {
    const results = await rows("SELECT 1, 'a'; DO 0; SHOW BINARY LOG STATUS; SELECT NULL");
    expect(results).toMatchObject([
      [[1, 'a']],
      { affectedRows: 0 },
      [['binlog.000001', 312_158, '', '', expect.any(String)]],
      [[null]],
    ]);
  });

  it('stop at the first statement that fails, and the connection goes on', async () => {
    await expect(rows('SELECT 1; SELECT nonsense; SELECT 2')).rejects.toMatchObject({ errno: 1054 });
    expect(await rows('SELECT 3')).toEqual([[3]]);
  });

  it('come in order for requests that were sent behind one another', async () => {
    const all = await Promise.all([
      rows('SELECT 1'),
      rows('SELECT SLEEP(0.05), 2'),
      rows('SELECT 3'),
      connection.ping(),
    ]);
    expect(all.slice(0, 3)).toEqual([[[1]], [[0, 2]], [[3]]]);
  });

  it('hold texts of any length and any characters', async () => {
    const long = 'é'.repeat(70_000);
    expect(await rows(`SELECT 'Grüße 数据库 🐬', '${'x'.repeat(300)}', '${long}'`)).toEqual([
      ['Grüße 数据库 🐬', 'x'.repeat(300), long],
    ]);
  });

  it('wrap packet numbers round in long results', async () => {
    const results = (await rows(Array.from({ length: 120 }, (_, index) => `SELECT ${index}`).join('; '))) as unknown[];
    expect(results).toHaveLength(120);
    expect(results.at(-1)).toEqual([[119]]);
  });
});

describe('expressions', () => {
  it.each([
    ['SELECT 2 + 3 * 4, 7 DIV 2, 7 % 4, 1 DIV 0, GREATEST(1, 3, 2)', [14, 3, 3, null, '3']],
    [
      "SELECT TIMESTAMPDIFF(SECOND, '2026-01-01 00:00:00', '2026-01-01 00:01:00.5'), TIMESTAMPDIFF(DAY, '0000-00-00 00:00:00', NOW(6))",
      [60, null],
    ],
    ["SELECT IFNULL(NULL, 'x'), COALESCE(NULL, NULL, 3), IF(1 > 2, 'a', 'b')", ['x', '3', 'b']],
    ["SELECT 1 + 2, 3 - 1, 'a' = 'A', 1 <> 2, NOT 0, NULL IS NULL, 2 IN (1, 2)", [3, 2, 1, 1, 1, 1, 1]],
    ["SELECT 'group_replication_x' LIKE 'group\\_replication\\_%', 'groups' LIKE 'group\\_%'", [1, 0]],
    ["SELECT SUBSTRING_INDEX('a@b@c', '@', 1), SUBSTRING_INDEX('a@b@c', '@', -1)", ['a', 'c']],
    ['SELECT @@global.read_only, @@super_read_only, @@gtid_mode', [1, 1, 'ON']],
    ["SELECT GTID_SUBSET('aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1-3', 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1-5')", [1]],
    [
      "SELECT GTID_SUBTRACT('aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1-9', 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:3-4:9')",
      ['aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1-2:5-8'],
    ],
    ["SELECT COUNT(*) > 0 AND MAX(User_name) <> '' FROM mysql.slave_master_info", [1]],
  ])('%s', async (sql, expected) => {
    expect(await rows(sql)).toEqual([expected]);
  });

  it('name columns by alias or as they are written', async () => {
    const [, fields] = await connection.query('SELECT @@global.server_id, 1 AS one, VERSION() `v`');
    expect(fields.map(({ name }) => name)).toEqual(['@@global.server_id', 'one', 'v']);
  });
});

describe('errors', () => {
  it.each([
    ['SELEKT 1', 1064],
    ['SHOW SLAVE STATUS', 1064],
    ['SELECT 1 FROM', 1064],
    ['SELECT @@global.no_such_variable', 1193],
    ['SELECT @@global.group_replication_group_name', 1193],
    ['SELECT NO_SUCH_FUNCTION()', 1305],
    ['SELECT cluster_name FROM meta.cluster', 1146],
    ['SELECT 1 FROM information_schema.no_such_table', 1146],
    ['SET GLOBAL server_uuid = 1', 1238],
    ['SET GLOBAL read_only = 3', 1231],
    ['KILL 999999', 1094],
    ["SELECT GTID_SUBSET('x', 'y')", 1772],
    ['CHANGE REPLICATION SOURCE TO SOURCE_HOST = "x"', 3021],
    ['RESET REPLICA ALL', 3081],
    ['INSERT INTO t VALUES (1)', 1290],
  ])('%s gives %i', async (sql, errno) => {
    await expect(rows(sql)).rejects.toMatchObject({ errno });
  });

  it('are remembered when a real server might have known the answer', async () => {
    const own = await startFleet({ clusters: 1, replicasPerCluster: 0, run: 'in-process', account });
    const [key] = own.keys;
    if (!key) throw new Error('an empty fleet');
    const other = await connect(key);
    for (const sql of [
      'HANDLER t OPEN',
      'HANDLER t OPEN',
      'SELECT @@global.group_replication_group_name',
      'KILL 12345',
    ]) {
      await rows(sql, other).catch(() => {});
    }
    const { unknown } = await own.stats();
    expect(unknown).toMatchObject([{ sql: 'HANDLER t OPEN', errno: 1064, count: 2 }]);
    await other.end();
    await own.stop();
  });
});

describe('sessions', () => {
  it('are listed beside the threads of replication, and can be killed', async () => {
    const victim = await connect(source);
    const ended = new Promise((resolve) => victim.on('error', resolve).on('end', resolve));
    const admin = await connect(source);
    const dumps = await rows(
      "SELECT HOST FROM performance_schema.processlist WHERE COMMAND LIKE 'Binlog Dump%'",
      admin,
    );
    expect(dumps).toHaveLength(2);
    const id = victim.threadId;
    expect(await rows(`SELECT USER FROM information_schema.processlist p WHERE p.ID = ${id}`, admin)).toEqual([
      ['baton'],
    ]);
    await admin.query(`KILL CONNECTION ${id}`);
    await ended;
    expect(await rows(`SELECT USER FROM information_schema.processlist WHERE ID = ${id}`, admin)).toEqual([]);
    await admin.end();
  });
});
