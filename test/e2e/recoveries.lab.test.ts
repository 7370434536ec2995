import { afterEach, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer, type NodeSpec } from '../lab/index.ts';
import { eventually, isKey, isShut, Scene, takesWrites } from './failover-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const EVERY_RECOVERY = { RecoverIntermediateMasterClusterFilters: ['*'] };

let scene: Scene | null = null;

afterEach(async () => {
  await scene?.close();
  scene = null;
}, 60_000);

function hookLists(opened: Scene): readonly string[] {
  return opened.hooks().map((run) => run.list);
}

/** Something is written on a source, and arrives at the replicas. */
async function arrives(note: string, source: LabServer, replicas: readonly LabServer[]): Promise<void> {
  await source.query(`CREATE TABLE app.${note} (id INT PRIMARY KEY)`);
  for (const replica of replicas) {
    await eventually(`${note} on ${replica.name}`, async () => {
      await replica.query(`SELECT * FROM app.${note}`);
      return true;
    });
  }
}

describe.each(LAB_FLAVORS)('a dead intermediate master of %s', (flavor) => {
  test('leaves its replicas to a sibling, and nobody is opened', async () => {
    const nodes: readonly NodeSpec[] = [
      { name: 'db1', source: null, readOnly: false },
      { name: 'db2', source: 'db1' },
      { name: 'db3', source: 'db1' },
      { name: 'db4', source: 'db2' },
      { name: 'db5', source: 'db2' },
    ];
    scene = await Scene.open({ flavor, nodes }, EVERY_RECOVERY);
    const [db1, db2, db3, db4, db5] = ['db1', 'db2', 'db3', 'db4', 'db5'].map((name) => scene?.lab.byName(name));
    if (!db1 || !db2 || !db3 || !db4 || !db5) throw new Error('The lab lacks servers.');
    await scene.discoverAll(db1);
    await db2.kill('SIGKILL');
    const recovery = await scene.recovered(db2);
    expect(recovery, JSON.stringify(await scene.steps(recovery.UID))).toMatchObject({
      IsSuccessful: true,
      LostReplicas: [],
    });
    expect(isKey(recovery.SuccessorKey, db3.key)).toBe(true);
    await scene.follow(db3, [db4, db5]);
    await arrives('after', db1, [db3, db4, db5]);
    expect(await Promise.all([db3, db4, db5].map(isShut))).toEqual([true, true, true]);
    expect(hookLists(scene)).toEqual([
      'OnFailureDetectionProcesses',
      'PreFailoverProcesses',
      'PostIntermediateMasterFailoverProcesses',
      'PostFailoverProcesses',
    ]);
    // A repair below the master doesn't hold up the master's own recovery.
    await db1.kill('SIGKILL');
    const failover = await scene.recovered(db1);
    expect(scene.successor(failover).name).toBe('db3');
    expect(await takesWrites(db3)).toBe(true);
  });
});

describe.each(['mysql97', 'mariadb'] as const)('a dead co-master of %s', (flavor) => {
  test('is replaced by the other one', async () => {
    const nodes: readonly NodeSpec[] = [
      { name: 'db1', source: 'db2', readOnly: false },
      { name: 'db2', source: 'db1' },
      { name: 'db3', source: 'db1' },
    ];
    scene = await Scene.open({ flavor, nodes });
    const [db1, db2, db3] = [scene.lab.byName('db1'), scene.lab.byName('db2'), scene.lab.byName('db3')];
    await scene.discoverAll(db1);
    await db1.kill('SIGKILL');
    const recovery = await scene.recovered(db1);
    expect(scene.successor(recovery).name, JSON.stringify(await scene.steps(recovery.UID))).toBe('db2');
    expect(await takesWrites(db2)).toBe(true);
    await scene.follow(db2, [db3]);
    await arrives('after', db2, [db3]);
    // What is seen of the others while it works may be detected as well.
    expect(hookLists(scene).filter((list) => list !== 'OnFailureDetectionProcesses')).toEqual([
      'PreFailoverProcesses',
      'PostMasterFailoverProcesses',
      'PostFailoverProcesses',
    ]);
  });
});

