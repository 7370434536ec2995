import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processesOf, signal } from './process-state.ts';

/** Every lab of this user has a folder in here, named like the lab. */
function labsFolder(): string {
  return join(tmpdir(), `baton-lab-${userInfo().uid}`);
}

export function runFolder(labName: string): string {
  return join(labsFolder(), labName);
}

export function randomLabName(): string {
  return `lab-${randomBytes(4).toString('hex')}`;
}

/**
 * Makes the folder of a new lab, readable by this user only: it holds passwords.
 * @throws Error when a lab of that name exists, or the name can't be a folder's.
 */
export function createRunFolder(labName: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(labName)) {
    throw new Error(`"${labName}" can't name a lab: use small letters, digits and hyphens, at most 41 of them.`);
  }
  makeLabsFolder();
  const folder = runFolder(labName);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`A lab named ${labName} exists already (${folder}). Take it down first, or choose another name.`);
  }
  return folder;
}

/** Anybody can make a folder of that name beforehand in a shared folder for temporary files. */
function makeLabsFolder(): void {
  const folder = labsFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (process.platform === 'win32') return;
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${folder} isn't a folder that only this user can use; remove it, or set TMPDIR to another place.`);
  }
}

export function labNames(): string[] {
  try {
    return readdirSync(labsFolder()).sort();
  } catch {
    return [];
  }
}

/** Kills what runs from a folder, without waiting: for the last moment of a process. */
export function killNow(folder: string): void {
  for (const process of processesOf(folder)) signal(process, 'SIGKILL');
}

/**
 * Ends every process of a lab and removes its folder.
 * @throws Error when a process is still there after 20 s.
 */
export async function clearRunFolder(folder: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  // Looks again after the last one is gone: a server may have been starting meanwhile.
  for (let quiet = 0; quiet < 2; ) {
    const left = processesOf(folder);
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (performance.now() > deadline) {
      throw new Error(`Processes of ${folder} don't end: ${left.map((process) => process.pid).join(', ')}.`);
    }
    for (const process of left) signal(process, 'SIGKILL');
    if (left.length > 0) await delay(10);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}
