import { join } from 'node:path';
import { type InstanceKey, keyText } from '../shared/domain/instance-key.ts';
import { BatonError } from '../shared/errors/baton-error.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { credentialGroups } from './adapters/config/credential-groups.ts';
import { createKeychain } from './adapters/keychain/keychain.ts';
import type { TlsOptions } from './adapters/mysql/options.ts';
import { tryLogIn } from './adapters/mysql/try-log-in.ts';
import { systemClock } from './adapters/runtime/clock.ts';
import type { BatonEngine } from './engine/baton-engine.ts';
import { CredentialBook } from './engine/credentials/credential-book.ts';
import { CredentialService } from './engine/credentials/credential-service.ts';
import { SessionSecrets } from './engine/credentials/session-secrets.ts';
import type { Account, CredentialsFile, CredentialsReading, Keychain } from './engine/ports/credentials.ts';
import { ServerError } from './engine/ports/mysql.ts';
import type { Credentials, LogInReport } from './engine/services/credentials.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a keychain may take; a person who sits before it gets the time to unlock it. */
const LIMIT_MS = { unattended: 10_000, person: 60_000 };

/** The keychain of this machine. @param attended whether a person may be asked to unlock it */
export function keychainOf(env: Environment, attended: boolean): Keychain {
  return createKeychain({ env, limitMs: attended ? LIMIT_MS.person : LIMIT_MS.unattended });
}

/**
 * The keychain of this machine, with memory for what it doesn't take. Nothing is loaded before it is used.
 * @param attended whether a person may be asked to unlock it
 */
export function openSecrets(env: Environment, attended: boolean): SessionSecrets {
  return new SessionSecrets(keychainOf(env, attended));
}

/** Which account is used for which server. */
export interface Accounts {
  readonly secrets: SessionSecrets;
  readonly file: CredentialsFile;
  readonly book: CredentialBook;
  /** @returns what has changed by it, as sentences */
  readonly use: (reading: CredentialsReading) => readonly string[];
}

export interface AccountsOptions {
  readonly settings: Settings;
  readonly dataFolder: string;
  readonly env: Environment;
  readonly secrets: SessionSecrets;
}

/**
 * Reads the credentials of groups of servers: of BatonCredentialsFile, else of `credentials.json` in the data folder.
 * @throws BatonError when that file, or a secret that it refers to, can't be had
 */
export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { secrets } = options;
  const file = credentialsFile(options, secrets);
  const book = new CredentialBook();
  const { groups, errors } = await file.read();
  if (errors.length > 0) throw new BatonError('configuration', errors.join(' '));
  book.replace(groups);
  return { secrets, file, book, use: (reading) => changesText(book.replace(reading.groups)) };
}

/** The file of credentials by group that these settings mean. */
export function credentialsFile(
  { settings, dataFolder, env }: Omit<AccountsOptions, 'secrets'>,
  keychain: Pick<Keychain, 'get'>,
): CredentialsFile {
  const named = settings.BatonCredentialsFile;
  const path = named === '' ? join(dataFolder, 'credentials.json') : named;
  return credentialGroups({ path, mustExist: named !== '', env, keychain });
}

function changesText(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`Credentials in force for new connections: ${names.join(', ')}.`];
}

/** With what Baton logs in to a server; asked at each new connection. */
export interface LogInOptions {
  readonly credentials: (key: InstanceKey) => Account;
  readonly tls: (key: InstanceKey) => TlsOptions;
}

/** The account and TLS of the first group that fits a server, else those of the settings. */
export function logInOptions(inForce: () => Settings, tls: TlsOptions, accounts: Accounts | undefined): LogInOptions {
  const groupOf = (key: InstanceKey) => accounts?.book.groupOf(key) ?? null;
  return {
    credentials: (key) => {
      const { MySQLTopologyUser, MySQLTopologyPassword } = inForce();
      return groupOf(key) ?? { user: MySQLTopologyUser, password: MySQLTopologyPassword };
    },
    tls: (key) => ({ ...tls, ...groupOf(key)?.tls }),
  };
}

interface ServiceOptions {
  readonly accounts: Accounts;
  readonly engine: BatonEngine;
  readonly logIn: LogInOptions;
  readonly inForce: () => Settings;
}

/** What the doors call for showing, changing and trying accounts. */
export function credentialService({ accounts, engine, logIn, inForce }: ServiceOptions): Credentials {
  const { book, file, secrets } = accounts;
  return new CredentialService({
    book,
    file,
    secrets,
    settingsUser: () => inForce().MySQLTopologyUser,
    audit: (type, message) => engine.noteInAudit(type, message),
    logIn: (key, account) => logInReport(key, account ?? logIn.credentials(key), logIn.tls(key), inForce()),
  });
}

async function logInReport(
  key: InstanceKey,
  { user, password }: Account,
  tls: TlsOptions,
  settings: Settings,
): Promise<LogInReport> {
  const timeoutMs = settings.MySQLConnectTimeoutSeconds * 1000;
  try {
    const found = await tryLogIn(key, { credentials: { user, password }, tls, timeoutMs, clock: systemClock });
    const message = `${keyText(key)} (${found.version}) took the log-in of ${user} for the account ${found.account}.`;
    return { ok: true, message, ...found };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { ok: false, message: error.message, version: '', account: '' };
  }
}
