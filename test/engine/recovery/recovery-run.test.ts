import { describe, expect, test } from 'vitest';
import { LOST_IN_RECOVERY } from '../../../src/main/core/commands/state.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { key } from '../../core/topology/fleet.ts';
import { onlyRecovery, World } from '../engine-harness.ts';
import { failedHook } from '../fakes/fake-hooks.ts';

const ALL_HOOKS = {
  OnFailureDetectionProcesses: ['detected {failureType}'],
  PreFailoverProcesses: ['pre'],
  PostMasterFailoverProcesses: ['post-master {successorHost}'],
  PostFailoverProcesses: ['post {successorHost}'],
  PostUnsuccessfulFailoverProcesses: ['unsuccessful'],
};

describe('a recovery that succeeds', () => {
  test('promotes a replica and moves the other one, and the record says so', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    world.kill('a');
    await world.clock.advance(3000);
    const recovery = onlyRecovery(engine);
    expect(recovery).toMatchObject({ outcome: 'succeeded', errors: [], lostReplicas: [], node: 'baton1' });
    expect(recovery.successor).not.toBeNull();
    const successor = recovery.successor ? world.server(recovery.successor.hostname) : world.server('a');
    const other = world.server(successor.facts.key.hostname === 'b' ? 'c' : 'b');
    expect([successor.facts.readOnly, successor.facts.replica]).toEqual([false, null]);
    expect(other.facts).toMatchObject({
      readOnly: true,
      replica: { source: successor.facts.key, ioState: 1, sqlState: 1 },
    });
    expect(engine.topology().instances.get(other.name)?.clusterName).toBe(successor.name);
    expect(world.of('recovery-ended')).toHaveLength(1);
    await world.run(engine.stop());
    expect(world.log.errors).toEqual([]);
  });

  test('hooks run in their order, with what is known by then', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    world.kill('a');
    await world.clock.advance(3000);
    expect(world.hooks.commands).toEqual([
      'detected {failureType}',
      'detected {failureType}',
      'pre',
      'post-master {successorHost}',
      'post {successorHost}',
    ]);
    const [, , pre, , post] = world.hooks.calls;
    expect(pre?.placeholders).toMatchObject({ failedHost: 'a', isSuccessful: 'false' });
    expect(pre?.placeholders).not.toHaveProperty('successorHost');
    expect(post?.placeholders).toMatchObject({ failedHost: 'a', isSuccessful: 'true' });
    expect(post?.placeholders.successorHost).toMatch(/^[bc]$/);
    await world.run(engine.stop());
  });

  test('afterwards the old source is downtimed and fenced for its successor, and nothing is detected any more', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    world.kill('a');
    await world.clock.advance(3000);
    const { successor, uid } = onlyRecovery(engine);
    const state = engine.state();
    expect(state.downtimes.get('a:3306')).toMatchObject({ reason: LOST_IN_RECOVERY, owner: 'baton1' });
    expect(state.fences.get('a:3306')).toMatchObject({ recoveryUid: uid, successor });
    expect(state.activeDetections.size).toBe(0);
    await world.clock.advance(10_000);
    expect(engine.state().activeDetections.size).toBe(0);
    expect(engine.analyses().filter(({ isDowntimed }) => !isDowntimed)).toEqual([]);
    await world.run(engine.stop());
  });

  test('an alias set by hand goes over to the new name of the cluster', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    await world.run(engine.setClusterAlias('a:3306', 'shop'));
    world.kill('a');
    await world.clock.advance(3000);
    const { successor } = onlyRecovery(engine);
    expect(engine.state().clusterAliases.entries()).toEqual([[successor ? keyText(successor) : '', 'shop']]);
    await world.run(engine.stop());
  });

  test('a downtime of the successor ends', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    for (const name of ['b', 'c']) await world.run(engine.beginDowntime(key(name), 'ann', 'backup', 3_600_000));
    world.kill('a');
    await world.clock.advance(3000);
    const { successor } = onlyRecovery(engine);
    expect(successor === null ? '' : engine.state().downtimes.has(keyText(successor))).toBe(false);
    await world.run(engine.stop());
  });

  test('a replica that could not be moved is lost: downtimed, and detached where that is set', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching({ DetachLostReplicasAfterMasterFailover: true });
    for (const name of ['b', 'c']) world.server(name).failing.set('repoint', `${name}: no such account.`);
    world.kill('a');
    await world.clock.advance(3000);
    const { lostReplicas, errors, outcome } = onlyRecovery(engine);
    expect([outcome, lostReplicas.length, errors.length]).toEqual(['succeeded', 1, 1]);
    const lost = lostReplicas[0] ?? key('none');
    expect(engine.state().downtimes.get(keyText(lost))).toMatchObject({ reason: LOST_IN_RECOVERY });
    expect(world.server(lost.hostname).facts.replica?.source.hostname).toBe('//a');
    await world.run(engine.stop());
  });

  test('what can not be recorded afterwards does not turn the success into a failure', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    world.hooks.on('post-master {successorHost}', () => {
      world.store.failing.add('recordStep');
      return failedHook('exited with 1');
    });
    world.kill('a');
    await world.clock.advance(3000);
    expect(onlyRecovery(engine)).toMatchObject({ outcome: 'succeeded' });
    expect(world.of('recovery-ended')).toMatchObject([{ outcome: 'succeeded' }]);
    expect(world.hooks.commands).not.toContain('unsuccessful');
    expect(world.log.of('recovery.not-settled')[0]).toContain('The disk is full.');
    world.store.failing.clear();
    await world.run(engine.stop());
  });
});

