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
 * Writes the log of one routine. What touches the world is on disk before it is begun and after it has ended; notes,
 * pauses and looks at the clock, which change nothing, go with the next line that is written, and keep their order.
 */
export class EffectLog {
  private readonly uid: string;
  private readonly store: RecoveryLogStore;
  private readonly clock: Clock;
  private pending: EffectRecord[] = [];

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
    this.write(this.record({ ...line, phase: 'after', beforeId: id, effect: null, result, error }));
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

  private write(record: EffectRecord): number {
    const id = this.store.recordEffect(record, this.pending);
    this.pending = [];
    return id;
  }

  private record(line: Line): EffectRecord {
    return { ...EMPTY, ...line, recoveryUid: this.uid, atMs: this.clock.nowMs() };
  }
}

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
