import { join } from 'node:path';
import type { Program } from '../kv/packages.ts';
import { cacheEntry } from '../servers/cache.ts';
import { runCommand } from '../servers/command.ts';
import { privateLoader, unpackFromDebian } from '../servers/debian.ts';
import { gatherLibraries } from '../servers/debian-libraries.ts';
import { NO_PROGRESS, type Progress } from '../servers/progress.ts';

/** What a desktop's keychain consists of. */
export interface KeyringPrograms {
  readonly dbus: Program;
  readonly keyring: Program;
  /** Asks over D-Bus. */
  readonly send: Program;
  /** Libraries that a program with the machine's own C library needs to talk to them: for `LD_LIBRARY_PATH`. */
  readonly libraries: string;
}

const SUITE = 'bookworm';
/**
 * gnome-keyring, D-Bus and libsecret of Debian 12, from the lab's cache or fetched into it.
 * @throws Error when this machine can't fetch or run them
 */
export async function obtainKeyring(progress: Progress = NO_PROGRESS): Promise<KeyringPrograms> {
  if (process.platform !== 'linux') throw new Error(`Debian's packages need Linux; this is ${process.platform}.`);
  const folder = await cacheEntry('gnome-keyring', progress, async (building) => {
    await unpackFromDebian(building, SUITE, ['gnome-keyring', 'dbus-daemon', 'libsecret-1-0'], progress);
    await gatherLibraries(building);
    const { dbus, keyring } = await keyringIn(building);
    for (const { program, args } of [dbus, keyring]) await runCommand(program, [...args, '--version']);
  });
  return await keyringIn(folder);
}

async function keyringIn(folder: string): Promise<KeyringPrograms> {
  const root = join(folder, 'root');
  const { loader, libraryFolders } = await privateLoader(root);
  const libraryPath = libraryFolders.map((path) => join(root, path)).join(':');
  const program = (path: string): Program => ({
    program: join(root, loader),
    args: ['--library-path', libraryPath, join(root, path)],
  });
  return {
    dbus: program('usr/bin/dbus-daemon'),
    keyring: program('usr/bin/gnome-keyring-daemon'),
    send: program('usr/bin/dbus-send'),
    libraries: join(folder, 'libraries'),
  };
}
