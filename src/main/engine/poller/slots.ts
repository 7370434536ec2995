/** Bounds how many tasks run at once; those that wait go in the order in which they came. */
export class Slots {
  private readonly limit: () => number;
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(limit: () => number) {
    this.limit = limit;
  }

  get active(): number {
    return this.taken;
  }

  get queued(): number {
    return this.waiting.length;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.waiting.length === 0 && this.taken < this.limit()) this.taken += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      this.taken -= 1;
      this.admit();
    }
  }

  /** A place is counted for the one who waits before it hears of it, so that nobody who comes meanwhile takes it. */
  private admit(): void {
    while (this.waiting.length > 0 && this.taken < this.limit()) {
      this.taken += 1;
      this.waiting.shift()?.();
    }
  }
}
