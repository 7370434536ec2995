import { expect, test } from 'vitest';
import { prometheusExposition } from '../../../src/main/adapters/metrics/prometheus.ts';
import type { BatonEngine } from '../../../src/main/engine/baton-engine.ts';
import { metricsSource } from '../../../src/main/engine/metrics/metrics-source.ts';
import type { Exposition } from '../../../src/main/engine/ports/metrics.ts';
import { World } from '../../engine/engine-harness.ts';
import { parseExposition, type Sample } from './parse-exposition.ts';

async function read(exposition: Exposition): Promise<(name: string, labels?: Sample['labels']) => number | undefined> {
  const { samples } = parseExposition(await exposition.text());
  return (name, labels = {}) =>
    samples.find(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    )?.value;
}

function exposed(world: World, engine: BatonEngine): Exposition {
  return prometheusExposition(metricsSource(engine, world.clock));
}

test('the page is well-formed, and each family has its help and type once', async () => {
  const world = new World();
  world.fleet();
  const engine = await world.watching({ BatonMetricsPerInstance: true });
  const exposition = exposed(world, engine);
  expect(exposition.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  const { samples, types } = parseExposition(await exposition.text());
  expect(new Set(types.map(([name]) => name)).size).toBe(types.length);
  expect(types.filter(([name]) => name.startsWith('baton_')).length).toBeGreaterThan(25);
  for (const [name, type] of types) {
    if (type === 'counter' && name.startsWith('baton_')) expect(name).toMatch(/_total$/);
  }
  expect(samples.some(({ name }) => name === 'process_cpu_user_seconds_total')).toBe(true);
  await world.run(engine.stop());
});

test('tells of a fleet that is well', async () => {
  const world = new World();
  world.fleet();
  const engine = world.engine();
  const exposition = exposed(world, engine);
  await world.run(engine.start());
  await world.clock.advanceUntil(() => engine.topology().instances.size === 3);
  await world.clock.advance(5000);
  const value = await read(exposition);
  expect(value('baton_instances', { state: 'read' })).toBe(3);
  expect(value('baton_instances_fresh_ratio')).toBe(1);
  expect(value('baton_clusters')).toBe(1);
  expect(value('baton_healthy')).toBe(1);
  expect(value('baton_polls_total', { outcome: 'ok' })).toBe(engine.measurements.pollsEnded);
  expect(value('baton_poll_duration_seconds_count', { outcome: 'ok' })).toBe(engine.measurements.pollsEnded);
  expect(value('baton_poll_interval_seconds_count')).toBeGreaterThan(6);
  expect(value('baton_store_calls_total', { operation: 'saveSnapshots' })).toBeGreaterThan(0);
  expect(value('baton_recoveries_started_total', { kind: 'master' })).toBe(0);
  expect(value('baton_problems')).toBeUndefined();
  expect(value('baton_instance_up')).toBeUndefined();
  await world.run(engine.stop());
});

test('tells of a failure, its detection and its recovery', async () => {
  const world = new World();
  world.fleet();
  const engine = await world.watching({ BatonMetricsPerInstance: true });
  const exposition = exposed(world, engine);
  world.kill('a');
  await world.clock.advanceUntil(() => engine.state().recoveries.some(({ outcome }) => outcome === 'succeeded'));
  const value = await read(exposition);
  expect(value('baton_detections_total', { code: 'DeadMaster' })).toBe(1);
  expect(value('baton_recoveries_started_total', { kind: 'master' })).toBe(1);
  expect(value('baton_recoveries_ended_total', { kind: 'master', outcome: 'succeeded' })).toBe(1);
  expect(value('baton_recoveries_ended_total', { kind: 'master', outcome: 'failed' })).toBe(0);
  expect(value('baton_recoveries_running')).toBe(0);
  expect(value('baton_poll_failures_total', { kind: 'refused' })).toBeGreaterThan(0);
  expect(value('baton_instances', { state: 'failing' })).toBe(1);
  expect(value('baton_instances_fresh_ratio')).toBeCloseTo(2 / 3);
  expect(value('baton_instance_up', { instance: 'a:3306' })).toBe(0);
  expect(value('baton_instance_up', { instance: 'b:3306' })).toBe(1);
  expect(value('baton_instance_lag_seconds', { instance: 'a:3306' })).toBeUndefined();
  expect(value('baton_instances_fenced')).toBe(1);
  await world.run(engine.stop());
});
