/** Time as the engine sees it; tests drive their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Milliseconds of a clock that never jumps. */
  monotonicMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs once after `ms`; the result cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface RandomSource {
  /** `bytes` random bytes as lower-case hex digits. */
  hex(bytes: number): string;
}

/** Structured log; `event` is a stable name, `message` a sentence. Never give it a secret. */
export interface Log {
  debug(event: string, message: string, fields?: Record<string, unknown>): void;
  info(event: string, message: string, fields?: Record<string, unknown>): void;
  warn(event: string, message: string, fields?: Record<string, unknown>): void;
  error(event: string, message: string, fields?: Record<string, unknown>): void;
}
