/** The pauses before each further attempt, the last one from then on. */
export interface RetryTiming {
  readonly pausesMs: readonly number[];
}

export function pauseMs({ pausesMs }: RetryTiming, failures: number): number {
  return pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0;
}

/** A pause that somebody may cut short. */
export class Pause {
  #end: (() => void) | null = null;

  /** @param ms how long it lasts unless `cut` ends it */
  wait(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(() => this.cut(), ms);
      this.#end = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  cut(): void {
    this.#end?.();
    this.#end = null;
  }
}
