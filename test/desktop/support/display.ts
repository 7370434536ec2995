import { spawn } from 'node:child_process';
import { findProgram } from '../../lab/servers/command.ts';

/** A screen that nobody sees. */
export interface Display {
  /** For the environment variable DISPLAY. */
  readonly name: string;
  stop(): Promise<void>;
}

const SCREEN = '1600x1000x24';
const START_LIMIT_MS = 20_000;

/** @throws Error when this machine has no Xvfb, or it doesn't start */
export async function startDisplay(): Promise<Display> {
  const program = await findProgram('Xvfb');
  if (program === null) throw new Error('There is no Xvfb; install it (Debian and Ubuntu: xvfb).');
  const child = spawn(program, ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const number = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb did not say which display it has.')), START_LIMIT_MS);
    child.once('error', reject);
    void ended.then(() => reject(new Error('Xvfb ended at once.')));
    child.stdio[3]?.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      resolve(chunk.toString().trim());
    });
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { name: `:${number}`, stop };
}
