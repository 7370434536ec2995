import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { errorCode } from './text-file.ts';

/**
 * Writes a file that only its owner may read. It is there as a whole or not at all, whenever the machine goes down; one
 * that is written over gets a new one's permissions, for the old one may have been readable by all.
 * @param replace write over a file that exists
 * @throws BatonError when it can't be written, or is there already
 */
export function writePrivateFile(path: string, text: string, replace: boolean): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    const handle = openSync(beside, 'wx', 0o600);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (replace) renameSync(beside, path);
    else appear(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    const reason = reasonOf(error);
    throw new BatonError('refused', `${path} could not be written: ${reason}.`, { cause: error });
  }
}

/** Under a name that nobody has taken meanwhile. */
function appear(beside: string, path: string): void {
  try {
    linkSync(beside, path);
    rmSync(beside);
  } catch (error) {
    // Some file systems have no links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error)) || existsSync(path)) throw error;
    renameSync(beside, path);
  }
}
