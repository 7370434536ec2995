import { settingNamed } from '../../../shared/settings/names.ts';
import { keychainReference } from '../../../shared/settings/secret-reference.ts';
import { definitionOf, type SettingName } from '../../../shared/settings/table.ts';
import { readJson } from './json-position.ts';
import { isPlainSecret } from './load-configuration.ts';

/** Where plain-text passwords go: to the keychain, to environment variables, or those of MySQL to a credentials file. */
export type SecretsForm = 'keychain' | 'environment' | 'file';

export interface MovedSecrets {
  /** The configuration as it was written, without its passwords. */
  readonly text: string;
  /** Variables that the new text refers to, and what they must hold. */
  readonly variables: ReadonlyMap<string, string>;
  /** Entries of the keychain that it refers to, and what they must hold. */
  readonly entries: ReadonlyMap<string, string>;
  /** Contents of the credentials file; null when none is needed. */
  readonly credentials: string | null;
  /** What was done with each setting, for a person. Never holds a secret. */
  readonly notes: readonly string[];
}

const CREDENTIALS_KEY = 'MySQLTopologyCredentialsConfigFile';

/** Environment variables by setting; the predecessor's users often call them so already. */
const VARIABLES: Partial<Record<SettingName, string>> = {
  MySQLTopologyPassword: 'MYSQL_TOPOLOGY_PASSWORD',
  HTTPAuthPassword: 'HTTP_AUTH_PASSWORD',
  ConsulAclToken: 'CONSUL_ACL_TOKEN',
};

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Takes the plain-text passwords out of a configuration text and leaves everything else, layout and comment keys
 * included, as it is.
 * @param credentialsPath where the credentials file will be; used by the form `file`
 * @returns null when the text is no JSON object; `loadConfiguration` tells why
 */
export function moveSecrets(text: string, form: SecretsForm, credentialsPath: string): MovedSecrets | null {
  const json = readJson(text);
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return null;
  const edits: Edit[] = [];
  const notes: string[] = [];
  const variables = new Map<string, string>();
  const entries = new Map<string, string>();
  let password: string | null = null;
  const values = json.keys.map((place) => ({ place, value: parsed(text, place.valueStart, place.valueEnd) }));
  const hasCredentialsFile = values.some(
    ({ place, value }) => settingNamed(place.key) === CREDENTIALS_KEY && typeof value === 'string' && value !== '',
  );
  for (const { place, value } of values) {
    const name = settingNamed(place.key);
    if (name === null || definitionOf(name).secret !== true) continue;
    if (typeof value !== 'string' || !isPlainSecret(name, value)) continue;
    const replace = (by: string): void =>
      void edits.push({ start: place.valueStart, end: place.valueEnd, text: JSON.stringify(by) });
    if (definitionOf(name).status === 'ignored') {
      replace('');
      notes.push(`${name} is left out: Baton doesn't use it.`);
    } else if (name === 'MySQLTopologyPassword' && hasCredentialsFile) {
      replace('');
      notes.push(`${name} is left out: the file of ${CREDENTIALS_KEY} holds the password that counts.`);
    } else if (name === 'MySQLTopologyPassword' && form === 'file') {
      if (password === null) {
        edits.push({ start: place.start, end: place.start, text: insertion(text, place.start, credentialsPath) });
        notes.push(`${name} goes to ${credentialsPath}, which ${CREDENTIALS_KEY} names.`);
      }
      replace('');
      password = value;
    } else if (form === 'keychain') {
      const entry = name === 'MySQLTopologyPassword' ? 'topology:default' : `setting:${name}`;
      replace(keychainReference(entry));
      entries.set(entry, value);
      notes.push(`${name} is now ${keychainReference(entry)}.`);
    } else {
      const variable = VARIABLES[name] ?? variableName(name);
      const reference = `$\{${variable}}`;
      replace(reference);
      variables.set(variable, value);
      notes.push(`${name} is now ${reference}.`);
    }
  }
  const user = values.findLast(({ place }) => settingNamed(place.key) === 'MySQLTopologyUser')?.value;
  const credentials = password === null ? null : credentialsText(typeof user === 'string' ? user : '', password);
  return { text: edited(text, edits), variables, entries, credentials, notes: [...new Set(notes)] };
}

function parsed(text: string, start: number, end: number): unknown {
  return JSON.parse(text.slice(start, end));
}

/** One more line before the password's, indented alike. */
function insertion(text: string, at: number, credentialsPath: string): string {
  const before = /\n([ \t]*)$/.exec(text.slice(0, at));
  const separator = before === null ? ' ' : `\n${before[1] ?? ''}`;
  return `"${CREDENTIALS_KEY}": ${JSON.stringify(credentialsPath)},${separator}`;
}

function credentialsText(user: string, password: string): string {
  const account = user === '' ? '' : `user="${escaped(user)}"\n`;
  return `[client]\n${account}password="${escaped(password)}"\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n\t]/g, (letter) => (letter === '\n' ? '\\n' : letter === '\t' ? '\\t' : `\\${letter}`));
}

/** `ConsulAclToken` as `CONSUL_ACL_TOKEN`. */
function variableName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}

function edited(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  return sorted.reduce((result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end), text);
}

/**
 * The variables as an environment file: readable by systemd (`EnvironmentFile=`) and by a shell (`set -a; . FILE`).
 * @returns null when a value has a line break, which such a file can't hold for both
 */
export function environmentFile(variables: ReadonlyMap<string, string>): string | null {
  const lines = [...variables].map(([name, value]) =>
    /[\r\n\0]/.test(value) ? null : `${name}="${value.replace(/[\\"$`]/g, (letter) => `\\${letter}`)}"`,
  );
  return lines.includes(null) ? null : `${lines.join('\n')}\n`;
}
