import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer } from '../lab/index.ts';
import type { Writer } from '../lab/writer.ts';
import { eventually, flag, isShut, Scene, takesWrites } from './failover-scene.ts';

const SCENE_MS = 180_000;
/** A frozen server is noticed by its silence, and on a busy machine that takes its time. */
const FROZEN_MS = 40_000;
vi.setConfig({ testTimeout: 120_000 });

/** A master that freezes and wakes up. The tests of a flavour are chapters that build on each other. */
describe.each(LAB_FLAVORS)('fencing of %s', (flavor) => {
  let scene: Scene;
  let master: LabServer;
  let promoted: LabServer;
  let target: InstanceKey;

  beforeAll(async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 2 });
    master = scene.lab.master;
    target = master.key;
    await scene.reconfigure({ PreFailoverProcesses: [`test ! -e ${scene.file('refuse')}`] });
    await scene.discoverAll(master);
  }, SCENE_MS);

  afterAll(() => scene?.close(), 60_000);

  test('a recovery that is given up leaves the thawed master writeable', async () => {
    await flag(scene.file('refuse'), true);
    await master.freeze();
    const recovery = await scene.recovered(master, FROZEN_MS);
    expect(recovery.IsSuccessful).toBe(false);
    expect(recovery.AllErrors?.join()).toContain('PreFailoverProcesses');
    expect(scene.hooks().map((run) => run.list)).toContain('PostUnsuccessfulFailoverProcesses');
    expect(scene.hooks().map((run) => run.list)).not.toContain('PostFailoverProcesses');
    for (const replica of scene.lab.replicas) expect(await isShut(replica)).toBe(true);

    await master.thaw();
    await eventually(
      'the master to take writes again',
      async () => !(await isShut(master)) && (await takesWrites(master)),
    );
    await scene.follow(master, scene.lab.replicas);
    await scene.lab.replicating();
    await scene.lab.catchUp();
    await scene.baton.until(
      async () => (await scene.instance(master)).IsLastCheckValid,
      20_000,
      'the master to be read',
    );
    await scene.beyondGrace();
    expect(await isShut(master)).toBe(false);
    await expectOnline(master);
  });

  test('a frozen master is failed over, and takes nothing more when it thaws', async () => {
    await flag(scene.file('refuse'), false);
    await scene.baton.ask('ack-all-recoveries?comment=hook%20repaired');
    await scene.baton.ask(`end-downtime/${master.key.hostname}/${master.key.port}`);
    const writer = scene.writer(() => target);
    await writer.start();
    for (let count = 0; count < 20; count += 1) await writer.next();
    scene.baton.events.length = 0;
    const frozenMs = performance.now();
    await master.freeze();
    const recovery = await scene.recovered(master, FROZEN_MS);
    const tookMs = performance.now() - frozenMs;
    promoted = scene.successor(recovery);
    expect(tookMs).toBeLessThan(20_000);
    expect(await isShut(promoted)).toBe(false);
    target = promoted.key;
    await firstWriteOn(promoted, writer);

    const before = writer.acknowledged.length;
    await master.thaw();
    await scene.baton.event('fenced', (event) => /woke up/.test(event.message));
    await eventually('the thawed master to be shut', () => isShut(master));
    await scene.baton.event('fenced', (event) => /is back/.test(event.message));
    const sinceThaw = writer.acknowledged.slice(before).filter((each) => sameKey(each.server, master.key));
    expect(sinceThaw.filter((each) => !each.late)).toEqual([]);
    expect(sinceThaw.length).toBeLessThanOrEqual(1);
    expect(await takesWrites(master)).toBe(false);
    await writer.stop();

    const missing = await writer.missingOn(promoted);
    expect(missing.filter((each) => !each.late && each.ackAtMs < frozenMs - 1000)).toEqual([]);
    await expectOnline(master);
    await scene.baton.until(
      async () => (await scene.instance(master)).ReadOnly,
      20_000,
      'the master to be shown read-only',
    );
  });

  test('what slipped in is told in the recovery and in the audit', async () => {
    const [recovery] = await scene.recoveries();
    const steps = await scene.steps(recovery?.UID ?? '');
    const audit = (await scene.audit()).filter((entry) => entry.AuditType === 'fence').map((entry) => entry.Message);
    const told = steps.filter((step) => step.startsWith(`${keyText(master.key)} is back`));
    expect(told.length).toBeGreaterThan(0);
    for (const line of told) expect(audit).toContain(line);
    const extra = await errantOn(master, promoted);
    const last = told.at(-1) ?? '';
    expect(last).toMatch(extra ?? /holds nothing that its successor/);
  });

  test('a person may open it for writes again', async () => {
    await scene.cli('set-writeable', '-i', keyText(master.key));
    expect(await isShut(master)).toBe(false);
    expect(await takesWrites(master)).toBe(true);
  });

  test('a restart of the old master while no Baton runs: it is shut at the first contact', async () => {
    const next = scene.lab.replicas.find((server) => server !== promoted) ?? promoted;
    await scene.baton.ask('ack-all-recoveries?comment=looked%20at');
    scene.baton.events.length = 0;
    await promoted.kill('SIGKILL');
    expect(scene.successor(await scene.recovered(promoted)).name).toBe(next.name);
    await scene.baton.kill('SIGKILL');
    await promoted.start();
    await promoted.query(
      flavor === 'mysql97' ? 'SET GLOBAL super_read_only = 0, GLOBAL read_only = 0' : 'SET GLOBAL read_only = 0',
    );
    expect(await takesWrites(promoted)).toBe(true);
    // The new master goes on: its sequence numbers overtake those of the other one.
    for (let count = 0; count < 5; count += 1) expect(await takesWrites(next)).toBe(true);
    await scene.relaunch();
    await eventually('the returned master to be shut', () => isShut(promoted));
    expect(await takesWrites(promoted)).toBe(false);
    expect(await isShut(next)).toBe(false);
    const extra = (await errantOn(promoted, next)) ?? /^$/;
    await scene.baton.event('fenced', (event) => extra.test(event.message));
    // Nor does a later look, with the new master's place as it is by then, tell otherwise.
    await scene.allKnown(3);
    const [recovery] = await scene.recoveries();
    expect((await scene.steps(recovery?.UID ?? '')).at(-1)).toMatch(extra);
    expect((await scene.audit()).filter((entry) => extra.test(entry.Message))).toHaveLength(1);
  });

  async function firstWriteOn(server: LabServer, writer: Writer): Promise<void> {
    await eventually('a write on the new master', () =>
      writer.acknowledged.some((each) => sameKey(each.server, server.key)),
    );
  }
});

