import { afterEach, describe, expect, test } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { eventually, Scene } from './failover-scene.ts';

/** ① to ⑤ as operators number them (mission facts, section 3). */
const DETECTED = 'OnFailureDetectionProcesses';
const RECOVERED = ['PreFailoverProcesses', 'PostMasterFailoverProcesses', 'PostFailoverProcesses'];

describe('the orders of hooks that operators rely on', () => {
  let scene: Scene;

  afterEach(() => scene?.close(), 60_000);

  const lists = (): readonly string[] => scene.hooks().map((run) => run.list);

  async function watch(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    scene = await Scene.open({ flavor: 'mysql97', shape: 'star', replicas: 2 }, settings);
    await scene.discoverAll(scene.lab.master);
  }

  test('a master that dies is failed over: ① unreachable, ① dead, ③ ④ ⑤', async () => {
    await watch();
    await scene.lab.master.kill('SIGKILL');
    await scene.recovered(scene.lab.master);
    expect(lists()).toEqual([DETECTED, DETECTED, ...RECOVERED]);
    expect(scene.hooks().map((run) => run.values.failureType)).toEqual([
      'UnreachableMaster',
      ...Array.from({ length: 4 }, () => 'DeadMaster'),
    ]);
  });

  test('recover, where Baton may not act by itself: ① ①, and then ③ ④ ⑤', async () => {
    await watch({ RecoverMasterClusterFilters: [] });
    const { master } = scene.lab;
    await master.kill('SIGKILL');
    await scene.baton.until(async () => (await scene.blocked()).length > 0, 30_000, 'the recovery to be blocked');
    await eventually('the hooks of both detections to be done', () => lists().length === 2);
    expect(lists()).toEqual([DETECTED, DETECTED]);
    const answer = await scene.cli('recover', '-i', keyText(master.key));
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(lists()).toEqual([DETECTED, DETECTED, ...RECOVERED]);
  });

  test('force-master-failover of a master that is well: ① ③ ① ④ ⑤', async () => {
    await watch();
    const answer = await scene.cli('force-master-failover', '-i', keyText(scene.lab.master.key));
    expect(answer).toMatchObject({ code: 0, err: '' });
    const [before, ...after] = RECOVERED;
    expect(lists()).toEqual([DETECTED, before, DETECTED, ...after]);
  });
});
