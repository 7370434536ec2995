import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { KeychainAnswer, KeychainLookup } from '../../../shared/settings/secret-reference.ts';
import type { Keychain } from '../../engine/ports/credentials.ts';
import { type LoadedConfiguration, type LoadOptions, loadConfiguration } from './load-configuration.ts';

/** Secrets that were fetched, and the names that were looked for in vain. */
type Known = Map<string, KeychainAnswer>;

/** A file that names other secrets at each reading is being written just now. */
const ROUNDS_MAX = 4;
const GIVEN_UP: KeychainAnswer = {
  ok: false,
  message: 'It was not looked for, because the file kept changing; try again.',
};

/**
 * Reads with a lookup that answers at once: what it lacks is noted, fetched from the keychain, and then it is read
 * again. Without any reference, the keychain isn't touched.
 * @param read reads synchronously, and leaves a reference as it is when the lookup gives null
 */
export async function withSecrets<T>(keychain: Pick<Keychain, 'get'>, read: (lookup: KeychainLookup) => T): Promise<T> {
  const known: Known = new Map();
  for (let round = 1; round < ROUNDS_MAX; round++) {
    const missing = new Set<string>();
    const reading = read((name) => {
      const answer = known.get(name) ?? null;
      if (answer === null) missing.add(name);
      return answer;
    });
    if (missing.size === 0) return reading;
    await fetch(keychain, [...missing], known);
  }
  return read((name) => known.get(name) ?? GIVEN_UP);
}

async function fetch(keychain: Pick<Keychain, 'get'>, names: readonly string[], known: Known): Promise<void> {
  try {
    const secrets = await keychain.get(names);
    for (const name of names) {
      const secret = secrets.get(name);
      const message = `It is not there; store it: baton credentials set ${name}`;
      known.set(name, secret === undefined ? { ok: false, message } : { ok: true, secret });
    }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    for (const name of names) known.set(name, { ok: false, message: error.text });
  }
}

/** Reads the configuration files with what they refer to in the keychain. Never rejects for what a file holds or lacks. */
export function loadWithKeychain(
  options: Omit<LoadOptions, 'keychain'>,
  keychain: Pick<Keychain, 'get'>,
): Promise<LoadedConfiguration> {
  return withSecrets(keychain, (lookup) => loadConfiguration({ ...options, keychain: lookup }));
}
