import type { HookCall, HookPort, HookResult } from '../../../src/main/engine/ports/hooks.ts';

const DONE: HookResult = {
  ok: true,
  exitCode: 0,
  signal: null,
  timedOut: false,
  background: false,
  durationMs: 12,
  output: '',
  outputTruncated: false,
  error: '',
};

export function failedHook(error: string): HookResult {
  return { ...DONE, ok: false, exitCode: 1, error };
}

/** Records which hooks ran, and answers as a test wants. */
export class FakeHooks implements HookPort {
  readonly calls: HookCall[] = [];
  /** Hooks that are under way, and the most there ever were at once. */
  running = 0;
  mostAtOnce = 0;
  private readonly answers = new Map<string, () => Promise<HookResult>>();

  get commands(): readonly string[] {
    return this.calls.map((call) => call.command);
  }

  /** @param answer what this command ends with */
  on(command: string, answer: () => Promise<HookResult> | HookResult): void {
    this.answers.set(command, () => Promise.resolve(answer()));
  }

  async run(call: HookCall): Promise<HookResult> {
    this.calls.push(call);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    const result = await (this.answers.get(call.command)?.() ?? Promise.resolve(DONE));
    this.running -= 1;
    return result;
  }
}
