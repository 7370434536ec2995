import { expect } from 'vitest';
import type { ClientScene } from './client-scene.ts';
import type { Chapter } from './step.ts';

const arrives = (scene: ClientScene) => scene.arrives('db1');

async function variable(scene: ClientScene, name: string, of: string): Promise<number> {
  const [row] = await scene.server(name).query<{ value: number }>(`SELECT @@GLOBAL.${of} AS value`);
  return Number(row?.value);
}

const isThen = (name: string, of: string, value: number) => async (scene: ClientScene) =>
  expect(await variable(scene, name, of)).toBe(value);

async function seesErrant(scene: ClientScene, name: string, some: boolean): Promise<void> {
  const { hostname, port } = scene.key(name);
  await scene.sees(async () => {
    const { GtidErrant } = await scene.baton.get<{ GtidErrant: string }>(`instance/${hostname}/${port}`);
    return (GtidErrant !== '') === some;
  }, `the errant transactions of ${name}`);
}

/** A write past the source. */
const writeOn = (name: string, table: string) => async (scene: ClientScene) => {
  await scene.server(name).query(
    `SET GLOBAL super_read_only = 0; CREATE TABLE app.${table} (id INT PRIMARY KEY);
     SET GLOBAL super_read_only = 1`,
  );
  await seesErrant(scene, name, true);
};

/** What db3 has already, so that it stops at the source's own. */
const break3 = async (scene: ClientScene) => {
  await scene.server('db3').query(
    `SET GLOBAL super_read_only = 0; SET SESSION sql_log_bin = 0; CREATE TABLE app.twice (id INT PRIMARY KEY);
     SET SESSION sql_log_bin = 1; SET GLOBAL super_read_only = 1`,
  );
  await scene.server('db1').query('CREATE TABLE app.twice (id INT PRIMARY KEY)');
  await scene.sees(
    async () => !(await scene.instance('db3')).ReplicationSQLThreadRuning,
    'db3 to stop at what it has already',
  );
};

async function oldestLog(scene: ClientScene, name: string): Promise<string> {
  const [row] = await scene.server(name).query<{ Log_name: string }>('SHOW BINARY LOGS');
  return row?.Log_name ?? '';
}

/** Replication of one server (client reference, 5.6). */
export const REPLICATING: readonly Chapter[] = [
  {
    title: 'threads',
    steps: [
      { command: 'stop-replica -i db4', prints: 'db4', moves: { db4: 'db2 No No' } },
      { command: 'is-replication-stopped -i db4', prints: 'db4' },
      { command: 'is-replicating -i db4' },
      { command: 'start-replica -i db4', prints: 'db4', moves: { db4: 'db2' }, after: arrives },
      { command: 'stop-slave-nice -i db4', prints: 'db4', moves: { db4: 'db2 No No' } },
      { command: 'restart-replica -i db4', prints: 'db4', moves: { db4: 'db2' }, after: arrives },
      { command: 'stop-replica -i db1', code: 1, complains: /db1 is not a replica/ },
      {
        command: 'detach-replica -i db4',
        prints: 'db4',
        after: async (scene) => expect((await scene.server('db4').replicaStatus())?.source.hostname).toMatch(/^\/\//),
        moves: { db4: '//db2 Connecting Yes' },
      },
      { command: 'reattach-replica -i db4', prints: 'db4', moves: { db4: 'db2' }, after: arrives },
      {
        command: 'detach-replica-master-host -i db4',
        prints: 'db4',
        moves: { db4: '//db2 Connecting Yes' },
      },
      { command: 'reattach-replica-master-host -i db4', prints: 'db4', moves: { db4: 'db2' }, after: arrives },
      {
        command: 'delay-replication -i db4 -S 2',
        prints: '2',
        after: async (scene) => expect((await scene.server('db4').replicaStatus())?.delaySeconds).toBe(2),
      },
      {
        command: 'delay-replication -i db4 --seconds 0',
        prints: '0',
        after: async (scene) => expect((await scene.server('db4').replicaStatus())?.delaySeconds).toBe(0),
      },
      {
        command: 'restart-replica-statements -i db4 -q "set global foo = \'x y\'"',
        prints: /^\[ ?"stop replica .*", ?"set global foo = 'x y';", ?"start replica .*" ?\]$/i,
      },
    ],
  },
  {
    title: 'what stopped a replica',
    steps: [
      { command: 'which-broken-replicas -i db1', prints: 'db3', given: break3 },
      { command: 'skip-query -i db3', prints: 'db3', moves: { db3: 'db1' }, after: arrives },
      { command: 'which-broken-replicas -i db1' },
    ],
  },
  {
    title: 'errant transactions',
    steps: [
      { command: 'locate-gtid-errant -i db3', code: 1, complains: /db3 has no errant transactions/ },
      {
        command: 'which-gtid-errant -i db4',
        prints: /^[0-9a-f-]{36}:\d+$/,
        given: writeOn('db4', 'errant4'),
      },
      { command: 'locate-gtid-errant -i db4', prints: /^\S+\.\d{6}$/m },
      {
        command: 'gtid-errant-inject-empty -i db4',
        prints: 'db4',
        after: async (scene) => {
          await arrives(scene);
          await seesErrant(scene, 'db4', false);
        },
      },
      { command: 'which-gtid-errant -i db3', prints: /:\d+$/, given: writeOn('db3', 'errant3') },
      {
        command: 'gtid-errant-reset-master -i db3',
        prints: 'db3',
        after: async (scene) => {
          await arrives(scene);
          await seesErrant(scene, 'db3', false);
        },
      },
    ],
  },
  {
    title: 'one server',
    steps: [
      { command: 'set-read-only -i old1', prints: 'old1', after: isThen('old1', 'read_only', 1) },
      { command: 'set-writeable -i old1', prints: 'old1', after: isThen('old1', 'read_only', 0) },
      {
        command: 'disable-semi-sync-master -i db1',
        prints: 'db1',
        after: isThen('db1', 'rpl_semi_sync_source_enabled', 0),
      },
      {
        command: 'enable-semi-sync-master -i db1',
        prints: 'db1',
        after: isThen('db1', 'rpl_semi_sync_source_enabled', 1),
      },
      {
        command: 'disable-semi-sync-replica -i db2',
        prints: 'db2',
        after: isThen('db2', 'rpl_semi_sync_replica_enabled', 0),
      },
      {
        command: 'enable-semi-sync-replica -i db2',
        prints: 'db2',
        after: isThen('db2', 'rpl_semi_sync_replica_enabled', 1),
      },
      { command: 'enable-semi-sync-master -i old1', code: 1, complains: /old1 has no semi-sync plugin/ },
      { command: 'flush-binary-logs -i old3', prints: 'old3' },
      {
        command: 'purge-binary-logs -i old3 -binlog binlog.000002',
        prints: 'old3',
        after: async (scene) => expect(await oldestLog(scene, 'old3')).toBe('binlog.000002'),
      },
      { command: 'purge-binary-logs -i db1', code: 1, complains: /binlog must be provided|needs -n/ },
    ],
  },
];
