import { BatonError } from '../../../shared/errors/baton-error.ts';

/**
 * Why the keychain gave no answer. `off`: nobody wants it used; `module`: Baton's own part doesn't run here;
 * `library`: the machine lacks a library; `no-service`: no keychain runs; `locked`: and was not unlocked; `no-answer`:
 * within the time limit; `refused`: anything else that it said.
 */
export type KeychainProblem = 'off' | 'module' | 'library' | 'no-service' | 'locked' | 'no-answer' | 'refused';

/** The keychain can't be used now; the message says what is missing, the hint what to do. Never holds a secret. */
export class KeychainError extends BatonError {
  readonly problem: KeychainProblem;

  constructor(problem: KeychainProblem, message: string, hint: string) {
    super('not-available', message, { hint });
    this.problem = problem;
  }
}

/**
 * Secrets in the operating system's keychain, under Baton's name, by the names that `${keychain:NAME}` refers to, such
 * as `topology:payments`. Every call ends within a time limit, and rejects with KeychainError when the keychain can't be
 * used.
 */
export interface Keychain {
  /** The secrets of those names that are there. */
  get(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Stores a secret in place of any older one; it has been read back when this resolves. */
  set(name: string, secret: string): Promise<void>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
  /** The names, in order. */
  list(): Promise<readonly string[]>;
}

/** User and password of an account. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** What a group has of its own for TLS, as contents in PEM; the settings decide the rest. */
export interface GroupTls {
  readonly mode?: 'off' | 'mixed' | 'always';
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly skipVerify?: boolean;
}

/** Which servers an account is for. */
interface ServerGroup {
  readonly name: string;
  /** `host[:port]`, in which `*` stands for any text and `?` for one character. */
  readonly servers: readonly string[];
  /** Cluster filters, as in RecoverMasterClusterFilters. */
  readonly clusters: readonly string[];
}

/** The account of a group with the secret itself: for logging in, and for nothing that shows or stores. */
export interface ResolvedCredentials extends ServerGroup, Account {
  readonly tls: GroupTls;
}

/** What the credentials file said, resolved. */
export interface CredentialsReading {
  /** In the order of the file; the first that fits a server counts. */
  readonly groups: readonly ResolvedCredentials[];
  /** What is wrong, with the place; then the groups must not be used. Never holds a secret. */
  readonly errors: readonly string[];
}

/** One group as it is written in the credentials file: its secret only by reference. */
export interface CredentialsEntry extends ServerGroup {
  readonly user: string;
  /** `${keychain:NAME}` or `${NAME}`. */
  readonly password: string;
  /** Contents of the entry that Baton keeps as they are; paths of PEM files. */
  readonly tls?:
    | {
        readonly mode?: 'off' | 'mixed' | 'always' | undefined;
        readonly ca?: string | undefined;
        readonly cert?: string | undefined;
        readonly key?: string | undefined;
        readonly skipVerify?: boolean | undefined;
      }
    | undefined;
}

/** The file that says which servers get which credentials. It need not exist. */
export interface CredentialsFile {
  readonly path: string;
  /** What is written there. @throws BatonError when it can't be used */
  entries(): readonly CredentialsEntry[];
  /** Writes the file anew, at once as a whole and readable by its owner only. @throws BatonError */
  write(entries: readonly CredentialsEntry[]): void;
  /** Reads it, and fetches the secrets that it refers to. Never rejects. */
  read(): Promise<CredentialsReading>;
}
