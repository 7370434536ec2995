import { checkPatterns } from './check-patterns.ts';
import { type Finding, finding } from './finding.ts';
import { isCommentKey, isRetiredName, nearestName, settingNamed } from './names.ts';
import { type Settings, type SettingsDraft, settingsFrom } from './settings.ts';
import { definitionOf, type SettingName } from './table.ts';
import { isPlainObject, parseValue } from './value.ts';

export interface OverlayOptions {
  /** Makes unknown names errors, for front ends that only ever write names of the table. */
  readonly knownOnly?: boolean;
}

export interface Overlay {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
  /** The settings that the object gave a value, null included. */
  readonly given: ReadonlySet<SettingName>;
}

/**
 * Lays the values of one parsed file over earlier ones (configuration reference, section 1): lists replace, maps
 * merge, null leaves a scalar and empties a list or map, what is absent stays. Where several keys mean one setting,
 * the last wins. A value that doesn't fit is an error, and the earlier value stays.
 */
export function overlaySettings(base: Settings, parsed: unknown, options: OverlayOptions = {}): Overlay {
  if (!isPlainObject(parsed)) {
    const message = `The configuration must be one JSON object, { … }, and is ${parsed === null ? 'null' : Array.isArray(parsed) ? 'a list' : `a ${typeof parsed}`}.`;
    return { settings: base, findings: [finding('error', '', message)], given: new Set() };
  }
  const draft: SettingsDraft = { ...base };
  const findings: Finding[] = [];
  const spelled = new Map<SettingName, string>();
  for (const [key, value] of Object.entries(parsed)) {
    const name = settingNamed(key);
    if (name === null) {
      findings.push(...unknownName(key, options.knownOnly === true));
      continue;
    }
    const earlier = spelled.get(name);
    if (earlier !== undefined) {
      findings.push(
        finding('warning', name, `${name} is set twice, as ${earlier} and as ${key}; the last one counts.`),
      );
    }
    spelled.set(name, key);
    findings.push(...overlayOne(draft, base, name, value));
  }
  const given = new Set(spelled.keys());
  findings.push(...withoutEffect(draft, given));
  return { settings: settingsFrom(draft), findings, given };
}

function overlayOne(draft: SettingsDraft, base: Settings, name: SettingName, value: unknown): readonly Finding[] {
  const definition = definitionOf(name);
  const parsed = parseValue(definition, value, base[name]);
  if (!parsed.ok) return [finding('error', name, `${name} ${parsed.message}.`)];
  (draft as Record<SettingName, unknown>)[name] = parsed.value;
  return definition.pattern === undefined ? [] : checkPatterns(name, definition.pattern, parsed.value);
}

function unknownName(key: string, knownOnly: boolean): readonly Finding[] {
  if (isCommentKey(key)) return [];
  if (isRetiredName(key)) {
    return [finding('info', key, `${key} is a retired name; it is accepted and has no effect.`)];
  }
  const near = nearestName(key);
  const hint = near === null ? ' and has no effect.' : `; did you mean ${near}?`;
  return [finding(knownOnly ? 'error' : 'warning', key, `${key} is no setting that Baton knows${hint}`)];
}

/** Settings given with a value of their own that this version doesn't act on: one finding for each reason. */
function withoutEffect(draft: SettingsDraft, given: ReadonlySet<SettingName>): readonly Finding[] {
  const byReason = new Map<string, SettingName[]>();
  for (const name of given) {
    const { status, reason = '', default: usual } = definitionOf(name);
    if (status === 'used' || JSON.stringify(draft[name]) === JSON.stringify(usual)) continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => {
    const why = reason === '' ? 'Accepted, but not used by this version yet' : `Ignored, because ${reason}`;
    return finding('info', names.length === 1 ? (names[0] ?? '') : '', `${why}: ${names.join(', ')}.`);
  });
}
