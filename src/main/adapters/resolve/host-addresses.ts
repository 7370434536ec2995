import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { HostAddresses } from '../../../shared/domain/key-value.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { AddressBook } from '../../engine/ports/key-value.ts';
import type { Clock, Log } from '../../engine/ports/runtime.ts';

export interface AddressBookOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the name service; tests put their own. */
  readonly ask?: (host: string) => Promise<readonly Pick<LookupAddress, 'address' | 'family'>[]>;
}

interface Entry {
  readonly addresses: HostAddresses;
  readonly expiresMs: number;
}

/** The reference's time in the cache (discovery reference, 11.2). */
const EXPIRY_MS = 10 * 60_000;
const PATIENCE_MS = 1000;
const UNKNOWN: HostAddresses = { ipv4: '', ipv6: '' };

/**
 * The addresses of hosts, for what clients are told of a source. What was known once is answered at once and renewed
 * behind; a name service that fails takes nothing away.
 */
export function createAddressBook({ clock, log, ask = askNameService }: AddressBookOptions): AddressBook {
  const cache = new Map<string, Entry>();
  const asking = new Map<string, Promise<HostAddresses>>();

  async function askAnew(host: string): Promise<HostAddresses> {
    try {
      const found = await ask(host);
      const of = (family: number): string => found.find((each) => each.family === family)?.address ?? '';
      const addresses = { ipv4: of(4), ipv6: of(6) };
      cache.set(host, { addresses, expiresMs: clock.monotonicMs() + EXPIRY_MS });
      return addresses;
    } catch (error) {
      const reason = reasonOf(error);
      log.debug('resolve-failed', `The addresses of ${host} could not be looked up: ${reason}`, { host });
      return cache.get(host)?.addresses ?? UNKNOWN;
    } finally {
      asking.delete(host);
    }
  }

  return {
    async addressesOf(host) {
      const known = cache.get(host);
      if (known && known.expiresMs > clock.monotonicMs()) return known.addresses;
      const answer = asking.get(host) ?? askAnew(host);
      asking.set(host, answer);
      if (known) return known.addresses;
      return await withPatience(answer, clock);
    },
  };
}

function withPatience(answer: Promise<HostAddresses>, clock: Clock): Promise<HostAddresses> {
  return new Promise((resolve) => {
    const cancel = clock.after(PATIENCE_MS, () => resolve(UNKNOWN));
    void answer.then((addresses) => {
      cancel();
      resolve(addresses);
    });
  });
}

async function askNameService(host: string): Promise<readonly LookupAddress[]> {
  return await lookup(host, { all: true });
}
