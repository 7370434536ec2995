import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../test/lab/servers/lock.ts';
import { HOME, runProgram } from './run-command.ts';

/** Where `baton serve` looks for the console's page. */
const PAGE = join(HOME, 'out', 'renderer');
const INDEX = join(PAGE, 'index.html');
/** What it is made of. */
const SOURCES = ['src/renderer', 'src/shared', 'renderer.vite.config.ts', 'package-lock.json'];

/**
 * Builds the console's page when there is none, or when it is older than what it is made of. Several processes may ask
 * at once: one builds, the others wait; a finished page takes the place of the old one by a rename.
 * @throws Error when it can't be built
 */
export async function ensurePage(): Promise<void> {
  if (await isFresh()) return;
  await mkdir(join(HOME, 'out'), { recursive: true });
  const tell = ({ message }: { readonly message: string }): void => void process.stderr.write(`${message}\n`);
  await withLock(join(HOME, 'out', 'renderer.lock'), "the console's page", tell, async () => {
    if (!(await isFresh())) await build();
  });
}

async function build(): Promise<void> {
  const begun = new Date();
  const building = join(HOME, 'out', 'renderer-building');
  const old = join(HOME, 'out', 'renderer-old');
  // What a build that was broken off has left.
  for (const folder of [building, old]) await rm(folder, { recursive: true, force: true });
  process.stderr.write("Building the console's page.\n");
  try {
    const args = ['build', '--config', 'renderer.vite.config.ts', '--outDir', building, '--logLevel', 'error'];
    const code = await runProgram('vite/bin/vite.js', args);
    if (code !== 0) throw new Error(`The console's page can't be built (exit code ${code}).`);
    // What was edited during the build is newer than the page.
    await utimes(join(building, 'index.html'), begun, begun);
    await rename(PAGE, old).catch(() => undefined);
    await rename(building, PAGE);
  } finally {
    await rm(building, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function isFresh(): Promise<boolean> {
  const builtMs = await changedMs(INDEX);
  if (builtMs === null) return false;
  for (const source of SOURCES) if ((await newestMs(join(HOME, source))) > builtMs) return false;
  return true;
}

/** When anything in a folder was last changed, taken away or put there. */
async function newestMs(path: string): Promise<number> {
  const own = (await changedMs(path)) ?? 0;
  const inside = await readdir(path, { recursive: true }).catch(() => []);
  const times = await Promise.all(inside.map((name) => changedMs(join(path, name))));
  return Math.max(own, ...times.map((ms) => ms ?? 0));
}

async function changedMs(path: string): Promise<number | null> {
  return await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
