import { type RoutineInput, type RoutineResult, startRoutine } from '../routines/routine.ts';
import type { Effect, Saga } from '../sagas/effects.ts';
import { canonical, phraseWithServer, recordedForm, recordedPhrase, serverOf } from './compare.ts';
import type { RecordedEffect, RecoveryFile } from './recovery-file.ts';
import { ShadowCluster } from './shadow-cluster.ts';

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
  /** Null when the recording ends where Baton was interrupted. */
  readonly result: RoutineResult | null;
  /** The recording ended before the routine did. */
  readonly interrupted: boolean;
}

/** Stops a saga at a place where there is no answer. */
class RecordingEnds extends Error {
  override readonly name = 'RecordingEnds';
}

const REASONS_SHOWN = 5;

/**
 * Runs a routine again on what its servers answered then. From the first step on that was not taken then, it is told
 * what they would have answered.
 * @param start as in the file, or with other settings to ask "what if"
 */
export function replay(file: RecoveryFile, start: RoutineInput = file.start): ReplayReport {
  return new Replay(file, start).run();
}

class Replay {
  private readonly file: RecoveryFile;
  private readonly start: RoutineInput;
  private readonly byPlace: ReadonlyMap<string, RecordedEffect>;
  private readonly shadow: ShadowCluster;
  private readonly steps: ReplayStep[] = [];
  private readonly divergences: Divergence[] = [];
  private readonly said: string[] = [];
  private predicting = false;
  private interrupted = false;

  constructor(file: RecoveryFile, start: RoutineInput) {
    this.file = file;
    this.start = start;
    this.byPlace = new Map(file.effects.map((each) => [each.place, each]));
    this.shadow = new ShadowCluster(file.start.picture, file.effects);
  }

  run(): ReplayReport {
    let result: RoutineResult | null = null;
    try {
      result = this.drive(startRoutine(this.start), '');
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
    // Branches are recorded, each effect at its own place; that they are run side by side is not.
    if (effect.type === 'parallel') {
      return effect.branches.map((branch, index) => this.drive(branch, `${place}/${index}.`));
    }
    const isWords = effect.type === 'note' || effect.type === 'phase';
    if (isWords) this.said.push(effect.message);
    const recorded = this.byPlace.get(place);
    const same = recorded !== undefined && canonical(recorded.effect) === canonical(recordedForm(effect));
    const match = same ? 'same' : this.predicting ? 'predicted' : 'different';
    this.steps.push(stepOf(effect, place, same ? recorded : undefined, match));
    if (!same && !this.predicting) this.diverge(effect, place, recorded);
    if (isWords) return undefined;
    if (!same || this.predicting) return this.shadow.answer(effect);
    if (recorded.endedMs === null) return this.interrupt();
    this.shadow.follow(effect, recorded.result);
    return recorded.result ?? undefined;
  }

  private diverge(effect: Effect, place: string, recorded: RecordedEffect | undefined): void {
    if (recorded === undefined && this.file.result === null) this.interrupt();
    this.divergences.push({
      place,
      recorded: recorded === undefined ? '' : recordedPhrase(recorded),
      replayed: phraseWithServer(effect),
      because: this.reasons(),
    });
    // Words that differ change nothing that the servers would answer.
    if (effect.type !== 'note' && effect.type !== 'phase') this.predicting = true;
  }

  private interrupt(): never {
    this.interrupted = true;
    throw new RecordingEnds('The recording ends here.');
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
    text: phraseWithServer(effect),
    statement: recorded?.statement ?? '',
    server: serverOf(effect),
    tookMs: recorded === undefined || ended === null ? null : ended - recorded.beganMs,
    error: recorded?.error ?? '',
    match,
  };
}
