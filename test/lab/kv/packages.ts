import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cacheEntry, exists } from '../servers/cache.ts';
import { runCommand } from '../servers/command.ts';
import { privateLoader, unpackFromDebian } from '../servers/debian.ts';
import { NO_PROGRESS, type Progress } from '../servers/progress.ts';

/** A program with what has to come before its own arguments. */
export interface Program {
  readonly program: string;
  readonly args: readonly string[];
}

const SUITE = 'bookworm';
const JRE = 'usr/lib/jvm';
const JARS = 'usr/share/java';
/** What a ZooKeeper server opens of the libraries that its package depends on. */
const ZOOKEEPER_JARS = [
  'zookeeper',
  'zookeeper-jute',
  'netty-all',
  'slf4j-api',
  'slf4j-nop',
  'metrics-core',
  'snappy-java',
];

/**
 * etcd of Debian 12, from the lab's cache or fetched into it.
 * @throws Error when this machine can't fetch or run it
 */
export async function obtainEtcd(progress: Progress = NO_PROGRESS): Promise<Program> {
  needLinux();
  const folder = await cacheEntry('etcd-server', progress, async (building) => {
    await unpackFromDebian(building, SUITE, ['etcd-server'], progress);
    const { program, args } = await etcdIn(building);
    await runCommand(program, [...args, '--version'], { timeoutMs: 60_000 });
  });
  return await etcdIn(folder);
}

async function etcdIn(folder: string): Promise<Program> {
  const root = join(folder, 'root');
  const { loader, libraryFolders } = await privateLoader(root);
  const libraryPath = libraryFolders.map((path) => join(root, path)).join(':');
  return { program: join(root, loader), args: ['--library-path', libraryPath, join(root, 'usr/bin/etcd')] };
}

/**
 * ZooKeeper of Debian 12 with the Java that its package depends on, from the lab's cache or fetched into it.
 * @throws Error when this machine can't fetch or run it
 */
export async function obtainZooKeeper(progress: Progress = NO_PROGRESS): Promise<Program> {
  needLinux();
  const folder = await cacheEntry('zookeeper-server', progress, async (building) => {
    await unpackFromDebian(building, SUITE, ['libzookeeper-java'], progress);
    const root = join(building, 'root');
    await pointIntoRoot(join(root, JRE), root);
    await rm(join(root, 'usr/share/icons'), { recursive: true, force: true });
    const { program } = await zooKeeperIn(building);
    await runCommand(program, ['-version'], { timeoutMs: 60_000 });
  });
  return await zooKeeperIn(folder);
}

async function zooKeeperIn(folder: string): Promise<Program> {
  const root = join(folder, 'root');
  const version = (await readdir(join(root, JRE))).find((name) => /^java-\d+-openjdk/.test(name));
  if (version === undefined) throw new Error(`There is no Java in ${join(root, JRE)}.`);
  const classPath = ZOOKEEPER_JARS.map((name) => join(root, JARS, `${name}.jar`)).join(':');
  const args = ['-Xmx64m', '-XX:TieredStopAtLevel=1', '-Dzookeeper.forceSync=no', '-cp', classPath];
  return { program: join(root, JRE, version, 'bin', 'java'), args };
}

/** Java's package keeps its settings in /etc, where an unpacked one isn't. */
async function pointIntoRoot(folder: string, root: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = await readlink(link);
    if (!target.startsWith('/') || !(await exists(join(root, target)))) continue;
    await rm(link);
    await symlink(relative(dirname(link), join(root, target)), link);
  }
}

function needLinux(): void {
  if (process.platform !== 'linux') throw new Error(`Debian's packages need Linux; this is ${process.platform}.`);
}
