import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LAB_FLAVORS } from '../lab/index.ts';
import { type MoveCase, moveTitle, type RefusalCase, refusalTitle, refuses } from './cases.ts';
import { MARK_SETTINGS, Marks } from './marks.ts';
import { FAMILY, Stage } from './stage.ts';

const SETTINGS = { ...MARK_SETTINGS, DetectPseudoGTIDQuery: 'SELECT 1' };

/** db1 with db2 and db3 below it, and db4 below db2; nobody uses GTIDs. */
const MOVES: readonly MoveCase[] = [
  { operation: 'match', args: { instance: 'db4', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'match-up', args: { instance: 'db4' }, moves: { db4: 'db1' } },
  { operation: 'rematch', args: { instance: 'db4' }, moves: {} },
  { operation: 'match-replicas', args: { instance: 'db2', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'match-up-replicas', args: { instance: 'db2' }, moves: { db4: 'db1' } },
  { operation: 'make-local-master', args: { instance: 'db4' }, moves: { db4: 'db1' } },
  // The smart ones match where there are no GTIDs.
  { operation: 'relocate', args: { instance: 'db4', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'relocate-replicas', args: { instance: 'db2', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'take-siblings', args: { instance: 'db2' }, moves: { db3: 'db2' } },
];

const REFUSALS: readonly RefusalCase[] = [
  {
    why: 'it is below that already',
    operation: 'match',
    args: { instance: 'db2', destination: 'db4' },
    says: /db4 is below db2|circle/,
  },
  {
    why: 'it is itself',
    operation: 'match',
    args: { instance: 'db3', destination: 'db3' },
    says: /db3 can't replicate from itself/,
  },
  { why: 'nothing is above its source', operation: 'match-up', args: { instance: 'db2' }, says: /db1/ },
  { why: 'it is no replica', operation: 'rematch', args: { instance: 'db1' }, says: /db1/ },
  {
    why: 'its source is alive',
    operation: 'make-master',
    args: { instance: 'db2' },
    says: /db1 is there and may be taking writes: use graceful-master-takeover/,
  },
  {
    why: 'nothing is above its source',
    operation: 'make-local-master',
    args: { instance: 'db2' },
    says: /db2 has no source, or that has none itself/,
  },
];

describe.each(LAB_FLAVORS)('Pseudo-GTID on %s, many and smart', (flavor) => {
  let stage: Stage;
  let marks: Marks;

  beforeAll(async () => {
    stage = await Stage.open({ ...FAMILY, flavor, gtid: false }, () => SETTINGS);
    marks = new Marks(stage.lab);
  }, 300_000);

  afterAll(() => stage?.close(), 60_000);

  describe('under writes', () => {
    beforeEach(() => stage.reset());

    test.each(MOVES.map((each) => [moveTitle(each), each] as const))('%s', async (_, { operation, args, moves }) => {
      const before = await stage.shape();
      const { result } = await stage.underWrites(async () => {
        await marks.inject();
        return await stage.operate(operation, args);
      });
      expect(`${result.state}: ${stage.named(result.message)}`).toMatch(/^done: /);
      expect(await stage.shape()).toEqual({ ...before, ...moves });
    });

    test.each(['regroup-replicas', 'regroup-replicas-pgtid'] as const)(
      '%s -i db1: one takes the other',
      async (name) => {
        const { result } = await stage.underWrites(async () => {
          await marks.inject();
          return await stage.operate(name, { instance: 'db1' });
        });
        expect(`${result.state}: ${stage.named(result.message)}`).toMatch(/^done: /);
        const chosen = result.subject === null ? '' : stage.named(`${result.subject.hostname}:${result.subject.port}`);
        const other = chosen === 'db2' ? 'db3' : 'db2';
        expect(await stage.shape()).toEqual({ db1: '-', db4: 'db2', [chosen]: 'db1', [other]: chosen });
      },
    );
  });

  describe('refused, with everything as it was', () => {
    beforeAll(async () => {
      await stage.reset();
      await marks.inject();
    }, 60_000);

    test.each(REFUSALS.map((each) => [refusalTitle(each), each] as const))('%s', (_, each) => refuses(stage, each));
  });

  test('make-master: of what a dead master leaves behind, one is opened and the others go below it', async () => {
    await stage.reset();
    await stage.underWrites(() => marks.inject());
    await stage.lab.master.kill('SIGKILL');
    await expect.poll(async () => (await stage.server('db2').replicaStatus())?.ioThread).not.toBe('Yes');
    const { result } = await stage.operate('make-master', { instance: 'db2' });
    expect(`${result.state}: ${stage.named(result.message)}`).toMatch(/^done: /);
    expect(await stage.server('db3').replicaStatus()).toMatchObject({
      source: stage.server('db2').key,
      sqlThread: 'Yes',
    });
    const [row] = await stage.server('db2').query<{ shut: number }>('SELECT @@global.read_only AS shut');
    expect(Number(row?.shut)).toBe(0);
    await stage.server('db2').query('CREATE TABLE app.after_all (id INT)');
    await expect.poll(() => stage.server('db3').query("SHOW TABLES IN app LIKE 'after_all'")).toHaveLength(1);
  });
});
