import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { isKeychainName, keychainName, keychainReference } from '../../../shared/settings/secret-reference.ts';
import type { Account, CredentialsEntry, CredentialsFile } from '../ports/credentials.ts';
import type { CredentialGroup, Credentials, LogInReport, SavedCredentials } from '../services/credentials.ts';
import type { CredentialBook } from './credential-book.ts';
import { covers } from './server-pattern.ts';
import type { SessionSecrets } from './session-secrets.ts';

export interface CredentialServiceDeps {
  readonly book: CredentialBook;
  readonly file: CredentialsFile;
  readonly secrets: SessionSecrets;
  /** User of the settings' own account; empty for none. */
  readonly settingsUser: () => string;
  readonly audit: (type: string, message: string) => void;
  readonly logIn: (key: InstanceKey, account: Account | null) => Promise<LogInReport>;
}

/** The group of the settings' account, and of whatever no other group fits. */
const ALL = '*';

/** Keeps passwords in the keychain, what they are for in a file, and both in force. One change at a time. */
export class CredentialService implements Credentials {
  readonly #deps: CredentialServiceDeps;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: CredentialServiceDeps) {
    this.#deps = deps;
  }

  groups(): readonly CredentialGroup[] {
    const { file, settingsUser } = this.#deps;
    const groups = file.entries().map((entry) => this.#shown(entry));
    const user = settingsUser();
    if (user === '' || groups.some(({ servers }) => servers.includes(ALL))) return groups;
    return [...groups, { name: ALL, servers: [ALL], clusters: [], user, kept: 'file' }];
  }

  keychainProblem(): Promise<string | null> {
    return this.#deps.secrets.problem();
  }

  save(name: string, account: Account): Promise<SavedCredentials> {
    return this.#inTurn(() => this.#save(name, account));
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(() => this.#remove(name));
  }

  test(key: InstanceKey, account: Account | null): Promise<LogInReport> {
    return this.#deps.logIn(key, account);
  }

  async #save(name: string, { user, password }: Account): Promise<SavedCredentials> {
    const { file, secrets, audit } = this.#deps;
    const entry = secretName(name);
    const entries = file.entries();
    const known = entries.find((each) => each.name === name);
    const written: CredentialsEntry = {
      ...(known ?? { name, servers: [name], clusters: [] }),
      user,
      password: keychainReference(entry),
    };
    const all =
      known === undefined ? inserted(entries, written) : entries.map((each) => (each === known ? written : each));
    const undo = await this.#undoOf(entry);
    const { notice } = await secrets.set(entry, password);
    try {
      file.write(all);
    } catch (error) {
      await undo().catch(() => undefined);
      throw error;
    }
    await this.#putInForce();
    audit('set-credentials', `account ${user} for ${name}`);
    return { ...this.#shown(written), notice };
  }

  /** What brings the secret back that there is now. */
  async #undoOf(entry: string): Promise<() => Promise<unknown>> {
    const { secrets } = this.#deps;
    const before = await secrets.get([entry]).then(
      (found) => found.get(entry),
      () => undefined,
    );
    return () => (before === undefined ? secrets.remove(entry) : secrets.set(entry, before));
  }

  async #remove(name: string): Promise<void> {
    const { file, secrets, audit } = this.#deps;
    const entries = file.entries();
    const known = entries.find((each) => each.name === name);
    if (known === undefined) {
      throw new BatonError('invalid-argument', `There are no credentials for ${name} in ${file.path}.`);
    }
    file.write(entries.filter((each) => each !== known));
    await this.#putInForce();
    audit('remove-credentials', `account ${known.user} for ${name}`);
    const entry = keychainName(known.password);
    const isShared = entries.some((each) => each !== known && each.password === known.password);
    if (entry !== null && !isShared) await secrets.remove(entry);
  }

  /** A password that can't be had leaves the others as they were. */
  async #putInForce(): Promise<void> {
    const { book, file } = this.#deps;
    const { groups, errors } = await file.read();
    if (errors.length === 0) {
      book.replace(groups);
      return;
    }
    throw new BatonError('configuration', `${file.path} was written, and is not in force: ${errors.join(' ')}`);
  }

  #shown({ name, servers, clusters, user, password }: CredentialsEntry): CredentialGroup {
    const entry = keychainName(password);
    const kept = entry === null ? 'file' : this.#deps.secrets.isSessionOnly(entry) ? 'session' : 'keychain';
    return { name, servers, clusters, user, kept };
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const next = this.#last.then(change);
    this.#last = next.catch(() => undefined);
    return next;
  }
}

function secretName(group: string): string {
  const name = `topology:${group}`;
  if (group !== '' && isKeychainName(name)) return name;
  throw new BatonError(
    'invalid-argument',
    `${JSON.stringify(group)} can't name a group of servers: use host[:port] with * and ?, without blanks and braces.`,
  );
}

/** Before the first group that would take all of its servers. */
function inserted(entries: readonly CredentialsEntry[], entry: CredentialsEntry): readonly CredentialsEntry[] {
  const at = entries.findIndex(({ servers }) => servers.some((wide) => covers(wide, entry.name)));
  return at < 0 ? [...entries, entry] : entries.toSpliced(at, 0, entry);
}