/** Whether accounts without privileges can log in again: a fence throws them out and lets them back. */
async function expectOnline(server: LabServer): Promise<void> {
  for (const account of ['app', 'baton'] as const) {
    const client = await server.connect(account);
    const [rows] = await client.query('SELECT 1 AS one');
    expect(rows).toEqual([{ one: 1 }]);
    client.destroy();
  }
  if (server.flavor !== 'mysql97') return;
  expect(await server.query('SELECT @@global.offline_mode AS offline')).toEqual([{ offline: 0 }]);
}

/** Matches how the transactions are told that one server has and the other hasn't; null when there are none. */
async function errantOn(server: LabServer, reference: LabServer): Promise<RegExp | null> {
  // Its fence may have thrown out the session that the lab keeps.
  server.disconnect();
  if (server.flavor === 'mariadb') {
    const [own, other] = await Promise.all([mariadbState(server), mariadbState(reference)]);
    const [line] = [...own].filter(([writer, sequence]) => sequence > (other.get(writer) ?? 0));
    return line === undefined ? null : new RegExp(`\\b${line[0]}-(\\d+\\.\\.)?${line[1]}\\b`);
  }
  const [row] = await reference.query<{ executed: string }>('SELECT @@global.gtid_executed AS executed');
  const [difference] = await server.query<{ extra: string }>(
    `SELECT GTID_SUBTRACT(@@global.gtid_executed, '${row?.executed ?? ''}') AS extra`,
  );
  const extra = (difference?.extra ?? '').replaceAll(/\s/g, '');
  return extra === '' ? null : new RegExp(extra.replaceAll(',', ',\\s*'));
}

/** The last sequence number of each writer, `domain-server`, that is in a server's binary log. */
async function mariadbState(server: LabServer): Promise<ReadonlyMap<string, number>> {
  const [row] = await server.query<{ state: string }>('SELECT @@global.gtid_binlog_state AS state');
  const gtids = (row?.state ?? '').split(',').filter((part) => part !== '');
  return new Map(
    gtids.map((gtid) => [gtid.slice(0, gtid.lastIndexOf('-')), Number(gtid.slice(gtid.lastIndexOf('-') + 1))]),
  );
}
