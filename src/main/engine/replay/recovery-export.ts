import {
  RECOVERY_FILE_FORMAT,
  RECOVERY_FILE_VERSION,
  type RecordedEffect,
  type RecoveryFile,
} from '../../core/replay/recovery-file.ts';
import type { RoutineInput, RoutineResult } from '../../core/routines/routine.ts';
import type { StoredEffect } from '../ports/state-store.ts';

export interface ExportStamp {
  /** The version of Baton. */
  readonly writtenBy: string;
  readonly writtenMs: number;
}

/**
 * Makes one self-contained document of the log of a routine: what it started from, what it did, what came of it.
 * @param lines all of this uid, oldest first
 * @returns null when nothing was recorded from its start on, as before logs were made for replay
 */
export function recoveryFile(uid: string, lines: readonly StoredEffect[], stamp: ExportStamp): RecoveryFile | null {
  const begin = lines.find(({ kind, phase }) => kind === 'routine' && phase === 'before');
  if (begin?.effect == null) return null;
  const end = lines.find(
    ({ kind, phase, beforeId }) => kind === 'routine' && phase === 'after' && beforeId === begin.id,
  );
  const answers = new Map(lines.flatMap((line) => (line.beforeId === null ? [] : [[line.beforeId, line] as const])));
  return {
    format: RECOVERY_FILE_FORMAT,
    version: RECOVERY_FILE_VERSION,
    ...stamp,
    uid,
    start: JSON.parse(begin.effect) as RoutineInput,
    effects: lines.flatMap((line) => recorded(line, answers.get(line.id)) ?? []),
    result: end?.result == null ? null : (JSON.parse(end.result) as RoutineResult),
    ...(end === undefined || end.error === '' ? {} : { brokeOff: end.error }),
  };
}

function recorded(line: StoredEffect, answer: StoredEffect | undefined): RecordedEffect | null {
  if (line.place === '' || line.beforeId !== null) return null;
  // Notes, pauses and looks at the clock are one line, written when they were over.
  const end = line.phase === 'before' ? answer : line;
  // A question always has an answer; one that was too large to be kept ends the recording.
  const isMissing = line.kind === 'ask' && end?.result == null;
  return {
    place: line.place,
    effect: line.effect === null ? { type: line.kind } : JSON.parse(line.effect),
    server: line.server,
    statement: line.statement,
    beganMs: line.atMs,
    endedMs: isMissing ? null : (end?.atMs ?? null),
    result: end?.result == null ? null : JSON.parse(end.result),
    error: (isMissing ? end?.message : undefined) || (end?.error ?? ''),
  };
}
