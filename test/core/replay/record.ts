import { recordedForm, serverOf } from '../../../src/main/core/replay/compare.ts';
import {
  RECOVERY_FILE_FORMAT,
  RECOVERY_FILE_VERSION,
  type RecordedEffect,
  type RecoveryFile,
} from '../../../src/main/core/replay/recovery-file.ts';
import { type Answer, Strands } from '../../../src/main/core/replay/strands.ts';
import { type RoutineInput, type RoutineResult, startRoutine } from '../../../src/main/core/routines/routine.ts';
import type { Effect, Outcome } from '../../../src/main/core/sagas/effects.ts';

type Line = { -readonly [K in keyof RecordedEffect]: RecordedEffect[K] };

export interface RecordOptions {
  /** Which of the branches that wait goes on; the lowest first. In turn when left out. */
  readonly rank?: () => number;
  /** Baton is killed when it has begun so many effects; each that was begun and has no answer yet never gets one. */
  readonly killAfter?: number;
}

/** Runs a routine against a model and keeps what the executor would, as it comes out of a file. */
export function record(
  input: RoutineInput,
  answer: (effect: Effect) => unknown,
  { rank = () => 0, killAfter = Number.POSITIVE_INFINITY }: RecordOptions = {},
): RecoveryFile {
  const lines: Line[] = [];
  const begin = (effect: Effect, place: string): Line => {
    const beganMs = input.picture.atMs + lines.length;
    const line: Line = {
      place,
      effect: recordedForm(effect),
      server: serverOf(effect),
      statement: '',
      beganMs,
      endedMs: null,
      result: null,
      error: '',
    };
    if (lines.length < killAfter) lines.push(line);
    return line;
  };
  const end = new Strands<RoutineResult>({
    words: (message, { place }) => {
      const line = begin({ type: 'note', message }, place);
      line.endedMs = line.beganMs;
    },
    deed: (effect, { place }): Answer => {
      const line = begin(effect, place);
      if (lines.length >= killAfter) return { kind: 'never' };
      const give = (): unknown => {
        const result = answer(effect);
        if (lines.length < killAfter) {
          Object.assign(line, { endedMs: line.beganMs + 1, result: result ?? null, error: failureOf(result) });
        }
        return result;
      };
      return { kind: 'later', rank: rank(), give };
    },
  }).run(startRoutine(input));
  if (end.kind === 'threw') throw new Error(end.reason);
  const file: RecoveryFile = {
    format: RECOVERY_FILE_FORMAT,
    version: RECOVERY_FILE_VERSION,
    writtenBy: '1.0.0',
    writtenMs: input.picture.atMs,
    uid: 'r1',
    start: input,
    effects: lines,
    result: end.kind === 'ended' && lines.length < killAfter ? end.value : null,
  };
  return JSON.parse(JSON.stringify(file)) as RecoveryFile;
}

function failureOf(result: unknown): string {
  const outcome = result as Outcome<unknown> | null | undefined;
  return typeof outcome === 'object' && outcome?.ok === false ? outcome.failure.message : '';
}
