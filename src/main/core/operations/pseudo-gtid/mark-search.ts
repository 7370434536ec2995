import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { ask, type Outcome, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates, compareLogFiles, previousLogFile } from '../../topology/coordinates.ts';
import type { CursorOptions } from './cursors.ts';
import { BinlogPages, eachEvent, FIRST_POSITION, isLogGone, RelaylogPages } from './log-pages.ts';
import type { Marks } from './marks.ts';
import { type ComparableEvent, comparable } from './normalise.ts';

/** Where a Pseudo-GTID entry was found. */
export interface FoundMark {
  readonly at: LogCoordinates;
  readonly text: string;
  readonly serverId: number;
  /** The same text stands in that log more than once: it marks no place. */
  readonly ambiguous: boolean;
}

/** A log that is searched. */
export interface SearchedLog {
  readonly facts: InstanceFacts;
  readonly kind: 'binary log' | 'relay log';
  /** Only what ends before this place counts; null for all. */
  readonly until: LogCoordinates | null;
}

export interface SearchOptions extends CursorOptions {
  readonly marks: Marks;
}

/** How far back relay logs are followed by name; servers keep few of them. */
const MOST_RELAY_LOGS = 10_000;

/** The binary logs that a server has, oldest first, up to the file of `until`. */
export function* binaryLogFiles(
  facts: InstanceFacts,
  until: LogCoordinates | null,
  timeoutMs: number,
): Saga<Outcome<readonly string[]>> {
  const logs = yield* ask(facts, { kind: 'binary-logs' }, timeoutMs);
  if (!logs.ok) return logs;
  const files = logs.value.map(({ file }) => file).filter((file) => until === null || notAfter(file, until.file));
  return { ok: true, value: files };
}

function notAfter(file: string, last: string): boolean {
  return compareLogFiles(file, last) <= 0;
}

/**
 * The newest Pseudo-GTID entry of a log, searched backwards file by file; null when there is none.
 * @param most how many files are searched at most
 */
export function* lastMark(
  log: SearchedLog,
  options: SearchOptions,
  most = Number.POSITIVE_INFINITY,
): Saga<Outcome<FoundMark | null>> {
  if (log.kind === 'relay log') return yield* lastMarkInRelayLogs(log, options, most);
  const files = yield* binaryLogFiles(log.facts, log.until, options.timeoutMs);
  if (!files.ok) return files;
  for (const file of files.value.toReversed().slice(0, most)) {
    const found = yield* lastMarkInFile(log, file, options);
    if (!found.ok || found.value !== null) return found;
  }
  return { ok: true, value: null };
}

/** Relay logs aren't listed by servers: they are followed by their names until one isn't there. */
function* lastMarkInRelayLogs(log: SearchedLog, options: SearchOptions, most: number): Saga<Outcome<FoundMark | null>> {
  let file = log.until?.file ?? null;
  for (let count = 0; file !== null && file !== '' && count < Math.min(most, MOST_RELAY_LOGS); count += 1) {
    const found = yield* lastMarkInFile(log, file, options);
    if (!found.ok) {
      const isGone = count > 0 && isLogGone(found.failure);
      return isGone ? { ok: true, value: null } : found;
    }
    if (found.value !== null) return found;
    file = previousLogFile(file);
  }
  return { ok: true, value: null };
}

function* lastMarkInFile(log: SearchedLog, file: string, options: SearchOptions): Saga<Outcome<FoundMark | null>> {
  let last: FoundMark | null = null;
  const seen = new Set<string>();
  const done = yield* eachEvent(pagesOf(log, file, options), (event) => {
    if (log.until !== null && compareCoordinates(event.at, log.until) >= 0) return true;
    const mark = comparable(event, options.skipContaining, null, null);
    if (mark === null || !options.marks.isMark(mark)) return false;
    last = { at: mark.at, text: mark.text, serverId: mark.serverId, ambiguous: seen.has(mark.text) };
    seen.add(mark.text);
    return false;
  });
  return done.ok ? { ok: true, value: last } : done;
}

/** What one file of the destination tells about a wanted entry. */
interface FileSearch {
  readonly found: FoundMark | null;
  /** Its first entry was written after the wanted one. */
  readonly tooNew: boolean;
  readonly hasMarks: boolean;
}

/**
 * Finds an entry by its text in the binary logs of another server, newest file first. Where entries ascend, files that
 * begin after the wanted one are passed over, and the search ends at the first file that begins before it; the file
 * next to that one is searched in full too, as the clocks of those who write the entries may differ a little.
 */
export function* sameMark(
  facts: InstanceFacts,
  wanted: FoundMark,
  options: SearchOptions,
): Saga<Outcome<FoundMark | null>> {
  const files = yield* binaryLogFiles(facts, null, options.timeoutMs);
  if (!files.ok) return files;
  const ascends = options.marks.ascends(wanted.text);
  let passedOver: string | null = null;
  for (const file of files.value.toReversed()) {
    const search: Outcome<FileSearch> = yield* searchFile(facts, file, wanted, options, ascends);
    if (!search.ok) return search;
    const { found, tooNew, hasMarks } = search.value;
    if (found !== null) return { ok: true, value: found };
    if (tooNew) passedOver = file;
    else if (ascends && hasMarks) break;
  }
  if (passedOver === null) return { ok: true, value: null };
  const again = yield* searchFile(facts, passedOver, wanted, options, false);
  return again.ok ? { ok: true, value: again.value.found } : again;
}

function* searchFile(
  facts: InstanceFacts,
  file: string,
  wanted: FoundMark,
  options: SearchOptions,
  ascends: boolean,
): Saga<Outcome<FileSearch>> {
  const search = new MarkFinder(wanted, options, ascends);
  const pages = new BinlogPages(facts, file, FIRST_POSITION, options);
  const done = yield* eachEvent(pages, (event) => search.visit(comparable(event, options.skipContaining, null, null)));
  return done.ok ? { ok: true, value: search } : done;
}

class MarkFinder implements FileSearch {
  found: FoundMark | null = null;
  tooNew = false;
  hasMarks = false;
  private readonly wanted: FoundMark;
  private readonly marks: Marks;
  private readonly ascends: boolean;

  constructor(wanted: FoundMark, { marks }: SearchOptions, ascends: boolean) {
    this.wanted = wanted;
    this.marks = marks;
    this.ascends = ascends;
  }

  /** @returns true when the rest of the file needn't be seen */
  visit(event: ComparableEvent | null): boolean {
    if (event === null || !this.marks.isMark(event)) return false;
    const { text, serverId } = event;
    if (!this.hasMarks && this.ascends && this.marks.ascends(text) && text > this.wanted.text) this.tooNew = true;
    this.hasMarks = true;
    if (this.tooNew) return true;
    if (text === this.wanted.text && serverId === this.wanted.serverId) {
      this.found = { at: event.at, text, serverId, ambiguous: this.found !== null };
    }
    return false;
  }
}

function pagesOf({ facts, kind }: SearchedLog, file: string, options: SearchOptions): BinlogPages | RelaylogPages {
  return kind === 'relay log'
    ? new RelaylogPages(facts, file, options)
    : new BinlogPages(facts, file, FIRST_POSITION, options);
}
