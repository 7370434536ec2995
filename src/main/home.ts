import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Baton is installed, and which one it is. */
export interface BatonHome {
  readonly folder: string;
  readonly version: string;
}

/** The folder of Baton's package.json, wherever below it the build has put this file; null without one. */
export function batonHome(): BatonHome | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = dirname(folder); up !== folder; folder = up, up = dirname(folder)) {
    const version = versionIn(join(folder, 'package.json'));
    if (version !== null) return { folder, version };
  }
  return null;
}

function versionIn(file: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    return name === 'baton' && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
