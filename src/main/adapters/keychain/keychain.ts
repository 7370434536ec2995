import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { isKeychainName } from '../../../shared/settings/secret-reference.ts';
import { type Keychain, KeychainError } from '../../engine/ports/credentials.ts';
import type { ChildAnswer, ChildRequest } from './child-protocol.ts';
import { keychainOff, locked, noAnswer, notLoaded, refusedBy } from './keychain-problem.ts';

export interface KeychainOptions {
  /** What the child gets; `BATON_KEYCHAIN=none` leaves the keychain alone. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long one call may take, the time in which somebody unlocks the keychain included. */
  readonly limitMs: number;
  /** Runs the child; on this very runtime unless the program has another way, as where it can't be started as Node. */
  readonly runChild?: RunChild;
}

/** Gives a request to a process of its own, and rejects with KeychainError when it ends within no `limitMs`. */
export type RunChild = (request: string, env: KeychainOptions['env'], limitMs: number) => Promise<ChildEnding>;

/** Secrets that no keychain of the three systems refuses; that of Windows holds 2,560 bytes of UTF-16. */
const SECRET_MAX = 1200;
/** More than any answer; what writes more than that isn't ours. */
const OUTPUT_MAX = 16 * 1024 * 1024;

export interface ChildEnding {
  /** The answer as JSON, if it came to that. */
  readonly output: string;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/**
 * The operating system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service (GNOME Keyring,
 * KWallet) on Linux. Nothing is loaded before it is used, and nothing of it runs in this process. Secrets go through
 * pipes, never through arguments.
 */
export function createKeychain({ env, limitMs, runChild = run }: KeychainOptions): Keychain {
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: of two that meet a locked keychain, each would ask for it to be unlocked.
  const ask = (request: ChildRequest): Promise<ChildAnswer & { readonly ok: true }> => {
    const next = last.then(() => call(request, env, limitMs, runChild));
    last = next.catch(() => undefined);
    return next;
  };
  const list = async (): Promise<readonly string[]> => (await ask({ do: 'list' })).names ?? [];
  return {
    async get(names) {
      names.forEach(checkName);
      if (names.length === 0) return new Map();
      const { secrets = {} } = await ask({ do: 'get', names });
      // A locked keychain says that it has no such entry; only listing it tells the difference.
      if (names.some((name) => secrets[name] === undefined)) await list();
      return new Map(Object.entries(secrets));
    },
    async set(name, secret) {
      checkName(name);
      checkSecret(name, secret);
      await ask({ do: 'set', name, secret });
    },
    async remove(name) {
      checkName(name);
      const { removed = false } = await ask({ do: 'remove', name });
      if (!removed) await list();
      return removed;
    },
    list,
  };
}

function checkName(name: string): void {
  if (isKeychainName(name)) return;
  throw new BatonError(
    'invalid-argument',
    `${JSON.stringify(name)} can't name a secret: use 1 to 255 characters, without blanks and braces.`,
  );
}

function checkSecret(name: string, secret: string): void {
  if (secret !== '' && secret.length <= SECRET_MAX && !secret.includes('\0')) return;
  const why = secret === '' ? 'is empty' : secret.includes('\0') ? 'has a zero byte' : `is longer than ${SECRET_MAX}`;
  throw new BatonError('invalid-argument', `The secret for ${name} ${why}; nothing was stored.`);
}

async function call(
  request: ChildRequest,
  env: KeychainOptions['env'],
  limitMs: number,
  runChild: RunChild,
): Promise<ChildAnswer & { readonly ok: true }> {
  if (env.BATON_KEYCHAIN === 'none') throw keychainOff();
  const { output, signal, code } = await runChild(JSON.stringify(request), env, limitMs);
  // Listing a locked keychain ends the process: what the entries' missing secrets lead to in the native module.
  if (request.do === 'list' && process.platform === 'linux' && signal === 'SIGSEGV') throw locked();
  const answer = parsed(output);
  if (answer === null) throw refusedBy(`its helper process ended early (${signal ?? `exit code ${code}`})`);
  if (answer.ok) return answer;
  throw answer.loaded ? refusedBy(answer.message) : notLoaded(answer.message, `${process.platform}-${process.arch}`);
}

function parsed(output: string): ChildAnswer | null {
  try {
    return JSON.parse(output) as ChildAnswer;
  } catch {
    return null;
  }
}

function run(input: string, env: KeychainOptions['env'], limitMs: number): Promise<ChildEnding> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = childCommand();
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
      windowsHide: true,
    });
    let output = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(noAnswer(limitMs));
    }, limitMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new KeychainError('module', `The keychain's helper process can't be started: ${error.message}.`, ''));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ output, code, signal });
    });
    // The child may be gone before it has read everything; its end says so.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.length > OUTPUT_MAX) child.kill('SIGKILL');
    });
  });
}

/** On Linux without core dumps, for a crash would write secrets to one. */
function childCommand(): readonly [string, ...string[]] {
  const command = [process.execPath, '--no-warnings', childFile()] as const;
  if (process.platform !== 'linux') return [...command];
  return ['/bin/sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...command];
}

/** Beside this file, in whatever form the build has brought both. */
function childFile(): string {
  const forms = ['ts', 'mjs', 'cjs'].map((form) => fileURLToPath(new URL(`./keychain-child.${form}`, import.meta.url)));
  return forms.find((file) => existsSync(file)) ?? forms[0] ?? '';
}
