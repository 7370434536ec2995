/** How often each of several things happened. */
export class Tally<K extends string> {
  private readonly counts = new Map<K, number>();

  add(what: K, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  of(what: K): number {
    return this.counts.get(what) ?? 0;
  }

  get total(): number {
    return this.entries().reduce((sum, [, count]) => sum + count, 0);
  }

  entries(): readonly (readonly [K, number])[] {
    return [...this.counts];
  }
}
