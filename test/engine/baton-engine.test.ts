import { describe, expect, test } from 'vitest';
import { key } from '../core/topology/fleet.ts';
import { onlyRecovery, World } from './engine-harness.ts';
import { failedHook } from './fakes/fake-hooks.ts';

describe('start', () => {
  test('shows the last known picture, marked as stale, until each server has been polled', async () => {
    const world = new World();
    world.fleet();
    const first = await world.watching();
    await world.run(first.stop());
    const engine = world.engine();
    world.mysql.latencyMs = 400;
    await world.run(engine.start(), 0);
    const shown = () => [...engine.topology().instances.values()].map(({ id, valid }) => `${id} ${valid}`);
    expect(shown()).toEqual(['a:3306 false', 'b:3306 false', 'c:3306 false']);
    expect(engine.topology().clusters.get('a:3306')?.instances.size).toBe(3);
    await world.clock.advance(3000);
    expect(shown()).toEqual(['a:3306 true', 'b:3306 true', 'c:3306 true']);
    await world.run(engine.stop());
  });

  test('a stale picture is no evidence: nothing is detected, and nothing recovered before the grace is over', async () => {
    const world = new World();
    world.fleet();
    const first = await world.watching();
    await world.run(first.stop());
    world.kill('a');
    const engine = world.engine({ BatonStartupGraceSeconds: 8 });
    await world.run(engine.start(), 7000);
    expect(engine.state().recoveries).toEqual([]);
    await world.clock.advance(4000);
    expect(onlyRecovery(engine).outcome).toBe('succeeded');
    await world.run(engine.stop());
  });

  test('a recovery that the last process did not live to end is explained, with what was begun', async () => {
    const world = new World();
    world.fleet();
    const first = await world.watching();
    world.kill('a');
    world.mysql.latencyMs = 200;
    await world.clock.advanceUntil(() => world.mysql.count('perform') > 0);
    // The process dies here: nothing of it runs on.
    const { commands, lines } = world.store;
    const survivors = { commands: [...commands], lines: [...lines] };
    await world.run(first.stop(), 20_000);
    const after = new World(1);
    after.fleet();
    after.store.commands.push(...survivors.commands);
    after.store.lines.push(...survivors.lines);
    const engine = after.engine({ BatonStartupGraceSeconds: 60 });
    await after.run(engine.start());
    const recovery = onlyRecovery(engine);
    expect(recovery).toMatchObject({ outcome: 'interrupted', inActivePeriod: true });
    const last = engine.recoverySteps(recovery.uid).at(-1)?.message ?? '';
    expect(last).toContain('Begun, and with unknown result: perform b:3306 stop-replication io');
    expect(last).toContain('perform c:3306 stop-replication io');
    expect(after.log.of('recovery.interrupted')).toHaveLength(1);
    await after.run(engine.stop());
  });
});

describe('stop', () => {
  test('leaves nothing behind, and a second one is no matter', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    await world.run(engine.stop());
    await world.run(engine.stop());
    const events = world.events.length;
    await world.clock.advance(2000);
    expect([world.clock.pending, world.mysql.openFences.size, world.mysql.closed, world.store.closed]).toEqual([
      0,
      0,
      true,
      true,
    ]);
    expect(world.events).toHaveLength(events);
    expect(world.log.errors).toEqual([]);
    expect(world.store.snapshots.size).toBe(3);
  });

  test('in the middle of a recovery: what was begun is finished, the record stays running, the next start tells', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    world.kill('a');
    world.mysql.latencyMs = 200;
    await world.clock.advanceUntil(() => world.mysql.count('perform') > 0);
    await world.run(engine.stop(), 5000);
    const { uid, outcome } = onlyRecovery(engine);
    expect(outcome).toBe('running');
    const messages = () => world.store.steps(uid).map(({ message }) => message);
    expect(messages().at(-1)).toContain('Interrupted: Baton is being stopped.');
    const begun = world.store.effects(uid).filter(({ phase, kind }) => phase === 'before' && kind !== 'routine');
    const answered = new Set(world.store.effects(uid).map(({ beforeId }) => beforeId));
    expect(begun.filter(({ id }) => !answered.has(id))).toEqual([]);
    expect(world.server('b').facts.readOnly && world.server('c').facts.readOnly).toBe(true);
    const next = world.engine({ BatonStartupGraceSeconds: 60 });
    await world.run(next.start());
    expect(onlyRecovery(next).outcome).toBe('interrupted');
    expect(messages().at(-1)).toContain('Every step above was finished; nothing after it was begun.');
    await world.run(next.stop());
  });

  test('while detection hooks run: no recovery is begun after it', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching({ OnFailureDetectionProcesses: ['slow'] });
    const hook = Promise.withResolvers<ReturnType<typeof failedHook>>();
    world.hooks.on('slow', () => hook.promise);
    world.kill('a');
    await world.clock.advance(500);
    world.mysql.close = () => world.clock.sleep(500);
    const stopped = engine.stop();
    await world.clock.advance(10);
    hook.resolve({ ...failedHook(''), ok: true });
    await world.run(stopped, 2000);
    await world.clock.advance(2000);
    expect(engine.state().recoveries).toEqual([]);
    expect(world.mysql.count('perform')).toBe(0);
  });

  test('a picture that can not be saved does not keep it from ending in order', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    world.store.failing.add('saveSnapshots');
    await world.run(engine.stop());
    expect(world.store.closed).toBe(true);
    expect(world.log.of('snapshots.not-saved')).toEqual([
      'The picture of the servers was not saved: The disk is full.',
    ]);
  });
});

