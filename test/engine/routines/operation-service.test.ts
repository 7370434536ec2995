import { describe, expect, test } from 'vitest';
import { recoveryFileOf } from '../../../src/main/core/replay/recovery-file.ts';
import { replay } from '../../../src/main/core/replay/replay.ts';
import type { BatonEngine } from '../../../src/main/engine/baton-engine.ts';
import type { OperationReport } from '../../../src/main/engine/services/engine.ts';
import type { OperationArgs, OperationName } from '../../../src/shared/domain/operation.ts';
import { key } from '../../core/topology/fleet.ts';
import { World } from '../engine-harness.ts';

const C_BELOW_B: OperationArgs = { instance: key('c'), destination: key('b') };

async function watchedFleet(settings: Readonly<Record<string, unknown>> = {}) {
  const world = new World();
  world.fleet();
  const engine = await world.watching(settings);
  world.mysql.forgetCalls();
  return { world, engine };
}

function operate(
  world: World,
  engine: BatonEngine,
  name: OperationName,
  args: OperationArgs,
  dryRun = false,
): Promise<OperationReport> {
  return world.run(engine.operate(name, args, { dryRun, owner: 'ann' }), 3000);
}

/** What has been sent to servers that changes them. */
function performed(world: World): readonly string[] {
  return world.mysql.calls.filter((call) => call.startsWith('perform'));
}

