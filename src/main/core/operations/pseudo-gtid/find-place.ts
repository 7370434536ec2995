import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type EffectFailure, now, type Outcome, read, type Saga, sleep } from '../../sagas/effects.ts';
import { nextLogFile } from '../../topology/coordinates.ts';
import { isReplicating, logsReplicaUpdates, majorVersion } from '../../topology/server-traits.ts';
import { binlogCursor, type EventCursor, relaylogCursor } from './cursors.ts';
import {
  binaryLogFiles,
  type FoundMark,
  lastMark,
  type SearchedLog,
  type SearchOptions,
  sameMark,
} from './mark-search.ts';
import { readMarks } from './marks.ts';
import { eventText } from './normalise.ts';
import { type WalkEnd, walkTogether } from './walk.ts';

/** Where an instance's log ends in terms of another server's binary log. */
export interface MatchedPlace {
  /**
   * Right after the last of the compared events. Housekeeping that follows it (NOISE of `normalise.ts`) may be logged any
   * time later, as MariaDB's Binlog_checkpoint is; replicas pass it over, so the place is the same before it.
   */
  readonly at: LogCoordinates;
  /** How many events were compared. */
  readonly events: number;
  /** The Pseudo-GTID entry from which on they were. */
  readonly mark: FoundMark;
}

/** Which of an instance's own logs is compared, up to where. */
export interface OwnLog extends SearchedLog {
  readonly until: LogCoordinates;
}

const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** How logs are searched and compared, by the settings; a sentence when they don't allow it. */
export function searchOptions(context: RoutineContext): Outcome<SearchOptions> {
  const { settings } = context;
  const marks = readMarks(settings);
  if (!marks.ok) return failure(marks.why);
  return {
    ok: true,
    value: {
      marks: marks.marks,
      chunk: settings.BinlogEventsChunkSize,
      skipContaining: settings.SkipBinlogEventsContaining,
      timeoutMs: statementTimeoutMs(context),
    },
  };
}

/**
 * The logs of a stopped replica that tell what it has executed, in the order in which they are tried: its binary log when
 * it holds what was replicated in the destination's format, then its relay log as far as it was executed.
 */
export function ownLogs(stopped: InstanceFacts, destination: InstanceFacts): readonly OwnLog[] {
  const logs: OwnLog[] = [];
  const sameFormat = stopped.binlogFormat.toUpperCase() === destination.binlogFormat.toUpperCase();
  if (logsReplicaUpdates(stopped) && stopped.coordinates !== null && sameFormat) {
    logs.push({ facts: stopped, kind: 'binary log', until: stopped.coordinates });
  }
  const relay = stopped.replica?.relay;
  if (relay !== undefined && relay.file !== '') logs.push({ facts: stopped, kind: 'relay log', until: relay });
  return logs;
}

/**
 * Finds the place in the destination's binary log up to which a stopped replica has executed everything: the newest
 * Pseudo-GTID entry that both have is looked up, and from there on every event compared (topology operations reference,
 * 6). A destination that is replicating is given time to get what the instance has already.
 */
export function* findPlace(
  context: RoutineContext,
  logs: readonly OwnLog[],
  instance: InstanceFacts,
  destination: InstanceFacts,
): Saga<Outcome<MatchedPlace>> {
  const options = searchOptions(context);
  if (!options.ok) return options;
  const found = yield* newestMark(logs, instance, options.value);
  if (!found.ok) return found;
  const { log, mark } = found.value;
  const startedMs = yield* now();
  const limitMs = context.settings.InstanceBulkOperationsWaitTimeoutSeconds * 1000;
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const compared = yield* compareFrom(context, log, mark, destination, options.value);
    if (compared.kind === 'end') return endOf(compared.end, mark, instance, destination);
    const waits = (yield* now()) - startedMs < limitMs && (yield* stillReceives(destination, options.value.timeoutMs));
    if (!waits) return failure(compared.why);
    yield* sleep(pauseMs);
  }
}

function* newestMark(
  logs: readonly OwnLog[],
  instance: InstanceFacts,
  options: SearchOptions,
): Saga<Outcome<{ readonly log: OwnLog; readonly mark: FoundMark }>> {
  for (const log of logs) {
    const mark = yield* lastMark(log, options);
    if (!mark.ok) return mark;
    if (mark.value === null) continue;
    return mark.value.ambiguous
      ? failure(notUnique(mark.value, instance))
      : { ok: true, value: { log, mark: mark.value } };
  }
  const searched = logs.map(({ kind }) => kind).join(' and ');
  const where = searched === '' ? 'has no log to search' : `has no Pseudo-GTID entry in its ${searched}`;
  const advice =
    'Are marks injected on the master (AutoPseudoGTID), and is PseudoGTIDPattern theirs? If the first one was injected ' +
    'a moment ago, wait until it has arrived.';
  return failure(`${keyText(instance.key)} ${where}. ${advice}`);
}

/** `behind`: the destination may yet get what it lacks. */
type Compared =
  | { readonly kind: 'end'; readonly end: WalkEnd | Ambiguous }
  | { readonly kind: 'behind'; readonly why: string };

interface Ambiguous {
  readonly kind: 'ambiguous';
  readonly mark: FoundMark;
}

