import { type ChildProcess, spawn } from 'node:child_process';
import { OutputCapture } from './output-capture.ts';

export interface HookProcessOptions {
  readonly shell: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds until the process group gets SIGTERM. */
  readonly timeoutMs: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly killGraceMs: number;
  readonly outputLimitBytes: number;
}

export interface ProcessEnd {
  /** Null when it ended in another way than by exiting. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** Set when the process could not be started. */
  readonly startError: NodeJS.ErrnoException | null;
  readonly capture: OutputCapture;
}

/** How long output is awaited after the shell's end from children that it left behind, ms. */
const LINGER_MS = 200;
/** How long a process may take to vanish after SIGKILL before it is given up (it hangs in the kernel), ms. */
const VANISH_MS = 1_000;

/** Windows has no process groups or sessions of this kind. */
const HAS_GROUPS = process.platform !== 'win32';

/**
 * Runs the shell with a file, in a process group of its own and with nothing to read. Settles when the shell has
 * ended and its output is read; children that it left in the background keep running, and what they print later
 * is read and dropped. After the time limit the whole group is ended. Never rejects.
 */
export function runHookProcess(options: HookProcessOptions): Promise<ProcessEnd> {
  return new Promise((resolve) => new HookProcess(options, resolve).start());
}

/**
 * Starts the shell with a file and leaves it alone: no time limit, output dropped, alive beyond Baton's end.
 * Settles as soon as it runs or has failed to start; `onEnd` is called when it has ended.
 */
export function startDetached(
  options: Pick<HookProcessOptions, 'shell' | 'file' | 'environment'>,
  onEnd: () => void,
): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const started = attempt(() => {
      const { shell, file, environment } = options;
      return spawn(shell, [file], { env: environment, stdio: 'ignore', detached: HAS_GROUPS, windowsHide: true });
    });
    if (started instanceof Error) {
      onEnd();
      return resolve(started);
    }
    started.once('spawn', () => resolve(null));
    started.once('exit', onEnd);
    started.on('error', (error) => {
      onEnd();
      resolve(error);
    });
    started.unref();
  });
}

class HookProcess {
  readonly #options: HookProcessOptions;
  readonly #resolve: (end: ProcessEnd) => void;
  readonly #capture: OutputCapture;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #exitCode: number | null = null;
  #signal: NodeJS.Signals | null = null;
  #timedOut = false;
  #killed = false;
  #settled = false;

  constructor(options: HookProcessOptions, resolve: (end: ProcessEnd) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#capture = new OutputCapture(options.outputLimitBytes);
  }

  start(): void {
    const { shell, file, environment, timeoutMs } = this.#options;
    const child = attempt(() =>
      spawn(shell, [file], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: HAS_GROUPS,
        windowsHide: true,
      }),
    );
    if (child instanceof Error) {
      this.#settle(child);
      return;
    }
    this.#child = child;
    const keep = (chunk: Buffer) => this.#capture.push(chunk);
    child.stdout.on('data', keep).on('error', ignore);
    child.stderr.on('data', keep).on('error', ignore);
    child.on('error', (error) => {
      clearTimeout(this.#timer);
      this.#settle(error);
    });
    child.once('exit', (exitCode, signal) => this.#onExit(exitCode, signal));
    child.once('close', () => this.#onClose());
    this.#timer = setTimeout(() => this.#onTimeLimit(), timeoutMs);
  }

  #onExit(exitCode: number | null, signal: NodeJS.Signals | null): void {
    this.#exitCode = exitCode;
    this.#signal = signal;
    if (!this.#timedOut) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#settle(null), LINGER_MS);
    }
  }

  /**
   * The shell is gone and nobody holds its output. Members of the group that redirected theirs may be left after
   * the time limit; whether they are can't be told from ended ones that nobody has reaped yet, so that they
   * still get their SIGKILL, but nobody waits for it.
   */
  #onClose(): void {
    if (!this.#timedOut || this.#killed) clearTimeout(this.#timer);
    this.#settle(null);
  }

  #onTimeLimit(): void {
    this.#timedOut = true;
    this.#signalGroup('SIGTERM');
    this.#timer = setTimeout(() => this.#kill(), this.#options.killGraceMs);
  }

  #kill(): void {
    this.#killed = true;
    this.#signalGroup('SIGKILL');
    if (!this.#settled) this.#timer = setTimeout(() => this.#settle(null), VANISH_MS);
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    // ESRCH: all of them have ended meanwhile.
    attempt(() => (HAS_GROUPS ? process.kill(-pid, signal) : this.#child?.kill(signal)));
  }

  #settle(startError: NodeJS.ErrnoException | null): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#leaveStreams();
    this.#resolve({
      exitCode: this.#exitCode,
      signal: this.#signal,
      timedOut: this.#timedOut,
      startError,
      capture: this.#capture,
    });
  }

  /** Goes on draining for children left behind, so that their writes neither block nor fail, but keeps nothing. */
  #leaveStreams(): void {
    for (const stream of [this.#child?.stdout, this.#child?.stderr]) {
      stream?.removeAllListeners('data');
      stream?.resume();
      if (stream !== null && stream !== undefined && 'unref' in stream) (stream as { unref(): void }).unref();
    }
    this.#child?.unref();
  }
}

function ignore(): void {}

/** Some failures to start are thrown (an environment with an invalid name), others are events. */
function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
