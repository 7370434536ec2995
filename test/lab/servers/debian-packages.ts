import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry, exists } from './cache.ts';
import { runCommand } from './command.ts';
import { privateLoader, unpackFromDebian } from './debian.ts';
import type { Progress } from './progress.ts';
import { type LabFlavor, parseServerVersion, type ServerPackage, type ServerSource } from './server-package.ts';

interface DebianServer {
  readonly flavor: LabFlavor;
  readonly suite: string;
  readonly packages: readonly string[];
  /** Path of the server program in the unpacked tree. */
  readonly program: string;
}

const MYSQL: DebianServer = {
  flavor: 'mysql97',
  suite: 'sid',
  packages: ['mysql-server-core', 'mysql-client-core'],
  program: 'usr/sbin/mysqld',
};

const MARIADB: DebianServer = {
  flavor: 'mariadb',
  suite: 'bookworm',
  packages: ['mariadb-server-core', 'mariadb-client-core'],
  program: 'usr/sbin/mariadbd',
};

/** MySQL of the current release line, from Debian's unstable suite. */
export const mysqlFromDebian = debianSource(MYSQL);

/** MariaDB 10.11, from Debian 12. */
export const mariadbFromDebian = debianSource(MARIADB);

function debianSource(server: DebianServer): ServerSource {
  return {
    title: `packages ${server.packages.join(', ')} of Debian ${server.suite}, with apt`,
    obtain: async (progress) => {
      if (process.platform !== 'linux') throw new Error(`Debian's packages need Linux; this is ${process.platform}.`);
      const folder = await cacheEntry(`${server.flavor}-server`, progress, (building) =>
        build(server, building, progress),
      );
      return describe(server, folder);
    },
  };
}

async function build(server: DebianServer, folder: string, progress: Progress): Promise<void> {
  await unpackFromDebian(folder, server.suite, server.packages, progress);
  const { program, programArgs } = await launch(server, folder);
  const output = await runCommand(program, [...programArgs, '--no-defaults', '--version'], { timeoutMs: 60_000 });
  await writeFile(join(folder, 'version'), parseServerVersion(output));
}

async function launch(server: DebianServer, folder: string): Promise<Pick<ServerPackage, 'program' | 'programArgs'>> {
  const root = join(folder, 'root');
  const { loader, libraryFolders } = await privateLoader(root);
  const libraryPath = libraryFolders.map((path) => join(root, path)).join(':');
  return { program: join(root, loader), programArgs: ['--library-path', libraryPath, join(root, server.program)] };
}

async function describe(server: DebianServer, folder: string): Promise<ServerPackage> {
  const root = join(folder, 'root');
  const plugins = join(root, 'usr/lib/mysql/plugin');
  const version = await readFile(join(folder, 'version'), 'utf8');
  return {
    flavor: server.flavor,
    version,
    origin: `Debian ${server.suite}`,
    ...(await launch(server, folder)),
    env: {},
    paths: {
      basedir: join(root, 'usr'),
      'lc-messages-dir': join(root, 'usr/share/mysql'),
      'character-sets-dir': join(root, 'usr/share/mysql/charsets'),
      ...((await exists(plugins)) ? { 'plugin-dir': plugins } : {}),
    },
    systemTables: join(root, 'usr/share/mysql'),
    semiSync: server.flavor === 'mariadb' ? 'built-in' : 'plugin',
  };
}