describe('a full disk', () => {
  test('makes no server look failed, and ends nothing', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    for (const method of ['saveSnapshots', 'recordAnalyses', 'addAudit', 'purge', 'appendCommands'] as const) {
      world.store.failing.add(method);
    }
    world.server('b').setReplica({ sqlState: 0 });
    await world.clock.advance(10_000);
    expect([...engine.topology().instances.values()].every(({ valid }) => valid)).toBe(true);
    world.store.failing.clear();
    world.kill('a');
    await world.clock.advance(3000);
    expect(onlyRecovery(engine).outcome).toBe('succeeded');
    await world.run(engine.stop());
  });
});

describe('the old source', () => {
  test('returns read-only, is told about, and its fence ends when it follows the new one', async () => {
    const world = new World();
    const old = world.fleet();
    const engine = await world.watching();
    world.kill('a');
    await world.clock.advance(3000);
    const { successor } = onlyRecovery(engine);
    old.become('up');
    world.mysql.forgetCalls();
    await world.clock.advance(4000);
    expect(world.mysql.calls.find((call) => call.includes('a:3306') && !call.startsWith('knock'))).toBe(
      'open a:3306 fence-first',
    );
    expect(old.facts.readOnly).toBe(true);
    expect(world.of('fenced').at(-1)?.message).toContain('holds nothing that its successor');
    old.set({
      replica: {
        ...(world.server('b').facts.replica ?? world.server('c').facts.replica ?? neverNull()),
        source: successor ?? key('x'),
      },
    });
    await world.clock.advance(3000);
    expect(engine.state().fences.size).toBe(0);
    expect(world.of('fenced')).toHaveLength(1);
    await world.clock.advance(70_000);
    expect(engine.state().downtimes.has('a:3306')).toBe(false);
    await world.run(engine.stop());
  });

  test('frozen at the failover, it is shut the moment it wakes up', async () => {
    const world = new World();
    const old = world.fleet();
    const engine = await world.watching();
    for (const name of ['b', 'c']) world.server(name).setReplica({ heartbeatPeriodSeconds: 1, sourceHeardAgoMs: 100 });
    await world.clock.advance(2000);
    old.become('frozen');
    const frozenMs = world.clock.monotonicMs();
    await world.clock.advance(1700);
    for (const name of ['b', 'c']) world.server(name).setReplica({ sourceHeardAgoMs: 2500 });
    await world.clock.advanceUntil(() => engine.state().recoveries[0]?.outcome === 'succeeded');
    expect(world.clock.monotonicMs() - frozenMs).toBeLessThan(3500);
    old.become('up');
    await world.clock.advance(5);
    expect(old.facts.readOnly).toBe(true);
    const follower = engine.state().recoveries[0]?.successor?.hostname === 'b' ? 'c' : 'b';
    world.server(follower).setReplica({ sourceHeardAgoMs: 100 });
    await world.clock.advance(3000);
    expect(engine.analyses().map(({ code }) => code)).not.toContain('AllMasterReplicasNotReplicating');
    expect(engine.analyses().map(({ code }) => code)).not.toContain('MasterSingleReplicaNotReplicating');
    await world.run(engine.stop());
  });
});

describe('operations', () => {
  test('forgetting takes a server out of the picture, of the store and of every list', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    await world.clock.advance(6000);
    expect(world.store.snapshots.size).toBe(3);
    await world.run(engine.forget([key('c')]), 10);
    expect([...engine.topology().instances.keys()]).toEqual(['a:3306', 'b:3306']);
    expect(world.store.snapshots.has('c:3306')).toBe(false);
    await world.clock.advance(2000);
    expect(engine.topology().instances.has('c:3306')).toBe(false);
    await expect(world.run(engine.forget([key('nobody')]))).rejects.toThrow('nothing to forget');
    await world.run(engine.stop());
  });

  test('global recoveries that are disabled keep everything from being recovered until they are enabled', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    await world.run(engine.setGlobalRecoveries(false, 'ann'));
    world.kill('a');
    await world.clock.advance(5000);
    expect([engine.state().recoveries, engine.blockedRecoveries().length]).toEqual([[], 1]);
    await world.run(engine.setGlobalRecoveries(true, 'ann'), 3000);
    expect(onlyRecovery(engine).outcome).toBe('succeeded');
    await world.run(engine.stop());
  });
});

function neverNull(): never {
  throw new Error('no replica');
}
