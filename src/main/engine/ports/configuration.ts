import type { Finding } from '../../../shared/settings/finding.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { SettingName } from '../../../shared/settings/table.ts';

/** What reading the configuration again gave. */
export interface ReadConfiguration {
  /** False when something is wrong: then `settings` must not be used. */
  readonly ok: boolean;
  readonly settings: Settings;
  /** The files that were read, in order. */
  readonly files: readonly string[];
  /** What is wrong, or worth knowing, with the place in the file. Never holds a secret. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /**
   * Puts in force what was read besides the settings, such as the credentials of groups of servers. Called once the
   * settings are used.
   * @returns what has changed by it, as sentences
   */
  readonly commit?: () => readonly string[];
}

/** Where a value comes from; lines count from 1. */
export type SettingOrigin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'environment'; readonly variable: string; readonly file: string }
  | { readonly kind: 'keychain'; readonly name: string; readonly file: string }
  | { readonly kind: 'credentials-file'; readonly file: string }
  | { readonly kind: 'derived' };

/** Where the settings in force come from; what has no origin has the default of the table. */
export interface ConfigurationOrigins {
  /** The files that were read, in order. */
  readonly files: readonly string[];
  readonly origins: ReadonlyMap<SettingName, SettingOrigin>;
}

/** What a text would be as a configuration file. */
export interface CheckedText {
  /** Baton would start with it. */
  readonly ok: boolean;
  /** Never hold a secret. Lines and columns count from 1; null where no place is known. */
  readonly findings: readonly (Finding & { readonly line: number | null; readonly column: number | null })[];
}

/** The files that the settings come from. */
export interface ConfigurationPort {
  origins(): ConfigurationOrigins;
  check(text: string): CheckedText;
  /**
   * Reads the files of the start again, then `extraFile`, over the current settings, with the secrets that they refer
   * to in the keychain. Never rejects for what a file holds or lacks.
   */
  read(current: Settings, extraFile: string | null): Promise<ReadConfiguration>;
}
