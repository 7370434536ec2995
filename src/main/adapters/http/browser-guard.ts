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
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return refusal(OTHER_SITE);
  if (headers.origin !== undefined && !isOwnPage(headers.origin, headers)) return refusal(OTHER_SITE);
  if (!isFromBrowser(headers)) return null;
  const host = headers.host ?? '';
  if (options.checkHost && !isOwnHost(host, options.ownNames)) {
    return refusal(`a page that reaches Baton as "${host}", which is not a name of this machine`);
  }
  // Browsers tell the site only to addresses that they trust: by TLS, or of their own machine (Fetch Metadata, section 2).
  if (site === undefined && !tellsOwnPage(headers)) {
    return refusal('something that it does not name; use HTTPS, a page of Baton, or the command line');
  }
  return null;
}

const OTHER_SITE = 'a page of another site';

/** A page of another site can neither send its readers with this site's address as theirs, nor add a header. */
function tellsOwnPage(headers: IncomingHttpHeaders): boolean {
  if (headers.origin !== undefined || headers['x-requested-with'] !== undefined) return true;
  return headers.referer !== undefined && isOwnPage(headers.referer, headers);
}

/** A proxy may have put its own name for Baton in the place of the one that the browser used, and tell that one too. */
function isOwnPage(address: string, headers: IncomingHttpHeaders): boolean {
  const host = hostOf(address);
  if (host === null || host === '') return false;
  return host === headers.host?.toLowerCase() || host === String(headers['x-forwarded-host'] ?? '').toLowerCase();
}

function refusal(cause: string): string {
  return `Refused: the request would change something and was caused in a browser by ${cause}.`;
}

function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host.toLowerCase() : null;
}

/** Headers that browsers send and page scripts can't take away; `*` is what Node's own client sends. */
function isFromBrowser(headers: IncomingHttpHeaders): boolean {
  const language = headers['accept-language'];
  const agent = headers['user-agent'] ?? '';
  return (
    headers['sec-fetch-site'] !== undefined ||
    headers.origin !== undefined ||
    headers.referer !== undefined ||
    headers.priority !== undefined ||
    headers['sec-gpc'] !== undefined ||
    (language !== undefined && language !== '*') ||
    // PowerShell passes itself off as a browser.
    (agent.startsWith('Mozilla/') && !agent.includes('PowerShell/'))
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
