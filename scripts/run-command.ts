import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Baton's own folder. */
export const HOME = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a JavaScript program of an installed package on this Node. @returns its exit code; 1 when a signal ended it */
export function runProgram(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(HOME, 'node_modules', program), ...args], {
    cwd: HOME,
    stdio: 'inherit',
  });
  // The program ends by itself on a terminal's signal; this process has to stay to say how.
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  const signals = ['SIGTERM', 'SIGHUP'] as const;
  const ignore = () => undefined;
  for (const signal of signals) process.on(signal, forward);
  process.on('SIGINT', ignore);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      for (const signal of signals) process.off(signal, forward);
      process.off('SIGINT', ignore);
      done(code ?? 1);
    });
  });
}
