import { connect as connectSocket } from 'node:net';
import mysql, { type Connection } from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import type { Fleet, FleetOptions } from './fleet-types.ts';
import { startFleet } from './start-fleet.ts';

let fleet: Fleet | null = null;
const open: Connection[] = [];

afterEach(async () => {
  for (const connection of open.splice(0)) connection.destroy();
  await fleet?.stop();
  fleet = null;
});

async function start(
  options: Partial<FleetOptions> = {},
): Promise<{ source: InstanceKey; replicas: readonly InstanceKey[]; it: Fleet }> {
  fleet = await startFleet({ clusters: 1, replicasPerCluster: 2, run: 'in-process', reconnectMs: 50, ...options });
  const [cluster] = fleet.clusters;
  if (!cluster) throw new Error('a fleet without clusters');
  return { ...cluster, it: fleet };
}

function at(keys: readonly InstanceKey[], index: number): InstanceKey {
  const key = keys[index];
  if (!key) throw new Error(`no instance ${index}`);
  return key;
}

async function connect(
  { hostname: host, port }: InstanceKey,
  options: Record<string, unknown> = {},
): Promise<Connection> {
  const connection = await mysql.createConnection({ host, port, user: 'x', connectTimeout: 300, ...options });
  connection.on('error', () => {});
  open.push(connection);
  return connection;
}

async function status(connection: Connection): Promise<Record<string, unknown>> {
  const [rows] = await connection.query('SHOW REPLICA STATUS');
  return (rows as Record<string, unknown>[])[0] ?? {};
}

describe('a simulated cluster', () => {
  it('replicates from its source, which alone takes writes', async () => {
    const { source, replicas, it: one } = await start();
    expect(await one.state(source)).toMatchObject({ source: null, readOnly: false, alive: true });
    for (const replica of replicas) {
      expect(await one.state(replica)).toMatchObject({ source, readOnly: true, ioState: 'Yes', sqlState: 'Yes' });
    }
    const sets = await Promise.all(one.keys.map(async (key) => (await one.state(key)).gtidExecuted));
    expect(new Set(sets).size).toBe(1);
    expect(sets[0]).toMatch(/:1-1000$/);
  });

  it('writes as time goes on, and its replicas follow', async () => {
    const { source, replicas, it: one } = await start({ writesPerSecond: 1_000 });
    const before = (await one.state(source)).gtidExecuted;
    await expect.poll(async () => (await one.state(source)).gtidExecuted).not.toBe(before);
    const replica = await connect(at(replicas, 0));
    const set = (await one.state(source)).gtidExecuted;
    const [rows] = await replica.query({
      sql: 'SELECT GTID_SUBSET(?, @@global.gtid_executed)',
      rowsAsArray: true,
      values: [set],
    });
    expect(rows).toEqual([[1]]);
  });

  it.each([
    ['chain', [0, 1, 2]],
    ['tree', [0, 0, 0]],
    ['star', [0, 0, 0]],
  ] as const)('can be a %s', async (shape, sources) => {
    const { it: one } = await start({ shape, replicasPerCluster: 3 });
    const found = await Promise.all(one.keys.slice(1).map(async (key) => (await one.state(key)).source));
    expect(found).toEqual(sources.map((index) => at(one.keys, index)));
  });

  it('trails by the lag that is set', async () => {
    const { replicas, it: one } = await start({ writesPerSecond: 10_000 });
    await one.setLag(at(replicas, 0), 5);
    const replica = await connect(at(replicas, 0));
    await expect.poll(() => status(replica)).toMatchObject({ Seconds_Behind_Source: 5 });
    const { Executed_Gtid_Set: executed, Retrieved_Gtid_Set: retrieved } = await status(replica);
    expect(executed).not.toBe(retrieved);
  });

  it('tells when a replica last heard from its source', async () => {
    const { source, replicas, it: one } = await start();
    const replica = await connect(at(replicas, 0), { multipleStatements: true, rowsAsArray: true });
    await replica.query(
      'STOP REPLICA IO_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_HEARTBEAT_PERIOD = 0.02; START REPLICA IO_THREAD',
    );
    const beats = async () => {
      const [rows] = await replica.query(
        'SELECT COUNT_RECEIVED_HEARTBEATS FROM performance_schema.replication_connection_status',
      );
      return Number((rows as number[][])[0]?.[0]);
    };
    await expect.poll(beats).toBeGreaterThan(1);
    await one.freeze(source);
    const silence =
      'SELECT TIMESTAMPDIFF(MICROSECOND, GREATEST(s.LAST_HEARTBEAT_TIMESTAMP, s.LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP), NOW(6)) ' +
      'DIV 1000 FROM performance_schema.replication_connection_status s';
    const before = await beats();
    await expect
      .poll(async () => Number(((await replica.query(silence))[0] as number[][])[0]?.[0]))
      .toBeGreaterThan(100);
    expect(await beats()).toBe(before);
  });

  it('stops applying at an error', async () => {
    const { replicas, it: one } = await start();
    await one.breakApplier(at(replicas, 0), 1062, 'Duplicate entry');
    expect(await status(await connect(at(replicas, 0)))).toMatchObject({
      Replica_SQL_Running: 'No',
      Last_SQL_Errno: 1062,
      Seconds_Behind_Source: null,
    });
  });
});

