import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer } from '../lab/index.ts';
import type { HookRun } from './failover-hooks.ts';
import { eventually, isKey, isShut, named, type RecoveryJson, Scene, takesWrites } from './failover-scene.ts';

const SCENE_MS = 180_000;
vi.setConfig({ testTimeout: 90_000 });

/** One master with three replicas, and its life: the tests of a flavour are chapters that build on each other. */
describe.each(LAB_FLAVORS)('a failover of %s', (flavor) => {
  let scene: Scene;
  let db1: LabServer;
  let promoted: LabServer;
  let first: RecoveryJson;
  let replicas: readonly LabServer[];

  beforeAll(async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 3 });
    db1 = scene.lab.master;
    replicas = scene.lab.replicas;
  }, SCENE_MS);

  afterAll(() => scene?.close(), 60_000);

  const at = (index: number): LabServer => {
    const server = scene.lab.servers[index];
    if (server === undefined) throw new Error(`The lab has no server ${index}.`);
    return server;
  };

  test('a replica as the only seed leads to the whole topology', async () => {
    await scene.discoverAll(at(2));
    const all = await scene.instances();
    expect(all.map((one) => `${one.Key.Hostname}:${one.Key.Port}`).sort()).toEqual(
      scene.lab.servers.map((server) => keyText(server.key)).sort(),
    );
    expect(new Set(all.map((one) => one.ClusterName))).toEqual(new Set([keyText(db1.key)]));
  });

  test('topology and topology-tabulated have the shape that operators know', async () => {
    const version = db1.version;
    const tree = await scene.cli('topology', '-a', keyText(at(3).key));
    // A MariaDB server has no GTID mode: only one that replicates by GTID says so.
    const masterExtras = flavor === 'mariadb' ? '>>' : '>>,GTID';
    const line = (mark: string, server: LabServer, access: string, extras: string): RegExp =>
      new RegExp(
        `^${mark}${escaped(keyText(server.key))} +\\[0s,ok,${escaped(version)}[^,]*,${access},(ROW|MIXED),${extras}\\]$`,
      );
    const lines = tree.out.split('\n');
    expect(tree).toMatchObject({ code: 0, err: '' });
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(line('', db1, 'rw', masterExtras));
    for (const [index, replica] of replicas.entries())
      expect(lines[index + 1]).toMatch(line('\\+ ', replica, 'ro', '>>,GTID'));
    const brackets = lines.map((one) => one.indexOf('['));
    expect(new Set(brackets).size).toBe(1);

    const table = (await scene.cli('topology-tabulated', '-a', keyText(db1.key))).out.split('\n');
    const cells = table.map((row) => row.split('|'));
    expect(cells.map((row) => row.length)).toEqual([7, 7, 7, 7]);
    expect(new Set(table.map((row) => row.length)).size).toBe(1);
    expect(cells[0]?.map((cell) => cell.trim())).toEqual([
      keyText(db1.key),
      '0s',
      'ok',
      expect.stringContaining(version),
      'rw',
      expect.stringMatching(/^(ROW|MIXED)$/),
      masterExtras,
    ]);
  });

  test('a killed master is replaced, and everything about it is told', async () => {
    await scene.baton.ask(`set-cluster-alias/${keyText(db1.key)}?alias=shop`);
    const writer = scene.writer(() => promoted?.key ?? db1.key);
    await writer.start();
    for (let count = 0; count < 10; count += 1) await writer.next();
    await db1.kill('SIGKILL');
    first = await scene.recovered(db1);
    promoted = scene.successor(first);
    const after = await writer.next();
    expect(after.server).toEqual(promoted.key);
    await writer.stop();

    const others = replicas.filter((server) => server !== promoted);
    await scene.follow(promoted, others);
    await scene.lab.catchUp();
    expect(await isShut(promoted)).toBe(false);
    for (const other of others) expect(await isShut(other)).toBe(true);
    expect(await promoted.replicaStatus()).toBeNull();
    for (const other of others) {
      expect(await writer.missingOn(other)).toEqual(await writer.missingOn(promoted));
    }
  });

  test('hooks ran in order ① ① ③ ④ ⑤, and were told everything', () => {
    const runs = scene.hooks();
    expect(runs.map((run) => [run.list, run.values.failureType])).toEqual([
      ['OnFailureDetectionProcesses', 'UnreachableMaster'],
      ['OnFailureDetectionProcesses', 'DeadMaster'],
      ['PreFailoverProcesses', 'DeadMaster'],
      ['PostMasterFailoverProcesses', 'DeadMaster'],
      ['PostFailoverProcesses', 'DeadMaster'],
    ]);
    for (const run of runs) {
      expect(run.values).toMatchObject({
        instanceType: 'master',
        isMaster: 'true',
        isCoMaster: 'false',
        command: '',
        failedHost: db1.key.hostname,
        failedPort: String(db1.key.port),
        failureCluster: keyText(db1.key),
        failureClusterAlias: 'shop',
        countReplicas: '3',
        countSlaves: '3',
        isDowntimed: 'false',
        autoMasterRecovery: 'true',
        autoIntermediateMasterRecovery: 'false',
        lostReplicas: '',
        lostSlaves: '',
        countLostReplicas: '0',
        replicaHosts: named(replicas),
        slaveHosts: named(replicas),
      });
      expect(run.values.failureDescription).not.toBe('');
      expect(run.values.orchestratorHost).not.toBe('');
    }
    const before = runs.slice(0, 3);
    for (const run of before) {
      expect(run.values).toMatchObject({ isSuccessful: 'false', successorHost: '{successorHost}' });
      expect(run.values).toMatchObject({ successorPort: '{successorPort}', successorAlias: '{successorAlias}' });
      expect(run.environment.ORC_SUCCESSOR_HOST).toBeUndefined();
    }
    for (const run of runs.slice(0, 2)) expect(run.values.recoveryUID).toBe('');
    for (const run of runs.slice(2)) expect(run.values.recoveryUID).toBe(first.UID);
    for (const run of runs.slice(3)) {
      expect(run.values).toMatchObject({
        isSuccessful: 'true',
        successorHost: promoted.key.hostname,
        successorPort: String(promoted.key.port),
        successorBinlogCoordinates: expect.stringMatching(/^binlog\.\d+:\d+$/),
      });
    }
    for (const run of runs) expect(run.environment).toEqual(environmentOf(run));
  });

  test('the old master is downtimed, the cluster has its new name and its old alias', async () => {
    const old = await scene.instance(db1);
    expect(old).toMatchObject({ IsDowntimed: true, DowntimeReason: 'lost-in-recovery', IsLastCheckValid: false });
    expect((await scene.cli('downtimed')).out).toBe(keyText(db1.key));
    for (const server of replicas) expect((await scene.instance(server)).ClusterName).toBe(keyText(promoted.key));
    expect((await scene.cli('which-cluster', '-a', 'shop')).out).toBe(keyText(promoted.key));
    expect((await scene.cli('which-cluster-alias', '-a', keyText(promoted.key))).out).toBe('shop');
    expect((await scene.cli('which-cluster-master', '-a', 'shop')).out).toBe(keyText(promoted.key));
    const lines = (await scene.cli('topology', '-a', 'shop')).out.split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${escaped(keyText(promoted.key))} +\\[0s,ok,.*,rw,`));
    expect(lines.filter((line) => line.startsWith('+ '))).toHaveLength(2);
  });

  test('the audit has the recovery with every step, and both detections', async () => {
    expect(first).toMatchObject({ IsSuccessful: true, IsActive: true, Acknowledged: false, LostReplicas: [] });
    expect(first.AllErrors).toEqual(['']);
    expect(first.RecoveryEndTimestamp).not.toBe('');
    expect(first.AnalysisEntry).toMatchObject({ Analysis: 'DeadMaster', CountReplicas: 3 });
    expect(first.AnalysisEntry.ClusterDetails).toEqual(
      expect.objectContaining({ ClusterName: keyText(db1.key), ClusterAlias: 'shop' }),
    );
    expect((await scene.recoveries()).map((each) => each.UID)).toEqual([first.UID]);
    const phases = (await scene.steps(first.UID)).flatMap(
      (step) => /^\[([a-z ]+?)(?: \+\d+ ms)?\] /.exec(step)?.[1] ?? [],
    );
    expect(phases).toEqual(['noticed', 'confirmed', 'hooks', 'candidate', 'promoted', 'replicas moved', 'post hooks']);
    const printed = await scene.cli('audit-recovery-steps', String(first.Id));
    expect(printed.out.split('\n').length).toBeGreaterThanOrEqual((await scene.steps(first.UID)).length);
    expect((await scene.cli('audit-recovery')).out).toContain(`${keyText(db1.key)} (cluster shop): DeadMaster`);

    const detections = (await scene.detections()).filter((each) =>
      isKey(each.AnalysisEntry.AnalyzedInstanceKey, db1.key),
    );
    expect(detections.map((each) => each.AnalysisEntry.Analysis)).toEqual(['DeadMaster', 'UnreachableMaster']);
  });

  test('the death of the new master is detected, but blocked, with the reason in sight', async () => {
    await scene.forgetHooks();
    await promoted.kill('SIGKILL');
    await scene.baton.event('recovery-blocked', (event) => keyText(event.key) === keyText(promoted.key));
    await eventually('both detections', () => scene.hooks().length >= 2);
    expect(scene.hooks().map((run) => [run.list, run.values.failureType, run.values.failedHost])).toEqual([
      ['OnFailureDetectionProcesses', 'UnreachableMaster', promoted.key.hostname],
      ['OnFailureDetectionProcesses', 'DeadMaster', promoted.key.hostname],
    ]);
    const [blocked] = await scene.blocked();
    expect(isKey(blocked?.FailedInstanceKey, promoted.key)).toBe(true);
    expect(blocked).toMatchObject({ Analysis: 'DeadMaster', BlockingRecoveryId: first.Id });
    const reason = `${keyText(promoted.key)} was itself promoted by recovery ${first.Id} of ${keyText(db1.key)}`;
    expect(blocked?.Reason).toContain(reason);
    expect(blocked?.Reason).toContain('ack-instance-recoveries');
    const printed = await scene.cli('blocked-recoveries');
    expect(printed.out).toContain(reason);
    expect(scene.baton.log).toContain(reason);
    expect((await scene.recoveries()).map((each) => each.UID)).toEqual([first.UID]);
    // Still so after another look at everything, and still shown: a block is no event that passes.
    const lookedMs = Date.now();
    await eventually('a later look', () => Date.now() - lookedMs > 4000);
    expect((await scene.blocked()).map((each) => each.Reason.includes(reason))).toEqual([true]);
    expect(scene.hooks()).toHaveLength(2);
  });

  test('an acknowledgement needs a reason, and lets the recovery go ahead', async () => {
    expect((await scene.cli('ack-all-recoveries')).code).not.toBe(0);
    expect((await scene.cli('ack-cluster-recoveries', '-a', keyText(promoted.key))).code).not.toBe(0);
    const byCluster = flavor === 'mysql56';
    const acknowledged = byCluster
      ? await scene.cli('ack-cluster-recoveries', '-a', 'shop', '-r', 'disk replaced')
      : await scene.cli('ack-all-recoveries', '-r', 'disk replaced');
    expect(acknowledged).toMatchObject({ code: 0, err: '' });
    const second = await scene.recovered(promoted);
    const next = scene.successor(second);
    expect(second).toMatchObject({ IsSuccessful: true, Acknowledged: false });
    expect(await isShut(next)).toBe(false);
    await scene.follow(
      next,
      replicas.filter((server) => server !== promoted && server !== next),
    );
    const before = (await scene.recoveries()).find((each) => each.UID === first.UID);
    expect(before).toMatchObject({ Acknowledged: true, AcknowledgedComment: 'disk replaced', IsActive: false });
    await scene.baton.until(async () => (await scene.blocked()).length === 0, 10_000, 'the block to be gone');
    expect((await scene.cli('which-cluster', '-a', 'shop')).out).toBe(keyText(next.key));
    // Acknowledging by cluster ends its detections, too, so that they are made anew (recovery reference, section 3).
    const detections = Array.from({ length: byCluster ? 4 : 2 }, () => 'OnFailureDetectionProcesses');
    expect(scene.hooks().map((run) => run.list)).toEqual([
      ...detections,
      'PreFailoverProcesses',
      'PostMasterFailoverProcesses',
      'PostFailoverProcesses',
    ]);
  });

  test('the first master comes back writeable and is shut without anyone asking', async () => {
    await db1.start();
    await scene.baton.event('fenced', (event) => keyText(event.key) === keyText(db1.key));
    await eventually('the returned master to be shut', () => isShut(db1));
    expect(await takesWrites(db1)).toBe(false);
    await scene.baton.until(
      async () => (await scene.instance(db1)).ReadOnly && (await scene.instance(db1)).IsLastCheckValid,
      10_000,
      'the returned master to be shown read-only',
    );
    expect((await scene.instance(db1)).ClusterName).toBe(keyText(db1.key));

    expect(await scene.cli('set-writeable', '-i', keyText(db1.key))).toMatchObject({ code: 0, out: keyText(db1.key) });
    expect(await isShut(db1)).toBe(false);
    expect(await takesWrites(db1)).toBe(true);
    await scene.beyondGrace();
    expect(await isShut(db1)).toBe(false);
  });
});

/** The variables that go with the placeholders (recovery reference, section 5.3). */
function environmentOf({ values }: HookRun): Record<string, string | undefined> {
  const wanted: Record<string, string | undefined> = {
    ORC_FAILURE_TYPE: values.failureType,
    ORC_INSTANCE_TYPE: values.instanceType,
    ORC_IS_MASTER: values.isMaster,
    ORC_IS_CO_MASTER: values.isCoMaster,
    ORC_FAILURE_DESCRIPTION: values.failureDescription,
    ORC_COMMAND: values.command,
    ORC_FAILED_HOST: values.failedHost,
    ORC_FAILED_PORT: values.failedPort,
    ORC_FAILURE_CLUSTER: values.failureCluster,
    ORC_FAILURE_CLUSTER_ALIAS: values.failureClusterAlias,
    ORC_FAILURE_CLUSTER_DOMAIN: values.failureClusterDomain,
    ORC_COUNT_REPLICAS: values.countReplicas,
    ORC_IS_DOWNTIMED: values.isDowntimed,
    ORC_AUTO_MASTER_RECOVERY: values.autoMasterRecovery,
    ORC_AUTO_INTERMEDIATE_MASTER_RECOVERY: values.autoIntermediateMasterRecovery,
    ORC_ORCHESTRATOR_HOST: values.orchestratorHost,
    ORC_RECOVERY_UID: values.recoveryUID,
    ORC_IS_SUCCESSFUL: values.isSuccessful,
    ORC_LOST_REPLICAS: values.lostReplicas,
    ORC_REPLICA_HOSTS: values.replicaHosts,
  };
  if (values.isSuccessful !== 'true') return wanted;
  return {
    ...wanted,
    ORC_SUCCESSOR_HOST: values.successorHost,
    ORC_SUCCESSOR_PORT: values.successorPort,
    ORC_SUCCESSOR_ALIAS: values.successorAlias,
    ORC_SUCCESSOR_BINLOG_COORDINATES: values.successorBinlogCoordinates,
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
