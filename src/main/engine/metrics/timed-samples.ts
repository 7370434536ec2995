interface Timed {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** Dropped entries are cut off the list once there are so many, and as many as are kept: so adding one stays cheap. */
const CUT_AT = 1024;

/** The samples of the last while, oldest first. */
export class TimedSamples<T extends Timed> {
  private readonly keepMs: () => number;
  private samples: T[] = [];
  private dropped = 0;

  /** @param keepMs how long samples are kept, ms; asked at each */
  constructor(keepMs: () => number) {
    this.keepMs = keepMs;
  }

  add(sample: T): void {
    this.samples.push(sample);
    const limitMs = sample.atMs - this.keepMs();
    while ((this.samples[this.dropped]?.atMs ?? Number.POSITIVE_INFINITY) < limitMs) this.dropped += 1;
    if (this.dropped < CUT_AT || this.dropped * 2 < this.samples.length) return;
    this.samples = this.samples.slice(this.dropped);
    this.dropped = 0;
  }

  /** Those that are no older than `sinceMs`, ms since the epoch. */
  since(sinceMs: number): readonly T[] {
    return this.samples.slice(this.dropped).filter(({ atMs }) => atMs >= sinceMs);
  }
}
