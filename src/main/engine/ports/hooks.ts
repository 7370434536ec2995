/** One hook command with the data it receives. */
export interface HookCall {
  /** The command as configured, with its placeholders. */
  readonly command: string;
  /** Placeholder name (without braces) → value; absent names stay in the text literally. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Environment variables added to Baton's own. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface HookResult {
  readonly ok: boolean;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** Started in the background because the command ends in `&`; its result is not waited for. */
  readonly background: boolean;
  readonly durationMs: number;
  /** Combined stdout and stderr, cut at the limit. */
  readonly output: string;
  readonly outputTruncated: boolean;
  /** A sentence about what went wrong; empty when ok. */
  readonly error: string;
}

export interface HookPort {
  /** Runs one command to its end, or kills it and its children after the time limit. Never rejects. */
  run(call: HookCall): Promise<HookResult>;
}
