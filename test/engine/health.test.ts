import { describe, expect, test } from 'vitest';
import { SelfTest } from '../../src/main/engine/health.ts';
import { World } from './engine-harness.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { VirtualClock } from './fakes/virtual-clock.ts';

function set(servers = 3) {
  const clock = new VirtualClock();
  const store = new MemoryStore();
  let ended = 0;
  let probes = 0;
  const probe = store.probe.bind(store);
  store.probe = () => {
    probes += 1;
    probe();
  };
  const self = new SelfTest({ clock, store, polling: () => ({ ended, servers }), longestPollMs: () => 30_000 });
  /** So many seconds with a tick each. */
  const run = async (seconds: number, polls: boolean): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1000);
      if (polls) ended += 1;
      self.ticked();
    }
  };
  return { clock, store, self, run, probes: () => probes };
}

describe('the self-test of a node', () => {
  test('one that works is healthy', async () => {
    const { self, run } = set();
    expect(self.health()).toEqual({ isHealthy: true, problem: '' });
    await run(300, true);
    expect(self.health()).toEqual({ isHealthy: true, problem: '' });
  });

  test('one whose store cannot be written is not, and is again when it can', async () => {
    const { self, store, run } = set();
    store.failing.add('probe');
    expect(self.health()).toMatchObject({ isHealthy: false, problem: expect.stringContaining('The disk is full') });
    store.failing.clear();
    await run(3, true);
    expect(self.health().isHealthy).toBe(true);
  });

  test('the store is tried every other second at most, however often it is asked', async () => {
    const { self, run, probes } = set();
    for (let asked = 0; asked < 50; asked += 1) self.health();
    expect(probes()).toBe(1);
    await run(2, true);
    self.health();
    expect(probes()).toBe(2);
  });

  test('one whose clockwork stands still is not', async () => {
    const { self, clock } = set();
    await clock.advance(15_000);
    expect(self.health().isHealthy).toBe(true);
    await clock.advance(3_000);
    expect(self.health()).toMatchObject({ isHealthy: false, problem: expect.stringContaining('for 18 s') });
  });

  test('one whose polls do not end is not; where there is nothing to poll, nothing is amiss', async () => {
    const stuck = set();
    await stuck.run(45, false);
    expect(stuck.self.health().isHealthy).toBe(true);
    await stuck.run(3, false);
    expect(stuck.self.health()).toMatchObject({ isHealthy: false, problem: expect.stringContaining('No poll') });
    const idle = set(0);
    await idle.run(300, false);
    expect(idle.self.health().isHealthy).toBe(true);
  });

  test('an engine asks its own store and its own clockwork', async () => {
    const world = new World();
    world.fleet();
    const engine = await world.watching();
    expect(engine.health().isHealthy).toBe(true);
    await world.clock.advance(120_000);
    expect(engine.health().isHealthy).toBe(true);
    world.store.failing.add('probe');
    await world.clock.advance(3_000);
    expect(engine.health()).toMatchObject({ isHealthy: false, problem: expect.stringContaining('memory') });
    await world.run(engine.stop(), 5000);
  });
});
