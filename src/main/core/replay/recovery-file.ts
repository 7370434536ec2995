import type { RoutineInput, RoutineResult } from '../routines/routine.ts';

/**
 * This folder decides again from what was recorded: whether a routine, fed the results that it got then, takes the same
 * decisions, and where it would take others. It knows nothing of how a file is stored or compressed.
 */
export const RECOVERY_FILE_FORMAT = 'baton-recovery';

/** Grows when an older Baton could no longer make sense of a file. */
export const RECOVERY_FILE_VERSION = 1;

/** One recovery or operation with all that it started from, did and was told. Plain data, without credentials. */
export interface RecoveryFile {
  readonly format: typeof RECOVERY_FILE_FORMAT;
  readonly version: number;
  /** The version of Baton that wrote it. */
  readonly writtenBy: string;
  /** Ms since the epoch. */
  readonly writtenMs: number;
  readonly uid: string;
  readonly start: RoutineInput;
  /** In the order in which they were begun. */
  readonly effects: readonly RecordedEffect[];
  /** Null when it was interrupted. */
  readonly result: RoutineResult | null;
}

/** What a routine asked for, and what it was answered. */
export interface RecordedEffect {
  /** Index in the routine; within parallel branches a path such as `7/2.0`: effect 7, third branch, first effect. */
  readonly place: string;
  /** The effect as data; servers' facts in it are shortened to their keys. */
  readonly effect: unknown;
  /** Key text; empty when no server is concerned. */
  readonly server: string;
  /** What was sent, secrets masked; empty when nothing was. */
  readonly statement: string;
  readonly beganMs: number;
  /** Null when Baton did not live to see its end. */
  readonly endedMs: number | null;
  readonly result: unknown;
  /** A sentence; empty when it went well. */
  readonly error: string;
}

/** The file can't be replayed. The message is for the person who opened it. */
export class RecoveryFileError extends Error {
  override readonly name = 'RecoveryFileError';
}

/**
 * Takes a parsed document for a recovery file.
 * @throws RecoveryFileError
 */
export function recoveryFileOf(document: unknown): RecoveryFile {
  if (!isRecord(document) || document.format !== RECOVERY_FILE_FORMAT) {
    throw new RecoveryFileError('It is not a recovery file: export one with baton -c export-recovery -i UID.');
  }
  const version = document.version;
  if (version !== RECOVERY_FILE_VERSION) {
    const newer = typeof version === 'number' && version > RECOVERY_FILE_VERSION;
    const writer = String(document.writtenBy ?? 'an unknown version');
    throw new RecoveryFileError(
      `It has file version ${String(version)}, written by Baton ${writer}, and this Baton reads version ` +
        `${RECOVERY_FILE_VERSION}. ${newer ? 'Replay it with that Baton or a later one.' : 'Replay it with that Baton.'}`,
    );
  }
  const { start, effects } = document;
  if (!isRecord(start) || !isRecord(start.picture) || !Array.isArray(effects)) {
    throw new RecoveryFileError('It is damaged: its beginning or its effects are missing. Export the recovery again.');
  }
  return document as unknown as RecoveryFile;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
