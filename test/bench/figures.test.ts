import { expect, test } from 'vitest';
import type { InstanceProbe, MysqlPort } from '../../src/main/engine/ports/mysql.ts';
import { PollTimes } from './poll-times.ts';
import { Tally } from './tally.ts';

test('a tally of nothing is nothing', () => {
  const figures = new Tally().figures();
  expect(figures).toEqual({ requests: 0, failures: 0, bytes: 0, medianMs: 0, p99Ms: 0, mostMs: 0 });
});

test('a tally tells the middle, the slow and the slowest', () => {
  const tally = new Tally();
  const now = performance.now();
  for (let ms = 1; ms <= 100; ms += 1) tally.add(10, now - ms);
  tally.fail();
  const { medianMs, p99Ms, mostMs, ...rest } = tally.figures();
  expect(rest).toEqual({ requests: 100, failures: 1, bytes: 1000 });
  for (const [found, wanted] of [
    [medianMs, 50],
    [p99Ms, 99],
    [mostMs, 100],
  ] as const) {
    expect(found).toBeGreaterThanOrEqual(wanted);
    expect(found).toBeLessThan(wanted + 20);
  }
});

test('polls are counted between the engine and its servers, which notice nothing', async () => {
  const polled: unknown[] = [];
  const probe = { poll: async (how: unknown) => polled.push(how), lastHeardMs: () => 7 } as unknown as InstanceProbe;
  const mysql = { openProbe: async () => probe, close: async () => undefined } as unknown as MysqlPort;
  const times = new PollTimes(5000);
  const watched = await times.around(mysql).openProbe({ hostname: 'db1', port: 3306 }, { fenceFirst: false });
  const how = { full: true, timeoutMs: 1 };
  await watched.poll(how);
  await watched.poll(how);
  expect(polled).toEqual([how, how]);
  expect(watched.lastHeardMs()).toBe(7);
  expect(times.figures()).toMatchObject({ polls: 2, medianLateMs: 0, mostLateMs: 0 });
  times.begin();
  expect(times.figures()).toMatchObject({ polls: 0 });
});
