import { gunzipSync, gzipSync } from 'node:zlib';
import { BatonError } from '../../../shared/errors/baton-error.ts';

/** A recovery file as bytes: JSON, compressed with gzip, so that any tool can look into it. */
export function packRecovery(document: unknown): Uint8Array {
  return gzipSync(JSON.stringify(document));
}

const EXPORT_AGAIN = 'Export it again with baton export-recovery UID --out FILE.';

/** More than the largest topologies need; keeps a hostile file from filling the memory. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Reads what `packRecovery` wrote. Plain JSON is taken as well, as after `gunzip`.
 * @param name of the file, for messages
 * @param mostBytes what it may grow to
 * @throws BatonError when it is truncated, damaged or something else
 */
export function unpackRecovery(bytes: Uint8Array, name: string, mostBytes = MOST_BYTES): unknown {
  if (bytes.length === 0) throw new BatonError('invalid-argument', `${name} is empty.`, { hint: EXPORT_AGAIN });
  const text = isGzip(bytes) ? unzip(bytes, name, mostBytes) : new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BatonError('invalid-argument', `${name} is not a recovery file, or it is damaged.`, {
      hint: EXPORT_AGAIN,
      cause: error,
    });
  }
}

const WHY: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'is truncated: its end is missing',
  ERR_BUFFER_TOO_LARGE: 'is larger, unpacked, than a recovery file can be',
};

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzip(bytes: Uint8Array, name: string, mostBytes: number): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes }).toString('utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const what = WHY[code ?? ''] ?? 'is damaged and can not be unpacked';
    throw new BatonError('invalid-argument', `${name} ${what}.`, {
      hint: EXPORT_AGAIN,
      cause: error,
    });
  }
}
