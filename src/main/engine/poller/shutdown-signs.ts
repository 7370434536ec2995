import type { PollFailure } from '../../../shared/domain/instance.ts';

/**
 * A connection that outlives the listening port for so long belongs to a living process: at a crash the kernel closes
 * all of them together, within milliseconds.
 */
const OUTLIVES_MS = 250;
/**
 * MySQL closes its port first, then gives clients 2 s and replicas 8 s before it closes the connections of those that
 * stay; a process that takes longer hangs.
 */
const LONGEST_SHUTDOWN_MS = 15_000;

/** What is known of a server's going down; times in ms since the epoch, 0 for never. */
export interface ShutdownPicture {
  /** Since when it has been gone, by refusing or breaking connections and not by silence. */
  readonly goneSinceMs: number;
  /** The port refuses, and a connection from before is still open: the process lives, or died this very moment. */
  readonly holdsConnections: boolean;
  /** As `holdsConnections`, and for too long for a crash. */
  readonly isGoingDown: boolean;
  /** When the server was last known to be going down in order. */
  readonly saidMs: number;
}

/**
 * Tells a server that is shut down in order from one that crashed. Some say it (error 1053), some close the port and
 * keep the connections of idle clients for a while, and of some the adapter knows by the way they close a connection.
 */
export class ShutdownSigns {
  private saidMs = 0;
  private goneSinceMs = 0;
  private refusedSinceMs = 0;
  private wasSilent = false;

  /** The server answered: whatever it was, it is over. */
  answered(): void {
    this.saidMs = 0;
    this.goneSinceMs = 0;
    this.refusedSinceMs = 0;
    this.wasSilent = false;
  }

  failed({ kind }: PollFailure, nowMs: number): void {
    if (kind === 'shutting-down') this.saidMs = nowMs;
    if (kind === 'timeout') this.wasSilent = true;
    if (this.wasSilent) return;
    // A connection that is being made while the process dies is reset, and only the next one refused.
    if (kind === 'refused' || kind === 'broken' || kind === 'shutting-down') this.goneSinceMs ||= nowMs;
    if (kind === 'refused') this.refusedSinceMs ||= nowMs;
  }

  /** A connection that was kept idle ended by itself. */
  keptConnectionEnded(failure: PollFailure, nowMs: number): void {
    const outlived = this.refusedSinceMs > 0 && nowMs - this.refusedSinceMs >= OUTLIVES_MS;
    if (outlived || failure.kind === 'shutting-down') this.saidMs = nowMs;
  }

  /** @param isKeptOpen the idle connection from before is still open */
  picture(isKeptOpen: boolean, nowMs: number): ShutdownPicture {
    const refusedMs = this.refusedSinceMs === 0 ? 0 : nowMs - this.refusedSinceMs;
    const holdsConnections = this.refusedSinceMs > 0 && isKeptOpen && refusedMs < LONGEST_SHUTDOWN_MS;
    const isGoingDown = holdsConnections && refusedMs >= OUTLIVES_MS;
    return {
      goneSinceMs: this.goneSinceMs,
      holdsConnections,
      isGoingDown,
      saidMs: isGoingDown ? nowMs : this.saidMs,
    };
  }
}
