import { describe, expect, test } from 'vitest';
import type { BatonEngine } from '../../../src/main/engine/baton-engine.ts';
import { referenceMetrics } from '../../../src/main/engine/services/reference-metrics.ts';
import { key } from '../../core/topology/fleet.ts';
import { World } from '../engine-harness.ts';
import { failedHook } from '../fakes/fake-hooks.ts';

function values(world: World, engine: BatonEngine): Record<string, number> {
  const metrics = referenceMetrics(engine, world.clock.nowMs());
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

describe('metrics under the names of the reference', () => {
  test('of a recovered failure', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    expect(values(world, engine)).toMatchObject({
      'discoveries.fail': 0,
      'discoveries.dead_instances': 0,
      'discoveries.recent_count': 3,
      'recover.dead_master.start': 0,
    });
    world.kill('a');
    await world.clock.advanceUntil(() => engine.state().recoveries.some(({ outcome }) => outcome === 'running'));
    expect(values(world, engine)).toMatchObject({ 'recover.pending': 1, 'recover.dead_master.start': 1 });
    await world.clock.advanceUntil(() => engine.state().recoveries.some(({ outcome }) => outcome === 'succeeded'));
    const after = values(world, engine);
    expect(after).toMatchObject({
      'recover.pending': 0,
      'recover.dead_master.start': 1,
      'recover.dead_master.success': 1,
      'recover.dead_master.fail': 0,
      'recover.dead_co_master.start': 0,
      'discoveries.dead_instances': 1,
    });
    expect(after['discoveries.fail']).toBeGreaterThan(0);
    expect(after['analysis.change.write.attempt']).toBeGreaterThan(0);
    expect(after['audit.write']).toBe(world.store.audits.length);
    await world.run(engine.stop());
  });

  test('a recovery that fails counts as failed', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching({ PreFailoverProcesses: ['no'] });
    world.hooks.on('no', () => Promise.resolve(failedHook('no')));
    world.kill('a');
    await world.clock.advanceUntil(() => engine.state().recoveries.some(({ outcome }) => outcome === 'failed'));
    expect(values(world, engine)).toMatchObject({ 'recover.dead_master.success': 0, 'recover.dead_master.fail': 1 });
    await world.run(engine.stop());
  });
});

test('the queue is sampled once a second, and the picture of the servers is written in batches', async () => {
  const world = new World();
  world.fleet();
  const engine = await world.watching({ DiscoveryQueueMaxStatisticsSize: 5 });
  await world.clock.advance(20_000);
  expect(engine.measurements.queue(60)).toHaveLength(5);
  const batches = engine.measurements.batches.since(0);
  expect(batches.length).toBeGreaterThan(2);
  for (const { instances, waitMs } of batches) {
    expect(instances).toBeLessThanOrEqual(3);
    expect(waitMs).toBeLessThanOrEqual(engine.measurements.writeBuffer.flushMs + 1000);
  }
  await world.run(engine.stop());
});

describe('the audit beside the store', () => {
  test('has each entry, with the cluster', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    await world.run(engine.discover(key('b')));
    const [entry] = world.store.audits;
    expect(world.audited).toEqual([
      { type: 'discover', key: key('b'), message: 'discovered', clusterName: 'a:3306', atMs: entry?.atMs },
    ]);
    await world.run(engine.stop());
  });

  test('has it also when the store is full', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    world.store.failing.add('addAudit');
    await expect(world.run(engine.discover(key('b')))).rejects.toThrow('The disk is full.');
    expect(world.audited.map(({ type }) => type)).toEqual(['discover']);
    await world.run(engine.stop());
  });
});
