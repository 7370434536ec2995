import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Clock } from '../ports/runtime.ts';

export interface SilenceWatchOptions {
  /** Silence of so many milliseconds makes the server suspect: it is knocked at, and its replicas are asked. */
  readonly suspectMs: number;
  /** Silence of so many milliseconds, with the knock unanswered, makes it unreachable. */
  readonly deadlineMs: number;
}

export interface SilenceWatchEvents {
  /** Milliseconds, monotonic, of the last bytes from the server. */
  readonly lastHeardMs: () => number;
  /** Asks for a handshake on a new connection; resolves when a MySQL server answers, with whatever. */
  readonly knock: (timeoutMs: number) => Promise<void>;
  readonly onSuspect: (key: InstanceKey) => void;
  /** Neither the kept connection nor the knock was answered in time. */
  readonly onSilent: () => void;
}

/**
 * Watches one unanswered request. A statement that takes long on a healthy server is not a failure: a new
 * connection still gets its handshake there. A frozen server, a stalled disk or a cut link answers neither.
 */
export class SilenceWatch {
  private readonly key: InstanceKey;
  private readonly clock: Clock;
  private readonly options: SilenceWatchOptions;
  private readonly events: SilenceWatchEvents;
  private cancelTimer: (() => void) | null = null;
  private over = false;

  constructor(key: InstanceKey, clock: Clock, options: SilenceWatchOptions, events: SilenceWatchEvents) {
    this.key = key;
    this.clock = clock;
    this.options = options;
    this.events = events;
    this.arm(options.suspectMs, () => this.suspect());
  }

  /** The request was answered, or failed by itself. */
  end(): void {
    this.over = true;
    this.cancelTimer?.();
  }

  /** Runs `next` when the server has been silent for `silenceMs`, counted from its last bytes. */
  private arm(silenceMs: number, next: () => void): void {
    const leftMs = this.events.lastHeardMs() + silenceMs - this.clock.monotonicMs();
    this.cancelTimer = this.clock.after(Math.max(leftMs, 0), () => {
      if (this.over) return;
      const heardMeanwhile = this.clock.monotonicMs() - this.events.lastHeardMs() < silenceMs;
      if (heardMeanwhile) this.arm(silenceMs, next);
      else next();
    });
  }

  private suspect(): void {
    this.events.onSuspect(this.key);
    const leftMs = this.events.lastHeardMs() + this.options.deadlineMs - this.clock.monotonicMs();
    let answered = false;
    this.events.knock(Math.max(leftMs, 1)).then(
      () => {
        answered = true;
      },
      (error: unknown) => {
        answered = isAnswer(error);
      },
    );
    this.arm(this.options.deadlineMs, () => {
      if (!answered) this.events.onSilent();
    });
  }
}

/** A refusal by the server is an answer: something lives there. */
function isAnswer(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'failure' in error &&
    (error as { failure: { kind: string } }).failure.kind === 'refused-by-server'
  );
}
