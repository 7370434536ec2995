import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './progress.ts';

const LOCK_POLL_MS = 100;
const LOCK_DEADLINE_MS = 20 * 60_000;

/**
 * Does something that only one process at a time may do.
 * @param lock a file that exists while one does; what a dead process has left is taken over
 * @param what is prepared, for whoever waits
 */
export async function withLock<T>(
  lock: string,
  what: string,
  progress: Progress,
  action: () => Promise<T>,
): Promise<T> {
  await takeLock(lock, what, progress);
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string, name: string, progress: Progress): Promise<void> {
  const deadline = performance.now() + LOCK_DEADLINE_MS;
  let told = false;
  for (;;) {
    try {
      const handle = await open(lock, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await holderIsGone(lock)) {
      await rm(lock, { force: true });
      continue;
    }
    if (!told) progress({ message: `Waiting for another process that is preparing ${name}` });
    told = true;
    if (performance.now() > deadline) {
      throw new Error(`Gave up waiting for ${lock}. If no other process is preparing ${name}, remove that file.`);
    }
    await delay(LOCK_POLL_MS);
  }
}

/** An empty lock is being written by its owner just now, unless it has been so for long. */
async function holderIsGone(lock: string): Promise<boolean> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  if (text === '') {
    const age = await stat(lock).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    return age > 5000;
  }
  return !processExists(Number(text));
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
