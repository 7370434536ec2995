import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { killNow } from './run-folder.ts';

/** Keeps a lab from outliving the process that started it. */
export interface Guard {
  /** Ends the guard; the lab has been taken down, or is meant to live on. */
  release(): void;
}

const WATCHDOG = fileURLToPath(new URL('./watchdog.ts', import.meta.url));
const guarded = new Set<string>();
let installed = false;

/**
 * Guards a lab's folder three ways: on a normal end of this process and on its signals the servers are killed at once, and
 * for an end without a last word a watchdog process holds the other end of a pipe.
 */
export function guard(folder: string): Guard {
  installHandlers();
  guarded.add(folder);
  const watchdog = spawn(process.execPath, ['--no-warnings', WATCHDOG, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
  });
  watchdog.on('error', (error) => {
    throw new Error(`The lab's watchdog couldn't be started: ${error.message}`);
  });
  watchdog.stdin.on('error', () => {});
  // Neither the watchdog nor the pipe to it keeps this process alive.
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return {
    release: () => {
      if (!guarded.delete(folder)) return;
      watchdog.stdin.end('release\n');
    },
  };
}

function installHandlers(): void {
  if (installed) return;
  installed = true;
  process.on('exit', killGuarded);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const onSignal = (): void => {
      killGuarded();
      // With a listener in place the signal no longer ends the process; if it is the only one, it has to.
      if (process.listenerCount(name) > 1) return;
      process.removeListener(name, onSignal);
      process.kill(process.pid, name);
    };
    process.on(name, onSignal);
  }
}

function killGuarded(): void {
  for (const folder of guarded) {
    killNow(folder);
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A dying server may still write; the watchdog removes the rest.
    }
  }
}
