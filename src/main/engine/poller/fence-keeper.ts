import type { InstanceFacts, PollFailure } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { FenceAttempt, FenceConnection, MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface FenceKeeperDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** Also how old the list of sessions that a fence ends may be. */
const KEEP_ALIVE_MS = 5000;
const KEEP_ALIVE_TIMEOUT_MS = 2000;
/** A server that doesn't let the connection be opened is asked again after this long, not at every poll. */
const RETRY_MS = 5000;

/**
 * Keeps the connection over which a source can be shut for writes. It is opened while the server is well and left
 * idle, so that the fence is already waiting in it when a frozen server wakes up.
 */
export class FenceKeeper {
  private readonly key: InstanceKey;
  private readonly deps: FenceKeeperDeps;
  private readonly onBroken: (failure: PollFailure) => void;
  private connection: FenceConnection | null = null;
  private opening = false;
  private closed = false;
  private cancelKeepAlive: (() => void) | null = null;
  private sent: FenceAttempt | null = null;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Why it can't be opened, as told last; empty when it could. */
  private toldReason = '';

  /** @param onBroken told when the connection ends by itself */
  constructor(key: InstanceKey, deps: FenceKeeperDeps, onBroken: (failure: PollFailure) => void) {
    this.key = key;
    this.deps = deps;
    this.onBroken = onBroken;
  }

  get isOpen(): boolean {
    return this.connection?.isOpen() === true;
  }

  /** Opens the connection if there is none; to be called whenever the server was seen well. */
  keepOpen(facts: InstanceFacts | null): void {
    if (facts === null) return;
    this.closed = false;
    if (this.opening || this.isOpen || this.deps.clock.monotonicMs() < this.notBeforeMs) return;
    this.opening = true;
    this.sent = null;
    this.deps.mysql.openFence(this.key, facts).then(
      (connection) => this.adopt(connection),
      (error: unknown) => {
        this.opening = false;
        this.notBeforeMs = this.deps.clock.monotonicMs() + RETRY_MS;
        const reason = error instanceof Error ? error.message : String(error);
        if (this.closed || reason === this.toldReason) return;
        this.toldReason = reason;
        this.deps.log.warn('fence.not-open', `No fence connection to ${keyText(this.key)}: ${reason}`);
      },
    );
  }

  /** Puts the fence into the connection. @returns null when there is none, so that nothing could be sent */
  send(): FenceAttempt | null {
    if (this.sent !== null) return this.sent;
    if (this.connection === null || !this.connection.isOpen()) return null;
    this.cancelKeepAlive?.();
    const connection = this.connection;
    const attempt = connection.send();
    this.sent = attempt;
    const finished = (): void => {
      connection.destroy();
      if (this.connection === connection) this.connection = null;
      if (this.sent === attempt) this.sent = null;
    };
    attempt.done.then(finished, finished);
    return attempt;
  }

  /** Closes the connection, unless a fence waits in it for its server to wake up. */
  close(): void {
    this.closed = true;
    this.cancelKeepAlive?.();
    if (this.sent !== null) return;
    this.connection?.destroy();
    this.connection = null;
  }

  /** Closes the connection whatever waits in it: this process ends. */
  abandon(): void {
    this.close();
    this.connection?.destroy();
    this.connection = null;
  }

  private adopt(connection: FenceConnection): void {
    this.opening = false;
    if (this.closed) {
      connection.destroy();
      return;
    }
    this.connection = connection;
    this.toldReason = '';
    connection.onBroken((failure) => {
      if (this.connection === connection) {
        this.connection = null;
        this.cancelKeepAlive?.();
      }
      this.onBroken(failure);
    });
    if (this.connection === connection) this.scheduleKeepAlive(connection);
  }

  private scheduleKeepAlive(connection: FenceConnection): void {
    this.cancelKeepAlive?.();
    if (this.sent !== null || this.connection !== connection) return;
    this.cancelKeepAlive = this.deps.clock.after(KEEP_ALIVE_MS, () => {
      if (this.sent !== null || this.connection !== connection) return;
      connection.keepAlive(KEEP_ALIVE_TIMEOUT_MS).then(
        () => this.scheduleKeepAlive(connection),
        () => connection.destroy(),
      );
    });
  }
}
