import type { Clock, Log } from '../../../src/main/engine/ports/runtime.ts';

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface ManualClock extends Clock {
  set(nowMs: number): void;
  /** Runs what was put off. */
  runTimers(): void;
}

export function manualClock(nowMs = 1_000_000): ManualClock {
  let now = nowMs;
  let timers: (() => void)[] = [];
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    sleep: () => Promise.reject(new Error('nothing sleeps here')),
    after: (_, run) => {
      timers.push(run);
      return () => {
        timers = timers.filter((timer) => timer !== run);
      };
    },
    set: (to) => {
      now = to;
    },
    runTimers: () => {
      const due = timers;
      timers = [];
      for (const run of due) run();
    },
  };
}
