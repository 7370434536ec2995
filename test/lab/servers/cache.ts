import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './progress.ts';

/** Raised when the layout of an entry changes, so that an older cache is left alone. */
const LAYOUT = 'v1';
const LOCK_POLL_MS = 100;
const LOCK_DEADLINE_MS = 20 * 60_000;

/** The folder that servers and templates are kept in, outside the work tree: `BATON_LAB_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  const override = process.env.BATON_LAB_CACHE;
  if (override) return join(override, LAYOUT);
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'baton-lab', LAYOUT);
}

/**
 * The folder of a cache entry, built by `build` when it is missing: in one folder, to stand in another when it is done.
 *
 * An entry appears by one rename of a finished folder, so nobody ever sees half of it, whoever dies when. The lock only keeps
 * two processes from doing the same work; were it to fail, the second rename finds the entry in place and throws its own away.
 */
export async function cacheEntry(
  name: string,
  progress: Progress,
  build: (folder: string, entry: string) => Promise<void>,
): Promise<string> {
  const root = cacheFolder();
  const entry = join(root, name);
  if (await exists(entry)) return entry;
  await mkdir(root, { recursive: true });
  const lock = join(root, `${name}.lock`);
  await takeLock(lock, name, progress);
  try {
    if (await exists(entry)) return entry;
    await removeAbandoned(root);
    const building = join(root, `building-${process.pid}-${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(building);
      await build(building, entry);
      await rename(building, entry).catch(async (error: unknown) => {
        if (!(await exists(entry))) throw error;
      });
    } finally {
      await rm(building, { recursive: true, force: true });
    }
    return entry;
  } finally {
    await rm(lock, { force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
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

/** Removes what a builder that was killed has left behind. */
async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^building-(\d+)-/.exec(name)?.[1];
    if (pid && !processExists(Number(pid))) await rm(join(root, name), { recursive: true, force: true });
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