function* compareFrom(
  context: RoutineContext,
  log: OwnLog,
  mark: FoundMark,
  destination: InstanceFacts,
  options: SearchOptions,
): Saga<Compared> {
  const there = yield* sameMark(destination, mark, options);
  if (!there.ok) return { kind: 'end', end: { kind: 'failed', failure: there.failure } };
  if (there.value === null) return { kind: 'behind', why: notThere(mark, log.facts, destination) };
  if (there.value.ambiguous) return { kind: 'end', end: { kind: 'ambiguous', mark: there.value } };
  const own = yield* ownCursor(log, mark, options);
  if (!own.ok) return { kind: 'end', end: { kind: 'failed', failure: own.failure } };
  const theirs = yield* destinationCursor(destination, there.value, options);
  if (!theirs.ok) return { kind: 'end', end: { kind: 'failed', failure: theirs.failure } };
  const compareBytes = writtenAlike(context, log, destination);
  const end = yield* walkTogether(own.value, theirs.value, compareBytes);
  if (end.kind !== 'destination-ended') return { kind: 'end', end };
  return { kind: 'behind', why: moreAdvanced(log.facts, destination, `it lacks ${eventText(end.lacks)}`) };
}

function* ownCursor(log: OwnLog, mark: FoundMark, options: SearchOptions): Saga<Outcome<EventCursor>> {
  const { facts, until } = log;
  if (log.kind === 'relay log') {
    const files = namesBetween(mark.at.file, until.file);
    return { ok: true, value: relaylogCursor({ facts, files, from: mark.at, until }, options) };
  }
  const files = yield* binaryLogFiles(facts, until, options.timeoutMs);
  if (!files.ok) return files;
  return {
    ok: true,
    value: binlogCursor({ facts, files: fromFile(files.value, mark.at.file), from: mark.at, until }, options),
  };
}

function* destinationCursor(facts: InstanceFacts, mark: FoundMark, options: SearchOptions): Saga<Outcome<EventCursor>> {
  const files = yield* binaryLogFiles(facts, null, options.timeoutMs);
  if (!files.ok) return files;
  const stretch = { facts, files: fromFile(files.value, mark.at.file), from: mark.at, until: null };
  return { ok: true, value: binlogCursor(stretch, options) };
}

function fromFile(files: readonly string[], first: string): readonly string[] {
  const index = files.indexOf(first);
  return index < 0 ? [] : files.slice(index);
}

function namesBetween(first: string, last: string): readonly string[] {
  const files: string[] = [];
  for (let file: string | null = first; file !== null; file = file === last ? null : nextLogFile(file))
    files.push(file);
  return files;
}

/** Row changes take equally many bytes in both logs: their writers are of one version and log rows alike. */
function writtenAlike(context: RoutineContext, log: OwnLog, destination: InstanceFacts): boolean {
  const source = log.facts.replica?.source;
  const writer = log.kind === 'binary log' ? log.facts : source === undefined ? null : known(context, source)?.facts;
  if (writer === null || writer === undefined) return false;
  const [a, b] = [majorVersion(writer.version), majorVersion(destination.version)];
  return (
    a[0] === b[0] &&
    a[1] === b[1] &&
    (writer.flavor === 'MariaDB') === (destination.flavor === 'MariaDB') &&
    writer.binlogRowImage !== '' &&
    writer.binlogRowImage.toUpperCase() === destination.binlogRowImage.toUpperCase()
  );
}

function* stillReceives(destination: InstanceFacts, timeoutMs: number): Saga<boolean> {
  const reading = yield* read(destination.key, timeoutMs);
  return reading.ok && isReplicating(reading.value);
}

function endOf(
  end: WalkEnd | Ambiguous,
  mark: FoundMark,
  instance: InstanceFacts,
  destination: InstanceFacts,
): Outcome<MatchedPlace> {
  const [a, b] = [keyText(instance.key), keyText(destination.key)];
  switch (end.kind) {
    case 'matched':
      return { ok: true, value: { at: end.at, events: end.events, mark } };
    case 'failed':
      return { ok: false, failure: end.failure };
    case 'ambiguous':
      return failure(notUnique(end.mark, destination));
    case 'differ':
      return failure(
        `The logs of ${a} and ${b} differ: ${a} has ${eventText(end.instance)} where ${b} has ` +
          `${eventText(end.destination)}. They don't hold the same changes, so no place was matched.`,
      );
    case 'unfinished':
      return failure(`What ${a} has executed ends within a transaction, at ${eventText(end.last)}.`);
    case 'destination-ended':
      return failure(moreAdvanced(instance, destination, `it lacks ${eventText(end.lacks)}`));
    case 'nothing':
      return failure(`Not one event of ${a} could be compared with ${b} from ${mark.text} on.`);
  }
}

function notThere(mark: FoundMark, instance: InstanceFacts, destination: InstanceFacts): string {
  const lacks = `the newest Pseudo-GTID entry of ${keyText(instance.key)}, ${mark.text}, is not in its binary logs`;
  return moreAdvanced(instance, destination, `${lacks}, unless they were purged or it is of another cluster`);
}

function moreAdvanced(instance: InstanceFacts, destination: InstanceFacts, why: string): string {
  const [a, b] = [keyText(instance.key), keyText(destination.key)];
  return `${a} is more advanced than ${b}: ${why}. Match the other way round: match -i ${b} -d ${a}.`;
}

function notUnique(mark: FoundMark, { key }: InstanceFacts): string {
  return `The Pseudo-GTID entry ${mark.text} stands more than once in ${mark.at.file} of ${keyText(key)}, so it marks no place.`;
}

function failure(message: string): { readonly ok: false; readonly failure: EffectFailure } {
  return { ok: false, failure: { kind: 'other', message } };
}