describe('an operation', () => {
  test('is done, logged under a uid, audited as the predecessor does, and seen in the picture at once', async () => {
    const { world, engine } = await watchedFleet();
    const { result, uid, plan } = await operate(world, engine, 'relocate', C_BELOW_B);
    expect(result).toMatchObject({ state: 'done', subject: key('c'), destination: key('b') });
    expect([uid, plan]).toEqual([expect.stringMatching(/^\d{19}:[0-9a-f]{64}$/), []]);
    expect(performed(world)).toEqual([
      'perform c:3306 stop-replication both',
      'perform c:3306 repoint b:3306',
      'perform c:3306 start-replication both',
    ]);
    expect(engine.topology().instances.get('c:3306')?.source).toBe('b:3306');
    expect(engine.audit(0, key('c'))).toMatchObject([
      { type: 'relocate-below', message: `${result.message} (log: ${uid})` },
    ]);
    expect(engine.state().maintenances.size).toBe(0);
    const lines = world.store.effects(uid);
    expect(lines[0]).toMatchObject({ kind: 'routine', phase: 'before', statement: 'operation relocate' });
    expect(lines.at(-1)).toMatchObject({ kind: 'routine', phase: 'after', beforeId: lines[0]?.id, error: '' });
    expect(JSON.parse(lines.at(-1)?.result ?? '')).toEqual(JSON.parse(JSON.stringify(result)));
    await world.run(engine.stop());
  });

  test('tells what it does to whom while it does it', async () => {
    const { world, engine } = await watchedFleet();
    const { uid, result } = await operate(world, engine, 'relocate', C_BELOW_B);
    const about = { key: key('c'), clusterName: 'a:3306', uid };
    expect(world.of('operation-started')).toMatchObject([{ ...about, name: 'relocate' }]);
    expect(world.of('server-step').map(({ state, message }) => `${state}: ${message}`)).toEqual([
      'begun: Stop replication.',
      'done: Stop replication.',
      'begun: Replicate from b:3306 by GTID.',
      'done: Replicate from b:3306 by GTID.',
      'begun: Start replication.',
      'done: Start replication.',
    ]);
    expect(world.of('server-step')[2]).toMatchObject({ ...about, action: 'repoint', source: key('b') });
    expect(world.of('operation-ended')).toMatchObject([{ ...about, state: 'done', message: result.message }]);
    await world.run(engine.stop());
  });

  test('tells nothing of a dry run', async () => {
    const { world, engine } = await watchedFleet();
    await operate(world, engine, 'relocate', C_BELOW_B, true);
    expect(world.events.filter(({ type }) => type.startsWith('operation-') || type === 'server-step')).toEqual([]);
    await world.run(engine.stop());
  });

  test('begins from the picture of the whole cluster and from no secret setting', async () => {
    const { world, engine } = await watchedFleet();
    const { uid } = await operate(world, engine, 'relocate', C_BELOW_B);
    const input = JSON.parse(world.store.effects(uid)[0]?.effect ?? '');
    expect(input).toMatchObject({ kind: 'operation', name: 'relocate', owner: 'ann', nodeToken: 'token-1' });
    expect(input.picture.snapshots.map((one: { key: { hostname: string } }) => one.key.hostname)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(Object.keys(input.settings).filter((name) => /password|user/i.test(name))).toEqual([]);
    await world.run(engine.stop());
  });

  test('names are completed, and one that nobody has is refused with what to do', async () => {
    const world = new World();
    world.add('primary.example', { facts: { connectedReplicas: [key('copy.example')] } });
    world.add('copy.example', { below: 'primary.example' });
    const engine = await world.watching({ DiscoverySeeds: ['primary.example'] });
    const dry = await operate(world, engine, 'relocate', { instance: key('copy'), destination: key('primary') }, true);
    expect(dry.result.subject).toEqual(key('copy.example'));
    const unknown = operate(world, engine, 'relocate', { instance: key('nobody'), destination: key('primary') });
    await expect(unknown).rejects.toMatchObject({
      code: 'unknown-instance',
      message: 'nobody:3306 is not known.',
      hint: 'Discover it first: baton -c discover -i nobody:3306',
    });
    await world.run(engine.stop());
  });

  test('a pattern is read as the predecessor reads it, and a wrong one is told before anything is done', async () => {
    const { world, engine } = await watchedFleet();
    const args = { instance: key('a'), destination: key('b'), pattern: '(?i)^C:' };
    const { plan, result } = await operate(world, engine, 'relocate-replicas', args, true);
    expect(result.replicas.map((one) => one.key.hostname)).toEqual(['c']);
    expect(plan.some(({ server, kind }) => kind === 'perform' && server === 'c:3306')).toBe(true);
    const wrong = operate(world, engine, 'relocate-replicas', { ...args, pattern: '(?=x)' });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('(?=x)') });
    expect(performed(world)).toEqual([]);
    await world.run(engine.stop());
  });

  test('one that is refused touches nothing and leaves no audit entry', async () => {
    const { world, engine } = await watchedFleet();
    const { result } = await operate(world, engine, 'relocate', { instance: key('a'), destination: key('b') });
    expect(result.state).toBe('refused');
    expect([performed(world), engine.audit(0, key('a'))]).toEqual([[], []]);
    await world.run(engine.stop());
  });

  test('two of the same server: the second is told who has it', async () => {
    const { world, engine } = await watchedFleet();
    await world.run(engine.beginMaintenance(key('c'), 'bob', 'new disk', 60_000));
    const { result } = await operate(world, engine, 'relocate', C_BELOW_B);
    expect(result).toMatchObject({ state: 'refused', message: expect.stringContaining('by bob: new disk') });
    await world.run(engine.endMaintenance(key('c')));
    const both = await world.run(
      Promise.all([
        engine.operate('relocate', C_BELOW_B, { dryRun: false, owner: 'ann' }),
        engine.operate('relocate', C_BELOW_B, { dryRun: false, owner: 'bob' }),
      ]),
      3000,
    );
    expect(both.map((one) => one.result.state).sort()).toEqual(['done', 'refused']);
    await world.run(engine.stop());
  });
});

test('the log of an operation is exported, with its beginning, all effects and its end', async () => {
  const { world, engine } = await watchedFleet();
  const { uid, result } = await operate(world, engine, 'relocate', C_BELOW_B);
  const bytes = await engine.exportRecovery(uid);
  const file = recoveryFileOf(JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array())));
  expect(file).toMatchObject({ uid, start: { kind: 'operation', name: 'relocate' }, result: { state: result.state } });
  expect(replay(file)).toMatchObject({ divergences: [], interrupted: false, result: { message: result.message } });
  expect(await engine.exportRecovery('none')).toBeNull();
  await world.run(engine.stop());
});

