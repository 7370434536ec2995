import { reasonOf } from '../../../shared/errors/reason-of.ts';

/** How long one of several servers may take before the next one is tried, ms. */
const ATTEMPT_MS = 1500;

/** The server has answered; another one of the same cluster would answer alike. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * Tries servers that stand for each other, in order and from the one on that was of use last, until one does the work.
 * Rejects at once with what a server refuses, else with what was wrong with each.
 */
export class EachServer<S> {
  private readonly servers: readonly S[];
  private readonly nameOf: (server: S) => string;
  private first = 0;

  constructor(servers: readonly S[], nameOf: (server: S) => string) {
    this.servers = servers;
    this.nameOf = nameOf;
  }

  async attempt<T>(signal: AbortSignal, work: (server: S, signal: AbortSignal) => Promise<T>): Promise<T> {
    const failures: string[] = [];
    const { servers, first } = this;
    for (const [offset, server] of [...servers.slice(first), ...servers.slice(0, first)].entries()) {
      if (signal.aborted) break;
      try {
        const result = servers.length === 1 ? await work(server, signal) : await limited(server, signal, work);
        this.first = (first + offset) % servers.length;
        return result;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        failures.push(`${this.nameOf(server)}: ${reasonOf(error)}`);
      }
    }
    throw new Error(failures.length === 0 ? 'There was no time left to ask it.' : `${failures.join('; ')}.`);
  }
}

async function limited<S, T>(
  server: S,
  signal: AbortSignal,
  work: (server: S, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ATTEMPT_MS);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(server, controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
