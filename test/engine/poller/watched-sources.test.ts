import { describe, expect, test } from 'vitest';
import { watch } from './watcher-harness.ts';

describe('sources', () => {
  test('only sources are asked for signs of life between polls', async () => {
    const { watcher, clock, mysql } = watch();
    watcher.start();
    await clock.advance(4000);
    expect(mysql.count('pulse')).toBe(0);
    watcher.watchAsSource(true);
    await clock.advance(10_000);
    expect(mysql.count('pulse')).toBeGreaterThan(15);
    watcher.watchAsSource(false);
    mysql.forgetCalls();
    await clock.advance(10_000);
    expect(mysql.count('pulse')).toBe(0);
    expect(mysql.overlaps).toEqual([]);
    watcher.stop();
  });

  test('turning pulses off and on again while one is under way leaves one chain of them', async () => {
    const { watcher, clock, mysql } = watch();
    watcher.start();
    watcher.watchAsSource(true);
    await clock.advance(1000);
    mysql.latencyMs = 200;
    mysql.forgetCalls();
    await clock.advanceUntil(() => mysql.count('pulse') === 1);
    watcher.watchAsSource(false);
    watcher.watchAsSource(true);
    await clock.advance(200);
    mysql.latencyMs = 1;
    mysql.forgetCalls();
    await clock.advance(2600);
    expect(mysql.count('pulse')).toBe(5);
    watcher.stop();
  });

  test('a silent source fails at the detection timeout, counted from the last byte heard', async () => {
    const { watcher, clock, mysql, server, suspects, snapshots, outcomes } = watch({ settings: { pollMs: 60_000 } });
    watcher.start();
    watcher.watchAsSource(true);
    await clock.advance(10_000);
    mysql.forgetCalls();
    await clock.advanceUntil(() => mysql.count('pulse') === 1);
    await clock.advance(mysql.latencyMs);
    const heardMs = clock.monotonicMs();
    server.become('frozen');
    await clock.advanceUntil(() => outcomes().includes('timeout'));
    expect(clock.monotonicMs() - heardMs).toBe(3000);
    expect(suspects).toEqual([heardMs + 1500]);
    expect(snapshots.at(-1)?.failure?.message).toBe(
      'db1:3306 has not answered for 3000 ms, on its open connection or on a new one.',
    );
    watcher.stop();
  });

  test('the same when it falls silent in the middle of a poll', async () => {
    const { watcher, clock, mysql, server, outcomes } = watch();
    watcher.start();
    watcher.watchAsSource(true);
    await clock.advance(5100);
    mysql.latencyMs = 100;
    const heardMs = clock.monotonicMs();
    void watcher.pollNow();
    await clock.advance(10);
    server.become('frozen');
    await clock.advanceUntil(() => outcomes().includes('timeout'));
    expect(clock.monotonicMs() - heardMs).toBeLessThanOrEqual(3000);
    expect(clock.monotonicMs() - heardMs).toBeGreaterThan(2400);
    watcher.stop();
  });

  test('a poll that begins while a sign of life is awaited fails by the same silence', async () => {
    const { watcher, clock, server, outcomes } = watch({ settings: { pollMs: 2100 } });
    watcher.start();
    watcher.watchAsSource(true);
    await clock.advance(8050);
    server.become('frozen');
    const frozenMs = clock.monotonicMs();
    await clock.advanceUntil(() => outcomes().includes('timeout'));
    expect(clock.monotonicMs() - frozenMs).toBeLessThanOrEqual(3000);
    expect(outcomes().filter((one) => one === 'timeout')).toHaveLength(1);
    watcher.stop();
  });

  test('a statement that takes long does not fail a server that answers a knock, nor keeps it suspect', async () => {
    const { watcher, clock, mysql, server, suspects, outcomes } = watch();
    watcher.start();
    watcher.watchAsSource(true);
    await clock.advance(5100);
    server.become('stuck');
    const polled = watcher.pollNow();
    await clock.advance(4000);
    expect(suspects.length).toBeGreaterThanOrEqual(1);
    expect(mysql.count('knock')).toBeGreaterThanOrEqual(2);
    expect(watcher.isSuspect).toBe(false);
    server.become('up');
    await clock.advance(100);
    expect((await polled).failure).toBeNull();
    expect(outcomes()).not.toContain('timeout');
    watcher.stop();
  });

  test('a server that first is slow and then freezes fails, too, once a later knock stays unanswered', async () => {
    const { watcher, clock, server, outcomes } = watch();
    watcher.start();
    watcher.watchAsSource(true);
    await clock.advance(5100);
    server.become('stuck');
    void watcher.pollNow();
    await clock.advance(2000);
    server.become('frozen');
    const frozenMs = clock.monotonicMs();
    await clock.advanceUntil(() => outcomes().includes('timeout'));
    expect(clock.monotonicMs() - frozenMs).toBeLessThanOrEqual(3000);
    watcher.stop();
  });

  test('the silence before a server was asked anything is not held against it', async () => {
    const { watcher, clock, mysql, suspects, outcomes } = watch({ settings: { pollMs: 30_000 } });
    watcher.start();
    await clock.advance(20_000);
    watcher.watchAsSource(true);
    mysql.latencyMs = 200;
    void watcher.pollNow();
    await clock.advance(3000);
    expect(suspects).toEqual([]);
    expect(outcomes()).toEqual(['ok', 'ok']);
    watcher.stop();
  });

  test('a server that is not a source gets the read time-out', async () => {
    const { watcher, clock, mysql, server, suspects, outcomes } = watch();
    watcher.start();
    await clock.advance(1000);
    server.become('frozen');
    void watcher.pollNow();
    await clock.advance(9000);
    expect(outcomes()).toEqual(['ok']);
    await clock.advance(1100);
    expect(outcomes()).toEqual(['ok', 'timeout']);
    expect([suspects, mysql.count('knock')]).toEqual([[], 0]);
    watcher.stop();
  });
});

