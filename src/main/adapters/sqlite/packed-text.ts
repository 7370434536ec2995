import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Texts from so many characters on are packed; what ordinary readings of a server take is less. */
const PACKED_FROM = 16 * 1024;
/** No JSON text begins like this. */
const MARK = 'deflate:';
/** The fastest: pages of a binary log shrink to a tenth with it, too. */
const LEVEL = 1;

/** A JSON text as it is stored: long ones are compressed. */
export function packed(json: string | null): string | null {
  if (json === null || json.length < PACKED_FROM) return json;
  return MARK + deflateRawSync(json, { level: LEVEL }).toString('base64');
}

/** @throws Error when it was packed and is damaged */
export function unpacked(stored: string | null): string | null {
  if (stored === null || !stored.startsWith(MARK)) return stored;
  return inflateRawSync(Buffer.from(stored.slice(MARK.length), 'base64')).toString();
}
