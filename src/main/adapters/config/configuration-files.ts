import type { ConfigurationPort } from '../../engine/ports/configuration.ts';
import { type LocatedFinding, loadConfiguration } from './load-configuration.ts';
import type { ReadTextFile } from './text-file.ts';

export interface ConfigurationFilesOptions {
  /** The files of the start, in order; none when the usual places held none. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile?: ReadTextFile;
}

/**
 * Reads the files of the start again. One that is gone is an error: a half of a configuration is not what anyone
 * meant. Without files at the start, the usual places are looked at again.
 */
export function configurationFiles({ files, env, readFile }: ConfigurationFilesOptions): ConfigurationPort {
  return {
    read: (current, extraFile) => {
      const extra = extraFile === null ? [] : [extraFile];
      const all = [...files, ...extra];
      const loaded = loadConfiguration({
        base: current,
        env,
        ...(all.length === 0 ? {} : { requiredFiles: all }),
        ...(readFile === undefined ? {} : { readFile }),
      });
      const texts = (level: LocatedFinding['level']) =>
        loaded.findings.filter((each) => each.level === level).map(findingText);
      const { ok, settings } = loaded;
      return { ok, settings, files: loaded.files, errors: texts('error'), warnings: texts('warning') };
    },
  };
}

/** A finding as one line: place, setting, message; without what the message itself says. */
export function findingText({ file, line, column, key, message }: LocatedFinding): string {
  const place = file === undefined ? '' : [file, line, column].filter((part) => part !== undefined).join(':');
  const prefixes = [place, key].filter((prefix) => prefix !== '' && !message.includes(prefix));
  return [...prefixes, message].join(': ');
}
