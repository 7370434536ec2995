import { describe, expect, it } from 'vitest';
import {
  curvesOf,
  extremesOf,
  type Sample,
  stateOf,
  stretchesOf,
  timeInStates,
} from '../../../src/renderer/panels/instance/model/history-curves.ts';

function sample(atMs: number, changes: Partial<Sample> = {}): Sample {
  return {
    atMs,
    spanSeconds: 0,
    valid: true,
    lagSeconds: 0,
    gtidGap: 0,
    latencyMicros: 1500,
    ioState: 1,
    sqlState: 1,
    ...changes,
  };
}

describe('the history of a server', () => {
  it.each<[string, Partial<Sample>, string]>([
    ['both threads run', {}, 'running'],
    ['the receiver is connecting', { ioState: 2 }, 'connecting'],
    ['the receiver is stopped', { ioState: 0 }, 'ioStopped'],
    ['the applier is stopped', { sqlState: 0 }, 'sqlStopped'],
    ['both are stopped', { ioState: 0, sqlState: 0 }, 'stopped'],
    ['it is no replica', { ioState: -1, sqlState: -1 }, 'none'],
    ['it could not be read', { valid: false, ioState: -1, sqlState: -1 }, 'unreachable'],
    ['a poll of the span failed', { valid: false }, 'unreachable'],
  ])('says how it was when %s', (_, changes, state) => {
    expect(stateOf(sample(0, changes))).toBe(state);
  });

  it('joins what is alike and lasts until the next sample', () => {
    const samples = [sample(1000), sample(2000), sample(3000, { sqlState: 0 }), sample(5000)];
    const stretches = stretchesOf(samples, 9000);
    expect(stretches).toEqual([
      { state: 'running', fromMs: 1000, toMs: 3000 },
      { state: 'sqlStopped', fromMs: 3000, toMs: 5000 },
      { state: 'running', fromMs: 5000, toMs: 9000 },
    ]);
    expect(timeInStates(stretches)).toEqual([
      ['running', 6000],
      ['sqlStopped', 2000],
    ]);
  });

  it('never ends before it began, whatever the clock of this machine says', () => {
    expect(stretchesOf([sample(1000)], 500)).toEqual([{ state: 'running', fromMs: 1000, toMs: 1000 }]);
  });

  it('leaves a gap where nothing is known', () => {
    const { times, lagSeconds, latencyMs } = curvesOf([
      sample(1000, { lagSeconds: null, latencyMicros: null }),
      sample(2000, { lagSeconds: 3 }),
    ]);
    expect(times).toEqual([1, 2]);
    expect(lagSeconds).toEqual([null, 3]);
    expect(latencyMs).toEqual([null, 1.5]);
  });

  it('finds the greatest and the usual value', () => {
    const samples = [1, null, 9, 2].map((lagSeconds, index) => sample(index * 1000, { lagSeconds }));
    expect(extremesOf(samples, ({ lagSeconds }) => lagSeconds)).toEqual({ median: 2, most: 9, mostAtMs: 2000 });
    expect(extremesOf([sample(0, { lagSeconds: null })], ({ lagSeconds }) => lagSeconds)).toBeNull();
  });
});
