/** Work that has been begun and has not ended, to be waited for when Baton is stopped. */
export class UnderWay {
  private readonly works = new Set<Promise<unknown>>();

  get isEmpty(): boolean {
    return this.works.size === 0;
  }

  /** Settles as the work does. */
  async add<T>(work: Promise<T>): Promise<T> {
    this.works.add(work);
    try {
      return await work;
    } finally {
      this.works.delete(work);
    }
  }

  /** Waits until all that is under way now has ended, well or not. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.works);
  }
}
