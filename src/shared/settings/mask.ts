import type { Settings } from './settings.ts';
import { definitionOf, SETTING_NAMES } from './table.ts';

/** What stands for a secret that is set. */
export const SECRET_MASK = '********';

/** The settings for showing: secrets that are set are masked, and quoted texts of a query that may hold some. */
export function maskedSettings(settings: Settings): Settings {
  const shown = SETTING_NAMES.map((name) => {
    const { secret } = definitionOf(name);
    const value = settings[name];
    if (secret === false || typeof value !== 'string' || value === '') return [name, value];
    return [name, secret === 'literals' ? withoutLiterals(value) : SECRET_MASK];
  });
  return Object.fromEntries(shown) as Settings;
}

/** One JSON line with the effective values, for `dump-config`; secrets are masked. */
export function dumpSettings(settings: Settings): string {
  return JSON.stringify(maskedSettings(settings));
}

/** An unclosed quote masks the rest. */
function withoutLiterals(query: string): string {
  return query.replace(/'(?:[^'\\]|\\.|'')*(?:'|$)|"(?:[^"\\]|\\.|"")*(?:"|$)/gs, `'${SECRET_MASK}'`);
}
