import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in Baton's package.json, wherever the build has put this file; `unknown` without one. */
export function batonVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = dirname(folder); up !== folder; folder = up, up = dirname(folder)) {
    const version = versionIn(join(folder, 'package.json'));
    if (version !== null) return version;
  }
  return 'unknown';
}

function versionIn(file: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    return name === 'baton' && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