describe('fences', () => {
  test('a new connection to a fenced server is fenced before anything else', async () => {
    const { watcher, clock, mysql, fenced, sentFirst, snapshots } = watch();
    fenced.add('db1:3306');
    watcher.start();
    await clock.advance(100);
    expect(mysql.calls).toEqual(['open db1:3306 fence-first', 'poll db1:3306 full']);
    expect(sentFirst).toEqual(['db1:3306']);
    expect(snapshots[0]?.facts?.readOnly).toBe(true);
    watcher.stop();
  });

  test('a connection from before the fence is given up for one that is fenced first', async () => {
    const { watcher, clock, mysql, fenced } = watch();
    watcher.start();
    await clock.advance(1000);
    fenced.add('db1:3306');
    mysql.forgetCalls();
    void watcher.pollNow();
    await clock.advance(100);
    expect(mysql.calls).toEqual(['open db1:3306 fence-first', 'poll db1:3306 full']);
    mysql.forgetCalls();
    void watcher.pollNow();
    await clock.advance(100);
    expect(mysql.calls).toEqual(['poll db1:3306']);
    watcher.stop();
  });

  test('a connection whose opening had begun before the fence was raised is not used', async () => {
    const { watcher, clock, mysql, server, fenced, snapshots } = watch();
    server.become('frozen');
    watcher.start();
    await clock.advance(300);
    fenced.add('db1:3306');
    server.become('up');
    await clock.advance(10);
    expect(mysql.calls).toEqual(['open db1:3306', 'open db1:3306 fence-first', 'poll db1:3306 full']);
    expect(snapshots.map(({ facts }) => facts?.readOnly)).toEqual([true]);
    watcher.stop();
  });

  test('a new connection on which the first poll failed is not kept', async () => {
    const { watcher, clock, mysql, server } = watch();
    mysql.latencyMs = 10;
    watcher.start();
    await clock.advance(15);
    expect([mysql.polling, server.connections.size]).toEqual([1, 1]);
    server.become('frozen');
    await clock.advance(10_050);
    expect([watcher.snapshot.failure?.kind, server.connections.size]).toEqual(['timeout', 0]);
    server.become('up');
    await clock.advance(10_000);
    expect(mysql.overlaps).toEqual([]);
    expect(watcher.snapshot.failure).toBeNull();
    watcher.stop();
  });
});
