import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { statementTimeoutMs } from '../../sagas/context.ts';
import type { Outcome, Saga } from '../../sagas/effects.ts';
import { coordinatesText, parseCoordinates } from '../../topology/coordinates.ts';
import { logsReplicaUpdates } from '../../topology/server-traits.ts';
import { readLive } from '../frame/live.ts';
import { done, type Operation, refused } from '../operation.ts';
import { findPlace, type OwnLog, searchOptions } from './find-place.ts';
import { BinlogPages, eachEvent, FIRST_POSITION } from './log-pages.ts';
import { binaryLogFiles, lastMark } from './mark-search.ts';
import { normalisedText } from './normalise.ts';
import { correlateRelay, lastExecutedRelayEntry, relayPlaceText } from './relay-entries.ts';

/** `last-pseudo-gtid`: the newest entry in the newest binary log, or with `force` (`--strict`) in any. */
export const lastPseudoGtid: Operation = function* (context, { instance, force }): Saga<OperationResult> {
  const options = searchOptions(context);
  if (!options.ok) return refused(instance, options.failure.message);
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const [facts] = live.value;
  const noLog = whyNoLog(facts);
  if (noLog !== null) return refused(instance, noLog);
  const most = force === true ? Number.POSITIVE_INFINITY : 1;
  const mark = yield* lastMark({ facts, kind: 'binary log', until: facts.coordinates }, options.value, most);
  if (!mark.ok) return refused(instance, mark.failure.message);
  if (mark.value === null) {
    const where = force === true ? 'any binary log' : 'the newest binary log';
    return refused(instance, `There is no Pseudo-GTID entry in ${where} of ${keyText(instance)}.`);
  }
  const line = `${coordinatesText(mark.value.at)}:${mark.value.text}`;
  return done(instance, `The newest Pseudo-GTID entry of ${keyText(instance)} is ${line}`, { lines: [line] });
};

/** `find-binlog-entry`: where an event with exactly this text stands in the binary logs, newest first. */
export const findBinlogEntry: Operation = function* (context, { instance, text, pattern }): Saga<OperationResult> {
  const wanted = text ?? pattern ?? '';
  if (wanted === '') return refused(instance, 'The text of the entry to find is not given (--pattern).');
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const [facts] = live.value;
  const timeoutMs = statementTimeoutMs(context);
  const files = yield* binaryLogFiles(facts, null, timeoutMs);
  if (!files.ok) return refused(instance, files.failure.message);
  for (const file of files.value.toReversed()) {
    let at: LogCoordinates | null = null;
    const pages = new BinlogPages(facts, file, FIRST_POSITION, {
      chunk: context.settings.BinlogEventsChunkSize,
      timeoutMs,
    });
    const read = yield* eachEvent(pages, (event) => {
      if (event.info !== wanted && normalisedText(event) !== wanted) return false;
      at = event.at;
      return true;
    });
    if (!read.ok) return refused(instance, read.failure.message);
    if (at === null) continue;
    const line = coordinatesText(at);
    return done(instance, `Found at ${line} of ${keyText(instance)}.`, { lines: [line] });
  }
  return refused(instance, `No binary log of ${keyText(instance)} holds an entry with this text.`);
};

/** `correlate-binlog-pos`: the place in another server's binary log that means the same as one in this server's. */
export const correlateBinlogPos: Operation = function* (context, args): Saga<OperationResult> {
  const { instance, destination, text } = args;
  const pair = yield* livePair(context, instance, destination);
  if (!pair.ok) return refused(instance, pair.failure.message);
  const [own, other] = pair.value;
  const until = text === undefined || text === '' ? own.coordinates : parseCoordinates(text);
  if (until === null) return refused(instance, whyNoPlace(own, text));
  const log: OwnLog = { facts: own, kind: 'binary log', until };
  const place = yield* findPlace(context, [log], own, other);
  if (!place.ok) return refused(instance, place.failure.message);
  const line = coordinatesText(place.value.at);
  const message = `${coordinatesText(until)} of ${keyText(instance)} is ${line} of ${keyText(other.key)}.`;
  return done(instance, message, { destination: other.key, lines: [line] });
};

/** `correlate-relaylog-pos`: an executed entry of this server's relay log, the same in another's, and what follows there. */
export const correlateRelaylogPos: Operation = function* (context, args): Saga<OperationResult> {
  const { instance, destination, text } = args;
  const pair = yield* livePair(context, instance, destination);
  if (!pair.ok) return refused(instance, pair.failure.message);
  const [own, other] = pair.value;
  if (own.replica === null || other.replica === null || !sameKey(own.replica.source, other.replica.source)) {
    return refused(instance, `${keyText(instance)} and ${keyText(other.key)} don't replicate from one source.`);
  }
  const at = text === undefined || text === '' ? null : parseCoordinates(text);
  if (at === null && text !== undefined && text !== '') return refused(instance, whyNoPlace(own, text));
  const reading = { chunk: context.settings.BinlogEventsChunkSize, timeoutMs: statementTimeoutMs(context) };
  const found = yield* correlateRelay(own, other, at, reading);
  if (!found.ok) return refused(instance, found.failure.message);
  const { here, there, next } = found.value;
  const line = [here, there, next].map(coordinatesText).join(';');
  const message = `${coordinatesText(here)} of ${keyText(instance)} is ${coordinatesText(there)} of ${keyText(other.key)}.`;
  return done(instance, message, { destination: other.key, lines: [line] });
};

/** `last-executed-relay-entry`: the event, and where the next one begins. */
export const lastExecutedRelay: Operation = function* (context, { instance }): Saga<OperationResult> {
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const reading = { chunk: context.settings.BinlogEventsChunkSize, timeoutMs: statementTimeoutMs(context) };
  const entry = yield* lastExecutedRelayEntry(live.value[0], reading);
  if (!entry.ok) return refused(instance, entry.failure.message);
  const lines = [relayPlaceText(entry.value.event), coordinatesText(entry.value.next)];
  return done(instance, `${keyText(instance)} has last executed ${lines[0]}`, { lines });
};

function* livePair(
  context: Parameters<Operation>[0],
  instance: InstanceKey,
  destination: InstanceKey | undefined,
): Saga<Outcome<readonly [InstanceFacts, InstanceFacts]>> {
  if (destination !== undefined) return yield* readLive(context, [instance, destination] as const);
  const message = `The server to find the same place on is not given (-d host:port).`;
  return { ok: false, failure: { kind: 'other', message } };
}

function whyNoPlace({ key }: InstanceFacts, text: string | undefined): string {
  return text === undefined || text === ''
    ? `${keyText(key)} has no binary log.`
    : `${text} is not a place in a log: file:position is.`;
}

function whyNoLog(facts: InstanceFacts): string | null {
  if (!facts.logBin) return `${keyText(facts.key)} has no binary log (log_bin is off).`;
  return facts.replica !== null && !logsReplicaUpdates(facts)
    ? `${keyText(facts.key)} doesn't log what it replicates (log_replica_updates is off), so its binary log has no Pseudo-GTID.`
    : null;
}
