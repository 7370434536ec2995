import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../e2e/failover-scene.ts';
import type { LabFlavor, LabServer } from '../lab/index.ts';
import { DEFAULT_CHANNEL, wordsFor } from '../lab/replication.ts';
import type { RefusalCase } from './cases.ts';
import type { Stage } from './stage.ts';

/** A refusal of operations by GTID, and on which flavours it can be had. */
export interface GtidRefusal extends RefusalCase {
  readonly only?: readonly LabFlavor[];
}

/** db1 with db2 and db3 below it, and db4 below db2. */
export const GTID_REFUSALS: readonly GtidRefusal[] = [
  ...(['relocate', 'move-gtid', 'repoint'] as const).flatMap((operation): GtidRefusal[] => [
    {
      why: 'it is below that already',
      operation,
      args: { instance: 'db2', destination: 'db4' },
      says: /db4 is below db2; moving db2 below it would make a circle/,
    },
    {
      why: 'it is itself',
      operation,
      args: { instance: 'db3', destination: 'db3' },
      says: /db3 can't replicate from itself/,
    },
    {
      why: 'both have one server_id',
      operation,
      args: { instance: 'db4', destination: 'db3' },
      says: /db4 and db3 have the same server_id, \d+/,
      given: sameServerId,
    },
    {
      why: 'that is delayed',
      operation,
      args: { instance: 'db4', destination: 'db3' },
      says: /db3 is delayed by 3600 s, more than db4 \(0 s\)/,
      given: delayed,
    },
    {
      why: 'that logs in another format',
      operation,
      args: { instance: 'db4', destination: 'db3' },
      says: /db4 logs in STATEMENT format and can't take over what db3 logs in ROW format/,
      given: otherFormat,
    },
    {
      why: 'that has purged what it lacks',
      operation,
      args: { instance: 'db4', destination: 'db3' },
      says: /db3 has purged transactions from its binary logs that db4 lacks: [0-9a-f-]{36}:\d+/,
      given: purged,
      only: ['mysql97', 'mysql56'],
    },
    {
      why: 'it has two sources',
      operation,
      args: { instance: 'db4', destination: 'db1' },
      says: /db4 replicates from 2 sources \(channels\)/,
      given: secondChannel,
      only: ['mysql97', 'mariadb'],
    },
    {
      why: 'it is under maintenance',
      operation,
      args: { instance: 'db4', destination: 'db1' },
      says: /db4 is under maintenance already by ann: disk/,
      given: maintained,
    },
  ]),
  ...(['relocate', 'move-gtid'] as const).map(
    (operation): GtidRefusal => ({
      why: 'no destination',
      operation,
      args: { instance: 'db3' },
      says: /Where db3 is to go is not given/,
    }),
  ),
  {
    why: 'that is below one of them',
    operation: 'relocate-replicas',
    args: { instance: 'db1', destination: 'db4' },
    says: /db4 is below db2, a replica of db1.*circle/,
  },
  ...(['relocate-replicas', 'move-replicas-gtid'] as const).map(
    (operation): GtidRefusal => ({
      why: 'no destination',
      operation,
      args: { instance: 'db1' },
      says: /Where the replicas of db1 are to go is not given/,
    }),
  ),
  { why: 'it is no replica', operation: 'take-siblings', args: { instance: 'db1' }, says: /db1 is not a replica/ },
  {
    why: 'it has no replicas',
    operation: 'regroup-replicas',
    args: { instance: 'db4' },
    says: /db4 has no replicas to regroup/,
  },
  {
    why: 'it has no replicas',
    operation: 'regroup-replicas-gtid',
    args: { instance: 'db4' },
    says: /db4 has no replica that could be read/,
  },
  {
    why: 'they are no binlog servers',
    operation: 'regroup-replicas-bls',
    args: { instance: 'db1' },
    says: /db1 has no replicas that are binlog servers/,
  },
  {
    why: 'it has no source',
    operation: 'repoint',
    args: { instance: 'db1' },
    says: /db1 is not a replica: it has no source to go back to/,
  },
  {
    why: 'no place is known that means the same',
    operation: 'move-equivalent',
    args: { instance: 'db4', destination: 'db3' },
    says: /No place in the binary log of db3 is known/,
  },
  {
    why: 'there are no marks to go by',
    operation: 'match',
    args: { instance: 'db4', destination: 'db3' },
    says: /Pseudo-GTID is not configured/,
  },
  { why: 'it uses them', operation: 'enable-gtid', args: { instance: 'db3' }, says: /db3 uses GTIDs already/ },
  { why: 'it is no replica', operation: 'enable-gtid', args: { instance: 'db1' }, says: /db1 is not a replica/ },
  { why: 'it is no replica', operation: 'disable-gtid', args: { instance: 'db1' }, says: /db1 is not a replica/ },
  {
    why: 'they are co-masters',
    operation: 'make-co-master',
    args: { instance: 'db3' },
    says: /db3 and db1 are co-masters already/,
    given: async (stage) => {
      await stage.operate('make-co-master', { instance: 'db3' });
      return () => stage.reset();
    },
  },
  {
    why: 'its source is in a pair',
    operation: 'take-master',
    args: { instance: 'db2' },
    says: /db1 and db3 are co-masters|there is no order between them/,
    given: async (stage) => {
      await stage.operate('make-co-master', { instance: 'db3' });
      return () => stage.reset();
    },
  },
];

