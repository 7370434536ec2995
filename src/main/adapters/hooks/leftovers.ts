import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A shell has long opened its file by then, so that it can go; ms. */
const OPENED_AFTER_MS = 60_000;

/** A name for a new temporary file, which tells whose it is. */
export function hookFile(folder: string): string {
  return join(folder, `baton-hook-${process.pid}-${randomBytes(12).toString('hex')}`);
}

/**
 * Removes the files of processes that are no more, as when one was killed while a hook ran; a hook that still runs goes
 * on. Another process may have been given the number since, or one elsewhere may share the folder: then a file stays, or
 * has been opened before it goes. Nothing depends on it, so that it never throws.
 */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = /^baton-hook-(\d+)-[0-9a-f]{24}$/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      const file = join(folder, name);
      const { uid, mtimeMs } = statSync(file);
      if (uid === process.getuid?.() && Date.now() - mtimeMs > OPENED_AFTER_MS) rmSync(file, { force: true });
    } catch {
      // Somebody else has removed it, or it is not ours to remove.
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** EPERM tells of a process that runs as somebody else. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
