import { describe, expect, test } from 'vitest';
import { ClusterLoop } from '../../src/main/engine/cluster-loop.ts';
import { CommandLog } from '../../src/main/engine/command-log/command-log.ts';
import type { InstanceWatcher } from '../../src/main/engine/poller/instance-watcher.ts';
import { TopologyKeeper } from '../../src/main/engine/poller/topology-keeper.ts';
import { HookLists } from '../../src/main/engine/recovery/hook-lists.ts';
import type { EngineEvent } from '../../src/shared/domain/event.ts';
import type { InstanceSnapshot } from '../../src/shared/domain/instance.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { fleet, key, server } from '../core/topology/fleet.ts';
import { FakeHooks } from './fakes/fake-hooks.ts';
import { FakeMysql } from './fakes/fake-mysql.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { RecordingLog } from './fakes/recording-log.ts';
import { testSettings } from './fakes/settings.ts';
import { settled, VirtualClock } from './fakes/virtual-clock.ts';

function looping(text: string) {
  const clock = new VirtualClock();
  const log = new RecordingLog();
  const commands = CommandLog.open({ store: new MemoryStore(), clock, log });
  const keeper = new TopologyKeeper(() => ({}));
  const settings = testSettings({ InstancePollSeconds: 1 });
  const events: EngineEvent[] = [];
  const sources = new Map<string, boolean>();
  let broken: string | null = null;
  const loop = new ClusterLoop({
    mysql: new FakeMysql(clock),
    clock,
    log,
    settings: () => settings,
    state: () => commands.state(),
    propose: (command) => commands.propose(command),
    hooks: new HookLists({ hooks: new FakeHooks(), settings: () => settings, hostname: 'baton1' }),
    emit: (event) => events.push(event),
    node: { hostname: 'baton1', token: 'token-1' },
    keeper,
    watcher: (one) => {
      if (keyText(one) === broken) throw new Error('a bug');
      return {
        watchAsSource: (on: boolean) => sources.set(one.hostname, on),
        isSuspect: false,
        snapshot: keeper.snapshot(one),
        pollNow: () => new Promise(() => undefined),
        pollFully: () => new Promise(() => undefined),
      } as unknown as InstanceWatcher;
    },
    recordChange: () => undefined,
    recover: () => Promise.resolve(null),
  });
  const put = (snapshot: InstanceSnapshot): void => {
    keeper.put(snapshot);
    loop.changed(snapshot);
  };
  for (const snapshot of fleet(text)) put(snapshot);
  const looks = (): readonly string[] =>
    events.flatMap((event) => (event.type === 'cluster-changed' ? [event.clusterName] : []));
  return {
    clock,
    log,
    keeper,
    loop,
    put,
    looks,
    sources,
    events,
    breakAt: (id: string): void => {
      broken = id;
    },
  };
}

describe('looks', () => {
  test('a change of weight is looked at in the same turn, once however many there were', async () => {
    const { put, looks, events } = looping('a b<a c<a x');
    await settled();
    expect([...looks()].sort()).toEqual(['a:3306', 'x:3306']);
    events.length = 0;
    put(server('b', { below: 'a', dead: true }));
    put(server('c', { below: 'a', dead: true }));
    await settled();
    expect(looks()).toEqual(['a:3306']);
  });

  test('positions and lags wait for the calm look, a quarter of a second later at most', async () => {
    const { clock, put, looks, events } = looping('a b<a');
    await settled();
    events.length = 0;
    for (let poll = 0; poll < 10; poll += 1) {
      put(server('b', { below: 'a', replica: { read: { file: 'binlog.000007', position: 5000 + poll } } }));
      await clock.advance(20);
    }
    expect(looks()).toEqual([]);
    await clock.advance(50);
    expect(looks()).toEqual(['a:3306']);
  });

  test('after a look that took long the next one waits, so that a storm does not take everything', async () => {
    const { clock, keeper, put, looks, events } = looping('a b<a');
    await settled();
    events.length = 0;
    const take = keeper.takeRebuilt.bind(keeper);
    const monotonic = clock.monotonicMs.bind(clock);
    let spentMs = 0;
    clock.monotonicMs = () => monotonic() + spentMs;
    keeper.takeRebuilt = () => {
      spentMs += 50;
      return take();
    };
    put(server('b', { below: 'a', dead: true }));
    await settled();
    expect(looks()).toHaveLength(1);
    put(server('b', { below: 'a' }));
    await clock.advance(99);
    expect(looks()).toHaveLength(1);
    await clock.advance(2);
    expect(looks()).toHaveLength(2);
  });

  test('clusters with a problem are looked at every second, the others every five', async () => {
    const { clock, put, loop, looks, events } = looping('a b<a x y<x');
    put(server('a', { dead: true }));
    await settled();
    events.length = 0;
    for (let second = 0; second < 5; second += 1) {
      await clock.advance(1000);
      loop.tick();
    }
    expect([...looks()].sort()).toEqual([...Array(5).fill('a:3306'), 'x:3306']);
  });

  test('sources are watched as such, and others not', async () => {
    const { put, sources } = looping('a b<a c<b');
    await settled();
    expect(Object.fromEntries(sources)).toEqual({ a: true, b: true, c: false });
    put(server('c', { below: 'a' }));
    await settled();
    expect(Object.fromEntries(sources)).toEqual({ a: true, b: false, c: false });
  });

  test('a bug in the face of one cluster does not keep the others from being looked at', async () => {
    const { put, looks, log, events, breakAt } = looping('a b<a x y<x');
    await settled();
    events.length = 0;
    breakAt('a:3306');
    put(server('b', { below: 'a', dead: true }));
    put(server('y', { below: 'x', dead: true }));
    await settled();
    expect(looks()).toEqual(['x:3306']);
    expect(log.of('cluster.not-analysed')).toEqual(['Cluster a:3306 could not be looked at: a bug']);
  });
});

describe('the end', () => {
  test('after stop nothing is looked at, and no timer is left or begun', async () => {
    const { clock, loop, put, events } = looping('a b<a');
    put(server('a', { dead: true }));
    loop.stop();
    await settled();
    events.length = 0;
    put(server('b', { below: 'a', dead: true }));
    loop.wake();
    loop.tick();
    loop.reconsiderAll();
    await clock.advance(5000);
    expect([events, clock.pending]).toEqual([[], 0]);
  });

  test('nothing is kept of servers that were forgotten', async () => {
    const { keeper, loop, put } = looping('a b<a');
    put(server('a', { dead: true }));
    await settled();
    const keys = [key('a'), key('b')];
    keeper.remove(keys);
    loop.forget(keys);
    loop.wake();
    await settled();
    for (let tick = 0; tick < 5; tick += 1) loop.tick();
    expect(sizes(loop)).toEqual(sizes(loop).map(() => 0));
    expect(loop.analyses(true)).toEqual([]);
  });
});

/** The sizes of all maps and sets that an object holds, and that the objects it holds hold. */
function sizes(holder: object, depth = 2): readonly number[] {
  return Object.values(holder).flatMap((value: unknown) => {
    if (value instanceof Map || value instanceof Set) return [value.size];
    const isPart =
      typeof value === 'object' && value !== null && /Detector|Evidence|Runner|Blocked/.test(value.constructor.name);
    return isPart && depth > 0 ? sizes(value, depth - 1) : [];
  });
}
