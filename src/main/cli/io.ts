import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { CliError } from '../client/client-error.ts';
import { readSecret } from './read-secret.ts';

/** Where text goes. */
export interface Sink {
  write(text: string): void;
  readonly isTty: boolean;
  /** Size of the terminal, at this moment. */
  columns(): number;
  rows(): number;
  /** Calls whenever the terminal changes its size; the result takes the listener away. */
  onResize(listener: () => void): () => void;
}

/** What the command line touches of its surroundings; tests give their own. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Sink;
  readonly error: Sink;
  /** The name that the operating system has for whoever runs this; empty when it has none. */
  userName(): string;
  /** Calls once on Ctrl-C or a request to end; the result takes the listener away. */
  onInterrupt(listener: () => void): () => void;
  nowMs(): number;
  /** Asks for a secret without echo, or reads it from standard input where nobody sits; rejects with CliError. */
  readSecret(prompt: string): Promise<string>;
  /** Writes a file that only its owner may read; rejects with CliError. */
  saveFile(path: string, bytes: Uint8Array): Promise<void>;
}

export function processIo(): CliIo {
  return {
    env: process.env,
    out: sinkOf(process.stdout),
    error: sinkOf(process.stderr),
    userName() {
      try {
        return userInfo().username;
      } catch {
        // No such user, as in a container that runs under a bare number.
        return process.env.USER ?? '';
      }
    },
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      process.once('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    nowMs: Date.now,
    readSecret: (prompt) => readSecret(process.stdin, prompt, (text) => void process.stderr.write(text)),
    async saveFile(path, bytes) {
      try {
        await writeFile(path, bytes, { mode: 0o600 });
      } catch (error) {
        const reason = reasonOf(error);
        throw new CliError(`${path} could not be written: ${reason}.`, { cause: error });
      }
    },
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  // A reader that has had enough, such as `head`, is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTty: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
    rows: () => stream.rows ?? 24,
    onResize(listener) {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
  };
}
