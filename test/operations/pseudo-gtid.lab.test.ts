import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { injectedMark, MARK_SCHEMA } from '../../src/main/core/operations/pseudo-gtid/injected-mark.ts';
import { type Lab, type LabServer, startTopology } from '../lab/index.ts';
import { OperationsOnLab } from './run-on-lab.ts';

const SETTINGS = {
  PseudoGTIDPattern: `drop view if exists \`${MARK_SCHEMA}\``,
  PseudoGTIDPatternIsFixedSubstring: true,
  PseudoGTIDMonotonicHint: 'asc:',
  // Small, so that pages have to be joined.
  BinlogEventsChunkSize: 7,
  InstanceBulkOperationsWaitTimeoutSeconds: 2,
};

describe.each([{ flavor: 'mysql56' }, { flavor: 'mariadb' }, { flavor: 'mysql97' }] as const)(
  'Pseudo-GTID on $flavor without GTIDs',
  ({ flavor }) => {
    let lab: Lab;
    let operations: OperationsOnLab;
    let written = 0;
    let marks = 0;

    beforeAll(async () => {
      lab = await startTopology({ flavor, shape: 'star', replicas: 2, gtid: false });
      operations = new OperationsOnLab(lab, SETTINGS);
      await lab.master.query('CREATE TABLE app.t (id INT PRIMARY KEY, v VARCHAR(100))');
    });

    afterAll(async () => {
      await operations.mysql.close();
      await lab.stop();
    });

    const [stop, start] = flavor === 'mysql97' ? ['STOP REPLICA', 'START REPLICA'] : ['STOP SLAVE', 'START SLAVE'];
    /** Its receiver only, so that the replica is behind and nobody has stopped its applier on purpose. */
    const stopReceiving = `${stop} IO_THREAD`;
    const replica = (index: number): LabServer => {
      const found = lab.replicas[index];
      if (found === undefined) throw new Error(`no replica ${index}`);
      return found;
    };

    async function mark(): Promise<void> {
      const facts = await operations.mysql.read(lab.master.key, 5000);
      marks += 1;
      const text = injectedMark(Date.now(), facts.serverId, marks.toString(16).padStart(16, '0'));
      await operations.mysql.perform(facts, { kind: 'inject-pseudo-gtid', schema: MARK_SCHEMA, mark: text }, 5000);
    }

    async function write(server: LabServer, count: number): Promise<void> {
      for (let one = 0; one < count; one += 1) {
        written += 1;
        await server.query(`INSERT INTO app.t VALUES (${written}, REPEAT('x', ${written % 90}))`);
      }
    }

    async function idsOn(server: LabServer): Promise<readonly number[]> {
      const rows = (await server.query('SELECT id FROM app.t ORDER BY id')) as readonly { readonly id: number }[];
      return rows.map(({ id }) => Number(id));
    }

    const all = (): readonly number[] => Array.from({ length: written }, (_, index) => index + 1);

    it('puts a replica that is behind below its sibling, and nothing is lost or done twice', async () => {
      await write(lab.master, 3);
      await mark();
      await write(lab.master, 4);
      await lab.catchUp();
      const [a, b] = [replica(0), replica(1)];
      await a.query(stopReceiving);
      await write(lab.master, 5);
      await b.query('FLUSH BINARY LOGS');
      await mark();
      await write(lab.master, 5);
      await expect.poll(() => idsOn(b)).toEqual(all());
      const result = await operations.run('match', { instance: a.key, destination: b.key });
      expect(result).toMatchObject({ state: 'done', destination: b.key });
      expect(operations.notes.join('\n')).toContain('events are the same');
      await write(lab.master, 5);
      await expect.poll(() => idsOn(a)).toEqual(all());
      expect(await a.replicaStatus()).toMatchObject({ source: { port: b.key.port }, error: '' });
    });

    it('matches it back up, and tells where one place is on the other', async () => {
      const [a, b] = [replica(0), replica(1)];
      const correlated = await operations.run('correlate-binlog-pos', { instance: a.key, destination: b.key });
      expect(correlated.state).toBe('done');
      const facts = await operations.mysql.read(b.key, 5000);
      expect(correlated.lines).toEqual([`${facts.coordinates?.file}:${facts.coordinates?.position}`]);
      const newest = await operations.run('last-pseudo-gtid', { instance: a.key, force: true });
      expect(newest.lines[0]).toContain('_asc:');
      const found = await operations.run('find-binlog-entry', {
        instance: a.key,
        text: newest.lines[0]?.split(':drop')[1] === undefined ? '' : `drop${newest.lines[0].split(':drop')[1]}`,
      });
      expect(newest.lines[0]).toContain(found.lines[0]);
      expect(await operations.run('match-up', { instance: a.key })).toMatchObject({ state: 'done' });
      await write(lab.master, 3);
      await expect.poll(() => idsOn(a)).toEqual(all());
      await expect.poll(() => idsOn(b)).toEqual(all());
    });

    it('finds an event of one relay log in that of a sibling', async () => {
      const [a, b] = [replica(0), replica(1)];
      await write(lab.master, 1);
      // With a parallel applier, the executed place moves at checkpoints only.
      const lastOn = (server: LabServer) => operations.run('last-executed-relay-entry', { instance: server.key });
      await expect.poll(async () => (await lastOn(a)).lines[0], { timeout: 5000 }).toMatch(/\(Xid: COMMIT/);
      const last = await lastOn(a);
      await write(lab.master, 1);
      await lab.catchUp();
      const text = last.lines[0]?.split(' ')[0] ?? '';
      const found = await operations.run('correlate-relaylog-pos', { instance: a.key, destination: b.key, text });
      expect(found.message).toContain(' is ');
      expect(found).toMatchObject({ state: 'done', destination: b.key });
      expect(found.lines[0]?.split(';')).toHaveLength(3);
    });

    it('refuses, and leaves the replica as it was, when the other one lacks something', async () => {
      const [a, b] = [replica(0), replica(1)];
      await mark();
      await b.query(stop);
      await write(lab.master, 2);
      await expect.poll(() => idsOn(a)).toEqual(all());
      const result = await operations.run('match', { instance: a.key, destination: b.key });
      expect(result).toMatchObject({ state: 'undone' });
      expect(result.message).toContain('is more advanced than');
      expect(await a.replicaStatus()).toMatchObject({ source: { port: lab.master.key.port } });
      await b.query(start);
      await write(lab.master, 1);
      await expect.poll(() => idsOn(a)).toEqual(all());
      await expect.poll(() => idsOn(b)).toEqual(all());
    });

    it('refuses when something was written on the replica itself', async () => {
      const [a, b] = [replica(0), replica(1)];
      await mark();
      await lab.catchUp();
      if (flavor === 'mysql97') await a.query('SET GLOBAL super_read_only = 0');
      await a.query("INSERT INTO app.t VALUES (1000000, 'errant')");
      await mark();
      await lab.catchUp();
      await a.query('DELETE FROM app.t WHERE id = 1000000');
      const result = await operations.run('match', { instance: a.key, destination: b.key });
      expect(result.state).toBe('undone');
      await mark();
      await lab.catchUp();
    });

    it('regroups what a dead master leaves behind', async () => {
      const [a, b] = [replica(0), replica(1)];
      await a.query(stopReceiving);
      await write(lab.master, 4);
      await expect.poll(() => idsOn(b)).toEqual(all());
      await lab.master.kill('SIGKILL');
      const result = await operations.run('regroup-replicas-pgtid', { instance: lab.master.key });
      expect(result.message).toContain('1 of 1 replicas');
      expect(result).toMatchObject({ state: 'done', subject: b.key });
      await expect.poll(() => idsOn(a)).toEqual(all());
      await b.query('SET GLOBAL read_only = 0');
      await write(b, 3);
      await expect.poll(() => idsOn(a)).toEqual(all());
    });
  },
);
