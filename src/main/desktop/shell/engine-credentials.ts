import { createHash } from 'node:crypto';
import type { SessionSecrets } from '../../engine/credentials/session-secrets.ts';

/** Where an account is kept, and if it is only for the session, why. */
export interface Keeping {
  readonly kept: 'keychain' | 'session';
  readonly problem: string;
}

/** Longer ones are named by their hash. */
const LONGEST_NAME = 200;

/**
 * Users and passwords for remote engines, as `user:password`, by the engines' addresses. In the keychain where there is
 * one; else they are gone when the program ends.
 */
export class EngineCredentials {
  readonly #secrets: Pick<SessionSecrets, 'get' | 'set' | 'remove'>;

  constructor(secrets: Pick<SessionSecrets, 'get' | 'set' | 'remove'>) {
    this.#secrets = secrets;
  }

  /** Empty for none, and where the keychain doesn't give it: then the engine says that it asks for one. */
  async of(api: string): Promise<string> {
    const name = nameOf(api);
    const found = await this.#secrets.get([name]).catch(() => new Map<string, string>());
    return found.get(name) ?? '';
  }

  /** @throws BatonError for what no keychain takes */
  async keep(api: string, auth: string): Promise<Keeping> {
    const { kept, notice } = await this.#secrets.set(nameOf(api), auth);
    return { kept, problem: notice };
  }

  /** @throws KeychainError when the keychain may have it still */
  async forget(api: string): Promise<void> {
    await this.#secrets.remove(nameOf(api));
  }
}

/**
 * Takes users and passwords out of addresses, so that these can be written down and shown.
 * @param api addresses apart by spaces
 * @returns `auth` is the first `user:password` of them, empty for none
 */
export function withoutCredentials(api: string): { readonly api: string; readonly auth: string } {
  let auth = '';
  const addresses = api
    .trim()
    .split(/\s+/)
    .map((address) => {
      const found = /^([a-z]+:\/\/)?([^/@]*)@(.*)$/i.exec(address);
      if (found === null) return address;
      const [, scheme = '', user = '', rest = ''] = found;
      if (auth === '') auth = decoded(user);
      return `${scheme}${rest}`;
    });
  return { api: addresses.join(' '), auth };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nameOf(api: string): string {
  const name = `engine:${api.trim().split(/\s+/).join(',')}`;
  if (name.length <= LONGEST_NAME && !/[{}]/.test(name)) return name;
  return `engine:${createHash('sha256').update(api).digest('hex')}`;
}