type Given = () => Promise<unknown>;

async function sameServerId(stage: Stage): Promise<Given> {
  const { serverId } = stage.server('db4');
  await stage.server('db4').query(`SET GLOBAL server_id = ${stage.server('db3').serverId}`);
  return () => stage.server('db4').query(`SET GLOBAL server_id = ${serverId}`);
}

async function delayed(stage: Stage): Promise<Given> {
  const words = wordsFor(stage.server('db3').flavor);
  await stage.server('db3').query(`${words.stopReplica}; ${words.changeDelay(3600)}; ${words.startReplica}`);
  return () => stage.reset();
}

async function otherFormat(stage: Stage): Promise<Given> {
  const db4 = stage.server('db4');
  const words = wordsFor(db4.flavor);
  const set = (format: string): Promise<unknown> =>
    db4.query(`${words.stopReplica}; SET GLOBAL binlog_format = '${format}'; ${words.startReplica}`);
  await set('STATEMENT');
  return () => set('ROW');
}

async function purged(stage: Stage): Promise<Given> {
  const { flavor } = stage.server('db3');
  await stage.server('db4').query(wordsFor(flavor).stopReplica);
  const db3 = stage.server('db3');
  const rows = async (server: LabServer) => await server.query('SELECT COUNT(*) AS n FROM app.purged');
  await stage.lab.master.query('CREATE TABLE IF NOT EXISTS app.purged (id INT); INSERT INTO app.purged VALUES (1)');
  await eventually('db3 to have what db4 lacks', async () =>
    isDeepStrictEqual(await rows(db3), await rows(stage.lab.master)),
  );
  await db3.query('FLUSH BINARY LOGS');
  const logs = await db3.query<{ Log_name: string }>('SHOW BINARY LOGS');
  await db3.query(`PURGE BINARY LOGS TO '${logs.at(-1)?.Log_name}'`);
  return () => stage.reset();
}

async function secondChannel(stage: Stage): Promise<Given> {
  const db4 = stage.server('db4');
  const { repl } = stage.lab.accounts;
  const change = wordsFor(db4.flavor).changeSource(stage.server('db3').key, repl, DEFAULT_CHANNEL, 'gtid');
  if (db4.flavor === 'mariadb') {
    await db4.query(change.replace('CHANGE MASTER', "CHANGE MASTER 'second'"));
    return () => db4.query("RESET SLAVE 'second' ALL");
  }
  await db4.query(`${change} FOR CHANNEL 'second'`);
  return () => db4.query("RESET REPLICA ALL FOR CHANNEL 'second'");
}

async function maintained(stage: Stage): Promise<Given> {
  const { key } = stage.server('db4');
  await stage.engine.beginMaintenance(key, 'ann', 'disk', 60_000);
  return () => stage.engine.endMaintenance(key);
}
