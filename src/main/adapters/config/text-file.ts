import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** A file's text. `mode` holds the permission bits, where the system has such. */
export interface TextFile {
  readonly text: string;
  readonly mode?: number;
}

/** Reads a whole file; throws the system's error, with its `code`, when that fails. */
export type ReadTextFile = (path: string) => TextFile;

/** The real file system. Windows has no permission bits that tell who may read. */
export const readTextFile: ReadTextFile = (path) => {
  const handle = openSync(path, 'r');
  try {
    const text = readFileSync(handle, 'utf8');
    return process.platform === 'win32' ? { text } : { text, mode: fstatSync(handle).mode & 0o777 };
  } finally {
    closeSync(handle);
  }
};

/** The `code` of a system error, such as `ENOENT`; empty for any other error. */
export function errorCode(problem: unknown): string {
  const code = problem instanceof Error && 'code' in problem ? problem.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Why a file can't be read and what to do, as a sentence that names it. */
export function unreadable(path: string, problem: unknown): string {
  const code = errorCode(problem);
  if (code === 'ENOENT') return `${path} does not exist; check the path and the working directory.`;
  if (code === 'ENOTDIR') return `${path} does not exist, because a part of its path is a file; check the path.`;
  if (code === 'EACCES' || code === 'EPERM') {
    return `${path} may not be read by the user that Baton runs as; give that user read permission on the file and its folders.`;
  }
  if (code === 'EISDIR') return `${path} is a folder; name the file in it.`;
  if (code === 'ELOOP') return `${path} is a symbolic link that leads back to itself; mend the link.`;
  if (code === 'EMFILE' || code === 'ENFILE') return `${path} cannot be read, because too many files are open.`;
  return `${path} cannot be read (${code === '' ? 'unknown error' : code}).`;
}
