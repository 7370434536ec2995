import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { server as snapshotOf } from '../../core/topology/fleet.ts';
import { settled } from '../fakes/virtual-clock.ts';
import { watch } from './watcher-harness.ts';

describe('polling', () => {
  test('the first poll opens a connection and reads everything, later ones keep it and read what moves', async () => {
    const { watcher, clock, mysql, outcomes } = watch({ settings: { fullPollEvery: 3 } });
    watcher.start();
    await clock.advance(20_100);
    expect(mysql.calls).toEqual([
      'open db1:3306',
      'poll db1:3306 full',
      'poll db1:3306',
      'poll db1:3306',
      'poll db1:3306 full',
      'poll db1:3306',
    ]);
    expect(outcomes()).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    watcher.stop();
  });

  test('a server known from an earlier run is polled within a second, not all at the same moment', async () => {
    const { watcher, clock, mysql } = watch({ last: snapshotOf('db1', { snapshot: { stale: true } }) });
    watcher.start();
    await clock.advance(499);
    expect(mysql.calls).toEqual([]);
    await clock.advance(10);
    expect(mysql.count('poll')).toBe(1);
    expect(watcher.snapshot.stale).toBe(false);
    watcher.stop();
  });

  test('the snapshot tells when the attempt began, when it ended and how long it took', async () => {
    const { watcher, clock, mysql } = watch();
    mysql.latencyMs = 7;
    const polled = watcher.pollNow();
    await clock.advance(100);
    const snapshot = await polled;
    const beganMs = clock.nowMs() - 100;
    expect(snapshot).toMatchObject({
      lastAttemptMs: beganMs,
      lastCheckedMs: beganMs + 14,
      lastSeenMs: beganMs + 14,
      latencyMicros: 14_000,
      failure: null,
      partialSuccess: true,
    });
    watcher.stop();
  });

  test('pollNow while a poll runs begins another one after it, and those who ask meanwhile share it', async () => {
    const { watcher, clock, mysql } = watch();
    mysql.latencyMs = 10;
    const first = watcher.pollNow();
    await clock.advance(15);
    const second = watcher.pollNow();
    const third = watcher.pollNow();
    await clock.advance(100);
    const [a, b, c] = await Promise.all([first, second, third]);
    expect(b).toBe(c);
    expect(b.lastAttemptMs).toBeGreaterThanOrEqual(a.lastCheckedMs);
    expect(mysql.count('poll')).toBe(2);
    expect(mysql.overlaps).toEqual([]);
    watcher.stop();
  });

  test('pollFully while an ordinary poll runs still reads everything', async () => {
    const { watcher, clock, mysql } = watch();
    watcher.start();
    await clock.advance(100);
    mysql.latencyMs = 10;
    mysql.forgetCalls();
    const plain = watcher.pollNow();
    await clock.advance(5);
    const full = watcher.pollFully();
    await clock.advance(100);
    await Promise.all([plain, full]);
    expect(mysql.calls).toEqual(['poll db1:3306', 'poll db1:3306 full']);
    watcher.stop();
  });

  test('a poll that waits for a place begins at once when somebody needs it', async () => {
    const places: (() => void)[] = [];
    const slot = <T>(task: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        places.push(() => void task().then(resolve, reject));
      });
    const { watcher, clock, mysql, snapshots } = watch({ deps: { slot } });
    watcher.start();
    await clock.advance(100);
    expect(mysql.calls).toEqual([]);
    const polled = watcher.pollNow();
    await clock.advance(100);
    expect((await polled).failure).toBeNull();
    for (const place of places) place();
    await clock.advance(100);
    expect(mysql.count('poll')).toBe(1);
    expect(snapshots).toHaveLength(1);
    watcher.stop();
  });

  test('requests on one connection never overlap, whatever is asked when', async () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 700 }),
      what: fc.constantFrom('pollNow', 'pollFully', 'break', 'freeze', 'thaw', 'source', 'leaf'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1, max: 60 }), async (steps, latencyMs) => {
        const { watcher, clock, mysql, server, log } = watch({ settings: { pollMs: 1000 } });
        mysql.latencyMs = latencyMs;
        watcher.start();
        for (const { waitMs, what } of steps) {
          await clock.advance(waitMs);
          if (what === 'pollNow') void watcher.pollNow();
          else if (what === 'pollFully') void watcher.pollFully();
          else if (what === 'break') server.breakConnections('broken');
          else if (what === 'freeze') server.become('frozen');
          else if (what === 'thaw') server.become('up');
          else watcher.watchAsSource(what === 'source');
        }
        server.become('up');
        await clock.advance(15_000);
        expect(mysql.overlaps).toEqual([]);
        expect(mysql.mostPolling).toBeLessThanOrEqual(1);
        expect(log.errors).toEqual([]);
        expect(watcher.snapshot.failure).toBeNull();
        watcher.stop();
        await clock.advance(2000);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('failures', () => {
  test('a broken connection is probed again at once; a blip is no failure', async () => {
    const { watcher, clock, mysql, server, outcomes } = watch();
    watcher.start();
    await clock.advance(1000);
    mysql.forgetCalls();
    server.breakConnections('broken');
    await clock.advance(5);
    expect(mysql.calls).toEqual(['open db1:3306', 'poll db1:3306 full']);
    expect(outcomes()).toEqual(['ok', 'ok']);
    watcher.stop();
  });

  test('a connection that breaks during a poll is replaced within the same poll', async () => {
    const { watcher, clock, mysql, server, outcomes } = watch();
    watcher.start();
    await clock.advance(1000);
    mysql.latencyMs = 50;
    const polled = watcher.pollNow();
    await clock.advance(20);
    server.breakConnections('broken');
    await clock.advance(500);
    expect((await polled).failure).toBeNull();
    expect(outcomes()).toEqual(['ok', 'ok']);
    watcher.stop();
  });

  test('a server that died is a failure at once, without waiting for the next poll', async () => {
    const { watcher, clock, server, snapshots, outcomes } = watch();
    watcher.start();
    await clock.advance(1000);
    server.kill();
    await clock.advance(2);
    expect(outcomes()).toEqual(['ok', 'refused']);
    expect(snapshots[1]).toMatchObject({
      facts: server.facts,
      lastSeenMs: snapshots[0]?.lastSeenMs,
      partialSuccess: false,
    });
    watcher.stop();
  });

  test('a dead server is tried again soon, then at the interval, then ever more seldom up to the cap', async () => {
    const { watcher, clock, mysql, server } = watch({ settings: { pollMs: 1000, deadFactor: 2, deadMaxMs: 5000 } });
    server.become('down');
    const triesMs: number[] = [];
    const open = mysql.openProbe.bind(mysql);
    mysql.openProbe = (...args) => {
      triesMs.push(clock.monotonicMs());
      return open(...args);
    };
    mysql.latencyMs = 0;
    watcher.start();
    await clock.advance(25_000);
    expect(triesMs.map((atMs, index) => atMs - (triesMs[index - 1] ?? 0)).slice(1)).toEqual([
      100, 200, 400, 800, 1000, 2000, 4000, 5000, 5000, 5000,
    ]);
    server.become('up');
    await clock.advance(6000);
    mysql.forgetCalls();
    await clock.advance(3000);
    expect(mysql.count('poll')).toBe(3);
    watcher.stop();
  });

  test('a fenced server that is away is tried every second: Baton has to be there when it returns', async () => {
    const { watcher, clock, mysql, server, fenced } = watch({ settings: { deadFactor: 2 } });
    server.become('down');
    fenced.add('db1:3306');
    watcher.start();
    await clock.advance(10_000);
    mysql.forgetCalls();
    await clock.advance(10_000);
    expect(mysql.count('open')).toBeGreaterThanOrEqual(9);
    watcher.stop();
  });

  test('what goes wrong in whoever is told is not taken for a failure of the server', async () => {
    let told = 0;
    const { watcher, clock, log } = watch({
      deps: {
        onSnapshot: () => {
          told += 1;
          throw new Error('the disk is full');
        },
      },
    });
    const polled = watcher.pollNow();
    await clock.advance(10);
    expect((await polled).failure).toBeNull();
    expect(told).toBe(1);
    expect(log.of('snapshot.not-taken')).toEqual(['The reading of db1:3306 was not taken in: the disk is full']);
    watcher.stop();
  });

  test('a server that says that it goes down is remembered to have said so until it answers again', async () => {
    const { watcher, clock, server } = watch();
    watcher.start();
    await clock.advance(1000);
    server.become('down');
    server.breakConnections('shutting-down');
    await clock.advance(50);
    expect(watcher.shutdown.saidMs).toBeGreaterThan(0);
    server.become('up');
    await clock.advance(2000);
    expect(watcher.snapshot.failure).toBeNull();
    expect(watcher.shutdown.saidMs).toBe(0);
    watcher.stop();
  });
});

describe('the end', () => {
  test('stopping leaves neither timers nor connections, whatever is under way', async () => {
    for (const mode of ['up', 'frozen', 'stuck', 'down'] as const) {
      for (const afterMs of [0, 1, 700, 1600, 2600]) {
        const { watcher, clock, mysql, server, outcomes } = watch();
        watcher.start();
        watcher.watchAsSource(true);
        await clock.advance(5001);
        server.become(mode);
        await clock.advance(afterMs);
        const before = outcomes().length;
        watcher.stop();
        // What was begun at the servers may take its own time to end.
        await clock.advance(2000);
        expect([mode, afterMs, clock.pending, server.connections.size, mysql.openFences.size]).toEqual([
          mode,
          afterMs,
          0,
          0,
          0,
        ]);
        expect(outcomes()).toHaveLength(before);
      }
    }
  });

  test('a poll under way when the watcher stops opens no further connection', async () => {
    const { watcher, clock, mysql } = watch();
    watcher.start();
    await clock.advance(1000);
    mysql.latencyMs = 50;
    const polled = watcher.pollNow();
    await clock.advance(10);
    watcher.stop();
    mysql.forgetCalls();
    await clock.advance(1000);
    await polled;
    expect(mysql.calls).toEqual([]);
  });

  test('asking a stopped watcher gives what was last known', async () => {
    const { watcher, clock, mysql } = watch();
    watcher.start();
    await clock.advance(1000);
    watcher.stop();
    mysql.forgetCalls();
    expect(await watcher.pollFully()).toBe(watcher.snapshot);
    await settled();
    expect(mysql.calls).toEqual([]);
  });
});
