import { describe, expect, test } from 'vitest';
import { measuredStore } from '../../../src/main/engine/metrics/measured-store.ts';
import { type MeasurementSettings, Measurements } from '../../../src/main/engine/metrics/measurements.ts';
import { TimedSamples } from '../../../src/main/engine/metrics/timed-samples.ts';
import { statisticsOf } from '../../../src/main/engine/services/statistics.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { key, server } from '../../core/topology/fleet.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { START_MS, VirtualClock } from '../fakes/virtual-clock.ts';

function measuring(over: Partial<MeasurementSettings> = {}): Measurements {
  return new Measurements(() => ({ keepMs: 10_000, queueSamples: 3, pollMs: 1000, ...over }));
}

function poll(atMs: number, over: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    ...server('a'),
    lastAttemptMs: atMs - 20,
    lastCheckedMs: atMs,
    latencyMicros: 20_000,
    failure: null,
    ...over,
  };
}

const GONE = { kind: 'refused', message: 'a:3306 refuses connections.' } as const;

describe('statistics', () => {
  test.each([
    [[], { min: 0, max: 0, mean: 0, median: 0, p95: 0 }],
    [[3], { min: 3, max: 3, mean: 3, median: 3, p95: 3 }],
    [[4, 1, 3, 2], { min: 1, max: 4, mean: 2.5, median: 2.5, p95: 4 }],
    [[10, 9, 1], { min: 1, max: 10, mean: 20 / 3, median: 9, p95: 10 }],
    [Array.from({ length: 100 }, (_, i) => i + 1), { min: 1, max: 100, mean: 50.5, median: 50.5, p95: 95 }],
  ])('of %j', (values, expected) => {
    expect(statisticsOf(values)).toEqual(expected);
  });
});

test('samples are kept for as long as told, and no longer', () => {
  const samples = new TimedSamples<{ readonly atMs: number }>(() => 1000);
  for (let atMs = 0; atMs <= 5000; atMs += 1) samples.add({ atMs });
  expect(samples.since(0)).toHaveLength(1001);
  expect(samples.since(0)[0]).toEqual({ atMs: 4000 });
  expect(samples.since(4999)).toEqual([{ atMs: 4999 }, { atMs: 5000 }]);
});

describe('polls', () => {
  test('are counted by outcome and kind of failure, with their times', () => {
    const measurements = measuring();
    measurements.polled(poll(1000));
    measurements.polled(poll(3000, { latencyMicros: 1_500_000 }));
    measurements.polled(poll(5000, { failure: GONE, lastAttemptMs: 4500 }));
    expect([measurements.pollsEnded, measurements.slowPolls]).toEqual([3, 1]);
    expect(measurements.pollFailures.entries()).toEqual([['refused', 1]]);
    expect(measurements.polls.since(0).map(({ seconds, failure }) => [seconds, failure?.kind])).toEqual([
      [0.02, undefined],
      [1.5, undefined],
      [0.5, 'refused'],
    ]);
  });

  test('intervals are those between good polls in a row of a server that was not forgotten', () => {
    const measurements = measuring();
    const intervals: (number | null)[] = [];
    measurements.listen({ polled: (_, interval) => intervals.push(interval), stored: () => undefined });
    measurements.polled(poll(1000));
    measurements.polled(poll(2500));
    measurements.polled(poll(3000, { failure: GONE }));
    measurements.polled(poll(4000));
    measurements.polled(poll(3500));
    measurements.forget([key('a')]);
    measurements.polled(poll(9000));
    expect(intervals).toEqual([null, 1.5, null, null, 0, null]);
  });
});

test('of the queue, the last samples are kept', () => {
  const measurements = measuring();
  expect(measurements.queueNow.alive).toEqual({ active: 0, queued: 0 });
  for (const active of [1, 2, 3, 4]) {
    measurements.sampleQueue({ alive: { active, queued: 0 }, dead: { active: 0, queued: active } });
  }
  expect(measurements.queue(60).map(({ alive }) => alive.active)).toEqual([2, 3, 4]);
  expect(measurements.queue(2).map(({ dead }) => dead.queued)).toEqual([3, 4]);
  expect(measurements.queueNow.alive.active).toBe(4);
});

describe('the measured store', () => {
  test('is the store, and its calls are counted and timed', async () => {
    const clock = new VirtualClock();
    const measurements = measuring();
    const memory = new MemoryStore();
    const store = measuredStore(memory, measurements, clock);
    expect(store.path).toBe(memory.path);
    await clock.advance(100);
    store.addAudit({ atMs: 1, type: 'x', key: null, message: 'm' });
    store.saveSnapshots([poll(START_MS + 40), poll(START_MS + 90)]);
    expect(memory.audits).toHaveLength(1);
    expect(memory.snapshots.size).toBe(1);
    expect(measurements.storeCalls.entries()).toEqual([
      ['addAudit', 1],
      ['saveSnapshots', 1],
    ]);
    expect(measurements.batches.since(0)).toEqual([{ atMs: START_MS + 100, instances: 2, waitMs: 60, writeMs: 0 }]);
    expect([measurements.auditEntries, measurements.instancesWritten]).toEqual([1, 2]);
  });

  test('fails as the store does, and counts that', () => {
    const measurements = measuring();
    const memory = new MemoryStore();
    const store = measuredStore(memory, measurements, new VirtualClock());
    memory.failing.add('addAudit');
    expect(() => store.addAudit({ atMs: 1, type: 'x', key: null, message: 'm' })).toThrow('The disk is full.');
    expect(measurements.storeFailures.entries()).toEqual([['addAudit', 1]]);
    expect(measurements.auditEntries).toBe(0);
    expect(measurements.store.since(0)[0]?.error).toContain('The disk is full.');
  });
});
