import { lookup, resolveCname } from 'node:dns/promises';
import type { Clock, Log } from '../../engine/ports/runtime.ts';

export interface HostResolverOptions {
  /** `HostnameResolveMethod`: `none`, `default`, `cname`, `ip`; anything else means `default`. */
  readonly method: string;
  /** How long a result is believed (`ExpiryHostnameResolvesMinutes`), in milliseconds. */
  readonly expiryMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Results that match are not believed (`RejectHostnameResolvePattern`). */
  readonly rejectPattern?: RegExp | null;
  /** Asks the name service; tests put their own. */
  readonly ask?: (host: string, method: 'cname' | 'ip') => Promise<string>;
}

export interface CachingHostResolver {
  /**
   * The canonical name of a host that was met somewhere. Never rejects: what doesn't resolve stays as it is.
   * Only the first call for a name waits for the name service, and for at most two seconds; later ones are
   * answered from memory, which is renewed behind their back. Source: reference discovery.md, section 11.2.
   */
  resolve(host: string): Promise<string>;
  /** A server polled as `polled` names itself `own`: later `resolve(polled)` gives `own`. Not with `none`. */
  learn(polled: string, own: string): void;
  /** Forgets everything (`reset-hostname-resolve-cache`). */
  reset(): void;
}

interface Entry {
  readonly name: string;
  readonly expiresMs: number;
}

const FAILURE_EXPIRY_MS = 60_000;
const PATIENCE_MS = 2_000;
const CNAME_CHAIN_LIMIT = 8;

export function createHostResolver(options: HostResolverOptions): CachingHostResolver {
  const { clock, log, expiryMs, rejectPattern = null, ask = askNameService } = options;
  const method = options.method.toLowerCase();
  const network = method === 'cname' || method === 'ip' ? method : null;
  const cache = new Map<string, Entry>();
  const aliases = new Map<string, string>();
  const asking = new Map<string, Promise<string>>();

  async function askAnew(host: string, by: 'cname' | 'ip'): Promise<string> {
    try {
      const name = await ask(host, by);
      const rejected = name === '' || rejectPattern?.test(name) === true;
      if (!rejected) cache.set(host, { name, expiresMs: clock.monotonicMs() + expiryMs });
      return rejected ? host : name;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.debug('resolve-failed', `The host name ${host} could not be resolved: ${reason}`, { host });
      const name = cache.get(host)?.name ?? host;
      cache.set(host, { name, expiresMs: clock.monotonicMs() + Math.min(FAILURE_EXPIRY_MS, expiryMs) });
      return name;
    } finally {
      asking.delete(host);
    }
  }

  function askOnce(host: string, by: 'cname' | 'ip'): Promise<string> {
    const running = asking.get(host) ?? askAnew(host, by);
    asking.set(host, running);
    return running;
  }

  return {
    async resolve(given) {
      const host = given.trim();
      if (host === '' || host.includes(',') || host.startsWith('//')) return host;
      const alias = aliases.get(host);
      if (alias !== undefined) return alias;
      if (network === null) return host;
      const known = cache.get(host);
      if (known && known.expiresMs > clock.monotonicMs()) return known.name;
      const answer = askOnce(host, network);
      if (known) return known.name;
      return withPatience(answer, host, clock);
    },
    learn(polled, own) {
      // Two names that stand for each other would send every look-up to and fro.
      if (method === 'none' || polled === own || aliases.get(own) === polled) return;
      aliases.set(polled, own);
    },
    reset() {
      cache.clear();
      aliases.clear();
    },
  };
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
