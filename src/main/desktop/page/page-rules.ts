import { PAGE_URL, SCHEME } from './own-page.ts';
import { parsedUrl } from './parsed-url.ts';

/** What the page may do beyond showing itself; the glue to Electron asks here and decides nothing. */

/** `window.webPreferences` of every window of this program (Electron security tutorial, items 2 to 4, 6, 8 to 11). */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Only itself: a reload is a navigation too. */
export function mayNavigate(url: string): boolean {
  return withoutFragment(url) === PAGE_URL;
}

/** Copying needs it; nothing else that can be asked for does. */
export function mayHave(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnPage(url);
}

/** The page has no business on any network; the developer tools load parts of themselves. */
export function mayRequest(url: string): boolean {
  // What the page makes itself, as an image to be saved, comes from no network.
  return ['devtools:', `${SCHEME}:`, 'blob:', 'data:'].includes(parsedUrl(url)?.protocol ?? '');
}

/** Whether a message comes from the console's own page, and from the page itself rather than from a frame in it. */
export function isOwnSender(frame: { readonly url: string; readonly isTop: boolean } | null): boolean {
  return frame?.isTop === true && isOwnPage(frame.url);
}

function isOwnPage(url: string): boolean {
  return withoutFragment(url) === PAGE_URL;
}

/** Where Baton's documentation is, and that of the servers. */
const DOCUMENTATION_HOSTS: ReadonlySet<string> = new Set(['dev.mysql.com', 'mariadb.com', 'docs.percona.com']);

/** The address to open in the system's browser for a link of the page; null for one that isn't opened. */
export function externalTarget(url: string): string | null {
  const parsed = parsedUrl(url);
  if (parsed === null) return null;
  const { protocol, hostname, username, password, port, href } = parsed;
  const plain = username === '' && password === '' && port === '';
  return protocol === 'https:' && plain && DOCUMENTATION_HOSTS.has(hostname) ? href : null;
}

function withoutFragment(url: string): string {
  const mark = url.indexOf('#');
  return mark < 0 ? url : url.slice(0, mark);
}
