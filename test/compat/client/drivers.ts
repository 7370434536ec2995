import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { baton } from '../../cli/test-io.ts';
import type { Driver } from './step.ts';

const NAME = 'orchestrator-client';
const BY_SIGPIPE = 128 + 13;

/** The stock script: of BATON_STOCK_CLIENT, else on the PATH; null where there is none. */
export function stockClientPath(): string | null {
  const given = process.env.BATON_STOCK_CLIENT;
  if (given !== undefined && given !== '') return given;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, NAME)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The script as it is, in a shell of its own. */
export function stockClient(path: string): Driver {
  return {
    name: 'stock',
    forms: (words) => [['-c', ...words]],
    run: (argv, env) =>
      new Promise((resolve) => {
        execFile('bash', [path, ...argv], { env, timeout: 60_000 }, (error, out, err) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          // Some of its pipes begin with what nobody reads: now and then that ends by SIGPIPE, with all printed.
          resolve({ code: code === BY_SIGPIPE ? 0 : code, out: out.trimEnd(), err: err.trimEnd() });
        });
      }),
  };
}

/** `baton -c COMMAND` and `baton COMMAND`, with the very flags that the script gets. */
export const BATON_CLIENT: Driver = {
  name: 'baton',
  forms: (words) => [['-c', ...words], words],
  run: async (argv, env) => {
    const { code, out, error } = await baton({ ...env }, ...argv);
    return { code, out: out.trimEnd(), err: error.trimEnd() };
  },
};
