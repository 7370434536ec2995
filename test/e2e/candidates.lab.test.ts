import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer, type NodeSpec } from '../lab/index.ts';
import { changeFormat, pretendLag } from './candidates-lab.ts';
import { eventually, isKey, isShut, Scene, takesWrites } from './failover-scene.ts';

const SCENE_MS = 240_000;
vi.setConfig({ testTimeout: 90_000 });

const PLACE = { DetectDataCenterQuery: 'SELECT data_center FROM meta.cluster WHERE anchor = 1' };
const LAG = { ReplicationLagQuery: 'SELECT seconds FROM meta.lag', FailMasterPromotionOnLagMinutes: 1 };

const MIXED = { 'binlog-format': 'MIXED' };
const NODES: readonly NodeSpec[] = [
  { name: 'db1', source: null, readOnly: false, dataCenter: 'ams', serverOptions: MIXED },
  { name: 'db2', source: 'db1', dataCenter: 'fra', serverOptions: { 'binlog-format': 'ROW' } },
  { name: 'db3', source: 'db1', dataCenter: 'ams', serverOptions: MIXED },
  { name: 'db4', source: 'db1', dataCenter: 'fra', serverOptions: MIXED },
  { name: 'db5', source: 'db1', dataCenter: 'ams', serverOptions: MIXED, delaySeconds: 3600 },
];

/** Who may be promoted, and why not. The tests of a flavour are chapters that build on each other. */
describe.each(LAB_FLAVORS)('the choice of a candidate, %s', (flavor) => {
  let scene: Scene;
  const server = (name: string): LabServer => scene.lab.byName(name);

  beforeAll(async () => {
    scene = await Scene.open({ flavor, nodes: NODES }, PLACE);
    await scene.discoverAll(scene.lab.master);
  }, SCENE_MS);

  afterAll(() => scene?.close(), 60_000);

  async function prefer(name: string, rule: string): Promise<void> {
    const registered = await scene.cli('register-candidate', '-i', keyText(server(name).key), '-R', rule);
    expect(registered).toMatchObject({ code: 0, out: keyText(server(name).key) });
    expect((await scene.instance(server(name))).PromotionRule).toBe(rule);
  }

  async function verdict(uid: string, name: string): Promise<string> {
    const lead = `${keyText(server(name).key)}: `;
    const found = (await scene.steps(uid)).filter((step) => step.startsWith(lead));
    expect(found).toHaveLength(1);
    return found[0]?.slice(lead.length) ?? '';
  }

  test('data centers come from the metadata query, and are shown', async () => {
    const places = (await scene.instances()).map((each) => each.DataCenter);
    expect(places).toEqual(['ams', 'fra', 'ams', 'fra', 'ams']);
    expect((await scene.cli('topology', '-a', keyText(server('db1').key))).out).toContain('dc:fra');
  });

  test('format and data center count; a delayed replica is never promoted, however preferred', async () => {
    await prefer('db5', 'prefer');
    await prefer('db2', 'prefer');
    await server('db1').kill('SIGKILL');
    const recovery = await scene.recovered(server('db1'));
    expect(scene.successor(recovery).name).toBe('db3');
    expect(await verdict(recovery.UID, 'db3')).toContain('Chosen');
    expect(await verdict(recovery.UID, 'db2')).toContain("binary log format ROW is not the other replicas' MIXED");
    expect(await verdict(recovery.UID, 'db4')).toContain('data center');
    expect(await verdict(recovery.UID, 'db5')).toBe('Not eligible: it is delayed on purpose, by 3600 s.');
    await scene.follow(server('db3'), [server('db2'), server('db4'), server('db5')]);
    expect((await server('db5').replicaStatus())?.delaySeconds).toBe(3600);
  });

  test('nobody is promoted across data centers where that is forbidden, and nothing is left stopped', async () => {
    await scene.reconfigure({ ...PLACE, PreventCrossDataCenterMasterFailover: true });
    await scene.allKnown(4);
    await scene.baton.ask('ack-all-recoveries?comment=looked%20at');
    await scene.forgetHooks();
    await server('db3').kill('SIGKILL');
    const recovery = await scene.recovered(server('db3'));
    expect(recovery.IsSuccessful).toBe(false);
    for (const name of ['db2', 'db4']) {
      expect(await verdict(recovery.UID, name)).toContain('PreventCrossDataCenterMasterFailover');
      expect(recovery.AllErrors?.join()).toContain(keyText(server(name).key));
    }
    expect(scene.hooks().map((run) => run.list)).toEqual([
      'OnFailureDetectionProcesses',
      'OnFailureDetectionProcesses',
      'PreFailoverProcesses',
      'PostUnsuccessfulFailoverProcesses',
    ]);
    for (const name of ['db2', 'db4', 'db5']) {
      expect(await isShut(server(name))).toBe(true);
      expect(await server(name).replicaStatus()).toMatchObject({ ioThread: 'Connecting', sqlThread: 'Yes' });
    }
  });

  test('lag, as the operators measure it, and must_not exclude the rest', async () => {
    for (const [name, seconds] of [
      ['db2', 0],
      ['db4', 600],
      ['db5', 0],
    ] as const)
      await pretendLag(server(name), seconds);
    await scene.reconfigure({ ...PLACE, ...LAG });
    await scene.allKnown(3);
    await prefer('db2', 'must_not');
    const refused = await scene.cli('recover', '-i', keyText(server('db3').key));
    expect(refused.code).not.toBe(0);
    const [failed] = await scene.recoveries();
    expect(await verdict(failed?.UID ?? '', 'db2')).toBe('Not eligible: its promotion rule is must_not.');
    expect(await verdict(failed?.UID ?? '', 'db4')).toContain('lags 600 s');
  });

  test('prefer_not is better than nobody; a replica that cannot follow is left behind, detached', async () => {
    await prefer('db2', 'prefer_not');
    await changeFormat(server('db5'), 'STATEMENT');
    await scene.cli('discover', '-i', keyText(server('db5').key));
    await scene.forgetHooks();
    const done = await scene.cli('recover', '-i', keyText(server('db3').key));
    expect(done).toEqual({ code: 0, out: keyText(server('db2').key), err: '' });
    const [recovery] = await scene.recoveries();
    expect(recovery?.LostReplicas.map((key) => isKey(key, server('db5').key))).toEqual([true]);
    expect(scene.hooks().at(-1)?.values).toMatchObject({
      lostReplicas: keyText(server('db5').key),
      countLostReplicas: '1',
      successorPort: String(server('db2').key.port),
    });
    const { hostname, port } = server('db3').key;
    const channel = await server('db5').replicaStatus();
    expect(channel).toMatchObject({ source: { hostname: `//${hostname}`, port }, ioThread: 'No' });
    expect(await scene.instance(server('db5'))).toMatchObject({
      IsDowntimed: true,
      DowntimeReason: 'lost-in-recovery',
    });

    // What is logged as rows goes through a replica that would log statements where it can.
    await scene.follow(server('db2'), [server('db4')]);
    expect(await takesWrites(server('db2'))).toBe(true);
    await eventually(
      'the row to arrive',
      async () => (await server('db4').query('SELECT * FROM app.probe')).length > 0,
    );
  });
});
