import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Account } from '../ports/credentials.ts';

/** Which account is used for which servers; never the password. */
export interface CredentialGroup {
  /** What it is addressed by: a pattern on host:port, `*` for all the others, or a name that a person gave it. */
  readonly name: string;
  /** `host[:port]` with `*` and `?`. */
  readonly servers: readonly string[];
  readonly clusters: readonly string[];
  readonly user: string;
  /** Where the password is: `session` until this program ends, `file` for the configuration and the environment. */
  readonly kept: 'keychain' | 'session' | 'file';
}

export interface SavedCredentials extends CredentialGroup {
  /** What a person should know, such as why the password is kept for this session only; may be empty. */
  readonly notice: string;
}

/** What came of a log-in. */
export interface LogInReport {
  readonly ok: boolean;
  /** What happened, on which server, why. */
  readonly message: string;
  /** As the server greets; empty when it did not get so far. */
  readonly version: string;
  /** The account that the server took the log-in for, such as `baton@10.%`; empty without one. */
  readonly account: string;
}

/** The accounts with which Baton logs in to servers. Rejects with BatonError, said for a person and without secrets. */
export interface Credentials {
  /** In the order in which they count; the account of the settings last. */
  groups(): readonly CredentialGroup[];
  /** Null when the keychain can be used, else why not and what to do. Ends within the keychain's time limit. */
  keychainProblem(): Promise<string | null>;
  /**
   * Sets the account of a group, and makes the group when there is none of that name: for the servers that its name, as
   * a pattern, fits. In force for new connections when this resolves.
   */
  save(name: string, account: Account): Promise<SavedCredentials>;
  /** Removes a group with its password. */
  remove(name: string): Promise<void>;
  /** Logs in to a server, with an account or with the one that it would get; nothing is kept. Never rejects. */
  test(key: InstanceKey, account: Account | null): Promise<LogInReport>;
}
