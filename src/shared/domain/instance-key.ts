/** Identity of a MySQL server: the host name as it was resolved, and the port. */
export interface InstanceKey {
  readonly hostname: string;
  readonly port: number;
}

/** The text form of an instance key, `hostname:port`; usable as a map key. */
export type KeyText = string;

export const NO_KEY: InstanceKey = { hostname: '', port: 0 };

/** `hostname:port`. */
export function keyText(key: InstanceKey): KeyText {
  return `${key.hostname}:${key.port}`;
}

export function sameKey(a: InstanceKey, b: InstanceKey): boolean {
  return a.port === b.port && a.hostname === b.hostname;
}

/** Orders by host name, then port: the order of every listing on the compatible surface. */
export function compareKeys(a: InstanceKey, b: InstanceKey): number {
  if (a.hostname !== b.hostname) return a.hostname < b.hostname ? -1 : 1;
  return a.port - b.port;
}

/** True for a key that can name a server: a host that isn't empty, `_` or detached, and a port. */
export function isRealKey(key: InstanceKey): boolean {
  return key.port > 0 && key.hostname !== '' && key.hostname !== '_' && !key.hostname.startsWith('//');
}

/**
 * Reads `host`, `host:port`, `[v6]:port` or a bare IPv6 address.
 * @returns the key, or null when the text is empty or the port is not a number from 1 to 65535.
 */
export function parseKey(text: string, defaultPort: number): InstanceKey | null {
  const trimmed = text.trim();
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(trimmed);
  if (bracketed?.[1]) return withPort(bracketed[1], bracketed[2], defaultPort);
  if (trimmed.split(':').length > 2) return withPort(trimmed, undefined, defaultPort);
  const colon = trimmed.indexOf(':');
  if (colon < 0) return withPort(trimmed, undefined, defaultPort);
  return withPort(trimmed.slice(0, colon), trimmed.slice(colon + 1), defaultPort);
}

function withPort(hostname: string, portText: string | undefined, defaultPort: number): InstanceKey | null {
  if (hostname === '') return null;
  if (portText === undefined) return { hostname, port: defaultPort };
  if (!/^\d{1,5}$/.test(portText)) return null;
  const port = Number(portText);
  return port >= 1 && port <= 65535 ? { hostname, port } : null;
}
