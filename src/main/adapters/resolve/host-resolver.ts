import { lookup, resolveCname } from 'node:dns/promises';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { HostNames, NameEntry } from '../../engine/ports/names.ts';
import type { Clock, Log } from '../../engine/ports/runtime.ts';

export interface HostResolverOptions {
  /** `HostnameResolveMethod`: `none`, `default`, `cname`, `ip`; anything else means `default`. */
  readonly method: string;
  /** How long a result is believed (`ExpiryHostnameResolvesMinutes`), in milliseconds. */
  readonly expiryMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Results that match are not believed (`RejectHostnameResolvePattern`); asked for at each, as settings change. */
  readonly rejectPattern?: () => RegExp | null;
  /** Asks the name service; tests put their own. */
  readonly ask?: (host: string, method: 'cname' | 'ip') => Promise<string>;
}

interface Entry {
  readonly name: string;
  readonly expiresMs: number;
}

const FAILURE_EXPIRY_MS = 60_000;
const PATIENCE_MS = 2_000;
const CNAME_CHAIN_LIMIT = 8;
/** Longer than any name that the name service could know (RFC 1035, section 2.3.4). */
const LONGEST_NAME = 255;
/** Several times as many as servers are watched; names of nobody beyond that are forgotten, oldest first. */
const MOST_NAMES = 50_000;

/** The names of this process. Source: discovery reference, section 11. */
export function createHostResolver(options: HostResolverOptions): HostNames {
  return new HostResolver(options);
}

class HostResolver implements HostNames {
  readonly #options: HostResolverOptions;
  readonly #ask: (host: string, method: 'cname' | 'ip') => Promise<string>;
  readonly #method: string;
  /** How the name service is asked; null where it isn't. */
  readonly #network: 'cname' | 'ip' | null;
  readonly #cache = new Map<string, Entry>();
  readonly #aliases = new Map<string, string>();
  readonly #pinned = new Map<string, string>();
  readonly #asking = new Map<string, Promise<string>>();

  constructor(options: HostResolverOptions) {
    this.#options = options;
    this.#ask = options.ask ?? askNameService;
    this.#method = options.method.toLowerCase();
    this.#network = this.#method === 'cname' || this.#method === 'ip' ? this.#method : null;
  }

  async resolve(given: string): Promise<string> {
    const host = given.trim();
    const network = this.#network;
    if (network === null || this.#isSettled(host)) return this.peek(host);
    const known = this.#cache.get(host);
    if (known && known.expiresMs > this.#options.clock.monotonicMs()) return this.#named(known.name);
    const answer = this.#askOnce(host, network);
    return this.#named(known ? known.name : await withPatience(answer, host, this.#options.clock));
  }

  peek(given: string): string {
    const host = given.trim();
    if (isNoName(host)) return host;
    return this.#named(this.#stands(host) ?? this.#cache.get(host)?.name ?? host);
  }

  learn(polled: string, own: string, certain = false): void {
    // Two names that stand for each other would send every look-up to and fro.
    if (polled === own || (!certain && (this.#method === 'none' || this.#aliases.get(own) === polled))) return;
    if (this.#aliases.get(own) === polled) this.#aliases.delete(own);
    this.#aliases.set(polled, own);
  }

  unlearn(polled: string): void {
    this.#aliases.delete(polled);
  }

  pin(alias: string, host: string | null): void {
    if (host === null) this.#pinned.delete(alias);
    else this.#pinned.set(alias, host);
  }

  recall(entries: readonly Pick<NameEntry, 'host' | 'name'>[]): void {
    if (this.#network === null) return;
    for (const { host, name } of entries) if (!this.#cache.has(host)) this.#cache.set(host, { name, expiresMs: 0 });
  }

  entries(): readonly NameEntry[] {
    const learnt = [...this.#aliases].map(([host, name]) => ({ host, name, expiresMs: 0 }));
    const cached = this.#cached().filter(({ host }) => !this.#aliases.has(host));
    return [...learnt, ...cached].sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  lookedUp(): readonly NameEntry[] {
    return this.#cached().filter(({ host, name }) => host !== name);
  }

  reset(): void {
    this.#cache.clear();
    this.#aliases.clear();
  }

  #cached(): NameEntry[] {
    const { clock } = this.#options;
    const epochMs = clock.nowMs() - clock.monotonicMs();
    return [...this.#cache].map(([host, { name, expiresMs }]) => ({ host, name, expiresMs: epochMs + expiresMs }));
  }

  #isSettled(host: string): boolean {
    return isNoName(host) || this.#stands(host) !== undefined;
  }

  #stands(host: string): string | undefined {
    return this.#pinned.get(host) ?? this.#aliases.get(host);
  }

  /** What the name service calls a server may be another name than the server's own. */
  #named(name: string): string {
    return this.#stands(name) ?? name;
  }

  #askOnce(host: string, by: 'cname' | 'ip'): Promise<string> {
    const running = this.#asking.get(host) ?? this.#askAnew(host, by);
    this.#asking.set(host, running);
    return running;
  }

  async #askAnew(host: string, by: 'cname' | 'ip'): Promise<string> {
    const { clock, log, expiryMs, rejectPattern } = this.#options;
    try {
      const name = await this.#ask(host, by);
      const rejected = name === '' || rejectPattern?.()?.test(name) === true;
      if (rejected) return this.#cache.get(host)?.name ?? host;
      this.#cache.set(host, { name, expiresMs: clock.monotonicMs() + expiryMs });
      return name;
    } catch (error) {
      const reason = reasonOf(error);
      log.debug('resolve-failed', `The host name ${host} could not be resolved: ${reason}`, { host });
      const name = this.#cache.get(host)?.name ?? host;
      this.#cache.set(host, { name, expiresMs: clock.monotonicMs() + Math.min(FAILURE_EXPIRY_MS, expiryMs) });
      this.#makeRoom();
      return name;
    } finally {
      this.#asking.delete(host);
    }
  }

  /** Anybody may ask about names that there are none of; what is remembered of them must not fill the memory. */
  #makeRoom(): void {
    if (this.#cache.size <= MOST_NAMES) return;
    for (const [host, { name }] of this.#cache) {
      if (this.#cache.size <= MOST_NAMES * 0.9) return;
      if (host === name) this.#cache.delete(host);
    }
  }
}

/** What stands for no host, for several, or for a source that a replica is detached from. */
function isNoName(host: string): boolean {
  return host === '' || host.length > LONGEST_NAME || host.includes(',') || host.startsWith('//');
}

function withPatience(answer: Promise<string>, otherwise: string, clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    const cancel = clock.after(PATIENCE_MS, () => resolve(otherwise));
    void answer.then((name) => {
      cancel();
      resolve(name);
    });
  });
}

async function askNameService(host: string, method: 'cname' | 'ip'): Promise<string> {
  if (method === 'ip') {
    const addresses = await lookup(host, { all: true });
    return (addresses.find((one) => one.family === 4) ?? addresses[0])?.address ?? host;
  }
  let name = host;
  for (let link = 0; link < CNAME_CHAIN_LIMIT; link += 1) {
    const next = await canonicalName(name);
    if (next === null || next === name) break;
    name = next;
  }
  return name.replace(/\.$/, '');
}

/** Null for a name that is canonical itself. */
async function canonicalName(host: string): Promise<string | null> {
  try {
    return (await resolveCname(host))[0] ?? null;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENODATA') return null;
    throw error;
  }
}
