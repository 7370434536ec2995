import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabFlavor } from '../lab/index.ts';
import { type Case, InterruptionScene } from './scene.ts';

const NODES = [
  { name: 'db1', source: null },
  { name: 'db2', source: 'db1' },
  { name: 'db3', source: 'db1' },
  { name: 'db4', source: 'db2' },
] as const;

const BEFORE = { db1: '*', db2: 'db1', db3: 'db1', db4: 'db2' };

function cases(scene: () => InterruptionScene): Readonly<Record<string, Case>> {
  const ask = { dryRun: false, owner: 'test' };
  return {
    relocate: {
      run: (engine) =>
        engine.operate('relocate', { instance: scene().key('db3'), destination: scene().key('db2') }, ask),
      old: BEFORE,
      done: { ...BEFORE, db3: 'db2' },
    },
    'take-master': {
      run: (engine) => engine.operate('take-master', { instance: scene().key('db4') }, ask),
      old: BEFORE,
      done: { ...BEFORE, db2: 'db4', db4: 'db1' },
    },
    'graceful-master-takeover-auto': {
      run: (engine) =>
        scene().takeOver(engine, 'graceful-master-takeover-auto', scene().key('db1'), scene().key('db2')),
      old: BEFORE,
      done: { db1: 'db2', db2: '*', db3: 'db2', db4: 'db2' },
    },
  };
}

/** Dies at each of the effects that `begun` lists and `chosen` picks. */
async function dieAtEach(
  scene: InterruptionScene,
  one: Case,
  chosen: (what: string, index: number) => boolean,
): Promise<void> {
  const begun = (await scene.rehearse(one)).filter(chosen);
  expect(begun.length).toBeGreaterThan(1);
  const problems: string[] = [];
  for (const what of begun) {
    for (const side of what.startsWith('perform') ? (['before', 'after'] as const) : (['before'] as const)) {
      try {
        await scene.dieAndRepair(one, { at: what, side });
      } catch (error) {
        problems.push(`${side} ${what}: ${(error as Error).message}`);
      }
    }
  }
  expect(problems).toEqual([]);
}

interface Plan {
  readonly flavor: LabFlavor;
  readonly gtid: boolean;
  /** Dies at every so many-th effect. */
  readonly every: number;
  readonly cases: readonly string[];
}

const ALL = ['relocate', 'take-master', 'graceful-master-takeover-auto'];

const PLANS: readonly Plan[] = [
  { flavor: 'mysql97', gtid: true, every: 1, cases: ALL },
  { flavor: 'mariadb', gtid: true, every: 3, cases: ALL },
  { flavor: 'mysql56', gtid: true, every: 3, cases: ALL },
  { flavor: 'mariadb', gtid: false, every: 3, cases: ['relocate', 'take-master'] },
];

describe.each(PLANS)('Baton is killed on $flavor, by GTID: $gtid', ({ flavor, gtid, every, cases: names }) => {
  let scene: InterruptionScene;
  const all = cases(() => scene);

  beforeAll(async () => {
    scene = await InterruptionScene.open({ flavor, gtid, nodes: NODES });
  });

  afterAll(() => scene?.close());

  test.each(names)('at each effect of %s', { timeout: 240_000 }, async (name) => {
    const one = all[name];
    if (one === undefined) throw new Error(`There is no case ${name}.`);
    await dieAtEach(scene, one, (_, index) => index % every === 0);
  });
});

/** Alone, neither the old master nor the new one is anything that has to be analysed. */
test('Baton is killed when the two servers of a cluster are parted', { timeout: 120_000 }, async () => {
  const scene = await InterruptionScene.open({ flavor: 'mysql97', nodes: NODES.slice(0, 2) });
  try {
    const run = cases(() => scene)['graceful-master-takeover-auto']?.run;
    if (run === undefined) throw new Error('There is no such case.');
    const one: Case = { run, old: { db1: '*', db2: 'db1' }, done: { db1: 'db2', db2: '*' } };
    await dieAtEach(scene, one, (what) => /RESET|begin-downtime|PostMasterFailover/.test(what));
  } finally {
    await scene.close();
  }
});
