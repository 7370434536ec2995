import type { ConfigurationOrigins, ConfigurationPort } from '../../engine/ports/configuration.ts';
import type { CredentialsReading, Keychain } from '../../engine/ports/credentials.ts';
import { checkText } from './check-text.ts';
import { loadWithKeychain } from './keychain-lookup.ts';
import type { LocatedFinding } from './load-configuration.ts';
import type { ReadTextFile } from './text-file.ts';

export interface ConfigurationFilesOptions {
  /** The files of the start, in order; none when the usual places held none. */
  readonly files: readonly string[];
  /** Where the values of the start came from. */
  readonly origins?: ConfigurationOrigins['origins'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keychain: Pick<Keychain, 'get'>;
  /** What is read with the settings: the credentials of groups of servers. */
  readonly credentials?: {
    readonly read: () => Promise<CredentialsReading>;
    /** @returns what has changed by it, as sentences */
    readonly use: (reading: CredentialsReading) => readonly string[];
  };
  readonly readFile?: ReadTextFile;
}

/**
 * Reads the files of the start again. One that is gone is an error: a half of a configuration is not what anyone
 * meant. Without files at the start, the usual places are looked at again.
 */
export function configurationFiles(options: ConfigurationFilesOptions): ConfigurationPort {
  const { files, env, readFile, keychain, credentials } = options;
  let known: ConfigurationOrigins = { files, origins: options.origins ?? new Map() };
  return {
    origins: () => known,
    check: (text) => checkText(text, options),
    read: async (current, extraFile) => {
      const extra = extraFile === null ? [] : [extraFile];
      const all = [...files, ...extra];
      const loaded = await loadWithKeychain(
        {
          base: current,
          env,
          ...(all.length === 0 ? {} : { requiredFiles: all }),
          ...(readFile === undefined ? {} : { readFile }),
        },
        keychain,
      );
      const texts = (level: LocatedFinding['level']) =>
        loaded.findings.filter((each) => each.level === level).map(findingText);
      const { settings } = loaded;
      if (loaded.ok) known = { files: loaded.files, origins: loaded.sources };
      const groups = (loaded.ok ? await credentials?.read() : undefined) ?? null;
      const errors = [...texts('error'), ...(groups?.errors ?? [])];
      const read = { settings, files: loaded.files, errors, warnings: texts('warning') };
      const commit = groups === null ? undefined : () => credentials?.use(groups) ?? [];
      return { ok: loaded.ok && errors.length === 0, ...read, ...(commit === undefined ? {} : { commit }) };
    },
  };
}

/** A finding as one line: place, setting, message; without what the message itself says. */
export function findingText({ file, line, column, key, message }: LocatedFinding): string {
  const place = file === undefined ? '' : [file, line, column].filter((part) => part !== undefined).join(':');
  const prefixes = [place, key].filter((prefix) => prefix !== '' && !message.includes(prefix));
  return [...prefixes, message].join(': ');
}
