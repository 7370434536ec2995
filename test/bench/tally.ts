/** Buckets of a tenth of a millisecond up to a minute. */
const PER_MS = 10;
const LONGEST_MS = 60_000;

export interface TallyFigures {
  readonly requests: number;
  readonly failures: number;
  readonly bytes: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** Counts requests and how long they took, in as much memory for many as for few. */
export class Tally {
  private readonly buckets = new Uint32Array(LONGEST_MS * PER_MS + 1);
  private requests = 0;
  private failures = 0;
  private bytes = 0;

  get count(): number {
    return this.requests + this.failures;
  }

  /** @param beganMs of `performance.now()` */
  add(bytes: number, beganMs: number): void {
    const at = Math.round(Math.min(LONGEST_MS, performance.now() - beganMs) * PER_MS);
    this.buckets[at] = (this.buckets[at] ?? 0) + 1;
    this.requests += 1;
    this.bytes += bytes;
  }

  fail(): void {
    this.failures += 1;
  }

  figures(): TallyFigures {
    const { requests, failures, bytes } = this;
    const mostMs =
      Math.max(
        0,
        this.buckets.findLastIndex((count) => count > 0),
      ) / PER_MS;
    return { requests, failures, bytes, medianMs: this.quantile(0.5), p99Ms: this.quantile(0.99), mostMs };
  }

  private quantile(share: number): number {
    let seen = 0;
    const at = this.buckets.findIndex((count) => {
      seen += count;
      return seen > 0 && seen >= this.requests * share;
    });
    return Math.max(0, at) / PER_MS;
  }
}
