import type { Clock } from '../../../src/main/engine/ports/runtime.ts';

/** The time at which virtual clocks start, ms since the epoch. */
export const START_MS = 1_800_000_000_000;

/** Turns of the event loop after which what one timer has set off counts as done. */
const TURNS = 4;

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Lets everything happen that doesn't wait for time: promises, and what was put off to the next turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  private elapsedMs = 0;
  private order = 0;
  private readonly timers = new Set<Timer>();

  nowMs(): number {
    return START_MS + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  /** Timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.timers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(new Error('aborted'));
      });
    });
  }

  after(ms: number, run: () => void): () => void {
    this.order += 1;
    const timer = { atMs: this.elapsedMs + ms, order: this.order, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Lets time pass, running what falls due in order, and everything that it sets off. */
  async advance(ms: number): Promise<void> {
    const endMs = this.elapsedMs + ms;
    await settled();
    for (let timer = this.next(endMs); timer !== null; timer = this.next(endMs)) {
      this.timers.delete(timer);
      this.elapsedMs = Math.max(this.elapsedMs, timer.atMs);
      timer.run();
      await settled();
    }
    this.elapsedMs = endMs;
  }

  /** Lets time pass until something holds. */
  async advanceUntil(holds: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.elapsedMs + limitMs;
    await settled();
    while (!holds()) {
      const timer = this.next(endMs);
      if (timer === null) throw new Error(`It did not come true within ${limitMs} virtual ms.`);
      await this.advance(timer.atMs - this.elapsedMs);
    }
  }

  private next(endMs: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers) {
      if (timer.atMs > endMs) continue;
      if (first === null || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }
}
