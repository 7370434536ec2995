import type { Settings } from '../../../shared/settings/settings.ts';

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
}

/** The files that the settings come from. */
export interface ConfigurationPort {
  /**
   * Reads the files of the start again, then `extraFile`, over the current settings. Never throws for what a file
   * holds or lacks.
   */
  read(current: Settings, extraFile: string | null): ReadConfiguration;
}
