import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LAB_FLAVORS } from '../lab/index.ts';
import {
  type MoveCase,
  moves,
  moveTitle,
  type RefusalCase,
  refusalTitle,
  refuses,
  sendsWhatItPlanned,
} from './cases.ts';
import { accountQuery, FAMILY, Stage } from './stage.ts';

const START_MS = 300_000;

/** db1 with db2 and db3 below it, and db4 below db2; nobody uses GTIDs. */
const MOVES: readonly MoveCase[] = [
  { operation: 'move-up', args: { instance: 'db4' }, moves: { db4: 'db1' } },
  { operation: 'move-up-replicas', args: { instance: 'db2' }, moves: { db4: 'db1' } },
  { operation: 'move-below', args: { instance: 'db3', destination: 'db2' }, moves: { db3: 'db2' } },
  { operation: 'move-below', args: { instance: 'db2', destination: 'db3' }, moves: { db2: 'db3' } },
  { operation: 'take-master', args: { instance: 'db4' }, moves: { db4: 'db1', db2: 'db4' } },
  { operation: 'make-co-master', args: { instance: 'db2' }, moves: { db1: 'db2' } },
  { operation: 'relocate', args: { instance: 'db3', destination: 'db2' }, moves: { db3: 'db2' } },
  { operation: 'relocate', args: { instance: 'db4', destination: 'db1' }, moves: { db4: 'db1' } },
  { operation: 'repoint', args: { instance: 'db4', destination: 'db2' }, moves: {} },
  { operation: 'repoint-replicas', args: { instance: 'db2' }, moves: {} },
];

