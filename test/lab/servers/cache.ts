import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { processExists, withLock } from './lock.ts';
import type { Progress } from './progress.ts';

/** Raised when the layout of an entry changes, so that an older cache is left alone. */
const LAYOUT = 'v1';

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
  return await withLock(join(root, `${name}.lock`), name, progress, async () => {
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
  });
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Removes what a builder that was killed has left behind. */
async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^building-(\d+)-/.exec(name)?.[1];
    if (pid && !processExists(Number(pid))) await rm(join(root, name), { recursive: true, force: true });
  }
}
