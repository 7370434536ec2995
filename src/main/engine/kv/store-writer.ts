import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { KeyValueGroup, KeyValueStore } from '../ports/key-value.ts';
import type { Clock } from '../ports/runtime.ts';

/** How long one write to a store may take. */
const LIMIT_MS = 5000;

/** For how long a write that was given up may still arrive at the store and undo a later one. */
const DOUBT_MS = 30_000;

const SUPERSEDED = 'It gave way to the entries of a new source, and is tried again.';

interface Running {
  readonly urgent: boolean;
  readonly abort: (reason: string) => void;
}

export interface WriteOptions {
  /** Of a promotion: what is being written or waits gives way. */
  readonly urgent: boolean;
  readonly everywhere: boolean;
}

/**
 * Writes to one store, one thing after the other, and remembers what it has. A store that hangs or fails keeps nobody:
 * each write has a limit, and what came of it is a value.
 */
export class StoreWriter {
  private readonly store: KeyValueStore;
  private readonly clock: Clock;
  /** What the store is known to hold. */
  private readonly written = new Map<string, string>();
  /** Until when entries count as not written even when they are, so that they are written once more. */
  private readonly doubtUntilMs = new Map<string, number>();
  private tail: Promise<unknown> = Promise.resolve();
  private running: Running | null = null;
  /** Counts promotions: what was asked for before the last one is out of date. */
  private epoch = 0;
  private stopped = false;

  constructor(store: KeyValueStore, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  get name(): string {
    return this.store.name;
  }

  /** Those of the groups that the store isn't known to hold as they are. */
  missing(groups: readonly KeyValueGroup[]): readonly KeyValueGroup[] {
    return groups.filter((group) => group.some(({ key, value }) => this.written.get(key) !== value));
  }

  /** Writes groups. @returns null when they are written, else why not, as a sentence */
  async write(groups: readonly KeyValueGroup[], { urgent, everywhere }: WriteOptions): Promise<string | null> {
    if (urgent) {
      this.epoch += 1;
      if (this.running?.urgent === false) this.running.abort(SUPERSEDED);
    }
    const asked = this.epoch;
    const before = this.tail;
    const work = before.then(async () => {
      if (this.stopped) return 'Baton is being stopped.';
      if (!urgent && asked !== this.epoch) return SUPERSEDED;
      return await this.attempt(groups, urgent, everywhere);
    });
    this.tail = work;
    return await work;
  }

  stop(): void {
    this.stopped = true;
    this.running?.abort('Baton is being stopped.');
  }

  private async attempt(
    groups: readonly KeyValueGroup[],
    urgent: boolean,
    everywhere: boolean,
  ): Promise<string | null> {
    const entries = groups.flat();
    for (const { key } of entries) this.written.delete(key);
    const failure = await this.limited((signal) => this.store.write({ groups, everywhere, signal }), urgent);
    const nowMs = this.clock.monotonicMs();
    for (const { key, value } of entries) {
      if (failure !== null) this.doubtUntilMs.set(key, nowMs + DOUBT_MS);
      else if ((this.doubtUntilMs.get(key) ?? 0) <= nowMs) {
        this.doubtUntilMs.delete(key);
        this.written.set(key, value);
      }
    }
    return failure;
  }

  /** A store that doesn't heed the signal is left to itself. */
  private async limited(work: (signal: AbortSignal) => Promise<void>, urgent: boolean): Promise<string | null> {
    const controller = new AbortController();
    return await new Promise<string | null>((resolve) => {
      const abort = (reason: string): void => {
        end(reason);
        controller.abort();
      };
      const running: Running = { urgent, abort };
      const end = (failure: string | null): void => {
        cancel();
        if (this.running === running) this.running = null;
        resolve(failure);
      };
      const cancel = this.clock.after(LIMIT_MS, () => abort(`It gave no answer within ${LIMIT_MS / 1000} s.`));
      this.running = running;
      work(controller.signal).then(
        () => end(null),
        (error: unknown) => end(reasonOf(error)),
      );
    });
  }
}
