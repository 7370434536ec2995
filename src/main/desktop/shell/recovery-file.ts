import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ShellEvent } from '../../../shared/contract/console/bridge.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { filled, type ShellTexts } from './texts/index.ts';

/** A recovery of a thousand servers takes a few; whatever is larger is something else. */
const MOST_MB = 64;

/**
 * A recovery file for the page, which looks into it.
 * @throws BatonError when it can't be read, or can be no recovery file
 */
export async function readRecoveryFile(path: string, texts: ShellTexts): Promise<ShellEvent> {
  const { size } = await stat(path).catch((cause) => {
    throw unreadable(path, reasonOf(cause), texts);
  });
  if (size > MOST_MB * 1024 * 1024) throw unreadable(path, filled(texts.file.tooLarge, { limit: MOST_MB }), texts);
  const bytes = await readFile(path).catch((cause) => {
    throw unreadable(path, reasonOf(cause), texts);
  });
  return { type: 'recovery-file', name: basename(path), bytes: new Uint8Array(bytes) };
}

function unreadable(path: string, reason: string, { file }: ShellTexts): BatonError {
  return new BatonError('invalid-argument', `${file.unreadable}: ${path}: ${reason}`);
}