describe('a killed server', () => {
  it('closes its connections, refuses new ones, and its replicas notice', async () => {
    const { source, replicas, it: one } = await start();
    const client = await connect(source);
    const closed = new Promise((resolve) => client.on('error', resolve).on('end', resolve));
    await one.kill(source);
    await closed;
    await expect(connect(source)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await status(await connect(at(replicas, 0)))).toMatchObject({
      Replica_IO_Running: 'Connecting',
      Replica_SQL_Running: 'Yes',
      Last_IO_Errno: 2003,
      Seconds_Behind_Source: null,
    });
  });

  it('comes back, and its replicas with it', async () => {
    const { source, replicas, it: one } = await start();
    await one.kill(source);
    await one.restart(source);
    expect(await one.state(at(replicas, 0))).toMatchObject({ ioState: 'Connecting' });
    await expect.poll(async () => (await one.state(at(replicas, 0))).ioState).toBe('Yes');
    await (await connect(source)).ping();
  });

  it('may have written more than anybody received', async () => {
    const { source, replicas, it: one } = await start();
    await one.kill(source, 3);
    expect((await one.state(source)).gtidExecuted).toMatch(/:1-1003$/);
    expect((await one.state(at(replicas, 0))).gtidExecuted).toMatch(/:1-1000$/);
  });
});