const REFUSALS: readonly RefusalCase[] = [
  {
    why: 'they are no siblings, and the one is not above',
    operation: 'relocate',
    args: { instance: 'db4', destination: 'db3' },
    says: /db4 below db3 is too complex.*db4 doesn't use GTIDs.*no Pseudo-GTID/,
  },
  {
    why: 'its place means nothing there',
    operation: 'repoint',
    args: { instance: 'db3', destination: 'db2' },
    says: /db3 doesn't use GTIDs.*relocate -i db3 -d db2/,
  },
  {
    why: 'there is no move of many by file and position',
    operation: 'relocate-replicas',
    args: { instance: 'db2', destination: 'db1' },
    says: /db4 can go below db1 neither by GTID nor by Pseudo-GTID.*relocate -i db4 -d db1/,
  },
  {
    why: 'they are no siblings',
    operation: 'move-below',
    args: { instance: 'db4', destination: 'db3' },
    says: /db4 replicates from db2 and db3 from db1: they are no siblings/,
  },
  {
    why: 'no destination',
    operation: 'move-below',
    args: { instance: 'db4' },
    says: /needs a sibling/,
  },
  {
    why: 'nothing is above its source',
    operation: 'move-up',
    args: { instance: 'db2' },
    says: /db2 replicates from db1, and there is nothing above that/,
  },
  {
    why: 'it is no replica',
    operation: 'move-up-replicas',
    args: { instance: 'db1' },
    says: /db1 is not a replica/,
  },
  {
    why: 'nothing is above its source',
    operation: 'take-master',
    args: { instance: 'db3' },
    says: /db3 replicates from db1, and there is nothing above that/,
  },
  {
    why: 'its source replicates from a third',
    operation: 'make-co-master',
    args: { instance: 'db4' },
    says: /db2 replicates from db1, and would no longer/,
  },
  {
    why: 'no place is known that means the same',
    operation: 'move-equivalent',
    args: { instance: 'db4', destination: 'db3' },
    says: /No place in the binary log of db3 is known/,
  },
  {
    why: 'it does not use GTIDs',
    operation: 'move-gtid',
    args: { instance: 'db3', destination: 'db2' },
    says: /db3 doesn't use GTIDs to replicate/,
  },
  {
    why: 'none of them uses GTIDs',
    operation: 'move-replicas-gtid',
    args: { instance: 'db2', destination: 'db1' },
    says: /db4 doesn't use GTIDs to replicate/,
  },
  {
    why: 'none of them uses GTIDs',
    operation: 'regroup-replicas-gtid',
    args: { instance: 'db1' },
    says: /None of the replicas of db1 uses GTIDs.*regroup-replicas -i db1/,
  },
  {
    why: 'neither GTIDs nor Pseudo-GTID',
    operation: 'regroup-replicas',
    args: { instance: 'db1' },
    says: /Pseudo-GTID is not configured/,
  },
  ...(['locate-gtid-errant', 'gtid-errant-inject-empty', 'gtid-errant-reset-master'] as const).map(
    (operation): RefusalCase => ({
      why: 'there are no sets',
      operation,
      args: { instance: 'db3' },
      says: /db3 has its GTIDs switched off \(gtid_mode is OFF\)|db3 is MariaDB/,
    }),
  ),
  { why: 'it does not', operation: 'disable-gtid', args: { instance: 'db3' }, says: /db3 doesn't use GTIDs/ },
  {
    why: 'its applier is stopped',
    operation: 'move-up',
    args: { instance: 'db4' },
    says: /db4 is not replicating/,
    given: (stage) => stopped(stage, 'db4'),
  },
  {
    why: 'the sibling does not replicate',
    operation: 'move-below',
    args: { instance: 'db3', destination: 'db2' },
    says: /db2 is not replicating/,
    given: (stage) => stopped(stage, 'db2'),
  },
  {
    why: 'it takes writes',
    operation: 'make-co-master',
    args: { instance: 'db3' },
    says: /db3 takes writes: with db1 there would be two.*set-read-only -i db3/,
    given: async (stage) => {
      await stage.server('db3').query('SET GLOBAL read_only = 0');
      return () => stage.reset();
    },
  },
  {
    why: 'the sibling lags',
    operation: 'move-below',
    args: { instance: 'db3', destination: 'db2' },
    says: /db2 lags too much: 1\d\d s; the limit is 20 s/,
    given: (stage) => lagging(stage, 'db2'),
  },
];

describe.each(LAB_FLAVORS)('operations by position on %s without GTIDs', (flavor) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ ...FAMILY, flavor, gtid: false }, accountQuery);
  }, START_MS);

  afterAll(() => stage?.close(), 60_000);

  describe('under writes', () => {
    beforeEach(() => stage.reset());

    test.each(MOVES.map((each) => [moveTitle(each), each] as const))('%s', (_, each) => moves(stage, each));

    test('move-equivalent -i db3 -d db1: back to where it was, with nobody who writes', async () => {
      await stage.underWrites(() => stage.operate('move-below', { instance: 'db3', destination: 'db2' }));
      await stage.reset();
      // Nothing may be written in between, so this is not done under writes.
      expect((await stage.operate('move-below', { instance: 'db3', destination: 'db2' })).result.state).toBe('done');
      const { result } = await stage.operate('move-equivalent', { instance: 'db3', destination: 'db1' });
      expect(result).toMatchObject({ state: 'done' });
      expect(await stage.shape()).toEqual({ db1: '-', db2: 'db1', db3: 'db1', db4: 'db2' });
      await stage.underWrites(async () => {});
    });
  });

  describe('a dry run names the very statements', () => {
    beforeEach(() => stage.reset());

    test.each(MOVES.map((each) => [moveTitle(each), each] as const))('of %s', (_, each) =>
      sendsWhatItPlanned(stage, each),
    );
  });

  describe('refused, with everything as it was', () => {
    beforeAll(() => stage.reset(), 60_000);

    test.each(REFUSALS.map((each) => [refusalTitle(each), each] as const))('%s', (_, each) => refuses(stage, each));

    test.skipIf(flavor === 'mariadb')('enable-gtid -i db3: gtid_mode is off', () =>
      refuses(stage, {
        why: '',
        operation: 'enable-gtid',
        args: { instance: 'db3' },
        says: /db3 has gtid_mode OFF; it has to be ON/,
      }),
    );
  });
});

async function stopped(stage: Stage, name: string): Promise<() => Promise<unknown>> {
  const { flavor } = stage.server(name);
  await stage.server(name).query(flavor === 'mysql97' ? 'STOP REPLICA SQL_THREAD' : 'STOP SLAVE SQL_THREAD');
  return () => stage.reset();
}

/** What is to be applied was written long ago, by the clock of the session that wrote it, and a lock holds it up. */
async function lagging(stage: Stage, name: string): Promise<() => Promise<unknown>> {
  const { master } = stage.lab;
  await master.query('CREATE TABLE IF NOT EXISTS app.late (id INT)');
  await stage.lab.catchUp();
  const holder = await stage.server(name).connect('root');
  await holder.query('LOCK TABLES app.late READ');
  const writer = await master.connect('root');
  await writer.query('SET timestamp = UNIX_TIMESTAMP() - 100; INSERT INTO app.late VALUES (1)');
  writer.destroy();
  const lagOf = async (one: string) => (await stage.server(one).replicaStatus())?.lagSeconds ?? 0;
  await expect.poll(() => lagOf(name)).toBeGreaterThan(50);
  // The others show the age of what they have just applied until they know that there is no more.
  await expect.poll(() => lagOf('db3')).toBe(0);
  return async () => {
    await holder.query('UNLOCK TABLES');
    holder.destroy();
    await stage.reset();
  };
}
