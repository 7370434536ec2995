import { type Credentials, environmentName, secretReference } from '../../../shared/settings/derive-credentials.ts';
import { settingNamed } from '../../../shared/settings/names.ts';
import { keychainName } from '../../../shared/settings/secret-reference.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { definitionOf, SETTING_NAMES, type SettingName } from '../../../shared/settings/table.ts';
import type { KeyPlace } from './json-position.ts';

/** Where a value in force comes from; what has no source has the table's default. Lines count from 1. */
export type SettingSource =
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  /** Written `${NAME}` in the configuration, or in the credentials file that it names. */
  | { readonly kind: 'environment'; readonly variable: string; readonly file: string }
  /** Written `${keychain:NAME}` there. */
  | { readonly kind: 'keychain'; readonly name: string; readonly file: string }
  | { readonly kind: 'credentials-file'; readonly file: string }
  /** Follows from other settings, by a rule of the configuration reference, section 4. */
  | { readonly kind: 'derived' };

export type SettingSources = ReadonlyMap<SettingName, SettingSource>;

/** What applying one file did. */
export interface AppliedFile {
  readonly path: string;
  readonly keys: readonly KeyPlace[];
  readonly given: ReadonlySet<SettingName>;
  /** With the file's values as they are written. */
  readonly overlaid: Settings;
  readonly derived: Settings;
  /** What the credentials file held; null when none was read. */
  readonly credentials: { readonly path: string; readonly found: Credentials } | null;
}

/** The sources after a file was applied over earlier ones. */
export function sourcesAfter(earlier: SettingSources, applied: AppliedFile): SettingSources {
  const sources = new Map(earlier);
  for (const { key, line } of applied.keys) {
    const name = settingNamed(key);
    if (name !== null && applied.given.has(name)) sources.set(name, { kind: 'file', file: applied.path, line });
  }
  for (const name of SETTING_NAMES) {
    const raw = applied.overlaid[name];
    const entry = definitionOf(name).secret === true && applied.given.has(name) ? keychainName(String(raw)) : null;
    if (entry !== null) sources.set(name, { kind: 'keychain', name: entry, file: applied.path });
    else if (JSON.stringify(raw) !== JSON.stringify(applied.derived[name])) {
      sources.set(name, changed(name, raw, applied));
    }
  }
  if (applied.credentials !== null) credentialSources(sources, applied.credentials);
  return sources;
}

function changed(name: SettingName, raw: unknown, { path, given }: AppliedFile): SettingSource {
  const reference = definitionOf(name).secret === true && given.has(name) ? secretReference(name, String(raw)) : null;
  return reference === null ? { kind: 'derived' } : { kind: 'environment', variable: reference, file: path };
}

function credentialSources(
  sources: Map<SettingName, SettingSource>,
  { path, found }: { readonly path: string; readonly found: Credentials },
): void {
  const inFile: SettingSource = { kind: 'credentials-file', file: path };
  if (found.user !== undefined) sources.set('MySQLTopologyUser', inFile);
  if (found.password === undefined) return;
  const entry = keychainName(found.password);
  if (entry !== null) {
    sources.set('MySQLTopologyPassword', { kind: 'keychain', name: entry, file: path });
    return;
  }
  const variable = environmentName(found.password);
  sources.set('MySQLTopologyPassword', variable === null ? inFile : { kind: 'environment', variable, file: path });
}