describe('a frozen server', () => {
  it('accepts connections without a word, and answers all when it thaws', async () => {
    const { source, replicas, it: one } = await start();
    const client = await connect(source);
    await one.freeze(source);
    let answered = false;
    const answer = client.query({ sql: 'SELECT 7', rowsAsArray: true }).then(([rows]) => {
      answered = true;
      return rows;
    });
    await expect(connect(source)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(answered).toBe(false);
    expect(await status(await connect(at(replicas, 0)))).toMatchObject({ Replica_IO_Running: 'Yes' });
    await one.thaw(source);
    expect(await answer).toEqual([[7]]);
    await (await connect(source)).ping();
  });

  it('greets those who have waited', async () => {
    const { source, it: one } = await start();
    await one.freeze(source);
    const socket = connectSocket({ host: source.hostname, port: source.port });
    await new Promise((resolve) => socket.once('connect', resolve));
    const greeted = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    await one.thaw(source);
    expect((await greeted).toString('latin1')).toContain('9.7.0-sim');
    socket.destroy();
  });

  it('is given up by its replicas after replica_net_timeout', async () => {
    const { source, replicas, it: one } = await start();
    await one.setVariable(at(replicas, 0), 'replica_net_timeout', 0.02);
    await one.freeze(source);
    await expect.poll(async () => (await one.state(at(replicas, 0))).ioState).toBe('Connecting');
    expect((await one.state(at(replicas, 1))).ioState).toBe('Yes');
  });
});

describe('a failover by statements', () => {
  it('ends with everybody behind the promoted server', async () => {
    const { source, replicas, it: one } = await start({ writesPerSecond: 500 });
    const [promoted, other] = [at(replicas, 0), at(replicas, 1)];
    await one.kill(source);
    const first = await connect(promoted, { multipleStatements: true });
    await first.query('STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only = 0, GLOBAL read_only = 0');
    const second = await connect(other, { multipleStatements: true });
    const { hostname, port } = promoted;
    await second.query(
      `STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST = '${hostname}', SOURCE_PORT = ${port}, SOURCE_AUTO_POSITION = 1; START REPLICA`,
    );
    expect(await status(second)).toMatchObject({ Source_Host: hostname, Replica_IO_Running: 'Yes', Last_IO_Errno: 0 });
    await expect.poll(async () => (await one.state(other)).gtidExecuted).toMatch(/,\n/);
    const { serverUuid } = await one.state(promoted);
    expect((await one.state(other)).gtidExecuted).toContain(serverUuid);
    const [listed] = await first.query('SHOW REPLICAS');
    expect(listed).toMatchObject([{ Host: other.hostname, Port: other.port }]);
  });

  it('waits for transactions, and says when they did not come', async () => {
    const { source, replicas, it: one } = await start();
    const replica = await connect(at(replicas, 0), { rowsAsArray: true });
    const { serverUuid } = await one.state(source);
    const wait = (seconds: number) =>
      replica.query(`SELECT WAIT_FOR_EXECUTED_GTID_SET('${serverUuid}:1-1005', ${seconds})`);
    expect((await wait(0.01))[0]).toEqual([[1]]);
    const coming = wait(10);
    await one.write(source, 5);
    expect((await coming)[0]).toEqual([[0]]);
  });

  it('does not connect to a source that has lost what the replica has', async () => {
    const { source, replicas, it: one } = await start();
    const client = await connect(source);
    await client.query('RESET BINARY LOGS AND GTIDS');
    const replica = await connect(at(replicas, 0), { multipleStatements: true });
    await replica.query('STOP REPLICA IO_THREAD; START REPLICA IO_THREAD');
    expect(await status(replica)).toMatchObject({ Replica_IO_Running: 'No', Last_IO_Errno: 13114 });
    expect((await one.stats()).unknown).toEqual([]);
  });
});

describe('a fleet', () => {
  it('can be served by processes of its own', async () => {
    const { it: one } = await start({ clusters: 3, replicasPerCluster: 4, run: 'processes', processes: 2 });
    expect(new Set(one.keys.map(keyText)).size).toBe(15);
    for (const key of one.keys) await (await connect(key)).ping();
    const last = at(one.keys, 14);
    expect(await one.state(last)).toMatchObject({ source: at(one.keys, 10), ioState: 'Yes', connections: 1 });
    await one.kill(last);
    await expect(connect(last)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await one.stats()).toMatchObject({ instances: 15, unknown: [] });
    await expect(one.state({ hostname: 'nowhere', port: 1 })).rejects.toThrow('no simulated server nowhere:1');
  });

  it('can have a port for each instance, as on systems with a single loopback address', async () => {
    const { it: one } = await start({ addressing: 'ports', port: 23_400 });
    expect(new Set(one.keys.map(({ hostname }) => hostname))).toEqual(new Set(['127.0.0.1']));
    expect(await status(await connect(at(one.keys, 1)))).toMatchObject({ Source_Port: at(one.keys, 0).port });
  });

  it('moves on when its addresses are taken', async () => {
    const { it: one } = await start({ addressing: 'ports', port: 23_500 });
    const second = await startFleet({
      clusters: 1,
      replicasPerCluster: 2,
      run: 'in-process',
      addressing: 'ports',
      port: 23_500,
    });
    expect(second.keys.map(keyText)).not.toContain(keyText(at(one.keys, 0)));
    await second.stop();
  });
});
