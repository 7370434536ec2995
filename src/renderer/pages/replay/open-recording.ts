import { MOST_FILE_BYTES, type RecoveryTimeline } from '../../../shared/contract/v2/timeline.ts';
import { engine } from '../../link/index.ts';
import { base64Of } from '../recovery/model/base64.ts';

export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What stood in the way of the engine's answer, for the page to say in its language. */
export class NotOpened extends Error {
  readonly why: 'too-large' | 'no-engine';

  constructor(why: 'too-large' | 'no-engine', message: string) {
    super(message);
    this.why = why;
  }
}

/**
 * Reads a recovery file: in the desktop by the program around the page, without any engine; in a browser by the engine.
 * @throws NotOpened, or CallError with a sentence about the file
 */
export async function readRecording({ name, bytes }: OpenedFile): Promise<RecoveryTimeline> {
  if (engine.hasShell) return engine.shell('readRecoveryFile', { name, base64: base64Of(bytes) });
  if (bytes.length > MOST_FILE_BYTES) throw new NotOpened('too-large', name);
  try {
    return await engine.call('replay', { body: { name, base64: base64Of(bytes) } });
  } catch (error) {
    if (isUnanswered(error)) throw new NotOpened('no-engine', error.message);
    throw error;
  }
}

function isUnanswered(error: unknown): error is Error {
  return error instanceof Error && 'status' in error && error.status === 0;
}