test('an operation is shown step by step, also after another process has taken over its log', async () => {
  const { world, engine } = await watchedFleet();
  const { uid } = await operate(world, engine, 'relocate', C_BELOW_B);
  const recorded = engine.timeline(uid);
  expect(recorded).toMatchObject({ outcome: 'done', file: { uid, start: { name: 'relocate', owner: 'ann' } } });
  const parents = recorded?.timeline.steps.flatMap(({ topology }) => topology?.instances.get('c:3306')?.parent ?? []);
  expect([parents?.[0], parents?.at(-1)]).toEqual(['a:3306', 'b:3306']);
  const bytes = await engine.exportRecovery(uid);
  expect(engine.timelineOfFile(bytes ?? new Uint8Array(), 'f')).toMatchObject({
    outcome: 'done',
    replay: { outcome: 'same', divergences: [] },
  });
  expect(engine.timeline('none')).toBeNull();
  await world.run(engine.stop());
});

describe('a dry run', () => {
  test('says what would be sent, and sends, records and holds nothing', async () => {
    const { world, engine } = await watchedFleet();
    const { result, uid, plan } = await operate(world, engine, 'relocate', C_BELOW_B, true);
    expect([result.state, uid]).toEqual(['done', '']);
    expect(plan.flatMap(({ server, statements }) => statements.map((each) => `${server} ${each}`))).toEqual([
      'c:3306 stop-replication both',
      'c:3306 repoint b:3306',
      'c:3306 start-replication both',
    ]);
    expect([performed(world), world.store.lines, engine.state().maintenances.size]).toEqual([[], [], 0]);
    await world.run(engine.stop());
  });

  test('tells what would be refused, as by the maintenance of someone else', async () => {
    const { world, engine } = await watchedFleet();
    await world.run(engine.beginMaintenance(key('c'), 'bob', 'new disk', 60_000));
    const { result } = await operate(world, engine, 'relocate', C_BELOW_B, true);
    expect(result).toMatchObject({ state: 'refused', message: expect.stringContaining('by bob: new disk') });
    await world.run(engine.stop());
  });
});

describe('when Baton ends before an operation does', () => {
  test('it is told at once, and at the next start in the log and in the audit, once', async () => {
    const { world, engine } = await watchedFleet();
    world.mysql.latencyMs = 200;
    const work = engine.operate('relocate', C_BELOW_B, { dryRun: false, owner: 'ann' });
    work.catch(() => undefined);
    await world.clock.advanceUntil(() => performed(world).length > 0);
    await world.run(engine.stop(), 5000);
    await expect(work).rejects.toMatchObject({
      code: 'not-available',
      message: expect.stringMatching(
        /Interrupted.*relocate of c:3306.*c:3306.*"stop-replication both".*Repair it with: baton -c start-replica -i c:3306$/s,
      ),
    });
    expect(world.store.unfinishedRoutines()).toHaveLength(1);
    const [{ uid } = { uid: '' }] = world.store.unfinishedRoutines();
    const next = world.engine();
    await world.run(next.start(), 3000);
    expect(next.recoverySteps(uid).at(-1)?.message).toContain('the last begun was "stop-replication both" on c:3306');
    expect(next.audit(0, key('c'))).toMatchObject([
      { type: 'relocate-below', message: expect.stringContaining('Interrupted') },
    ]);
    expect([world.store.unfinishedRoutines(), next.state().maintenances.size]).toEqual([[], 0]);
    await world.run(next.stop());
    const third = world.engine();
    await world.run(third.start(), 3000);
    expect(third.audit(0, key('c'))).toHaveLength(1);
    await world.run(third.stop());
  });

  test('what it held is free again after a crash', async () => {
    const { world, engine } = await watchedFleet();
    world.mysql.latencyMs = 200;
    const work = engine.operate('relocate', C_BELOW_B, { dryRun: false, owner: 'ann' });
    work.catch(() => undefined);
    await world.clock.advanceUntil(() => performed(world).length > 0);
    const survivors = { commands: [...world.store.commands], lines: [...world.store.lines] };
    await world.run(engine.stop(), 5000);
    const after = new World(1);
    after.fleet();
    after.store.commands.push(...survivors.commands);
    after.store.lines.push(...survivors.lines);
    const next = after.engine();
    expect(next.state().maintenances.has('c:3306')).toBe(true);
    await after.run(next.start(), 3000);
    expect(next.state().maintenances.size).toBe(0);
    expect(next.audit(0, key('c'))[0]?.message).toContain('it is not known whether it was carried out');
    await after.run(next.stop());
  });
});

