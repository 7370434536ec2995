import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packRecovery, unpackRecovery } from '../../../src/main/adapters/recovery-file/recovery-archive.ts';
import type { BatonError } from '../../../src/shared/errors/baton-error.ts';

const DOCUMENT = { format: 'baton-recovery', texts: Array.from({ length: 200 }, (_, index) => `line ${index} – ü`) };

function problem(bytes: Uint8Array): string {
  try {
    unpackRecovery(bytes, 'r.json.gz');
  } catch (error) {
    return (error as BatonError).text;
  }
  return '';
}

test('what was packed comes out as it was, also after gunzip', () => {
  const packed = packRecovery(DOCUMENT);
  expect(packed.length).toBeLessThan(JSON.stringify(DOCUMENT).length);
  expect(unpackRecovery(packed, 'r')).toEqual(DOCUMENT);
  expect(unpackRecovery(new TextEncoder().encode(JSON.stringify(DOCUMENT)), 'r')).toEqual(DOCUMENT);
});

describe('a damaged file is told so, with its name and what to do', () => {
  const packed = packRecovery(DOCUMENT);
  const flipped = Uint8Array.from(packed);
  const middle = Math.floor(packed.length / 2);
  flipped[middle] = (flipped[middle] ?? 0) ^ 0xff;
  test.each<readonly [string, Uint8Array, RegExp]>([
    ['truncated', packed.slice(0, -20), /^r\.json\.gz is truncated: its end is missing\..*export-recovery/s],
    ['only begun', packed.slice(0, 2), /^r\.json\.gz is truncated/],
    ['changed within', flipped, /^r\.json\.gz is damaged/],
    ['no JSON', gzipSync('no JSON'), /^r\.json\.gz is not a recovery file, or it is damaged/],
    ['not compressed, and no JSON', new TextEncoder().encode('PK\u0003\u0004'), /^r\.json\.gz is not a recovery file/],
    ['empty', new Uint8Array(), /^r\.json\.gz is empty/],
  ])('%s', (_, bytes, message) => {
    expect(problem(bytes)).toMatch(message);
  });

  test('cut off anywhere, it never comes out as something else', () => {
    for (let length = 0; length < packed.length; length += 7) expect(problem(packed.slice(0, length))).not.toBe('');
  });
});
