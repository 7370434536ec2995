import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlAdapter } from '../../../src/main/adapters/mysql/mysql-adapter.ts';
import { type Lab, startTopology } from '../../lab/index.ts';
import { labAdapter, until } from './support.ts';

const TIMEOUT_MS = 5_000;

describe('a server without performance_schema, and a replica that commits out of order', () => {
  let lab: Lab;
  let mysql: MysqlAdapter;
  beforeAll(async () => {
    lab = await startTopology({
      flavor: 'mysql97',
      shape: 'star',
      replicas: 1,
      serverOptions: { performance_schema: 'OFF', replica_preserve_commit_order: 'OFF' },
    });
    mysql = labAdapter(lab);
  }, 120_000);
  afterAll(async () => {
    await mysql?.close();
    await lab?.stop();
  }, 60_000);

  test('its replicas are found all the same', async () => {
    const [off] = await lab.master.query('SELECT @@performance_schema AS value');
    expect(Number(off?.value)).toBe(0);
    const facts = await mysql.read(lab.master.key, TIMEOUT_MS);
    expect(facts.connectedReplicas).toHaveLength(1);
    expect(facts.warnings).toEqual([]);
  });

  test('a fence finds who is to be thrown out', async () => {
    const { master } = lab;
    const client = await master.connect('app');
    const other = await master.connect('app');
    const facts = await mysql.read(master.key, TIMEOUT_MS);
    const fence = await mysql.openFence(master.key, facts);
    await fence.send().done;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await expect(other.query('SELECT 1')).rejects.toThrow();
    fence.destroy();
    await mysql.perform(facts, { kind: 'set-read-only', on: false, super: true }, TIMEOUT_MS);
    master.disconnect();

    const third = await master.connect('app');
    await mysql.perform(facts, { kind: 'fence' }, TIMEOUT_MS);
    await expect(third.query('SELECT 1')).rejects.toThrow();
    await mysql.perform(facts, { kind: 'set-read-only', on: false, super: true }, TIMEOUT_MS);
    master.disconnect();
    for (const one of [client, other, third]) one.destroy();
    await until(async () => (await mysql.read(master.key, TIMEOUT_MS)).connectedReplicas.length === 1);
  });

  test('the order of commits is among the facts, and follows the setting', async () => {
    const [replica] = lab.replicas;
    if (replica === undefined) throw new Error('no replica');
    expect((await mysql.read(replica.key, TIMEOUT_MS)).replica).toMatchObject({ appliesOutOfOrder: true });
    await replica.query(
      'STOP REPLICA SQL_THREAD; SET GLOBAL replica_preserve_commit_order = ON; START REPLICA SQL_THREAD',
    );
    expect((await mysql.read(replica.key, TIMEOUT_MS)).replica).not.toHaveProperty('appliesOutOfOrder');
  });
});
