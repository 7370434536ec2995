import type { InstanceFacts, PollFailure } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { type FenceAttempt, type FenceConnection, type MysqlPort, ServerError } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface FenceKeeperDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the keeper needs from whoever watches the server. */
export interface FenceKeeperEvents {
  /** The server answered when it was asked last. */
  readonly isWell: () => boolean;
  /** The connection ended by itself. */
  readonly onBroken: (failure: PollFailure) => void;
}

/** Also how old the list of sessions that a fence ends may be. */
const KEEP_ALIVE_MS = 5000;
const KEEP_ALIVE_TIMEOUT_MS = 2000;
/** So many keep-alives unanswered in a row, while the server answers polls, are the connection's own fault. */
const SILENCES_OF_A_DEAD_CONNECTION = 3;
/** A server that doesn't let the connection be opened is asked again after this long, not at every poll. */
const RETRY_MS = 5000;

/**
 * Keeps the connection over which a source can be shut for writes. It is opened while the server is well and left
 * idle, so that the fence is already waiting in it when a frozen server wakes up.
 */
export class FenceKeeper {
  private readonly key: InstanceKey;
  private readonly deps: FenceKeeperDeps;
  private readonly events: FenceKeeperEvents;
  private connection: FenceConnection | null = null;
  private opening = false;
  private closed = false;
  private cancelKeepAlive: (() => void) | null = null;
  private sent: FenceAttempt | null = null;
  private silences = 0;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Why it can't be opened, as told last; empty when it could. */
  private toldReason = '';

  constructor(key: InstanceKey, deps: FenceKeeperDeps, events: FenceKeeperEvents) {
    this.key = key;
    this.deps = deps;
    this.events = events;
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
        const reason = reasonOf(error);
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
    this.silences = 0;
    this.toldReason = '';
    connection.onBroken((failure) => {
      if (this.connection === connection) {
        this.connection = null;
        this.cancelKeepAlive?.();
      }
      this.events.onBroken(failure);
    });
    if (this.connection === connection) this.scheduleKeepAlive(connection);
  }

  private scheduleKeepAlive(connection: FenceConnection): void {
    this.cancelKeepAlive?.();
    if (this.sent !== null || this.connection !== connection) return;
    this.cancelKeepAlive = this.deps.clock.after(KEEP_ALIVE_MS, () => {
      if (this.sent !== null || this.connection !== connection) return;
      // A failing server is left in peace: of one that shuts down, an idle connection that stays open is what tells.
      if (this.events.isWell()) void this.keepAlive(connection);
      else this.scheduleKeepAlive(connection);
    });
  }

  private async keepAlive(connection: FenceConnection): Promise<void> {
    try {
      await connection.keepAlive(KEEP_ALIVE_TIMEOUT_MS);
      this.silences = 0;
    } catch (error) {
      this.silences += 1;
      // A server that has just frozen doesn't answer, and it is for its sake that the connection is kept.
      const mayBeFrozen = isSilence(error) && !(this.events.isWell() && this.silences >= SILENCES_OF_A_DEAD_CONNECTION);
      if (!mayBeFrozen) connection.destroy();
    }
    this.scheduleKeepAlive(connection);
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof ServerError && error.failure.kind === 'timeout';
}