test('an operation that breaks off holds nothing on, and says where to look', async () => {
  const { world, engine } = await watchedFleet();
  const record = world.store.recordEffect.bind(world.store);
  world.store.recordEffect = (line, earlier) => {
    if (line.kind === 'perform') world.store.failing.add('recordEffect');
    return record(line, earlier);
  };
  await expect(operate(world, engine, 'relocate', C_BELOW_B)).rejects.toMatchObject({
    code: 'store',
    message: 'relocate of c:3306 broke off: The disk is full.',
    hint: 'Look at how it left things: baton -c topology -i c:3306',
  });
  world.store.failing.clear();
  expect([engine.state().maintenances.size, performed(world)]).toEqual([0, []]);
  await world.run(engine.stop());
});

describe('maintenance by hand', () => {
  test('keeps a server out of the analysis until it ends, by hand or by time', async () => {
    const { world, engine } = await watchedFleet({ ReduceReplicationAnalysisCount: false });
    world.server('b').setReplica({ sqlState: 0 });
    const about = () => engine.analyses({ all: true }).map((one) => one.key.hostname);
    expect(about()).toEqual(['a', 'b', 'c']);
    await world.run(engine.beginMaintenance(key('b'), 'ann', 'new disk', 20_000), 1500);
    expect(about()).toEqual(['a', 'c']);
    expect(engine.audit(0, key('b'))).toMatchObject([{ type: 'begin-maintenance' }]);
    await world.run(engine.endMaintenance(key('b')), 1500);
    expect(about()).toEqual(['a', 'b', 'c']);
    await world.run(engine.beginMaintenance(key('b'), 'ann', 'new disk', 5000), 1500);
    expect(about()).toEqual(['a', 'c']);
    await world.clock.advance(5000);
    expect([about(), engine.state().maintenances.size]).toEqual([['a', 'b', 'c'], 0]);
    await world.run(engine.stop());
  });

  test('is had by one, and one that is not there can not be ended', async () => {
    const { world, engine } = await watchedFleet();
    await world.run(engine.beginMaintenance(key('b'), 'ann', 'new disk', 5000));
    await expect(world.run(engine.beginMaintenance(key('b'), 'bob', 'other', 5000))).rejects.toMatchObject({
      code: 'conflict',
      message: 'b:3306 is under maintenance already, by ann: new disk.',
    });
    await expect(world.run(engine.endMaintenance(key('c')))).rejects.toThrow('c:3306 is not under maintenance.');
    await expect(world.run(engine.beginMaintenance(key('c'), 'bob', 'x', 0))).rejects.toThrow('no time at all');
    await world.run(engine.stop());
  });

  test('of a replica does not keep its master from being failed over', async () => {
    const { world, engine } = await watchedFleet();
    await world.run(engine.beginMaintenance(key('b'), 'ann', 'new disk', 60_000));
    world.kill('a');
    await world.clock.advance(3000);
    expect(engine.state().recoveries).toMatchObject([{ outcome: 'succeeded' }]);
    await world.run(engine.stop());
  });
});
