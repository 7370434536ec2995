import { nearest } from '../text/nearest.ts';
import { RETIRED_NAMES, SETTING_NAMES, type SettingName } from './table.ts';

const EXACT: ReadonlyMap<string, SettingName> = new Map(SETTING_NAMES.map((name) => [name, name]));
const FOLDED: ReadonlyMap<string, SettingName> = new Map(SETTING_NAMES.map((name) => [name.toLowerCase(), name]));
const RETIRED: ReadonlySet<string> = new Set(RETIRED_NAMES.map((name) => name.toLowerCase()));

/** Setting names are long: one letter in four may be wrong. */
const TOLERANCE = 4;

/** The setting that a key of a file means: the exact name, otherwise without regard to case; else null. */
export function settingNamed(key: string): SettingName | null {
  return EXACT.get(key) ?? FOLDED.get(key.toLowerCase()) ?? null;
}

export function isRetiredName(key: string): boolean {
  return RETIRED.has(key.toLowerCase());
}

/** Keys that people write as comments, since JSON has none: `#…`, `//…`, `_…`, or `comment`. */
export function isCommentKey(key: string): boolean {
  return /^(#|\/\/|_|comment$|$)/i.test(key);
}

/** The known name that a misspelt one most likely means, or null when none is near enough. */
export function nearestName(key: string): SettingName | null {
  const folded = nearest(key.toLowerCase(), FOLDED.keys(), TOLERANCE);
  return folded === null ? null : (FOLDED.get(folded) ?? null);
}
