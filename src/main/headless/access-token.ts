import { BatonError, EXIT_CODES } from '../../shared/errors/baton-error.ts';
import { findingText } from '../adapters/config/configuration-files.ts';
import { loadConfiguration } from '../adapters/config/load-configuration.ts';
import { AccessTokens, tokenLifetimes } from '../adapters/http/auth/access-tokens.ts';
import { dataFolderOf } from './data-folder.ts';

export interface AccessTokenOptions {
  /** Only this file is read; else the usual places are looked at. */
  readonly config?: string;
  /** Data folder of the engine; beats the configuration. */
  readonly dataDir?: string;
  /** Who asks for it. */
  readonly owner: string;
}

interface Output {
  write(text: string): void;
}

/**
 * Makes an access token for an engine of this machine and prints its public part. It goes by the data folder and not
 * by the engine: whoever may write there may hand out access.
 * @returns the exit code: 0, 2 for a configuration and 3 for a data folder that can't be used
 */
export async function makeAccessToken(options: AccessTokenOptions, out: Output, error: Output): Promise<number> {
  const loaded = loadConfiguration({ ...(options.config ? { configFile: options.config } : {}), env: process.env });
  if (!loaded.ok) {
    for (const each of loaded.findings) error.write(`baton: ${each.level}: ${findingText(each)}\n`);
    return EXIT_CODES.configuration;
  }
  const { settings } = loaded;
  const dataFolder = dataFolderOf(options.dataDir, settings);
  const tokens = new AccessTokens({ dataFolder, lifetimes: () => tokenLifetimes(settings), nowMs: Date.now });
  try {
    out.write(`${await tokens.generate(options.owner)}\n`);
  } catch (failure) {
    if (!(failure instanceof BatonError)) throw failure;
    error.write(`baton: ${failure.text}\n`);
    return EXIT_CODES[failure.code];
  }
  if (settings.AuthenticationMethod !== 'token') {
    error.write(
      'baton: warning: AuthenticationMethod is not "token", so that an engine with this configuration takes none.\n',
    );
  }
  const seconds = settings.AccessTokenUseExpirySeconds;
  error.write(`baton: visit ${settings.URLPrefix}/web/access-token?publicToken=… within ${seconds} s.\n`);
  return 0;
}
