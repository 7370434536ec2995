import { join } from 'node:path';
import type { Preferences, Profile, ShellState } from '../../../shared/contract/console/shell.ts';
import { preferencesSchema } from '../../../shared/contract/console/shell.ts';
import { JsonFile } from './json-file.ts';
import { firstPreferences } from './preferences.ts';
import {
  FIRST_PROFILES,
  kept,
  type Profiles,
  profileOf,
  profilesSchema,
  withoutProfile,
  withProfile,
} from './profiles.ts';

export interface ShellStoreOptions {
  /** Of the program's own data. */
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  readonly version: string;
  /** Of the user's desktop, such as `zh-CN`. */
  readonly locale: string;
  readonly embeddedProblem: string | null;
}

/** Profiles and preferences: what the shell knows from one start to the next. */
export class ShellStore {
  readonly #options: ShellStoreOptions;
  readonly #profilesFile: JsonFile<Profiles>;
  readonly #preferencesFile: JsonFile<Preferences>;
  #profiles: Profiles;

  constructor(options: ShellStoreOptions) {
    this.#options = options;
    this.#profilesFile = new JsonFile(join(options.folder, 'profiles.json'), profilesSchema, FIRST_PROFILES);
    const first = firstPreferences(options.locale);
    this.#preferencesFile = new JsonFile(join(options.folder, 'preferences.json'), preferencesSchema, first);
    const { value } = this.#profilesFile;
    this.#profiles = value.profiles.some(({ id }) => id === value.active) ? value : kept(value, value);
  }

  get active(): Profile {
    return profileOf(this.#profiles, this.#profiles.active);
  }

  get preferences(): Preferences {
    return this.#preferencesFile.value;
  }

  get state(): ShellState {
    const { platform, version, embeddedProblem } = this.#options;
    const known = platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
    const { profiles, active } = this.#profiles;
    return {
      platform: known,
      version,
      profiles: [...profiles],
      activeProfile: active,
      embeddedProblem,
      preferences: this.preferences,
    };
  }

  /** @throws BatonError when no profile has this id */
  profile(id: string): Profile {
    return profileOf(this.#profiles, id);
  }

  /** @throws BatonError for a name that another profile has; Error when it can't be written */
  save(profile: Profile): void {
    this.#set(withProfile(this.#profiles, profile));
  }

  /** @throws BatonError for the active one, and for one that isn't there */
  remove(id: string): void {
    this.#set(withoutProfile(this.#profiles, id));
  }

  /** @throws BatonError when no profile has this id */
  activate(id: string): void {
    profileOf(this.#profiles, id);
    this.#set({ ...this.#profiles, active: id });
  }

  prefer(preferences: Preferences): void {
    this.#preferencesFile.set(preferences);
  }

  #set(profiles: Profiles): void {
    this.#profiles = profiles;
    this.#profilesFile.set(kept(profiles, this.#profilesFile.value));
  }
}
