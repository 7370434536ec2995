import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { BinlogEvent } from '../../../../shared/domain/question.ts';
import { ask, type EffectFailure, type Outcome, type Saga } from '../../sagas/effects.ts';
import { PAYLOAD } from './normalise.ts';

/** How logs are read. */
export interface Reading {
  /** `BinlogEventsChunkSize`. */
  readonly chunk: number;
  readonly timeoutMs: number;
}

/** An event as it was logged, or one of a compressed transaction. */
export interface LoggedEvent extends BinlogEvent {
  /** It has no place of its own: `at` is where the compressed transaction begins. */
  readonly packed: boolean;
}

/** The events of one log file, a page at a time. */
export interface Pages {
  /** The next events; null after the last one that is there now. */
  next(): Saga<Outcome<readonly LoggedEvent[] | null>>;
}

/**
 * Puts the events of compressed transactions where these begin. Servers list them behind, where the next transaction has
 * its place; by that they would seem to be beyond the end of what was executed.
 */
class Unpacking {
  private payload: BinlogEvent | null = null;

  of(events: readonly BinlogEvent[]): readonly LoggedEvent[] {
    return events.map((event) => {
      if (event.type === PAYLOAD) this.payload = event;
      else if (this.payload !== null && event.endPosition === this.payload.endPosition) {
        return { ...event, at: this.payload.at, packed: true };
      } else this.payload = null;
      return { ...event, packed: false };
    });
  }
}

/** The server answered that it can't give that log (error 1220, "Could not find target log"): there is none of that name. */
export function isLogGone({ kind }: EffectFailure): boolean {
  return kind === 'other' || kind === 'refused-by-server';
}

/** Shows a log's events to `visit`, in order, until it returns true or there are no more. */
export function* eachEvent(pages: Pages, visit: (event: LoggedEvent) => boolean): Saga<Outcome<void>> {
  for (;;) {
    const page = yield* pages.next();
    if (!page.ok) return page;
    if (page.value === null || page.value.some(visit)) return { ok: true, value: undefined };
  }
}

/** Every binary log begins with four bytes that are no event. */
export const FIRST_POSITION = 4;
const GROWTH = 4;

/** Reads a binary log from a place where an event begins, and sees that no event is left out between two pages. */
export class BinlogPages implements Pages {
  private readonly facts: InstanceFacts;
  private readonly file: string;
  private readonly reading: Reading;
  private readonly unpacking = new Unpacking();
  private position: number;
  private ended = false;

  constructor(facts: InstanceFacts, file: string, position: number, reading: Reading) {
    this.facts = facts;
    this.file = file;
    this.position = position;
    this.reading = reading;
  }

  *next(): Saga<Outcome<readonly LoggedEvent[] | null>> {
    if (this.ended) return { ok: true, value: null };
    for (let limit = Math.max(1, this.reading.chunk); ; limit *= GROWTH) {
      const from = { file: this.file, position: this.position };
      const page = yield* ask(this.facts, { kind: 'binlog-events', from, limit }, this.reading.timeoutMs);
      if (!page.ok) return page;
      const full = page.value.length >= limit;
      const events = full ? wholePayloads(page.value) : page.value;
      if (full && events.length === 0) continue;
      const gap = this.firstGap(events);
      if (gap !== null) return gap;
      this.ended = !full;
      return { ok: true, value: events.length === 0 ? null : this.unpacking.of(events) };
    }
  }

  private firstGap(events: readonly BinlogEvent[]): Outcome<never> | null {
    for (const event of events) {
      if (event.at.file !== this.file || event.at.position !== this.position || event.endPosition < this.position) {
        const where = `${this.file}:${this.position}`;
        return unreadable(this.facts, `after ${where} the next event is said to be at ${event.at.position}`);
      }
      this.position = event.endPosition;
    }
    return null;
  }
}

/**
 * The events of a compressed transaction have no place of their own, so that reading can't go on between them: a page
 * that ends there is cut before that transaction.
 */
function wholePayloads(events: readonly BinlogEvent[]): readonly BinlogEvent[] {
  const last = events.at(-1);
  if (last === undefined) return events;
  const inside = last.type === PAYLOAD || last.at.position === last.endPosition;
  return inside ? events.slice(0, Math.max(0, lastPayload(events))) : events;
}

function lastPayload(events: readonly BinlogEvent[]): number {
  return events.findLastIndex((event) => event.type === PAYLOAD);
}

/**
 * Reads a relay log from its beginning: its events are counted, as their positions tell where the source had them.
 * Each page begins with the last event of the one before, which shows that none is left out.
 */
export class RelaylogPages implements Pages {
  private readonly facts: InstanceFacts;
  private readonly file: string;
  private readonly reading: Reading;
  private readonly unpacking = new Unpacking();
  private read = 0;
  private last: BinlogEvent | null = null;
  private ended = false;

  constructor(facts: InstanceFacts, file: string, reading: Reading) {
    this.facts = facts;
    this.file = file;
    this.reading = reading;
  }

  *next(): Saga<Outcome<readonly LoggedEvent[] | null>> {
    if (this.ended) return { ok: true, value: null };
    const from = { file: this.file, position: FIRST_POSITION };
    const overlap = this.last === null ? 0 : 1;
    const limit = Math.max(1, this.reading.chunk) + overlap;
    const question = { kind: 'relaylog-events', from, skip: this.read - overlap, limit } as const;
    const page = yield* ask(this.facts, question, this.reading.timeoutMs);
    if (!page.ok) return page;
    const [first] = page.value;
    if (this.last !== null && (first === undefined || !sameEntry(first, this.last))) {
      return unreadable(this.facts, `${this.file} changed while it was read`);
    }
    const events = page.value.slice(overlap);
    this.ended = page.value.length < limit;
    this.read += events.length;
    this.last = events.at(-1) ?? this.last;
    return { ok: true, value: events.length === 0 ? null : this.unpacking.of(events) };
  }
}

function sameEntry(a: BinlogEvent, b: BinlogEvent): boolean {
  return (
    a.at.file === b.at.file && a.at.position === b.at.position && a.endPosition === b.endPosition && a.info === b.info
  );
}

function unreadable(facts: InstanceFacts, why: string): { readonly ok: false; readonly failure: EffectFailure } {
  const message = `The logs of ${keyText(facts.key)} can't be followed: ${why}.`;
  return { ok: false, failure: { kind: 'other', message } };
}
