import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer } from '../lab/index.ts';
import { eventually, flag, isShut, type RecoveryJson, Scene } from './failover-scene.ts';

const SCENE_MS = 180_000;
vi.setConfig({ testTimeout: 90_000 });

/** What survives the end of Baton's process. The tests of a flavour are chapters that build on each other. */
describe.each(LAB_FLAVORS)('Baton is ended while it watches %s', (flavor) => {
  let scene: Scene;
  let master: LabServer;
  let interrupted: RecoveryJson;

  beforeAll(async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 2 });
    master = scene.lab.master;
    const [hold, begun] = [scene.file('hold'), scene.file('begun')];
    await scene.reconfigure({
      PreFailoverProcesses: [`touch ${begun}; while [ -e ${hold} ]; do sleep 0.05; done; echo let go`],
    });
    await scene.discoverAll(master);
  }, SCENE_MS);

  afterAll(async () => {
    if (scene) await flag(scene.file('hold'), false);
    await scene?.close();
  }, 60_000);

  test('kill -9 right after a downtime and a promotion rule: both are there after the restart', async () => {
    const [db2, db3] = scene.lab.replicas;
    if (db2 === undefined || db3 === undefined) throw new Error('The lab has too few replicas.');
    await scene.baton.ask(`set-cluster-alias/${keyText(master.key)}?alias=shop`);
    await scene.baton.ask(`begin-downtime/${db2.key.hostname}/${db2.key.port}/dba/new%20disk/2h`);
    await scene.baton.ask(`register-candidate/${db3.key.hostname}/${db3.key.port}/prefer`);
    await scene.baton.kill('SIGKILL');
    await scene.relaunch();
    await scene.allKnown(3);
    expect(await scene.instance(db2)).toMatchObject({ IsDowntimed: true, DowntimeReason: 'new disk' });
    expect(await scene.instance(db3)).toMatchObject({ PromotionRule: 'prefer', IsDowntimed: false });
    expect((await scene.cli('which-cluster', '-a', 'shop')).out).toBe(keyText(master.key));
    expect(await scene.cli('end-downtime', '-i', keyText(db2.key))).toMatchObject({ code: 0 });
  });

  test('before anything could be polled, the last picture is shown as what it is: not valid now', async () => {
    await scene.baton.kill('SIGTERM');
    for (const server of scene.lab.servers) await server.freeze();
    try {
      await scene.relaunch();
      await scene.baton.until(async () => (await scene.instances()).length === 3, 10_000, 'the last picture');
      const shown = await scene.instances();
      expect(shown.map((each) => each.IsLastCheckValid)).toEqual([false, false, false]);
      expect(new Set(shown.map((each) => each.ClusterName))).toEqual(new Set([keyText(master.key)]));
      const lines = (await scene.cli('topology', '-a', 'shop')).out.split('\n');
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(line).toMatch(/,(invalid|unchecked),/);
      for (const line of lines.slice(1)) expect(line).toMatch(/^- /);
    } finally {
      for (const server of scene.lab.servers) await server.thaw();
    }
    await scene.allKnown(3);
    await scene.lab.replicating();
    expect(await scene.recoveries()).toEqual([]);
    expect(await isShut(master)).toBe(false);
  });

  test('kill -9 in the middle of a recovery: it is shown as interrupted, and blocks', async () => {
    await flag(scene.file('hold'), true);
    await scene.beyondGrace();
    await master.kill('SIGKILL');
    await eventually('the hook to begin', () => existsSync(scene.file('begun')));
    await scene.baton.kill('SIGKILL');
    await scene.relaunch();
    interrupted = await expectInterrupted();
    const steps = await scene.steps(interrupted.UID);
    expect(steps.at(-1)).toMatch(/^Interrupted: .*Begun, and with unknown result: hooks PreFailoverProcesses\./);
    expect(steps.at(-1)).toContain('Not reached: hooks, candidate, promoted, replicas moved, post hooks.');
    await expectBlocked();
  });

  test('SIGTERM in the middle of a recovery: what was begun is ended, the rest is not begun, and it says so', async () => {
    await flag(scene.file('begun'), false);
    await scene.cli('ack-all-recoveries', '-r', 'looked at it');
    await eventually('the hook to begin again', () => existsSync(scene.file('begun')));
    const ended = scene.baton.kill('SIGTERM');
    await flag(scene.file('hold'), false);
    expect(await ended).toBe(0);
    await scene.relaunch();
    const second = await expectInterrupted();
    expect(second.UID).not.toBe(interrupted.UID);
    const steps = await scene.steps(second.UID);
    expect(steps.some((step) => step.includes('Output: let go'))).toBe(true);
    expect(steps.some((step) => step.startsWith('[candidate'))).toBe(false);
    expect(steps.at(-1)).toMatch(/^Interrupted: .*nothing after it was begun/i);
    expect(steps.filter((step) => step.startsWith('Interrupted')).length).toBeGreaterThan(0);
    await expectBlocked();
  });

  test('once acknowledged it recovers, and the acknowledgement survives a kill -9', async () => {
    await scene.cli('ack-cluster-recoveries', '-a', 'shop', '-r', 'go on');
    const done = await scene.recovered(master);
    const promoted = scene.successor(done);
    expect(promoted.name).toBe('db3');
    expect(await isShut(promoted)).toBe(false);
    await scene.baton.ask(`ack-recovery/uid/${encodeURIComponent(done.UID)}?comment=all%20is%20well`);
    await scene.baton.kill('SIGKILL');
    await scene.relaunch();
    const all = await scene.recoveries();
    expect(all.map((each) => each.AcknowledgedComment)).toEqual(['all is well', 'go on', 'looked at it']);
    expect(all.every((each) => each.Acknowledged && !each.IsActive)).toBe(true);
    await scene.baton.until(
      async () => (await scene.cli('which-cluster', '-a', 'shop')).out === keyText(promoted.key),
      10_000,
      'the cluster under its new name',
    );
    expect(await scene.instance(master)).toMatchObject({ IsDowntimed: true, DowntimeReason: 'lost-in-recovery' });
  });

  async function expectInterrupted(): Promise<RecoveryJson> {
    const [newest] = await scene.recoveries();
    if (newest === undefined) throw new Error('The recovery is not in the audit.');
    expect(newest).toMatchObject({ IsSuccessful: false, IsActive: true, Acknowledged: false });
    expect(newest.RecoveryEndTimestamp).not.toBe('');
    expect(newest.AllErrors?.join()).toContain('was gone before it ended');
    return newest;
  }

  async function expectBlocked(): Promise<void> {
    await scene.baton.event('recovery-blocked', (event) => /interrupted/.test(event.reason));
    const [blocked] = await scene.blocked();
    const [newest] = await scene.recoveries();
    expect(blocked).toMatchObject({ BlockingRecoveryId: newest?.Id });
    expect((await scene.cli('blocked-recoveries')).out).toContain('(interrupted)');
    for (const replica of scene.lab.replicas) expect(await isShut(replica)).toBe(true);
  }
});
