import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTORY_BYTES, ServerHistory } from '../../../src/main/engine/insight/server-history.ts';
import type { HistorySample } from '../../../src/main/engine/services/insight.ts';

type Poll = Omit<HistorySample, 'spanSeconds'>;

const MINUTE = 60_000;
const BEGIN = 1_700_000_100_000;

function poll(atMs: number, over: Partial<Poll> = {}): Poll {
  return { atMs, valid: true, lagSeconds: 0, gtidGap: 0, latencyMicros: 800, ioState: 1, sqlState: 1, ...over };
}

const FAILED: Partial<Poll> = {
  valid: false,
  lagSeconds: null,
  gtidGap: null,
  latencyMicros: null,
  ioState: -1,
  sqlState: -1,
};

describe('what is remembered of a server', () => {
  it('is each poll as it was', () => {
    const states = fc.constantFrom(-1, 0, 1, 2) as fc.Arbitrary<Poll['ioState']>;
    const number = (max: number) => fc.option(fc.nat({ max }), { nil: null });
    const any = fc.record({
      valid: fc.boolean(),
      lagSeconds: fc.option(
        fc.integer({ min: 0, max: 4_000_000_000 }).map((ms) => ms / 1000),
        { nil: null },
      ),
      gtidGap: number(4_000_000_000),
      latencyMicros: number(120_000_000),
      ioState: states,
      sqlState: states,
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 120 }), (polls) => {
        const history = new ServerHistory();
        const given = polls.map((one, index) => ({ atMs: BEGIN + index * 1000, ...one }));
        for (const one of given) history.add(one);
        expect(history.recent(1000)).toEqual(given.map((one) => ({ ...one, spanSeconds: 0 })));
        expect(history.recent(3)).toEqual(given.slice(-3).map((one) => ({ ...one, spanSeconds: 0 })));
      }),
      { numRuns: 50 },
    );
  });

  it('is bounded, and numbers beyond the bounds are shown as the largest', () => {
    expect(HISTORY_BYTES).toBe(5184);
    const history = new ServerHistory();
    history.add(poll(BEGIN, { lagSeconds: 1e9, gtidGap: 1e12, latencyMicros: 1e12 }));
    const [shown] = history.recent(1);
    expect(shown).toMatchObject({ lagSeconds: 4294967.294, gtidGap: 4294967294, latencyMicros: 134217726 });
  });

  it('becomes coarser with age, without gaps and in order, for twelve hours', () => {
    const history = new ServerHistory();
    const endMs = BEGIN + 13 * 60 * MINUTE;
    for (let atMs = BEGIN; atMs <= endMs; atMs += 5000) history.add(poll(atMs));
    const all = history.since(0);
    const spans = [300, 60, 0].map((span) => all.filter(({ spanSeconds }) => spanSeconds === span).length);
    expect(spans[2]).toBe(120);
    for (const [index, one] of all.entries()) {
      const before = all[index - 1];
      if (before === undefined) continue;
      expect(one.atMs).toBeGreaterThan(before.atMs);
      expect(one.atMs - before.atMs).toBeLessThanOrEqual(Math.max(before.spanSeconds, 5) * 1000);
    }
    expect(endMs - (all[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(11.9 * 60 * MINUTE);
    const hour = history.since(endMs - 60 * MINUTE);
    expect(hour.length).toBeLessThan(200);
    expect(endMs - (hour[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(59 * MINUTE);
  });

  it('is the worst of a span: the peak of a minute is still there when its polls are not', () => {
    const history = new ServerHistory();
    const minute = Math.ceil(BEGIN / (5 * MINUTE)) * 5 * MINUTE;
    history.add(poll(minute, { lagSeconds: 3, gtidGap: null }));
    history.add(poll(minute + 5000, { lagSeconds: 90, gtidGap: 12, latencyMicros: 5000 }));
    history.add(poll(minute + 10_000, { sqlState: 0, lagSeconds: null }));
    history.add(poll(minute + 15_000, FAILED));
    history.add(poll(minute + 20_000));
    for (let atMs = minute + 5 * MINUTE; atMs < minute + 30 * MINUTE; atMs += 5000) history.add(poll(atMs));
    expect(history.since(0)[0]).toEqual({
      atMs: minute,
      spanSeconds: 60,
      valid: false,
      lagSeconds: 90,
      gtidGap: 12,
      latencyMicros: 5000,
      ioState: 1,
      sqlState: 0,
    });
  });

  it('survives a clock that is set back', () => {
    const history = new ServerHistory();
    history.add(poll(BEGIN));
    history.add(poll(BEGIN - 2000, { lagSeconds: 1 }));
    expect(history.since(0).map(({ lagSeconds }) => lagSeconds)).toEqual([0, 1]);
    history.add(poll(BEGIN - 3600_000, { lagSeconds: 2 }));
    expect(history.since(0).map(({ lagSeconds }) => lagSeconds)).toEqual([2]);
  });
});
