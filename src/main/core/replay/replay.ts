import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { type RoutineInput, type RoutineResult, startRoutine } from '../routines/routine.ts';
import type { Effect, Saga } from '../sagas/effects.ts';
import { canonical, phraseWithServer, recordedForm, recordedPhrase, resultPhrase, serverOf } from './compare.ts';
import { Recording, wordsOf } from './recording.ts';
import { type RecordedEffect, type RecoveryFile, RecoveryFileError } from './recovery-file.ts';
import { ShadowCluster } from './shadow-cluster.ts';
import { type Answer, type Begun, Strands } from './strands.ts';

/** One step as it was replayed. */
export interface ReplayStep {
  /** Index in the routine as it was replayed; see `RecordedEffect`. */
  readonly place: string;
  /** What was asked for, as a phrase. */
  readonly text: string;
  readonly statement: string;
  readonly server: string;
  /** How long it took then, ms; null when it never ended, or wasn't taken then. */
  readonly tookMs: number | null;
  readonly error: string;
  /** `same` as recorded; `different` from it; `predicted` after the routine has decided otherwise. */
  readonly match: 'same' | 'different' | 'predicted';
}

/** A place where the routine decided otherwise than it did then. */
export interface Divergence {
  readonly place: string;
  /** As phrases; empty when there was nothing. */
  readonly recorded: string;
  readonly replayed: string;
  /** What it says now and did not say then: its reasons. */
  readonly because: readonly string[];
  /** What it said then, before, and does not say now. */
  readonly recordedBecause: readonly string[];
}

export interface ReplayReport {
  readonly steps: readonly ReplayStep[];
  /** In order; empty when everything was decided alike. */
  readonly divergences: readonly Divergence[];
  readonly recordedResult: RoutineResult | null;
  /** Null when the recording ends where Baton was interrupted, or when the routine broke off. */
  readonly result: RoutineResult | null;
  /** The recording ended before the routine did. */
  readonly interrupted: boolean;
  /** Why the routine broke off without a result; empty when it didn't. */
  readonly brokeOff: string;
}

const REASONS_SHOWN = 8;

/** Where it says nothing new, what it said last may tell why. */
const LAST_WORDS_SHOWN = 3;

/**
 * Runs a routine again on what its servers answered then. From the first step on that was not taken then, it is told
 * what they would have answered.
 * @param start as in the file, or with other settings to ask "what if"
 * @throws RecoveryFileError when this version doesn't have the routine, or can't begin it from what the file says
 */
export function replay(file: RecoveryFile, start: RoutineInput = file.start): ReplayReport {
  return new Replay(file, begun(start)).run();
}

function begun(start: RoutineInput): Saga<RoutineResult> {
  try {
    return startRoutine(start);
  } catch (error) {
    throw new RecoveryFileError(`It can't be begun here: ${reasonOf(error)}`);
  }
}

class Replay {
  private readonly file: RecoveryFile;
  private readonly saga: Saga<RoutineResult>;
  private readonly recording: Recording;
  private readonly shadow: ShadowCluster;
  private readonly steps: ReplayStep[] = [];
  private readonly divergences: Divergence[] = [];
  private readonly taken = new Set<string>();
  private readonly fresh: string[] = [];
  private readonly said: string[] = [];
  private predicting = false;

  constructor(file: RecoveryFile, saga: Saga<RoutineResult>) {
    this.file = file;
    this.saga = saga;
    this.recording = new Recording(file.effects);
    this.shadow = new ShadowCluster(file.start.picture, file.effects);
  }

  run(): ReplayReport {
    const strands = new Strands<RoutineResult>({
      words: (message, at) => this.words(message, at),
      deed: (effect, at) => this.deed(effect, at),
    });
    const end = strands.run(this.saga);
    const result = end.kind === 'ended' ? end.value : null;
    const brokeOff = end.kind === 'threw' ? end.reason : '';
    if (end.kind !== 'stuck') this.compareEnds(result, brokeOff);
    const { steps, divergences, file } = this;
    const interrupted = end.kind === 'stuck' || (isUnfinished(file) && divergences.length === 0);
    return { steps, divergences, recordedResult: file.result, result, interrupted, brokeOff };
  }

