import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts, MissingPrivilege, PollFailure } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Answer, ServerQuestion } from '../../../shared/domain/question.ts';

/** A failure of a server or of the way to it, said for a person and classified for policy. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly key: InstanceKey;
  readonly failure: PollFailure;
  /** MySQL error number, 0 when the error is not the server's. */
  readonly errno: number;
  /** A poll that failed after its first query had worked. */
  readonly partial: boolean;

  constructor(key: InstanceKey, failure: PollFailure, options: { errno?: number; partial?: boolean; cause?: unknown }) {
    super(failure.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.key = key;
    this.failure = failure;
    this.errno = options.errno ?? 0;
    this.partial = options.partial ?? false;
  }
}

/** The kept-open connection over which one server is polled. Calls on one probe must not overlap. */
export interface InstanceProbe {
  /**
   * Reads the server: one round trip, except on the first call and with `full`, which also read what changes
   * slowly. Rejects with ServerError; after `timeoutMs` without an answer the connection is destroyed.
   */
  poll(options: { readonly full: boolean; readonly timeoutMs: number }): Promise<InstanceFacts>;
  /** Asks for a sign of life. Rejects with ServerError; does not destroy the connection on its own. */
  pulse(timeoutMs: number): Promise<void>;
  /** Called once when the connection ends by itself, at once, with the reason as far as it is known. */
  onBroken(listener: (failure: PollFailure) => void): void;
  /** Milliseconds (monotonic) of the last bytes that the server sent. */
  lastHeardMs(): number;
  destroy(): void;
}

/**
 * A connection kept for fencing, opened while the server is well and left idle, so that the statements that
 * shut it for writes are already in its queue when it wakes up.
 */
export interface FenceConnection {
  /** Puts the fence into the connection without waiting. Idempotent. */
  send(): FenceAttempt;
  /** Keeps the connection from being closed by idle time-outs. */
  keepAlive(timeoutMs: number): Promise<void>;
  isOpen(): boolean;
  onBroken(listener: (failure: PollFailure) => void): void;
  destroy(): void;
}

export interface FenceAttempt {
  /** The statements, as sent. */
  readonly statements: readonly string[];
  /** Settles when the server has answered, maybe much later; rejects with ServerError when the way broke. */
  readonly done: Promise<FenceResult>;
}

export interface FenceResult {
  /** Read back from the server after the statements. */
  readonly readOnly: boolean;
  readonly gtidExecuted: string;
}

/** What an action gave back; `rows` for actions that read. */
export interface ActionResult {
  readonly statements: readonly string[];
}

/** What was found over a connection that worked. */
export interface ConnectionTrial {
  /** As the server has it, such as `baton@10.%`. */
  readonly account: string;
  readonly lacking: readonly MissingPrivilege[];
  /** Null when they could not be read; then `failure` says why. */
  readonly facts: InstanceFacts | null;
  readonly failure: ServerError | null;
}

/**
 * Prepares to connect to a server over a connection of its own, with an account or with the one that is configured for
 * it; nothing of it is kept. `trial` rejects with ServerError when the log-in fails.
 */
export type ConnectAs = (
  key: InstanceKey,
  account: { readonly user: string; readonly password: string } | null,
) => { readonly user: string; trial(timeoutMs: number): Promise<ConnectionTrial> };

export interface MysqlPort {
  /** Connects for polling. Rejects with ServerError. `beforeAnything` is run first on the new connection. */
  openProbe(key: InstanceKey, options: { readonly fenceFirst: boolean }): Promise<InstanceProbe>;
  openFence(key: InstanceKey, facts: InstanceFacts): Promise<FenceConnection>;
  /** The statements that `perform` would send, for dry runs and for the log. Secrets are masked. */
  statements(facts: InstanceFacts, action: ServerAction): readonly string[];
  /** Sends the statements of an action, each with the deadline. Rejects with ServerError. */
  perform(facts: InstanceFacts, action: ServerAction, timeoutMs: number): Promise<ActionResult>;
  /** Answers a question that changes nothing. Rejects with ServerError. */
  ask<Q extends ServerQuestion>(facts: InstanceFacts, question: Q, timeoutMs: number): Promise<Answer<Q>>;
  /** Reads a server over an operation's own connection, everything included. Rejects with ServerError. */
  read(key: InstanceKey, timeoutMs: number): Promise<InstanceFacts>;
  /** Opens a new connection just to see whether a MySQL server answers. Rejects with ServerError when not. */
  knock(key: InstanceKey, timeoutMs: number): Promise<void>;
  /** Closes idle connections of a server that was forgotten. */
  release(key: InstanceKey): void;
  close(): Promise<void>;
}
