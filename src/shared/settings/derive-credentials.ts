import { type Finding, finding } from './finding.ts';
import { isKeychainName, type KeychainLookup, keychainName, variableReference } from './secret-reference.ts';
import type { SettingsDraft } from './settings.ts';
import { definitionOf, SETTING_NAMES, type SettingName } from './table.ts';

/** User and password of a credentials file; what the file doesn't hold is absent. */
export interface Credentials {
  readonly user?: string;
  readonly password?: string;
}

export type CredentialsResult =
  | { readonly ok: true; readonly credentials: Credentials; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Where credentials come from, besides the configuration file itself. */
export interface CredentialsSource {
  /** The environment. Without it, `${NAME}` stays as it is. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The operating system's keychain. Without it, `${keychain:NAME}` stays as it is. */
  readonly keychain?: KeychainLookup;
  /** Reads a credentials file. Without it, such files are left alone. */
  readonly readCredentials?: (path: string) => CredentialsResult;
  readonly given?: ReadonlySet<SettingName>;
}

const LOGINS = [
  {
    user: 'MySQLOrchestratorUser',
    password: 'MySQLOrchestratorPassword',
    file: 'MySQLOrchestratorCredentialsConfigFile',
    needed: false,
  },
  {
    user: 'MySQLTopologyUser',
    password: 'MySQLTopologyPassword',
    file: 'MySQLTopologyCredentialsConfigFile',
    needed: true,
  },
] as const;

/**
 * Takes user and password from the credentials file, then a password from the environment where it is written
 * `${NAME}` (configuration reference, section 2). A password that an earlier file set is not looked at again, so
 * that one which happens to hold `${` survives the next file. The backend's login is unused in Baton: its
 * credentials file isn't read, for it needn't exist here.
 */
export function applyCredentials(draft: SettingsDraft, source: CredentialsSource): readonly Finding[] {
  const findings: Finding[] = [];
  for (const login of LOGINS) {
    let fresh = source.given === undefined || source.given.has(login.password);
    const path = draft[login.file];
    if (login.needed && path !== '' && source.readCredentials) {
      const result = source.readCredentials(path);
      if (!result.ok) {
        findings.push(finding('error', login.file, result.message));
      } else {
        findings.push(...result.warnings.map((message) => finding('warning', login.file, message)));
        const { user, password } = result.credentials;
        if (user !== undefined) draft[login.user] = user;
        if (password !== undefined) draft[login.password] = password;
        fresh ||= password !== undefined;
      }
    }
    if (!fresh) continue;
    if (keychainName(draft[login.password]) !== null) {
      findings.push(...(login.needed ? fromKeychain(draft, login.password, source.keychain) : []));
    } else if (source.env) {
      findings.push(...fromEnvironment(draft, login.password, login.needed, source.env));
    }
  }
  return [...findings, ...otherSecrets(draft, source)];
}

/** Secrets other than the two passwords that the predecessor looks up. */
const OTHER_SECRETS: readonly SettingName[] = SETTING_NAMES.filter(
  (name) =>
    definitionOf(name).secret === true &&
    definitionOf(name).status !== 'ignored' &&
    !LOGINS.some(({ password }) => password === name),
);

/**
 * Baton's own: every other secret may be `${NAME}` too, as a whole, so that none has to be in a file. A name that
 * isn't set is an error: an empty password of the HTTP service would let everyone in.
 */
function otherSecrets(draft: SettingsDraft, { env, given, keychain }: CredentialsSource): readonly Finding[] {
  return OTHER_SECRETS.flatMap((key) => {
    if (given !== undefined && !given.has(key)) return [];
    if (keychainName(String(draft[key])) !== null) return fromKeychain(draft, key, keychain);
    if (env === undefined) return [];
    const name = secretReference(key, String(draft[key]));
    if (name === null) return [];
    const value = env[name] ?? '';
    (draft as Record<SettingName, unknown>)[key] = value;
    if (value !== '') return [];
    const state = env[name] === undefined ? 'not set' : 'empty';
    return [finding('error', key, `${key} refers to the environment variable ${name}, which is ${state}.`)];
  });
}

/**
 * Any secret may be `${keychain:NAME}`. One that can't be had is an error, also for MySQL: with an empty password,
 * every server would count a failed log-in.
 */
function fromKeychain(
  draft: SettingsDraft,
  key: SettingName,
  keychain: KeychainLookup | undefined,
): readonly Finding[] {
  const name = keychainName(String(draft[key])) ?? '';
  if (!isKeychainName(name)) {
    const message = `${key} refers to the keychain by a name that no secret can have: 1 to 255 characters, without blanks and braces.`;
    return [finding('error', key, message)];
  }
  const answer = keychain?.(name) ?? null;
  if (answer === null) return [];
  (draft as Record<SettingName, unknown>)[key] = answer.ok ? answer.secret : '';
  return answer.ok ? [] : [finding('error', key, `${key} refers to ${name} in the keychain. ${answer.message}`)];
}

/**
 * The environment variable that the value of a secret stands for; null when it stands for itself, or for a secret of
 * the keychain. The two MySQL passwords follow the predecessor's rule, where `${NAME}` may be anywhere in the value;
 * others must be `${NAME}`.
 */
export function secretReference(key: SettingName, value: string): string | null {
  if (LOGINS.some(({ password }) => password === key)) return environmentName(value);
  return variableReference(value);
}

function fromEnvironment(
  draft: SettingsDraft,
  key: (typeof LOGINS)[number]['password'],
  needed: boolean,
  env: Readonly<Record<string, string | undefined>>,
): readonly Finding[] {
  const name = environmentName(draft[key]);
  if (name === null) return [];
  const value = env[name];
  draft[key] = value ?? '';
  if (value !== undefined && value !== '') return [];
  if (!needed) return [];
  // A name that is none may be a piece of a password that happens to hold "${".
  const shown = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `the environment variable ${name}` : 'an environment variable';
  const state = value === undefined ? 'not set' : 'empty';
  return [finding('warning', key, `${key} refers to ${shown}, which is ${state}; the password is empty.`)];
}

/** NAME of a value that holds `${NAME}`, from the first `${` to the last `}`; null when it holds none of that kind. */
export function environmentName(value: string): string | null {
  if (keychainName(value) !== null) return null;
  return /\$\{(.*)\}/.exec(value)?.[1] ?? null;
}