describe('a success that could not all be settled', () => {
  test('stays one, and says what is missing', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    const append = world.store.appendCommands.bind(world.store);
    world.store.appendCommands = (commands) => {
      if (commands.some(({ command }) => command.type === 'begin-downtime')) throw new Error('The disk is full.');
      append(commands);
    };
    world.kill('a');
    await world.clock.advance(3000);
    expect(onlyRecovery(engine)).toMatchObject({ outcome: 'succeeded', errors: ['The disk is full.'] });
    expect(world.of('recovery-ended')).toMatchObject([{ outcome: 'succeeded' }]);
    expect(world.hooks.commands).not.toContain('unsuccessful');
    const steps = engine.recoverySteps(onlyRecovery(engine).uid).map(({ message }) => message);
    expect(steps.at(-1)).toBe('What follows the recovery of a:3306 could not all be done: The disk is full.');
    await world.run(engine.stop());
  });
});

describe('a recovery that fails', () => {
  test('no candidate: nothing is promoted, the source may take writes again, and the hooks hear of it', async () => {
    const world = new World();
    const source = world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    for (const name of ['b', 'c']) await world.run(engine.registerCandidate(key(name), 'must_not'));
    world.kill('a');
    await world.clock.advance(3000);
    expect(onlyRecovery(engine)).toMatchObject({ outcome: 'failed', successor: null });
    expect(world.hooks.commands.slice(2)).toEqual(['pre', 'unsuccessful']);
    expect(engine.state().fences.size).toBe(0);
    expect([world.server('b').facts.readOnly, world.server('c').facts.readOnly]).toEqual([true, true]);
    source.become('up');
    await world.clock.advance(5000);
    expect(source.facts.readOnly).toBe(false);
    await world.run(engine.stop());
  });

  test('a pre-failover hook that fails ends it before anything is touched', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    world.hooks.on('pre', () => failedHook('exited with 1'));
    world.kill('a');
    await world.clock.advance(3000);
    expect(onlyRecovery(engine)).toMatchObject({ outcome: 'failed' });
    expect(onlyRecovery(engine).errors[0]).toContain('hook 1 of PreFailoverProcesses exited with 1');
    expect(world.mysql.count('perform')).toBe(0);
    await world.run(engine.stop());
  });

  test('one that breaks inside still ends on record, and runs the hooks for it', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    world.hooks.on('pre', () => {
      world.store.failing.add('recordEffect');
      return { ...failedHook(''), ok: true };
    });
    world.kill('a');
    await world.clock.advance(3000);
    expect(onlyRecovery(engine)).toMatchObject({ outcome: 'failed', errors: ['The disk is full.'] });
    expect(world.hooks.commands.at(-1)).toBe('unsuccessful');
    expect(world.mysql.count('perform')).toBe(0);
    const steps = engine.recoverySteps(onlyRecovery(engine).uid).map(({ message }) => message);
    expect(steps.at(-4)).toBe('The recovery failed: The disk is full.');
    expect(steps.at(-3)).toContain('a:3306 stays fenced');
    world.store.failing.clear();
    await world.run(engine.stop());
  });

  test('it is not tried again at once: the block period holds, and says so', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    for (const name of ['b', 'c']) await world.run(engine.registerCandidate(key(name), 'must_not'));
    world.kill('a');
    await world.clock.advance(30_000);
    expect(engine.state().recoveries).toHaveLength(1);
    await world.run(engine.stop());
  });
});

describe('a recovery that was asked for', () => {
  test('runs although the filters forbid it, with the candidate that was named', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching({ ...ALL_HOOKS, RecoverMasterClusterFilters: [] });
    world.kill('a');
    await world.clock.advance(2000);
    expect(engine.state().recoveries).toEqual([]);
    expect(engine.blockedRecoveries()[0]?.reason).toContain('RecoverMasterClusterFilters');
    const recovery = await world.run(engine.recover(key('a'), { candidate: key('c'), skipHooks: false }), 3000);
    expect(recovery).toMatchObject({ outcome: 'succeeded', successor: key('c') });
    expect(world.hooks.commands.at(-1)).toBe('post {successorHost}');
    await world.run(engine.stop());
  });

  test('runs no hooks when they are to be skipped', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching({
      ...ALL_HOOKS,
      OnFailureDetectionProcesses: [],
      RecoverMasterClusterFilters: [],
    });
    world.kill('a');
    await world.clock.advance(2000);
    await world.run(engine.recover(key('a'), { candidate: null, skipHooks: true }), 3000);
    expect([onlyRecovery(engine).outcome, world.hooks.commands]).toEqual(['succeeded', []]);
    await world.run(engine.stop());
  });

  test('of a server that is well, nothing is attempted', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    expect(await world.run(engine.recover(key('a'), { candidate: null, skipHooks: false }))).toBeNull();
    await world.run(engine.stop());
  });

  test('not while another one of the cluster runs', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching(ALL_HOOKS);
    const hook = Promise.withResolvers<ReturnType<typeof failedHook>>();
    world.hooks.on('pre', () => hook.promise);
    world.kill('a');
    await world.clock.advance(2000);
    expect(onlyRecovery(engine).outcome).toBe('running');
    const second = engine.recover(key('a'), { candidate: null, skipHooks: true });
    second.catch(() => undefined);
    await world.clock.advance(1000);
    await expect(second).rejects.toThrow('still running');
    hook.resolve({ ...failedHook(''), ok: true });
    await world.clock.advance(3000);
    expect(onlyRecovery(engine).outcome).toBe('succeeded');
    await world.run(engine.stop());
  });
});
