import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { PlainReply } from './reply.ts';

const compress = promisify(gzip);
/** Beyond this a little less compression is a lot less work. */
const MUCH = 256 * 1024;

export function pack(body: string | Uint8Array): Promise<Buffer> {
  const level = body.length > MUCH ? constants.Z_BEST_SPEED : constants.Z_DEFAULT_COMPRESSION;
  return compress(body, { level });
}

/** A reply that many get: its bytes are there once, plain and compressed. */
export function packedOnce(reply: PlainReply): PlainReply {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  let packed: Promise<Uint8Array> | null = null;
  return {
    ...reply,
    body,
    packed: () => {
      packed ??= pack(body);
      return packed;
    },
  };
}

/** Whether gzip is among what a client takes (RFC 9110, section 12.5.3). */
export function takesGzip(accepted: string | readonly string[] | undefined): boolean {
  return String(accepted ?? '')
    .split(',')
    .some((one) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0{0,3})?\s*$)|$)/i.test(one));
}
