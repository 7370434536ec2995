import { describe, expect, test } from 'vitest';
import { createHostResolver } from '../../../src/main/adapters/resolve/host-resolver.ts';
import type { Clock, Log } from '../../../src/main/engine/ports/runtime.ts';

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A clock that stands still until it is moved. */
function handClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    sleep: () => Promise.resolve(),
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
    advance(ms) {
      now += ms;
      for (const timer of timers.splice(0)) if (timer.at <= now) timer.run();
    },
  };
}

function make(method: string, answer: (host: string) => Promise<string>, rejectPattern: RegExp | null = null) {
  const clock = handClock();
  const asked: string[] = [];
  const ask = (host: string) => {
    asked.push(host);
    return answer(host);
  };
  return {
    clock,
    asked,
    resolver: createHostResolver({ method, expiryMs: 1000, clock, log, rejectPattern: () => rejectPattern, ask }),
  };
}

describe('the host resolver', () => {
  test.each(['none', 'default', 'Default', 'nonsense'])('asks nobody with %s', async (method) => {
    const { resolver, asked } = make(method, () => Promise.resolve('other'));
    expect(await resolver.resolve(' db1 ')).toBe('db1');
    expect(asked).toEqual([]);
  });

  test('asks once and remembers, until it expires; then answers from memory and renews', async () => {
    let name = 'a.example';
    const { resolver, asked, clock } = make('cname', () => Promise.resolve(name));
    expect(await Promise.all([resolver.resolve('a'), resolver.resolve('a')])).toEqual(['a.example', 'a.example']);
    expect(asked).toEqual(['a']);
    name = 'b.example';
    clock.advance(1001);
    expect(await resolver.resolve('a')).toBe('a.example');
    await Promise.resolve();
    expect(await resolver.resolve('a')).toBe('b.example');
    expect(asked).toEqual(['a', 'a']);
  });

  test.each(['//db1', 'a,b', ''])('leaves "%s" alone', async (host) => {
    const { resolver, asked } = make('ip', () => Promise.resolve('10.0.0.1'));
    expect(await resolver.resolve(host)).toBe(host);
    expect(asked).toEqual([]);
  });

  test('keeps the name when the service fails, is silent, or says what is rejected', async () => {
    const failing = make('ip', () => Promise.reject(new Error('SERVFAIL')));
    expect(await failing.resolver.resolve('a')).toBe('a');
    const rejected = make('ip', () => Promise.resolve('127.0.0.1'), /^127\./);
    expect(await rejected.resolver.resolve('a')).toBe('a');
    const silent = make('ip', () => new Promise(() => {}));
    const answer = silent.resolver.resolve('a');
    await Promise.resolve();
    silent.clock.advance(2_000);
    expect(await answer).toBe('a');
  });

  test('names that servers give themselves win, but never in a circle', async () => {
    const { resolver } = make('default', () => Promise.resolve('x'));
    resolver.learn('10.0.0.1', 'db1');
    resolver.learn('db1', '10.0.0.1');
    expect(await resolver.resolve('10.0.0.1')).toBe('db1');
    expect(await resolver.resolve('db1')).toBe('db1');
    resolver.reset();
    expect(await resolver.resolve('10.0.0.1')).toBe('10.0.0.1');
    const none = make('none', () => Promise.resolve('x')).resolver;
    none.learn('10.0.0.1', 'db1');
    expect(await none.resolve('10.0.0.1')).toBe('10.0.0.1');
  });

  test('a name that the service gives may be one that a server has given up for its own', async () => {
    const { resolver } = make('cname', () => Promise.resolve('db1.net'));
    resolver.learn('db1.net', 'db1');
    expect(await resolver.resolve('a')).toBe('db1');
    expect(resolver.peek('a')).toBe('db1');
    expect(resolver.peek('unasked')).toBe('unasked');
  });

  test.each(['none', 'default', 'ip'])('what an operator pinned holds with %s, also after a reset', async (method) => {
    const { resolver, asked } = make(method, () => Promise.resolve('10.0.0.9'));
    resolver.pin('vip', 'db1');
    resolver.reset();
    expect(await resolver.resolve('vip')).toBe('db1');
    expect(asked).toEqual([]);
    resolver.pin('vip', null);
    expect(resolver.peek('vip')).toBe('vip');
  });

  test('what an earlier run knew is believed, and asked for again at once', async () => {
    const { resolver, asked, clock } = make('ip', () => Promise.resolve('10.0.0.2'));
    resolver.recall([{ host: 'a', name: '10.0.0.1' }]);
    expect(resolver.peek('a')).toBe('10.0.0.1');
    clock.advance(1);
    expect(await resolver.resolve('a')).toBe('10.0.0.1');
    await Promise.resolve();
    expect([await resolver.resolve('a'), asked]).toEqual(['10.0.0.2', ['a']]);
    resolver.learn('vip', 'db1');
    expect(resolver.entries()).toEqual([
      { host: 'a', name: '10.0.0.2', expiresMs: 1001 },
      { host: 'vip', name: 'db1', expiresMs: 0 },
    ]);
    expect(resolver.lookedUp().map(({ host }) => host)).toEqual(['a']);
  });

  test('what is longer than any name is asked of nobody', async () => {
    const { resolver, asked } = make('cname', () => Promise.resolve('other'));
    const name = 'a'.repeat(256);
    expect(await resolver.resolve(name)).toBe(name);
    expect(asked).toEqual([]);
  });

  test('names that there are none of do not fill the memory, nor put out those that there are', async () => {
    const { resolver } = make('cname', (host) =>
      host.startsWith('db') ? Promise.resolve(`${host}.example`) : Promise.reject(new Error('ENOTFOUND')),
    );
    await resolver.resolve('db1');
    for (let number = 0; number < 60_000; number += 1) await resolver.resolve(`none${number}`);
    const names = resolver.entries();
    expect(names.length).toBeLessThanOrEqual(50_000);
    expect(names).toContainEqual(expect.objectContaining({ host: 'db1', name: 'db1.example' }));
    expect(names).toContainEqual(expect.objectContaining({ host: 'none59999' }));
  });
});
