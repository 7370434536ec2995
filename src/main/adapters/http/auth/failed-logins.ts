import type { Log } from '../../../engine/ports/runtime.ts';

/** How long further failures from an address are only counted. */
const QUIET_MS = 60_000;
const KEPT_ADDRESSES = 1000;

/**
 * Tells the log of failed log-ins, at most once a minute for an address, however many there are. It never holds anybody
 * up: behind a proxy all share one address, and a person must get in while a script with an old password hammers.
 * Neither the user nor the password that was given is written: people confuse the two.
 */
export class FailedLogins {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #byAddress = new Map<string, { toldMs: number; since: number }>();

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  add(address: string): void {
    const now = this.#nowMs();
    const entry = this.#byAddress.get(address);
    if (entry !== undefined && now - entry.toldMs < QUIET_MS) {
      entry.since += 1;
      return;
    }
    if (this.#byAddress.size >= KEPT_ADDRESSES) this.#byAddress.clear();
    this.#byAddress.set(address, { toldMs: now, since: 0 });
    const more = entry === undefined || entry.since === 0 ? '' : ` (and ${entry.since} more since the last message)`;
    const from = address === '' ? 'a local socket' : address;
    this.#log.warn('http.login-failed', `A request from ${from} had a wrong user or password${more}.`, { address });
  }
}
