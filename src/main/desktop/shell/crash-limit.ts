/** So many reloads within so long are help; more would only hide that the page can't live. */
const MOST = 3;
const WITHIN_MS = 60_000;

/** Decides whether a page whose process has ended is loaded again without asking. */
export class CrashLimit {
  #times: readonly number[] = [];

  /** Counts an end. @param nowMs of a clock that doesn't jump */
  mayReload(nowMs: number): boolean {
    this.#times = [...this.#times.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
    return this.#times.length <= MOST;
  }

  /** Somebody has looked, and wants to go on. */
  reset(): void {
    this.#times = [];
  }
}