  private words(message: string, { place, before, nth }: Begun & { readonly nth: number }): void {
    const then = this.recording.wordsBefore(before)[nth];
    this.said.push(message);
    if (!this.recording.holdsWords(message)) this.fresh.push(message);
    // What was said last before Baton was killed may never have been written.
    const isBeyond = this.predicting || (then === undefined && isUnfinished(this.file));
    const match = isBeyond ? 'predicted' : then === message ? 'same' : 'different';
    this.steps.push({ place, text: message, statement: '', server: '', tookMs: null, error: '', match });
  }

  private deed(effect: Effect, { place, before }: Begun): Answer {
    const recorded = this.recording.deed(before);
    const isSame = recorded !== null && canonical(recorded.effect) === canonical(recordedForm(effect));
    if (!this.predicting) {
      if (recorded === null && isUnfinished(this.file)) return { kind: 'never' };
      if (recorded !== null && isSame) return this.again(effect, place, before, recorded);
      this.diverge(place, before, recorded === null ? '' : recordedPhrase(recorded), phraseWithServer(effect));
      this.steps.push(stepOf(effect, place, null, 'different'));
      this.predicting = true;
    } else {
      this.steps.push(stepOf(effect, place, null, 'predicted'));
    }
    return { kind: 'later', rank: Number.POSITIVE_INFINITY, give: () => this.shadow.answer(effect) };
  }

  private again(effect: Effect, place: string, before: string, recorded: RecordedEffect): Answer {
    this.taken.add(before);
    this.steps.push(stepOf(effect, place, recorded, 'same'));
    const { endedMs, result, error } = recorded;
    if (endedMs === null) return { kind: 'never' };
    const rank = this.recording.wentOn(recorded);
    // An effect that could not be performed at all, as when the log could not be written, ended its routine.
    if (result === null && error !== '') return { kind: 'throws', rank, reason: error };
    const give = (): unknown => {
      this.shadow.follow(effect, recorded);
      if (error !== '') this.said.push(error);
      return result ?? undefined;
    };
    return { kind: 'later', rank, give };
  }

  private compareEnds(result: RoutineResult | null, brokeOff: string): void {
    if (this.divergences.length > 0) return;
    const left = this.recording.deedPlaces().find((place) => !this.taken.has(place));
    const line = left === undefined ? null : this.recording.deed(left);
    if (left !== undefined && line !== null) this.diverge(line.place, left, recordedPhrase(line), '');
    const then = this.file.result;
    const isAlike = brokeOff === (this.file.brokeOff ?? '') && canonical(result) === canonical(then);
    if (this.divergences.length > 0 || isAlike || isUnfinished(this.file)) return;
    const now = brokeOff === '' ? resultPhrase(result) : `It broke off: ${brokeOff}`;
    const was = then === null ? `It broke off: ${this.file.brokeOff ?? ''}` : resultPhrase(then);
    this.diverge('the end', '', was, now);
  }

  private diverge(place: string, before: string, recorded: string, replayed: string): void {
    const because = this.fresh.length > 0 ? this.fresh.slice(-REASONS_SHOWN) : this.said.slice(-LAST_WORDS_SHOWN);
    const said = new Set(this.said);
    const recordedBecause = this.recording.saidUntil(before).filter((message) => !said.has(message));
    this.divergences.push({ place, recorded, replayed, because, recordedBecause });
  }
}

function isUnfinished({ result, brokeOff }: RecoveryFile): boolean {
  return result === null && (brokeOff ?? '') === '';
}

function stepOf(
  effect: Effect,
  place: string,
  recorded: RecordedEffect | null,
  match: ReplayStep['match'],
): ReplayStep {
  const ended = recorded?.endedMs ?? null;
  return {
    place,
    text: phraseWithServer(effect),
    statement: recorded?.statement ?? '',
    server: serverOf(effect),
    tookMs: recorded === null || ended === null || wordsOf(recorded) !== null ? null : ended - recorded.beganMs,
    error: recorded?.error ?? '',
    match,
  };
}
