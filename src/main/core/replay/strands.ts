import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Effect, Saga } from '../sagas/effects.ts';

/** Where a saga stands: the place as the executor counts it, and the same when only deeds are counted. */
export interface Begun {
  readonly place: string;
  readonly before: string;
}

/** How a deed is answered. Of those that wait, the one with the lowest rank goes on first; `never`: it stays where it is. */
export type Answer =
  | { readonly kind: 'later'; readonly rank: number; readonly give: () => unknown }
  | { readonly kind: 'throws'; readonly rank: number; readonly reason: string }
  | { readonly kind: 'never' };

export interface Answering {
  /** @param at with the number of words that were said since the deed before */
  readonly words: (message: string, at: Begun & { readonly nth: number }) => void;
  readonly deed: (effect: Effect, at: Begun) => Answer;
}

export type End<T> =
  | { readonly kind: 'ended'; readonly value: T }
  | { readonly kind: 'threw'; readonly reason: string }
  /** Something that it waits for is never answered. */
  | { readonly kind: 'stuck' };

interface Strand {
  readonly saga: Saga<unknown>;
  /** What its places begin with, as `Begun` counts them. */
  readonly prefix: Begun;
  index: number;
  deeds: number;
  nth: number;
  readonly onEnd: (end: StrandEnd) => void;
}

type StrandEnd =
  | { readonly kind: 'ended'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly reason: string };

interface Waiting {
  readonly strand: Strand;
  readonly answer: Exclude<Answer, { readonly kind: 'never' }>;
}

/** Runs a saga with its parallel branches, each going on when it is its turn; the executor's way without its clock. */
export class Strands<T> {
  private readonly answering: Answering;
  private readonly waiting: Waiting[] = [];
  private end: StrandEnd | null = null;

  constructor(answering: Answering) {
    this.answering = answering;
  }

  run(saga: Saga<T>): End<T> {
    this.begin(saga, { place: '', before: '' }, (end) => {
      this.end = end;
    });
    for (let next = this.take(); next !== null && this.end === null; next = this.take()) {
      if (next.answer.kind === 'throws') next.strand.onEnd({ kind: 'threw', reason: next.answer.reason });
      else this.goOn(next.strand, next.answer.give());
    }
    // One saga was begun, and what it returned is what it is for.
    return (this.end as End<T> | null) ?? { kind: 'stuck' };
  }

  private take(): Waiting | null {
    const [first] = this.waiting;
    if (first === undefined) return null;
    const best = this.waiting.reduce((a, b) => (b.answer.rank < a.answer.rank ? b : a), first);
    this.waiting.splice(this.waiting.indexOf(best), 1);
    return best;
  }

  private begin(saga: Saga<unknown>, prefix: Begun, onEnd: Strand['onEnd']): void {
    this.goOn({ saga, prefix, index: 0, deeds: 0, nth: 0, onEnd }, undefined);
  }

  private goOn(strand: Strand, input: unknown): void {
    let answer = input;
    for (;;) {
      const step = this.resume(strand, answer);
      if (step === null) return;
      const { place, before } = strand.prefix;
      const at = { place: `${place}${strand.index}`, before: `${before}${strand.deeds}` };
      strand.index += 1;
      if (step.type === 'note' || step.type === 'phase') {
        this.answering.words(step.message, { ...at, nth: strand.nth });
        strand.nth += 1;
        answer = undefined;
        continue;
      }
      strand.deeds += 1;
      strand.nth = 0;
      if (step.type === 'parallel') {
        this.fork(strand, step.branches, at);
        return;
      }
      const answered = this.answering.deed(step, at);
      if (answered.kind !== 'never') this.waiting.push({ strand, answer: answered });
      return;
    }
  }

  /** @returns the next effect; null when the saga has ended */
  private resume(strand: Strand, answer: unknown): Effect | null {
    let step: IteratorResult<Effect, unknown>;
    try {
      step = strand.saga.next(answer);
    } catch (error) {
      strand.onEnd({ kind: 'threw', reason: reasonOf(error) });
      return null;
    }
    if (!step.done) return step.value;
    strand.onEnd({ kind: 'ended', value: step.value });
    return null;
  }

  /** Goes on when all branches have ended; a branch that threw ends its parent then. */
  private fork(strand: Strand, branches: readonly Saga<unknown>[], { place, before }: Begun): void {
    const ends: StrandEnd[] = [];
    let left = branches.length;
    if (left === 0) this.goOn(strand, []);
    for (const [branch, saga] of branches.entries()) {
      this.begin(saga, { place: `${place}/${branch}.`, before: `${before}/${branch}.` }, (end) => {
        ends[branch] = end;
        left -= 1;
        if (left === 0) this.join(strand, ends);
      });
    }
  }

  private join(strand: Strand, ends: readonly StrandEnd[]): void {
    const failed = ends.find((end) => end.kind === 'threw');
    if (failed === undefined) {
      this.goOn(
        strand,
        ends.map((end) => (end.kind === 'ended' ? end.value : undefined)),
      );
    } else strand.onEnd(failed);
  }
}
