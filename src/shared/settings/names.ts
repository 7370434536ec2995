import { RETIRED_NAMES, SETTING_NAMES, type SettingName } from './table.ts';

const EXACT: ReadonlyMap<string, SettingName> = new Map(SETTING_NAMES.map((name) => [name, name]));
const FOLDED: ReadonlyMap<string, SettingName> = new Map(SETTING_NAMES.map((name) => [name.toLowerCase(), name]));
const RETIRED: ReadonlySet<string> = new Set(RETIRED_NAMES.map((name) => name.toLowerCase()));

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
  const wanted = key.toLowerCase();
  let best: SettingName | null = null;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 4)) + 1;
  for (const [folded, name] of FOLDED) {
    if (Math.abs(folded.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, folded);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Insertions, deletions and substitutions (Levenshtein) that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
