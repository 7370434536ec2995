import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from '../../shared/settings/settings.ts';

/** Where an engine keeps its data. @param named of `--data-dir`; beats the configuration */
export function dataFolderOf(named: string | undefined, settings: Settings): string {
  if (named) return resolve(named);
  if (settings.SQLite3DataFile !== '') return dirname(resolve(settings.SQLite3DataFile));
  const base = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  return join(base, 'baton');
}
