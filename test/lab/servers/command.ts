import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Default 10 minutes: a download over a slow line. */
  readonly timeoutMs?: number;
  readonly onStdoutLine?: (line: string) => void;
  /** Lines on file descriptor 3, such as apt's status lines. */
  readonly onStatusLine?: (line: string) => void;
}

const TAIL_LINES = 12;

/**
 * Runs a program to its end without a shell.
 * @returns what it wrote to standard output.
 * @throws Error with the end of its output when it can't start, fails, or runs past the time limit.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const withStatus = options.onStatusLine !== undefined;
  const child = spawn(program, [...args], {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C', ...options.env },
    stdio: withStatus ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  collect(child.stdout, stdout, options.onStdoutLine);
  collect(child.stderr, stderr, undefined);
  if (withStatus) collect(child.stdio[3] as NodeJS.ReadableStream, [], options.onStatusLine);
  // A program that ends before it has read its input closes the pipe; its exit status says why.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  const end = await waitForEnd(child, options.timeoutMs ?? 600_000);
  if (end === 0) return stdout.join('');
  const tail = `${stdout.join('')}\n${stderr.join('')}`.trim().split('\n').slice(-TAIL_LINES).join('\n');
  throw new Error(`${program} ${args[0] ?? ''} failed (${end}).\n${tail}`);
}

function collect(
  stream: NodeJS.ReadableStream | null,
  into: string[],
  onLine: ((line: string) => void) | undefined,
): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    into.push(chunk);
    if (!onLine) return;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

function waitForEnd(child: ChildProcess, timeoutMs: number): Promise<number | string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`no end after ${Math.round(timeoutMs / 1000)} s`);
    }, timeoutMs);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(error.code === 'ENOENT' ? 'no such program' : error.message);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? `ended by ${signal}`);
    });
  });
}

/** @returns the full path of a program on the PATH (and the usual system folders), or null. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/libexec',
  ];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return null;
}
