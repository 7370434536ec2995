import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { ServerError } from '../ports/mysql.ts';
import type { Clock } from '../ports/runtime.ts';

export interface SilenceWatchOptions {
  /** Silence of so many milliseconds makes the server suspect: it is knocked at, and its replicas are asked. */
  readonly suspectMs: number;
  /** Silence of so many milliseconds, with the knock unanswered, makes it unreachable. */
  readonly deadlineMs: number;
  /** Nothing is expected of a server that isn't asked: silence from before the request counts up to here. */
  readonly earlierMs: number;
}

export interface SilenceWatchEvents {
  /** Milliseconds, monotonic, of the last bytes from the server. */
  readonly lastHeardMs: () => number;
  /** Asks for a handshake on a new connection; resolves when a MySQL server answers, with whatever. */
  readonly knock: (timeoutMs: number) => Promise<void>;
  readonly onSuspect: () => void;
  /** The knock was answered: the server lives, and only this request takes long. It is watched on. */
  readonly onAnswered: () => void;
  /** Neither the kept connection nor the knock was answered in time. */
  readonly onSilent: () => void;
}

/**
 * Watches one unanswered request. A statement that takes long on a healthy server is not a failure: a new
 * connection still gets its handshake there. A frozen server, a stalled disk or a cut link answers neither.
 */
class SilenceWatch {
  private readonly clock: Clock;
  private readonly options: SilenceWatchOptions;
  private readonly events: SilenceWatchEvents;
  private readonly startedMs: number;
  private knockAnsweredMs = Number.NEGATIVE_INFINITY;
  private cancelTimer: (() => void) | null = null;
  private over = false;

  constructor(clock: Clock, options: SilenceWatchOptions, events: SilenceWatchEvents) {
    this.clock = clock;
    this.options = options;
    this.events = events;
    this.startedMs = clock.monotonicMs();
    this.watch();
  }

  /** The request was answered, or failed by itself. */
  end(): void {
    this.over = true;
    this.cancelTimer?.();
  }

  private watch(): void {
    const heardMs = this.heardMs();
    this.waitUntil(heardMs + this.options.suspectMs, heardMs, () => this.suspect());
  }

  private heardMs(): number {
    const { earlierMs } = this.options;
    return Math.max(this.events.lastHeardMs(), this.startedMs - earlierMs, this.knockAnsweredMs);
  }

  /** Runs `next` at that time, unless the server was heard again: then the silence is counted anew. */
  private waitUntil(atMs: number, heardMs: number, next: () => void): void {
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(Math.max(atMs - this.clock.monotonicMs(), 0), () => {
      if (this.over) return;
      if (this.heardMs() > heardMs) this.watch();
      else if (this.clock.monotonicMs() < atMs) this.waitUntil(atMs, heardMs, next);
      else next();
    });
  }

  private suspect(): void {
    this.events.onSuspect();
    if (this.over) return;
    const { suspectMs, deadlineMs } = this.options;
    const heardMs = this.heardMs();
    const nowMs = this.clock.monotonicMs();
    // A stall of this very process must not leave the server without time for an answer.
    const knockMs = Math.max(heardMs + deadlineMs - nowMs, (deadlineMs - suspectMs) / 2, 1);
    this.events.knock(knockMs).then(
      () => this.answered(),
      (error: unknown) => {
        if (isAnswer(error)) this.answered();
      },
    );
    this.waitUntil(nowMs + knockMs, heardMs, () => this.events.onSilent());
  }

  private answered(): void {
    if (this.over) return;
    this.knockAnsweredMs = this.clock.monotonicMs();
    this.events.onAnswered();
    this.watch();
  }
}

/** A refusal by the server is an answer: something lives there. */
function isAnswer(error: unknown): boolean {
  return error instanceof ServerError && error.failure.kind === 'refused-by-server';
}

export interface WatchedServer {
  readonly key: InstanceKey;
  /** Milliseconds, monotonic, of the last bytes from the server. */
  readonly lastHeardMs: () => number;
  readonly knock: (timeoutMs: number) => Promise<void>;
  /** Told when the server falls silent, and when it turns out to live or the request has ended. */
  readonly suspected: (isSuspect: boolean) => void;
}

const SUSPECT_SHARE = 0.5;

/**
 * Waits for the answer of a request, but rejects with ServerError (`timeout`) as soon as the server has been silent for
 * the detection timeout.
 * @param pulseMs how often the server is asked for a sign of life
 */
export async function unlessSilent<T>(
  request: Promise<T>,
  clock: Clock,
  detectionTimeoutMs: number,
  pulseMs: number,
  server: WatchedServer,
): Promise<T> {
  const { key, lastHeardMs, knock, suspected } = server;
  const suspectMs = detectionTimeoutMs * SUSPECT_SHARE;
  const silent = Promise.withResolvers<never>();
  const watch = new SilenceWatch(
    clock,
    { suspectMs, deadlineMs: detectionTimeoutMs, earlierMs: Math.min(pulseMs, suspectMs) },
    {
      lastHeardMs,
      knock,
      onSuspect: () => suspected(true),
      onAnswered: () => suspected(false),
      onSilent: () => silent.reject(silenceOf(key, detectionTimeoutMs)),
    },
  );
  request.catch(() => undefined);
  try {
    return await Promise.race([request, silent.promise]);
  } finally {
    watch.end();
    suspected(false);
  }
}

function silenceOf(key: InstanceKey, timeoutMs: number): ServerError {
  const message = `${keyText(key)} has not answered for ${timeoutMs} ms, on its open connection or on a new one.`;
  return new ServerError(key, { kind: 'timeout', message }, {});
}
