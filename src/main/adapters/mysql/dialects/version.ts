/** Numbers of a server version, compared as numbers: 10.4 is newer than 9.7. */
export interface ServerVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `8.0.36-28`, `10.11.18-MariaDB-log` and the like; null when it doesn't begin with two numbers. */
export function parseVersion(text: string): ServerVersion | null {
  const found = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?/.exec(text.trim());
  if (!found) return null;
  return { text: text.trim(), major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) };
}

export function atLeast(version: ServerVersion, major: number, minor: number, patch = 0): boolean {
  if (version.major !== major) return version.major > major;
  if (version.minor !== minor) return version.minor > minor;
  return version.patch >= patch;
}
