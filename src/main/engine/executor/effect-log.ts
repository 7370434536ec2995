import type { Clock } from '../ports/runtime.ts';
import type { EffectRecord, RecoveryLogStore } from '../ports/state-store.ts';

/** What a line says; the rest is empty. */
export type Line = Partial<Omit<EffectRecord, 'recoveryUid' | 'atMs' | 'phase' | 'kind'>> &
  Pick<EffectRecord, 'phase' | 'kind'>;

/** A line that was written before what it is about was begun. */
export interface Begun {
  readonly id: number;
  readonly line: Line;
}

/**
 * How much of what servers answered to questions is kept of one routine, in characters. A page of a binary log is
 * megabytes of text, and a search may read hundreds of them; the store compresses what it is given.
 */
const ANSWERS_KEPT = 64 * 1024 * 1024;

/**
 * Writes the log of one routine. What touches the world is on disk before it is begun and after it has ended; notes,
 * pauses and looks at the clock, which change nothing, go with the next line that is written, and keep their order.
 */
export class EffectLog {
  private readonly uid: string;
  private readonly store: RecoveryLogStore;
  private readonly clock: Clock;
  private pending: EffectRecord[] = [];
  private answersLeft = ANSWERS_KEPT;

  constructor(uid: string, store: RecoveryLogStore, clock: Clock) {
    this.uid = uid;
    this.store = store;
    this.clock = clock;
  }

  /** Goes with the next line that is written. */
  later(line: Line): void {
    this.pending.push(this.record(line));
  }

  /** @throws StoreError: then nothing may be begun */
  before(line: Omit<Line, 'phase'>): Begun {
    const begun: Line = { ...line, phase: 'before' };
    return { id: this.write(this.record(begun)), line: begun };
  }

  /** @throws StoreError */
  after({ id, line }: Begun, result: string | null, error: string): void {
    const kept = result === null || this.keeps(line, result);
    const end: Line = { ...line, phase: 'after', beforeId: id, effect: null, error };
    this.write(this.record(kept ? { ...end, result } : { ...end, result: null, message: NOT_KEPT }));
  }

  /** Writes what waits. @throws StoreError */
  flush(): void {
    const last = this.pending.pop();
    if (last === undefined) return;
    try {
      this.write(last);
    } catch (error) {
      this.pending.push(last);
      throw error;
    }
  }

  /** Once one answer was too much none is kept: a replay ends at the first that it lacks. */
  private keeps({ kind }: Line, result: string): boolean {
    if (kind !== 'ask') return true;
    if (this.answersLeft >= result.length) {
      this.answersLeft -= result.length;
      return true;
    }
    if (this.answersLeft >= 0) this.later({ phase: 'note', kind: '', message: TOO_MUCH });
    this.answersLeft = -1;
    return false;
  }

  private write(record: EffectRecord): number {
    const id = this.store.recordEffect(record, this.pending);
    this.pending = [];
    return id;
  }

  private record(line: Line): EffectRecord {
    return { ...EMPTY, ...line, recoveryUid: this.uid, atMs: this.clock.nowMs() };
  }
}

const NOT_KEPT = 'The answer is not kept: this log holds as many answers as it may.';
const TOO_MUCH =
  `The servers' answers to questions, such as pages of binary logs, have come to more than ${ANSWERS_KEPT / 2 ** 20} MB of ` +
  'text. Those from here on are not kept, so a replay of this log ends here.';

const EMPTY: Omit<EffectRecord, 'recoveryUid' | 'atMs' | 'phase' | 'kind'> = {
  place: '',
  beforeId: null,
  server: '',
  statement: '',
  effect: null,
  result: null,
  error: '',
  message: '',
};
