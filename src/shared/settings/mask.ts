import type { Settings } from './settings.ts';
import { definitionOf, SETTING_NAMES, type SettingName } from './table.ts';

/** What stands for a secret that is set. */
export const SECRET_MASK = '********';

/** The settings for showing: secrets that are set are masked, and quoted texts of a query that may hold some. */
export function maskedSettings(settings: Settings): Settings {
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, maskedValue(name, settings)])) as Settings;
}

/** The secrets that are set, as they are. */
export function secretValues(settings: Settings): ReadonlySet<string> {
  const secrets = SETTING_NAMES.filter((name) => definitionOf(name).secret === true).map((name) => settings[name]);
  return new Set(secrets.map(String).filter((value) => value !== ''));
}

/** One value for showing. */
export function maskedValue(name: SettingName, settings: Settings): Settings[SettingName] {
  const { secret } = definitionOf(name);
  const value = settings[name];
  if (secret === false || typeof value !== 'string' || value === '') return value;
  return secret === 'literals' ? withoutLiterals(value) : SECRET_MASK;
}

/** One JSON line with the effective values, for `dump-config`; secrets are masked. */
export function dumpSettings(settings: Settings): string {
  return JSON.stringify(maskedSettings(settings));
}

/** An unclosed quote masks the rest. */
function withoutLiterals(query: string): string {
  return query.replace(/'(?:[^'\\]|\\.|'')*(?:'|$)|"(?:[^"\\]|\\.|"")*(?:"|$)/gs, `'${SECRET_MASK}'`);
}
