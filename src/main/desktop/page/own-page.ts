import { extname, join, normalize, sep } from 'node:path';

/**
 * The page's own scheme: it has an origin that no web page can have, and no file of this machine is on it. It isn't the
 * scheme of links into the console, which any program may open.
 */
export const SCHEME = 'baton-console';
const HOST = 'console';
export const PAGE_URL = `${SCHEME}://${HOST}/index.html`;

/**
 * The page runs its own scripts and reaches nothing: what it shows comes over the bridge. Its components set styles of
 * single elements; styles run nothing and, with these other rules, fetch nothing.
 * (Electron security tutorial, item 7; a header, so that no markup can weaken it.)
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "worker-src 'none'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A file that the page may have, and the headers that it comes with. */
export interface PageFile {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The file that a request of the page means, or null for what isn't inside the folder or of no known kind. Throws for what is no URL. */
export function pageFile(folder: string, requestUrl: string): PageFile | null {
  const url = new URL(requestUrl);
  if (url.protocol !== `${SCHEME}:` || url.host !== HOST) return null;
  const wanted = decoded(url.pathname);
  if (wanted === null || wanted.includes('\0')) return null;
  const root = normalize(folder + sep);
  const path = join(root, wanted);
  const type = CONTENT_TYPES[extname(path)];
  if (!path.startsWith(root) || type === undefined) return null;
  const headers = {
    'Content-Type': type,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
  return { path, headers };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
