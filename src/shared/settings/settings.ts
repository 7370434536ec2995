import type { SettingDefinition, SettingType, SettingValue } from './definition.ts';
import { definitionOf, SETTING_NAMES, type SETTINGS, type SettingName } from './table.ts';

type TypeOf<D> = D extends SettingDefinition<infer T> ? T : never;

/** The effective values, by the names that operators know. Immutable. */
export type Settings = { readonly [K in SettingName]: SettingValue<TypeOf<(typeof SETTINGS)[K]>> };

/** A draft of settings that rules work on; becomes `Settings` through `settingsFrom`. */
export type SettingsDraft = { -readonly [K in SettingName]: Settings[K] };

/** Freezes a draft, lists and maps included, so that compiled filters may be kept by list. */
export function settingsFrom(draft: SettingsDraft): Settings {
  const result: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const value: SettingValue<SettingType> = draft[name];
    if (Array.isArray(value)) result[name] = Object.isFrozen(value) ? value : Object.freeze([...value]);
    else result[name] = typeof value === 'object' ? Object.freeze({ ...value }) : value;
  }
  return Object.freeze(result) as Settings;
}

/**
 * The table's defaults as they are before any file is read. The rules of `deriveSettings` are not applied: they
 * come after each file, so that a file's values count in them.
 */
export function defaultSettings(): Settings {
  const draft = Object.fromEntries(SETTING_NAMES.map((name) => [name, definitionOf(name).default]));
  return settingsFrom(draft as unknown as SettingsDraft);
}
