/** How a value is written in a configuration file. `uint` is a whole number that isn't negative. */
export type SettingType = 'bool' | 'int' | 'uint' | 'float' | 'string' | 'string[]' | 'map';

/** The TypeScript type of a setting's value. */
export type SettingValue<T extends SettingType> = T extends 'bool'
  ? boolean
  : T extends 'int' | 'uint' | 'float'
    ? number
    : T extends 'string'
      ? string
      : T extends 'string[]'
        ? readonly string[]
        : Readonly<Record<string, string>>;

/**
 * `used`: Baton honours it. `not-used-yet`: accepted and kept, a later version honours it.
 * `ignored`: Baton will not honour it, for the definition's `reason`.
 */
export type SettingStatus = 'used' | 'not-used-yet' | 'ignored';

export type SettingUnit = 'milliseconds' | 'seconds' | 'minutes' | 'hours' | 'days' | 'bytes' | 'polls';

/**
 * What the texts of a setting are matched with, so that a wrong one is found when the file is read.
 * `host`: an IP address or a regular expression on `host:port`; `regex`: a regular expression;
 * `group`: a regular expression with one group; `cluster`: a cluster filter; `map-keys`: the keys of a map are
 * regular expressions.
 */
export type SettingPattern = 'host' | 'regex' | 'group' | 'cluster' | 'map-keys';

/** One row of the settings table. */
export interface SettingDefinition<T extends SettingType = SettingType> {
  readonly type: T;
  readonly default: SettingValue<T>;
  readonly status: SettingStatus;
  /** Why the setting is ignored; present with that status only. */
  readonly reason?: string;
  /** One sentence for the reference page, the settings screen and `--help`. */
  readonly doc: string;
  readonly unit?: SettingUnit;
  /** True: never shown. `literals`: a query whose quoted texts are never shown. */
  readonly secret: boolean | 'literals';
  /** False when a change takes effect at the next start only (configuration reference, section 5). */
  readonly reloadable: boolean;
  /** Smallest and largest value that can work; numbers only. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: SettingPattern;
}

export interface SettingExtras {
  readonly unit?: SettingUnit;
  readonly secret?: boolean | 'literals';
  /** A change takes effect at the next start only. */
  readonly restart?: true;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: SettingPattern;
}

/** Makes a row; `status` is a status, or the reason why the setting is ignored. */
export function setting<T extends SettingType>(
  type: T,
  defaultValue: SettingValue<T>,
  status: 'used' | 'not-used-yet' | { readonly ignored: string },
  doc: string,
  extras: SettingExtras = {},
): SettingDefinition<T> {
  const { restart, secret, ...rest } = extras;
  const state = typeof status === 'string' ? { status } : { status: 'ignored' as const, reason: status.ignored };
  return { type, default: defaultValue, ...state, doc, secret: secret ?? false, reloadable: restart !== true, ...rest };
}
