import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { extname, join } from 'node:path';
import { packedOnce } from '../packing.ts';
import type { PlainReply } from '../reply.ts';

/**
 * The page runs its own scripts, talks to this engine alone, and can be put into no other page. Its components set
 * styles of their own as they go.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const GUARDS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
/** These are compressed already. */
const PACKED: ReadonlySet<string> = new Set(['.png', '.ico', '.woff2']);

const INDEX = 'index.html';
/** The build names what is in there after its contents. */
const HASHED = /^assets\//;
/** Names only, so that no path leads out of the folder: the last one has an ending, which `..` has not. */
const NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.[A-Za-z0-9]+$/;

interface Kept {
  readonly stamp: string;
  readonly etag: string;
  readonly reply: PlainReply;
}

/** The built page of the console. Files are kept in memory once they were asked for, until they change. */
export class PageFiles {
  private readonly folder: string;
  private readonly kept = new Map<string, Kept>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** @param name below the folder, decoded; empty for the page itself. @returns null when there is no such file */
  async answer(name: string, headers: IncomingHttpHeaders): Promise<PlainReply | null> {
    const wanted = name === '' ? INDEX : name;
    const extension = extname(wanted);
    if (!NAME.test(wanted) || TYPES[extension] === undefined) return null;
    const kept = await this.read(wanted, extension);
    if (kept === null) return null;
    return matches(headers['if-none-match'], kept.etag) ? unchanged(kept.reply) : kept.reply;
  }

  private async read(name: string, extension: string): Promise<Kept | null> {
    const path = join(this.folder, name);
    try {
      const { mtimeMs, size } = await stat(path);
      const stamp = `${mtimeMs}/${size}`;
      const known = this.kept.get(name);
      if (known?.stamp === stamp) return known;
      const made = keep(name, extension, stamp, await readFile(path));
      this.kept.set(name, made);
      return made;
    } catch {
      this.kept.delete(name);
      return null;
    }
  }
}

function keep(name: string, extension: string, stamp: string, bytes: Buffer): Kept {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const caching = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
  const reply: PlainReply = {
    status: 200,
    contentType: TYPES[extension] ?? 'application/octet-stream',
    body: bytes,
    headers: { ...GUARDS, 'Cache-Control': caching, ETag: etag },
  };
  return { stamp, etag, reply: PACKED.has(extension) ? reply : packedOnce(reply) };
}

/** RFC 9110, section 13.1.2; proxies that compress make weak tags of strong ones. */
function matches(given: string | undefined, etag: string): boolean {
  if (given === undefined) return false;
  return given.trim() === '*' || given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}

function unchanged({ contentType, headers }: PlainReply): PlainReply {
  return { status: 304, contentType, body: '', ...(headers === undefined ? {} : { headers }) };
}
