import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './cache.ts';
import { privateLoader } from './debian.ts';

/** The loader and the C and C++ libraries belong together: a program keeps those that it was started with. */
const MACHINES_OWN =
  /^(ld-linux.*|libstdc\+\+|libgcc_s|lib(c|m|dl|rt|pthread|resolv|util|nsl|anl|mvec|BrokenLocale|thread_db|nss_.*))\.so/;

/** Gathers the libraries of unpacked packages in `folder/libraries`, for `LD_LIBRARY_PATH` of a program of the machine. */
export async function gatherLibraries(folder: string): Promise<void> {
  const root = join(folder, 'root');
  const libraries = join(folder, 'libraries');
  await mkdir(libraries);
  for (const path of (await privateLoader(root)).libraryFolders) {
    for (const name of await readdir(join(root, path))) {
      if (!name.includes('.so') || MACHINES_OWN.test(name) || (await exists(join(libraries, name)))) continue;
      await symlink(join('..', 'root', path, name), join(libraries, name));
    }
  }
}
