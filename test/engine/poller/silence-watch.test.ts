import { describe, expect, test } from 'vitest';
import { unlessSilent } from '../../../src/main/engine/poller/silence-watch.ts';
import { ServerError } from '../../../src/main/engine/ports/mysql.ts';
import { key } from '../../core/topology/fleet.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

const TIMEOUT_MS = 3000;
const PULSE_MS = 500;

/**
 * A request to a server that was last heard `heardAgoMs` before it, with a knock that ends as given. The first timer
 * runs `stallMs` late.
 */
function request(
  heardAgoMs: number,
  knock: 'answers' | 'stays out' | 'is refused by the server' | 'finds nobody',
  stallMs = 0,
) {
  const clock = new VirtualClock();
  const after = clock.after.bind(clock);
  let lateMs = stallMs;
  clock.after = (ms, run) => {
    const atMs = ms + lateMs;
    lateMs = 0;
    return after(atMs, run);
  };
  let heardMs = clock.monotonicMs() - heardAgoMs;
  const suspicions: (readonly [atMs: number, isSuspect: boolean])[] = [];
  const knocks: (readonly [atMs: number, limitMs: number])[] = [];
  const answer = Promise.withResolvers<string>();
  let endedMs: number | null = null;
  const failure = (kind: 'timeout' | 'refused-by-server' | 'refused') =>
    new ServerError(key('db1'), { kind, message: kind }, {});
  const result = unlessSilent(answer.promise, clock, TIMEOUT_MS, PULSE_MS, {
    key: key('db1'),
    lastHeardMs: () => heardMs,
    knock: async (limitMs) => {
      knocks.push([clock.monotonicMs(), limitMs]);
      if (knock === 'stays out') await clock.sleep(limitMs).then(() => Promise.reject(failure('timeout')));
      await clock.sleep(1);
      if (knock === 'is refused by the server') throw failure('refused-by-server');
      if (knock === 'finds nobody') throw failure('refused');
    },
    suspected: (isSuspect) => suspicions.push([clock.monotonicMs(), isSuspect]),
  });
  const outcome = result
    .then(
      () => 'answered',
      (error: unknown) => (error instanceof ServerError ? error.failure.kind : String(error)),
    )
    .finally(() => {
      endedMs = clock.monotonicMs();
    });
  return {
    clock,
    suspicions,
    knocks,
    outcome,
    answer: () => answer.resolve('answer'),
    hear: () => {
      heardMs = clock.monotonicMs();
    },
    endedMs: () => endedMs,
  };
}

describe('a server that says nothing', () => {
  const cases = [
    ['just heard', 0, 3000],
    ['heard one pulse ago', 500, 2500],
    ['idle for long before the request', 60_000, 2500],
  ] as const;
  test.each(cases)('%s: fails at the detection timeout', async (_, heardAgoMs, endMs) => {
    const { clock, outcome, endedMs, knocks } = request(heardAgoMs, 'stays out');
    await clock.advance(10_000);
    expect(await outcome).toBe('timeout');
    expect(endedMs()).toBe(endMs);
    expect(knocks).toEqual([[endMs - 1500, 1500]]);
    expect(clock.pending).toBe(0);
  });

  test('a port at which nobody listens any more is no answer', async () => {
    const { clock, outcome, endedMs } = request(0, 'finds nobody');
    await clock.advance(10_000);
    expect([await outcome, endedMs()]).toEqual(['timeout', 3000]);
  });
});

describe('a server that lives', () => {
  test.each(['answers', 'is refused by the server'] as const)(
    'its knock %s: the request may take its time',
    async (knock) => {
      const { clock, outcome, answer, suspicions, knocks } = request(0, knock);
      await clock.advance(20_000);
      answer();
      expect(await outcome).toBe('answered');
      expect(knocks.length).toBeGreaterThan(10);
      expect(suspicions.slice(0, 4)).toEqual([
        [1500, true],
        [1501, false],
        [3001, true],
        [3002, false],
      ]);
      await clock.advance(0);
      expect(clock.pending).toBe(0);
    },
  );

  test('an answer in time raises no suspicion', async () => {
    const { clock, outcome, answer, suspicions, knocks } = request(0, 'stays out');
    await clock.advance(1499);
    answer();
    expect(await outcome).toBe('answered');
    expect([suspicions, knocks]).toEqual([[[1499, false]], []]);
    expect(clock.pending).toBe(0);
  });

  test('bytes that come in on the way count: the silence begins anew', async () => {
    const { clock, outcome, hear, endedMs } = request(0, 'stays out');
    await clock.advance(2900);
    hear();
    await clock.advance(10_000);
    expect(await outcome).toBe('timeout');
    expect(endedMs()).toBe(5900);
  });
});

test('a stall of this process leaves the server time to answer a knock', async () => {
  const { clock, outcome, knocks, endedMs } = request(0, 'stays out', 60_000);
  await clock.advance(100_000);
  expect(await outcome).toBe('timeout');
  expect(knocks).toEqual([[61_500, 750]]);
  expect(endedMs()).toBe(62_250);
});
