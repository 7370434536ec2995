import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { BinlogEvent } from '../../../../shared/domain/question.ts';
import { ask, type Outcome, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText, nextLogFile, previousLogFile } from '../../topology/coordinates.ts';
import { eachEvent, FIRST_POSITION, isLogGone, type Reading, RelaylogPages } from './log-pages.ts';

export interface RelayEntry {
  readonly event: BinlogEvent;
  readonly next: LogCoordinates;
}

/** Events that a replica or its receiver puts into a relay log; the source's are those that count. */
const HOUSEKEEPING: ReadonlySet<string> = new Set(['Format_desc', 'Rotate', 'Stop', 'Previous_gtids', 'Gtid_list']);

/** The last event that the applier has executed, and where it goes on. */
export function* lastExecutedRelayEntry(facts: InstanceFacts, reading: Reading): Saga<Outcome<RelayEntry>> {
  const relay = facts.replica?.relay;
  if (relay === undefined || relay.file === '') return failure(`${keyText(facts.key)} is not a replica.`);
  const found = yield* backwards(facts, relay.file, reading, (event) => compareCoordinates(event.at, relay) < 0);
  if (!found.ok) return found;
  if (found.value === null) {
    return failure(`The relay logs of ${keyText(facts.key)} before ${coordinatesText(relay)} are gone.`);
  }
  return { ok: true, value: { event: found.value.event, next: relay } };
}

/**
 * Finds the same event in the relay logs of two replicas of one source: by where the source had it and by what it is.
 * @param at where it begins on the first; null for the last one executed there
 */
export function* correlateRelay(
  own: InstanceFacts,
  other: InstanceFacts,
  at: LogCoordinates | null,
  reading: Reading,
): Saga<Outcome<{ readonly here: LogCoordinates; readonly there: LogCoordinates; readonly next: LogCoordinates }>> {
  const entry = at === null ? yield* lastExecutedRelayEntry(own, reading) : yield* entryAt(own, at, reading);
  if (!entry.ok) return entry;
  const wanted = entry.value.event;
  const executed = other.replica?.relay;
  if (executed === undefined || executed.file === '') return failure(`${keyText(other.key)} is not a replica.`);
  const newest = yield* newestRelayLog(other, executed.file, reading);
  if (!newest.ok) return newest;
  const found = yield* backwards(other, newest.value, reading, (event) => sameSourceEvent(event, wanted));
  if (!found.ok) return found;
  if (found.value === null) {
    return failure(`The relay logs of ${keyText(other.key)} don't hold ${relayPlaceText(wanted)}.`);
  }
  if (found.value.count > 1) {
    return failure(`The relay logs of ${keyText(other.key)} hold ${relayPlaceText(wanted)} more than once.`);
  }
  if (found.value.next === null)
    return failure(`Nothing follows ${relayPlaceText(wanted)} at ${keyText(other.key)} yet.`);
  return { ok: true, value: { here: wanted.at, there: found.value.event.at, next: found.value.next } };
}

function* entryAt(facts: InstanceFacts, at: LogCoordinates, reading: Reading): Saga<Outcome<RelayEntry>> {
  let event: BinlogEvent | null = null;
  const done = yield* eachEvent(new RelaylogPages(facts, at.file, reading), (each) => {
    if (each.at.position !== at.position) return false;
    event = each;
    return true;
  });
  if (!done.ok) return done;
  return event === null
    ? failure(`No event begins at ${coordinatesText(at)} in the relay log of ${keyText(facts.key)}.`)
    : { ok: true, value: { event, next: at } };
}

function sameSourceEvent(a: BinlogEvent, b: BinlogEvent): boolean {
  return a.endPosition === b.endPosition && a.serverId === b.serverId && a.type === b.type && a.info === b.info;
}

/** What was received and not executed yet may be in newer files than what was. */
function* newestRelayLog(facts: InstanceFacts, executed: string, reading: Reading): Saga<Outcome<string>> {
  for (let file = executed; ; ) {
    const next = nextLogFile(file);
    if (next === null) return { ok: true, value: file };
    const from = { file: next, position: FIRST_POSITION };
    const there = yield* ask(facts, { kind: 'relaylog-events', from, skip: 0, limit: 1 }, reading.timeoutMs);
    if (!there.ok) return isLogGone(there.failure) ? { ok: true, value: file } : there;
    file = next;
  }
}

interface Hit {
  readonly event: BinlogEvent;
  /** Where the event after it begins in that file; null when it is the last. */
  readonly next: LogCoordinates | null;
  readonly count: number;
}

/** The last event of the source that fits, in the newest relay log that holds one. */
function* backwards(
  facts: InstanceFacts,
  newest: string,
  reading: Reading,
  fits: (event: BinlogEvent) => boolean,
): Saga<Outcome<Hit | null>> {
  for (let file: string | null = newest; file !== null; file = previousLogFile(file)) {
    const hits: { event: BinlogEvent; next: LogCoordinates | null }[] = [];
    const done = yield* eachEvent(new RelaylogPages(facts, file, reading), (event) => {
      const last = hits.at(-1);
      if (last !== undefined && last.next === null) last.next = event.at;
      if (!HOUSEKEEPING.has(event.type) && fits(event)) hits.push({ event, next: null });
      return false;
    });
    if (!done.ok) {
      const isGone = file !== newest && isLogGone(done.failure);
      return isGone ? { ok: true, value: null } : done;
    }
    const last = hits.at(-1);
    if (last !== undefined) return { ok: true, value: { ...last, count: hits.length } };
  }
  return { ok: true, value: null };
}

/** `relay.000002:300 (Query: BEGIN)`. */
export function relayPlaceText({ at, type, info }: BinlogEvent): string {
  return `${coordinatesText(at)} (${type}${info === '' ? '' : `: ${info}`})`;
}

function failure(message: string): { readonly ok: false; readonly failure: { kind: 'other'; message: string } } {
  return { ok: false, failure: { kind: 'other', message } };
}
