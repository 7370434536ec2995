import { setTimeout as delay } from 'node:timers/promises';

/** What an answer costs is followed by this many times as long without one, so that the engine has the processor too. */
const REST = 3;
/** So that clients of a machine that has too much to do don't wait several times as long as they have to. */
const LONGEST_REST_MS = 250;

interface Line {
  /** The computation that has not begun yet; whoever asks now may have its result. */
  next: Promise<unknown> | null;
  /** Ends when the one that runs has ended, and a rest after it. */
  free: Promise<void>;
}

/**
 * Answers that depend on nothing of the request, computed once for all who wait. A request only ever gets an answer
 * whose computation began after it came: what its client did before is in it, and nothing in it is from before.
 */
export class SharedAnswers {
  readonly #lines = new Map<string, Line>();

  /** @param name of the question */
  get<T>(name: string, compute: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(name) ?? { next: null, free: Promise.resolve() };
    this.#lines.set(name, line);
    if (line.next !== null) return line.next as Promise<T>;
    const answer = line.free.then(() => {
      line.next = null;
      const beganMs = performance.now();
      const computed = compute();
      const rest = async (): Promise<void> => {
        const restMs = Math.min((performance.now() - beganMs) * REST, LONGEST_REST_MS);
        await delay(restMs, undefined, { ref: false });
        if (line.next === null) this.#lines.delete(name);
      };
      line.free = computed.then(rest, rest);
      return computed;
    });
    line.next = answer;
    return answer;
  }
}
