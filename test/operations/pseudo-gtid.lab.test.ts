import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OperationName, OperationResult } from '../../src/shared/domain/operation.ts';
import { binlogPosition } from '../lab/catch-up.ts';
import { LAB_FLAVORS, type LabServer } from '../lab/index.ts';
import { wordsFor } from '../lab/replication.ts';
import { MARK_SETTINGS, Marks } from './marks.ts';
import { type NamedArgs, Stage } from './stage.ts';

const SETTINGS = {
  ...MARK_SETTINGS,
  // Small, so that pages have to be joined.
  BinlogEventsChunkSize: 7,
  InstanceBulkOperationsWaitTimeoutSeconds: 10,
};

describe.each(LAB_FLAVORS)('Pseudo-GTID on %s without GTIDs', (flavor) => {
  let stage: Stage;
  let marks: Marks;
  let master: LabServer;
  /** The replicas. */
  let a: LabServer;
  let b: LabServer;
  let written = 0;

  beforeAll(async () => {
    stage = await Stage.open({ flavor, shape: 'star', replicas: 2, gtid: false }, () => SETTINGS);
    marks = new Marks(stage.lab);
    [master, a, b] = [stage.server('db1'), stage.server('db2'), stage.server('db3')];
  }, 300_000);

  afterAll(() => stage?.close(), 60_000);

  beforeEach(async () => {
    await stage.reset();
    await master.query('DROP TABLE IF EXISTS app.t; CREATE TABLE app.t (id INT PRIMARY KEY, v VARCHAR(100))');
    written = 0;
    await write(master, 3);
    await marks.injectEverywhere();
  }, 60_000);

  const words = wordsFor(flavor);
  /** Its receiver only, so that the replica is behind and nobody has stopped its applier on purpose. */
  const stopReceiving = `${words.stopReplica} IO_THREAD`;

  async function run(name: OperationName, args: NamedArgs): Promise<OperationResult> {
    const { result } = await stage.operate(name, args);
    return { ...result, message: stage.named(result.message) };
  }

  async function write(server: LabServer, count: number): Promise<void> {
    for (let one = 0; one < count; one += 1) {
      written += 1;
      await server.query(`INSERT INTO app.t VALUES (${written}, REPEAT('x', ${written % 90}))`);
    }
  }

  /** Everything that was written has arrived, once. */
  async function hasAll(...servers: readonly LabServer[]): Promise<void> {
    const all = Array.from({ length: written }, (_, index) => index + 1);
    for (const server of servers) await expect.poll(() => idsOn(server)).toEqual(all);
  }

  async function idsOn(server: LabServer): Promise<readonly number[]> {
    const rows = await server.query<{ id: number }>('SELECT id FROM app.t ORDER BY id');
    return rows.map(({ id }) => Number(id));
  }

  /** Types of the events from a place of a server's binary log to the end of that file. */
  async function typesFrom(server: LabServer, place: string): Promise<readonly string[]> {
    const [file, position] = place.split(':');
    const sql = `SHOW BINLOG EVENTS IN '${file}' FROM ${position}`;
    return (await server.query<{ Event_type: string }>(sql)).map(({ Event_type: type }) => type);
  }

  async function placeOn(destination: string, instance: string): Promise<string> {
    const { state, message, lines } = await run('correlate-binlog-pos', { instance, destination });
    expect(`${state}: ${message}`).toMatch(/^done: /);
    return lines[0] ?? '';
  }

  it('puts a replica that is behind below its sibling and back, and nothing is lost or done twice', async () => {
    await a.query(stopReceiving);
    await write(master, 5);
    await b.query('FLUSH BINARY LOGS');
    await marks.inject();
    await write(master, 5);
    await hasAll(b);
    const result = await run('match', { instance: 'db2', destination: 'db3' });
    expect(result).toMatchObject({ state: 'done', destination: b.key });
    await write(master, 5);
    await hasAll(a);
    expect(await a.replicaStatus()).toMatchObject({ source: { port: b.key.port }, error: '' });
    expect(await run('match-up', { instance: 'db2' })).toMatchObject({ state: 'done' });
    await write(master, 3);
    await hasAll(a, b);
    expect(await a.replicaStatus()).toMatchObject({ source: { port: master.key.port }, error: '' });
  });

  it('tells where one place is on the other: where its last change ends, whatever a server logs about itself', async () => {
    await write(master, 4);
    await stage.lab.catchUp();
    const place = await placeOn('db3', 'db2');
    // MariaDB logs such an event some time after its log was rotated, be there a change or not.
    const following = (await typesFrom(b, place)).filter((type) => type !== 'Binlog_checkpoint');
    expect(following).toEqual([]);
    await a.query('FLUSH BINARY LOGS');
    expect(await placeOn('db3', 'db2')).toBe(place);
    await b.query('FLUSH BINARY LOGS');
    expect(await placeOn('db3', 'db2')).toBe(place);
    if (flavor !== 'mariadb') return;
    for (const server of [a, b]) {
      const { file } = await binlogPosition(server);
      // The log before it is the only one that a checkpoint can be about by then.
      await expect.poll(() => typesFrom(server, `${file}:4`), { timeout: 10_000 }).toContain('Binlog_checkpoint');
    }
    expect(await placeOn('db3', 'db2')).toBe(place);
  });

  it('finds its newest entry, and that by its text', async () => {
    const newest = await run('last-pseudo-gtid', { instance: 'db2', force: true });
    const line = newest.lines[0] ?? '';
    expect(line).toMatch(/:drop view .*_asc:/);
    const text = line.slice(line.indexOf(':drop') + 1);
    const found = await run('find-binlog-entry', { instance: 'db2', text });
    expect(line).toBe(`${found.lines[0]}:${text}`);
  });

  it('finds an event of one relay log in that of a sibling', async () => {
    await write(master, 1);
    // With a parallel applier, the executed place moves at checkpoints only.
    const last = async () => (await run('last-executed-relay-entry', { instance: 'db2' })).lines[0] ?? '';
    await expect.poll(last, { timeout: 5000 }).toMatch(/\(Xid: COMMIT/);
    const text = (await last()).split(' ')[0] ?? '';
    await write(master, 1);
    await stage.lab.catchUp();
    const found = await run('correlate-relaylog-pos', { instance: 'db2', destination: 'db3', text });
    expect(found.message).toContain(' is ');
    expect(found).toMatchObject({ state: 'done', destination: b.key });
    expect(found.lines[0]?.split(';')).toHaveLength(3);
  });

  it('refuses, and leaves the replica as it was, when the other one lacks something', async () => {
    await b.query(words.stopReplica);
    await write(master, 2);
    await hasAll(a);
    const result = await run('match', { instance: 'db2', destination: 'db3' });
    expect(result).toMatchObject({
      state: 'undone',
      message: expect.stringContaining('db2 is more advanced than db3'),
    });
    expect(await a.replicaStatus()).toMatchObject({ source: { port: master.key.port } });
    await b.query(words.startReplica);
    await write(master, 1);
    await hasAll(a, b);
  });

  it('waits for a sibling that is a moment behind', async () => {
    const holder = await b.connect('root');
    await holder.query('LOCK TABLES app.t READ');
    await write(master, 2);
    await hasAll(a);
    const moving = run('match', { instance: 'db2', destination: 'db3' });
    await expect.poll(async () => (await a.replicaStatus())?.sqlThread).toBe('No');
    await holder.query('UNLOCK TABLES');
    holder.destroy();
    expect(await moving).toMatchObject({ state: 'done' });
    await write(master, 1);
    await hasAll(a, b);
  });

  it('refuses when something was written on the replica itself', async () => {
    if (flavor === 'mysql97') await a.query('SET GLOBAL super_read_only = 0');
    await a.query("INSERT INTO app.t VALUES (1000000, 'errant')");
    await a.query('DELETE FROM app.t WHERE id = 1000000');
    await write(master, 1);
    await stage.lab.catchUp();
    const result = await run('match', { instance: 'db2', destination: 'db3' });
    expect(result).toMatchObject({ state: 'undone', message: expect.stringContaining('differ') });
  });

  it('regroups what a dead master leaves behind', async () => {
    await a.query(stopReceiving);
    await write(master, 4);
    await hasAll(b);
    await master.kill('SIGKILL');
    const result = await run('regroup-replicas-pgtid', { instance: 'db1' });
    expect(result.message).toContain('1 of 1 replicas');
    expect(result).toMatchObject({ state: 'done', subject: b.key });
    await hasAll(a);
    await b.query('SET GLOBAL read_only = 0');
    await write(b, 3);
    await hasAll(a);
  });
});
