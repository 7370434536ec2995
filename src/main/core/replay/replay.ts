import { type RoutineInput, type RoutineResult, startRoutine } from '../routines/routine.ts';
import type { Effect, Saga } from '../sagas/effects.ts';
import { canonical, phraseOf, recordedForm } from './compare.ts';
import type { RecordedEffect, RecoveryFile } from './recovery-file.ts';

/** One step as it was replayed. */
export interface ReplayStep {
  readonly place: string;
  /** What was asked for, as a phrase. */
  readonly text: string;
  readonly statement: string;
  readonly server: string;
  /** How long it took then, ms; null when it never ended, or wasn't taken then. */
  readonly tookMs: number | null;
  readonly error: string;
  /** `same` as recorded; `different` from it, or not recorded at all. */
  readonly match: 'same' | 'different' | 'predicted';
}

/** A place where the routine decided otherwise than it did then. */
export interface Divergence {
  readonly place: string;
  /** As phrases; empty when there was nothing. */
  readonly recorded: string;
  readonly replayed: string;
  /** What it said just before, which holds its reasons. */
  readonly because: readonly string[];
}

export interface ReplayReport {
  readonly steps: readonly ReplayStep[];
  /** In order; empty when everything was decided alike. */
  readonly divergences: readonly Divergence[];
  readonly recordedResult: RoutineResult | null;
  /** Null when the recording ends where Baton was interrupted, and nothing could be predicted. */
  readonly result: RoutineResult | null;
  /** The recording ended before the routine did. */
  readonly interrupted: boolean;
}

/** Answers effects that were not recorded, from how the servers stood; made at the first of them. */
export type Predictor = (recorded: readonly RecordedEffect[]) => (effect: Effect) => unknown;

/** Stops a saga at a place where there is no answer. */
class RecordingEnds extends Error {
  override readonly name = 'RecordingEnds';
}

const REASONS_SHOWN = 5;

/**
 * Runs a routine again on what its servers answered then.
 * @param start as in the file, or with other settings to ask "what if"
 * @param predictor gives the answers from the first difference on; without one the replay ends there
 */
export function replay(file: RecoveryFile, start: RoutineInput = file.start, predictor?: Predictor): ReplayReport {
  return new Replay(file, predictor).run(start);
}

class Replay {
  private readonly file: RecoveryFile;
  private readonly byPlace: ReadonlyMap<string, RecordedEffect>;
  private readonly predictor: Predictor | undefined;
  private readonly steps: ReplayStep[] = [];
  private readonly divergences: Divergence[] = [];
  private readonly said: string[] = [];
  private predict: ((effect: Effect) => unknown) | null = null;
  private interrupted = false;

  constructor(file: RecoveryFile, predictor: Predictor | undefined) {
    this.file = file;
    this.predictor = predictor;
    this.byPlace = new Map(file.effects.map((each) => [each.place, each]));
  }

  run(start: RoutineInput): ReplayReport {
    let result: RoutineResult | null = null;
    try {
      result = this.drive(startRoutine(start), '');
    } catch (error) {
      if (!(error instanceof RecordingEnds)) throw error;
    }
    const { steps, divergences, interrupted, file } = this;
    const before = file.result;
    if (divergences.length === 0 && result !== null && before !== null && canonical(result) !== canonical(before)) {
      divergences.push({
        place: 'the end',
        recorded: 'another result',
        replayed: 'this result',
        because: this.reasons(),
      });
    }
    return { steps, divergences, recordedResult: before, result, interrupted };
  }

  private drive<T>(saga: Saga<T>, prefix: string): T {
    let index = 0;
    let step = saga.next();
    while (!step.done) {
      const place = `${prefix}${index}`;
      index += 1;
      step = saga.next(this.answer(step.value, place));
    }
    return step.value;
  }

  private answer(effect: Effect, place: string): unknown {
    if (effect.type === 'note' || effect.type === 'phase') this.said.push(effect.message);
    const recorded = this.byPlace.get(place);
    const same = recorded !== undefined && canonical(recorded.effect) === canonical(recordedForm(effect));
    const match = same ? 'same' : this.predict === null ? 'different' : 'predicted';
    this.steps.push(stepOf(effect, place, same ? recorded : undefined, match));
    if (!same && this.predict === null) this.diverge(effect, place, recorded);
    if (effect.type === 'parallel') {
      return effect.branches.map((branch, index) => this.drive(branch, `${place}/${index}.`));
    }
    if (effect.type === 'note' || effect.type === 'phase') return undefined;
    if (same && this.predict === null) {
      if (recorded.endedMs !== null) return recorded.result ?? undefined;
      return this.interrupt();
    }
    return this.predicted(effect);
  }

  private diverge(effect: Effect, place: string, recorded: RecordedEffect | undefined): void {
    if (recorded === undefined && this.file.result === null) {
      this.interrupt();
      return;
    }
    this.divergences.push({
      place,
      recorded: recorded === undefined ? '' : phraseOf(recorded.effect),
      replayed: phraseOf(recordedForm(effect)),
      because: this.reasons(),
    });
    // Words that differ change nothing that the servers would answer.
    if (effect.type !== 'note' && effect.type !== 'phase') this.beginPredicting();
  }

  private interrupt(): never {
    this.interrupted = true;
    throw new RecordingEnds('The recording ends here.');
  }

  private beginPredicting(): void {
    if (this.predictor === undefined) throw new RecordingEnds('Nothing tells what the servers would have answered.');
    this.predict = this.predictor(this.file.effects);
  }

  private predicted(effect: Effect): unknown {
    if (this.predict === null) throw new RecordingEnds('Nothing tells what the servers would have answered.');
    return this.predict(effect);
  }

  private reasons(): readonly string[] {
    return this.said.slice(-REASONS_SHOWN);
  }
}

function stepOf(
  effect: Effect,
  place: string,
  recorded: RecordedEffect | undefined,
  match: ReplayStep['match'],
): ReplayStep {
  const ended = recorded?.endedMs ?? null;
  return {
    place,
    text: phraseOf(recordedForm(effect)),
    statement: recorded?.statement ?? '',
    server: recorded?.server ?? ('key' in effect ? `${effect.key.hostname}:${effect.key.port}` : ''),
    tookMs: recorded === undefined || ended === null ? null : ended - recorded.beganMs,
    error: recorded?.error ?? '',
    match,
  };
}
