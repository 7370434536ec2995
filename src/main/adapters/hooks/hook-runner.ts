import { rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { HookCall, HookPort, HookResult } from '../../engine/ports/hooks.ts';
import { type HookEnvironment, hookEnvironment } from './environment.ts';
import { fillTemplate } from './fill-template.ts';
import { type ProcessEnd, runHookProcess, startDetached } from './hook-process.ts';
import { hookFile, removeLeftovers } from './leftovers.ts';

export interface HookRunnerOptions {
  /** `ProcessesShellCommand`: one program, found on the PATH, that is given the file as its only argument. */
  readonly shell: string;
  /** Milliseconds until a hook is ended and has failed. */
  readonly timeoutMs: number;
  /** How much of a hook's output is kept, bytes. */
  readonly outputLimitBytes: number;
  /** Milliseconds between asking a hook to end (SIGTERM) and ending it (SIGKILL). */
  readonly killGraceMs?: number;
  /** Names of Baton's own variables that hooks must not see: those that passwords are read from. */
  readonly secretEnvironment?: readonly string[];
  /** What hooks inherit; Baton's own environment by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the temporary files are; the system's place by default. */
  readonly folder?: string;
}

export interface HookRunner extends HookPort {
  /** Removes the temporary files of background hooks that still run; the hooks themselves are left alone. */
  close(): void;
}

/**
 * Runs hooks as the predecessor does (recovery reference, section 5.2): the command, with its placeholders filled
 * in, is written to a temporary file, readable by this user alone, which is given to the shell. A command that
 * ends in `&` runs in the background. Files that earlier processes did not live to remove are removed first.
 */
export function createHookRunner(options: HookRunnerOptions): HookRunner {
  const inBackground = new Set<string>();
  removeLeftovers(options.folder ?? tmpdir());
  return {
    run: (call) => run(options, inBackground, call),
    close: () => {
      for (const file of inBackground) rmSync(file, { force: true });
      inBackground.clear();
    },
  };
}

async function run(options: HookRunnerOptions, inBackground: Set<string>, call: HookCall): Promise<HookResult> {
  const startedMs = performance.now();
  const trimmed = call.command.trim();
  const background = trimmed.endsWith('&');
  const command = background ? trimmed.replace(/&+$/, '') : call.command;
  const failed = (error: string): HookResult => ({ ...blank(background, startedMs), ok: false, error });
  const filled = fillTemplate(command, call.placeholders);
  if (!filled.ok) return failed(filled.error);
  const environment = hookEnvironment(options.environment ?? process.env, new Set(options.secretEnvironment ?? []), {
    ...call.environment,
    ...filled.environment,
  });
  const file = hookFile(options.folder ?? tmpdir());
  try {
    await writeFile(file, filled.script, { mode: 0o600, flag: 'wx' });
    if (background) return await runInBackground(options, inBackground, file, environment, startedMs);
    return await runToEnd(options, file, environment, startedMs);
  } catch (error) {
    return failed(`could not be written to the temporary file ${file}: ${reasonOf(error)}`);
  } finally {
    if (!inBackground.has(file)) await rm(file, { force: true }).catch(() => {});
  }
}

async function runToEnd(
  options: HookRunnerOptions,
  file: string,
  environment: HookEnvironment,
  startedMs: number,
): Promise<HookResult> {
  const end = await runHookProcess({
    shell: options.shell,
    file,
    environment: environment.variables,
    timeoutMs: options.timeoutMs,
    killGraceMs: options.killGraceMs ?? 2_000,
    outputLimitBytes: options.outputLimitBytes,
  });
  const error = endError(options, end);
  return {
    ...blank(false, startedMs),
    ok: error === '',
    exitCode: end.exitCode,
    signal: end.signal,
    timedOut: end.timedOut,
    output: [...environment.notes.map((note) => `Baton: ${note}\n`), end.capture.text()].join(''),
    outputTruncated: end.capture.truncated,
    error,
  };
}

/** The shell has long opened its file when Baton ends or the hook does, whichever is first. */
async function runInBackground(
  options: HookRunnerOptions,
  inBackground: Set<string>,
  file: string,
  environment: HookEnvironment,
  startedMs: number,
): Promise<HookResult> {
  inBackground.add(file);
  const error = await startDetached({ shell: options.shell, file, environment: environment.variables }, () => {
    inBackground.delete(file);
    rm(file, { force: true }).catch(() => {});
  });
  if (error === null) return blank(true, startedMs);
  return { ...blank(true, startedMs), ok: false, error: startError(options.shell, error) };
}

function blank(background: boolean, startedMs: number): HookResult {
  return {
    ok: true,
    exitCode: null,
    signal: null,
    timedOut: false,
    background,
    durationMs: performance.now() - startedMs,
    output: '',
    outputTruncated: false,
    error: '',
  };
}

/** How it went wrong, to follow the hook's name in a sentence; empty when it didn't. */
function endError(options: HookRunnerOptions, end: ProcessEnd): string {
  if (end.startError !== null) return startError(options.shell, end.startError);
  const last = end.capture.lastLine();
  const because = last === '' ? ', and printed nothing' : `: ${last}`;
  if (end.timedOut) return `did not end within ${seconds(options.timeoutMs)} and was killed${because}`;
  if (end.signal !== null) return `was ended by ${end.signal}${because}`;
  return end.exitCode === 0 ? '' : `exited with ${end.exitCode}${because}`;
}

function startError(shell: string, error: NodeJS.ErrnoException): string {
  const start = `could not be started: the shell "${shell}"`;
  const advice = 'Correct ProcessesShellCommand in the configuration.';
  if (error.code === 'ENOENT') return `${start} was not found. ${advice}`;
  if (error.code === 'EACCES') return `${start} may not be executed by this user. ${advice}`;
  if (error.code === 'E2BIG') return `could not be started: its environment is larger than the system allows.`;
  return `${start} failed with ${reasonOf(error)}.`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} ${ms === 1_000 ? 'second' : 'seconds'}`;
}
