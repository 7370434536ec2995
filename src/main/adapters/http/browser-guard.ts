import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Every route of the compatible surface is a GET, the ones that change something included, so any web page that an
 * operator has open could cause a failover with an image tag. This guard refuses what a foreign page can cause and
 * leaves alone what scripts and the command line send.
 */
export interface GuardOptions {
  /**
   * Without credentials to ask for, a page whose own name was made to point at this address (DNS rebinding) would
   * pass as this site; then a browser must address Baton by a name that can only be Baton's.
   */
  readonly checkHost: boolean;
  /** Names that are Baton's besides addresses and `localhost`; lower case. */
  readonly ownNames: ReadonlySet<string>;
}

/** @returns a sentence why the request is refused, or null. */
export function foreignPageRefusal(headers: IncomingHttpHeaders, options: GuardOptions): string | null {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return refusal('a page of another site');
  const host = headers.host ?? '';
  if (headers.origin !== undefined && originHost(headers.origin) !== host.toLowerCase()) {
    return refusal('a page of another site');
  }
  if (options.checkHost && isFromBrowser(headers) && !isOwnHost(host, options.ownNames)) {
    return refusal(`a page that reaches Baton as "${host}", which is not a name of this machine`);
  }
  return null;
}

function refusal(cause: string): string {
  return `Refused: the request would change something and was caused in a browser by ${cause}.`;
}

function originHost(origin: string): string | null {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return null;
  }
}

/** Headers that browsers send and page scripts can't take away; `*` is what Node's own client sends. */
function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  const language = headers['accept-language'];
  return (
    headers['sec-fetch-site'] !== undefined ||
    headers.origin !== undefined ||
    headers.referer !== undefined ||
    headers.cookie !== undefined ||
    (language !== undefined && language !== '*') ||
    (headers['user-agent'] ?? '').startsWith('Mozilla/')
  );
}

function isOwnHost(host: string, ownNames: ReadonlySet<string>): boolean {
  const name = hostName(host);
  if (name === null) return false;
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || ownNames.has(name);
}

function hostName(host: string): string | null {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  } catch {
    return null;
  }
}