describe.each(LAB_FLAVORS)('a dead master of %s without GTIDs', (flavor) => {
  test('is replaced, and replicas that received as much follow', async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 2, gtid: false });
    const [db1, db2, db3] = [scene.lab.byName('db1'), scene.lab.byName('db2'), scene.lab.byName('db3')];
    await scene.discoverAll(db1);
    await arrives('before', db1, [db2, db3]);
    await db1.kill('SIGKILL');
    const recovery = await scene.recovered(db1);
    const steps = await scene.steps(recovery.UID);
    expect(recovery, JSON.stringify(steps)).toMatchObject({ IsSuccessful: true, LostReplicas: [] });
    const promoted = scene.successor(recovery);
    const other = promoted.name === 'db2' ? db3 : db2;
    expect(await takesWrites(promoted)).toBe(true);
    await scene.follow(promoted, [other]);
    await arrives('after', promoted, [other]);
    const promotedAfter = /\[promoted \+(\d+) ms\]/.exec(steps.join('\n'))?.[1];
    console.info(`${flavor} without GTIDs: promoted after ${promotedAfter} ms`);
  });
});

describe.each(['mysql97', 'mariadb'] as const)('a semi-sync master of %s', (flavor) => {
  test('that is locked gets another replica to acknowledge', async () => {
    scene = await Scene.open(
      { flavor, shape: 'star', replicas: 2, semiSync: { timeoutMs: 600_000 } },
      {
        RecoverLockedSemiSyncMaster: true,
        ReasonableLockedSemiSyncMasterSeconds: 2,
        DetectSemiSyncEnforcedQuery: 'SELECT 1',
      },
    );
    const [db1, db2, db3] = [scene.lab.byName('db1'), scene.lab.byName('db2'), scene.lab.byName('db3')];
    const word = flavor === 'mysql97' ? 'replica' : 'slave';
    const [stop, start] = flavor === 'mysql97' ? ['STOP REPLICA', 'START REPLICA'] : ['STOP SLAVE', 'START SLAVE'];
    for (const replica of [db2, db3]) {
      await replica.query(`${stop}; SET GLOBAL rpl_semi_sync_${word}_enabled = 0; ${start}`);
    }
    await scene.discoverAll(db1);
    const write = db1.query('CREATE TABLE app.locked (id INT PRIMARY KEY)');
    const recovery = await scene.recovered(db1, 60_000);
    expect(recovery, JSON.stringify(await scene.steps(recovery.UID))).toMatchObject({ IsSuccessful: true });
    expect(isKey(recovery.SuccessorKey, db1.key)).toBe(true);
    // With GTIDs a replica that connects anew doesn't say how far it is; what waited is released all the same, and only
    // after a replica has it.
    await write;
    const status = await db1.query("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_%_no_tx'");
    expect(status.map((row) => row.Value)).toEqual(['0']);
    expect(hookLists(scene)).toEqual(['OnFailureDetectionProcesses', 'PostFailoverProcesses']);
  });
});

test('a master that is read-only is opened', async () => {
  scene = await Scene.open({ flavor: 'mariadb', shape: 'star', replicas: 1 }, { RecoverNonWriteableMaster: true });
  const db1 = scene.lab.byName('db1');
  await scene.discoverAll(db1);
  await db1.query('SET GLOBAL read_only = 1');
  const recovery = await scene.recovered(db1);
  expect(recovery).toMatchObject({
    IsSuccessful: true,
    AnalysisEntry: { Analysis: 'NoWriteableMasterStructureWarning' },
  });
  expect(await takesWrites(db1)).toBe(true);
  expect(keyText(db1.key)).toBe(`${recovery.SuccessorKey?.Hostname}:${recovery.SuccessorKey?.Port}`);
});
