import { BatonError, EXIT_CODES } from '../../shared/errors/baton-error.ts';
import { keychainName } from '../../shared/settings/secret-reference.ts';
import { loadConfiguration } from '../adapters/config/load-configuration.ts';
import { credentialsFile, keychainOf } from '../compose-credentials.ts';
import type { Keychain } from '../engine/ports/credentials.ts';
import { dataFolderOf } from './data-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Output {
  readonly out: { write(text: string): unknown };
  readonly error: { write(text: string): unknown };
}

export { keychainOf };

/** `baton credentials list`: the names of the secrets, and those that the configuration refers to in vain. @returns 0, or 1 */
export function listSecrets(
  config: string | null,
  env: Environment,
  keychain: Keychain,
  output: Output,
): Promise<number> {
  return told(output, async () => {
    const kept = await keychain.list();
    const wanted = references(config, env);
    for (const name of kept)
      output.out.write(`${name}${wanted.has(name) ? '' : '  (the configuration does not use it)'}\n`);
    const missing = [...wanted].filter((name) => !kept.includes(name));
    for (const name of missing) {
      output.out.write(`${name}  (missing: the configuration refers to it; baton credentials set ${name})\n`);
    }
    if (kept.length + missing.length === 0) output.out.write('The keychain holds no secret of Baton.\n');
  });
}

/** The names that the configuration and the credentials file refer to, as far as they can be read. */
function references(config: string | null, env: Environment): ReadonlySet<string> {
  const names = new Set<string>();
  const { settings } = loadConfiguration({
    ...(config === null ? {} : { configFile: config }),
    env,
    keychain: (name) => {
      names.add(name);
      return null;
    },
  });
  const nothing = { get: async () => new Map<string, string>() };
  const file = credentialsFile({ settings, dataFolder: dataFolderOf(undefined, settings), env }, nothing);
  try {
    for (const { password } of file.entries()) {
      const name = keychainName(password);
      if (name !== null) names.add(name);
    }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
  }
  return names;
}

/** `baton credentials set`. @returns 0, or 1 when nothing was stored */
export function setSecret(name: string, secret: string, keychain: Keychain, output: Output): Promise<number> {
  return told(output, async () => {
    await keychain.set(name, secret);
    output.out.write(`Stored ${name} in the keychain. A Baton that runs takes it with: baton reload-configuration\n`);
  });
}

/** `baton credentials remove`. @returns 0, or 1 when there is none of that name */
export function removeSecret(name: string, keychain: Keychain, output: Output): Promise<number> {
  return told(output, async () => {
    if (!(await keychain.remove(name)))
      throw new BatonError('refused', `The keychain holds no secret ${name} of Baton.`);
    output.out.write(`Removed ${name} from the keychain.\n`);
  });
}

async function told({ error: errors }: Output, run: () => Promise<void>): Promise<number> {
  try {
    await run();
    return 0;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    errors.write(`baton: ${error.text}\n`);
    return EXIT_CODES[error.code];
  }
}
