import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { Outcome, Saga } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';
import { BinlogPages, type LoggedEvent, type Pages, type Reading, RelaylogPages } from './log-pages.ts';
import { type ComparableEvent, comparable, isPassedOver } from './normalise.ts';

export interface CursorOptions extends Reading {
  /** `SkipBinlogEventsContaining`. */
  readonly skipContaining: readonly string[];
}

/** Part of a log, as a walk goes through it: from the event that begins at `from`. */
export interface Stretch {
  readonly facts: InstanceFacts;
  /** Oldest first; the first one is that of `from`. */
  readonly files: readonly string[];
  readonly from: LogCoordinates;
  /** The end, where an event begins or the log ends; null for as far as the log goes. */
  readonly until: LogCoordinates | null;
}

/** Gives the events of a stretch that are compared, one by one; null after the last that is there now. */
export interface EventCursor {
  next(): Saga<Outcome<ComparableEvent | null>>;
  /** The last change that `SkipBinlogEventsContaining` left out since the last one that was given; null for none. */
  readonly passedOver: LogCoordinates | null;
}

export function binlogCursor(stretch: Stretch, options: CursorOptions): EventCursor {
  const { facts, from } = stretch;
  return new LogCursor(stretch, options, 'binary log', (file) => {
    // Within a file, a binary log can be entered where any event begins.
    return new BinlogPages(facts, file, file === from.file ? from.position : FIRST, options);
  });
}

export function relaylogCursor(stretch: Stretch, options: CursorOptions): EventCursor {
  return new LogCursor(stretch, options, 'relay log', (file) => new RelaylogPages(stretch.facts, file, options));
}

const FIRST = 4;

class LogCursor implements EventCursor {
  private readonly stretch: Stretch;
  private readonly options: CursorOptions;
  private readonly kind: 'binary log' | 'relay log';
  private readonly open: (file: string) => Pages;
  private fileIndex = 0;
  private pages: Pages | null = null;
  private page: readonly LoggedEvent[] = [];
  private at = 0;
  private ended = false;
  passedOver: LogCoordinates | null = null;

  constructor(
    stretch: Stretch,
    options: CursorOptions,
    kind: 'binary log' | 'relay log',
    open: (file: string) => Pages,
  ) {
    this.stretch = stretch;
    this.options = options;
    this.kind = kind;
    this.open = open;
  }

  *next(): Saga<Outcome<ComparableEvent | null>> {
    for (;;) {
      const event = yield* this.nextEvent();
      if (!event.ok || event.value === null) return event as Outcome<null>;
      if (this.isBeforeStart(event.value)) continue;
      const problem = this.pastEnd(event.value);
      if (problem !== null) return problem;
      const found = this.comparable(event.value);
      if (found !== null) {
        this.passedOver = null;
        return { ok: true, value: found };
      }
      if (isPassedOver(event.value, this.options.skipContaining)) this.passedOver = event.value.at;
    }
  }

  private *nextEvent(): Saga<Outcome<LoggedEvent | null>> {
    while (!this.ended) {
      const event = this.page[this.at];
      if (event !== undefined) {
        this.at += 1;
        return { ok: true, value: event };
      }
      const turned = yield* this.turnPage();
      if (!turned.ok) return turned;
    }
    return { ok: true, value: null };
  }

  /** Reads the next page, of this file or the next one. */
  private *turnPage(): Saga<Outcome<void>> {
    const file = this.stretch.files[this.fileIndex];
    if (file === undefined) {
      this.ended = true;
      return { ok: true, value: undefined };
    }
    this.pages ??= this.open(file);
    const page = yield* this.pages.next();
    if (!page.ok) return page;
    this.page = page.value ?? [];
    this.at = 0;
    if (page.value === null) {
      this.pages = null;
      this.fileIndex += 1;
    }
    return { ok: true, value: undefined };
  }

  private isBeforeStart({ at }: LoggedEvent): boolean {
    return this.fileIndex === 0 && at.position < this.stretch.from.position;
  }

  /** Ends the walk at the end of the stretch; a failure when that isn't between two events. */
  private pastEnd(event: LoggedEvent): Outcome<null> | null {
    const { until, facts } = this.stretch;
    if (until === null) return null;
    if (compareCoordinates(event.at, until) >= 0) {
      this.ended = true;
      return { ok: true, value: null };
    }
    const straddles = this.kind === 'binary log' && event.at.file === until.file && event.endPosition > until.position;
    if (!straddles) return null;
    const message = `In the ${this.kind} of ${keyText(facts.key)} no event begins at ${coordinatesText(until)}.`;
    return { ok: false, failure: { kind: 'other', message } };
  }

  private comparable(event: LoggedEvent): ComparableEvent | null {
    const inBinlog = this.kind === 'binary log';
    const end = inBinlog ? event.endPosition : this.page[this.at]?.at.position;
    const bytes = event.packed || end === undefined || end <= event.at.position ? null : end - event.at.position;
    return comparable(event, this.options.skipContaining, bytes, inBinlog ? event.endPosition : null);
  }
}
