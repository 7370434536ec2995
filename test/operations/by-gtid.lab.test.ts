import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LAB_FLAVORS } from '../lab/index.ts';
import { type MoveCase, moves, moveTitle, refusalTitle, refuses, sendsWhatItPlanned } from './cases.ts';
import { GTID_REFUSALS } from './gtid-refusals.ts';
import { accountQuery, FAMILY, Stage } from './stage.ts';

const START_MS = 300_000;

/** db1 with db2 and db3 below it, and db4 below db2. */
const MOVES: readonly MoveCase[] = [
  { operation: 'relocate', args: { instance: 'db3', destination: 'db2' }, moves: { db3: 'db2' } },
  { operation: 'relocate', args: { instance: 'db4', destination: 'db1' }, moves: { db4: 'db1' } },
  { operation: 'relocate', args: { instance: 'db4', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'relocate', args: { instance: 'db2', destination: 'db1' }, moves: {} },
  { operation: 'relocate-replicas', args: { instance: 'db2', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'relocate-replicas', args: { instance: 'db1', destination: 'db2' }, moves: { db3: 'db2' } },
  // The third server of a lab has this port.
  {
    operation: 'relocate-replicas',
    args: { instance: 'db1', destination: 'db4', pattern: ':3308$' },
    moves: { db3: 'db4' },
  },
  { operation: 'take-siblings', args: { instance: 'db2' }, moves: { db3: 'db2' } },
  { operation: 'move-gtid', args: { instance: 'db4', destination: 'db3' }, moves: { db4: 'db3' } },
  { operation: 'move-replicas-gtid', args: { instance: 'db2', destination: 'db1' }, moves: { db4: 'db1' } },
  { operation: 'repoint', args: { instance: 'db3', destination: 'db2' }, moves: { db3: 'db2' } },
  { operation: 'repoint', args: { instance: 'db4' }, moves: {} },
  { operation: 'repoint-replicas', args: { instance: 'db1' }, moves: {}, says: /^2 of 2 replicas repointed/ },
  // The moves that are by file and position where there are no GTIDs keep them.
  { operation: 'move-up', args: { instance: 'db4' }, moves: { db4: 'db1' } },
  { operation: 'move-up-replicas', args: { instance: 'db2' }, moves: { db4: 'db1' } },
  { operation: 'move-below', args: { instance: 'db2', destination: 'db3' }, moves: { db2: 'db3' } },
  { operation: 'take-master', args: { instance: 'db4' }, moves: { db4: 'db1', db2: 'db4' } },
  { operation: 'make-co-master', args: { instance: 'db2' }, moves: { db1: 'db2' } },
];

describe.each(LAB_FLAVORS)('operations by GTID on %s', (flavor) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ ...FAMILY, flavor }, accountQuery);
  }, START_MS);

  afterAll(() => stage?.close(), 60_000);

  describe('under writes', () => {
    beforeEach(() => stage.reset());

    test.each(MOVES.map((each) => [moveTitle(each), each] as const))('%s', (_, each) => moves(stage, each));

    test.each(['regroup-replicas', 'regroup-replicas-gtid'] as const)(
      '%s -i db1: one takes the other',
      async (name) => {
        const { result } = await stage.underWrites(() => stage.operate(name, { instance: 'db1' }));
        expect(result).toMatchObject({ state: 'done' });
        const chosen = result.subject === null ? '' : stage.named(`${result.subject.hostname}:${result.subject.port}`);
        expect(['db2', 'db3']).toContain(chosen);
        const other = chosen === 'db2' ? 'db3' : 'db2';
        expect(await stage.shape()).toEqual({ db1: '-', db4: 'db2', [chosen]: 'db1', [other]: chosen });
        expect(stage.named(result.lines.join())).toMatch(/^db1 lost: 0, /);
      },
    );

    test('disable-gtid and enable-gtid -i db3: by coordinates, and by GTID again', async () => {
      await stage.underWrites(async () => {
        expect((await stage.operate('disable-gtid', { instance: 'db3' })).result).toMatchObject({ state: 'done' });
        expect(await usesGtid(stage, 'db3')).toBe(false);
        expect((await stage.operate('enable-gtid', { instance: 'db3' })).result).toMatchObject({ state: 'done' });
        expect(await usesGtid(stage, 'db3')).toBe(true);
      });
      expect(await stage.shape()).toEqual({ db1: '-', db2: 'db1', db3: 'db1', db4: 'db2' });
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

    const here = GTID_REFUSALS.filter(({ only }) => only === undefined || only.includes(flavor));
    test.each(here.map((each) => [refusalTitle(each), each] as const))('%s', (_, each) => refuses(stage, each));
  });
});

async function usesGtid(stage: Stage, name: string): Promise<boolean> {
  const instance = await stage.engine.discover(stage.server(name).key);
  return instance.facts?.replica?.gtidUse !== 'none';
}
