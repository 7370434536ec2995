import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { BinaryLog } from '../../../../shared/domain/question.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { ask, parallel, perform, read, type Saga, sleep } from '../../sagas/effects.ts';
import { compareLogFiles, coordinatesText } from '../../topology/coordinates.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { onServer } from './run.ts';

/** More than anyone asks for by intention; a mistyped file name would make as many files. */
const MOST_FLUSHES = 1000;
const NUMBERED = /^(.*)\.(\d+)$/s;

/** Begins a new binary log, some times, or up to a file of that name (topology operations reference, 9). */
export const flushBinaryLogs: Operation = onServer(function* (context, facts, args) {
  const { key, coordinates } = facts;
  const name = keyText(key);
  if (coordinates === null) return refused(key, `${name} has its binary log switched off (log_bin).`);
  const times = args.text ? distance(coordinates.file, args.text) : (args.number ?? 1);
  if (typeof times === 'string') return refused(key, times);
  if (!Number.isInteger(times) || times < 0) {
    return refused(key, `${name} writes ${coordinates.file} already, and can't go back.`);
  }
  if (times > MOST_FLUSHES)
    return refused(key, `That would begin ${times} binary logs; ${MOST_FLUSHES} at a time at most.`);
  if (times === 0) return done(key, `${name} writes ${coordinates.file} already.`, { lines: [coordinates.file] });
  const timeoutMs = statementTimeoutMs(context);
  const flushed = yield* perform(facts, { kind: 'flush-binary-logs', times }, timeoutMs);
  const after = yield* read(key, timeoutMs);
  const file = after.ok ? (after.value.coordinates?.file ?? '') : '';
  const moved = file === '' ? 0 : distance(coordinates.file, file);
  if (typeof moved === 'number' && moved >= times) return done(key, `${name} writes ${file} now.`, { lines: [file] });
  const why = asSentence(
    !flushed.ok ? flushed.failure.message : after.ok ? `${name} writes ${file}` : after.failure.message,
  );
  if (after.ok && file === coordinates.file) return failed(key, 'undone', `${why} ${name} still writes ${file}.`);
  const stands = file === '' ? "which file it writes can't be told" : `it writes ${file}`;
  return failed(
    key,
    'left',
    `${why} Not all was flushed: ${stands}. Nothing is lost by that. Repeat: flush-binary-logs -i ${name}`,
  );
});

/** How many files `to` is after `from`; a sentence when they are not of one log. */
function distance(from: string, to: string): number | string {
  const [a, b] = [NUMBERED.exec(from), NUMBERED.exec(to)];
  if (a === null || b === null || a[1] !== b[1]) return `"${to}" is not a binary log's name like ${from}.`;
  return Number(b[2]) - Number(a[2]);
}

const PURGE_TRIES = 10;
const PURGE_PAUSE_MS = 200;

/**
 * Servers pass over a log that a replica's dump thread still reads, with no more than a warning; it lets go of it when it
 * gets to the next one.
 */
function* purgeTo(context: RoutineContext, facts: InstanceFacts, target: string) {
  for (let left = PURGE_TRIES; ; left -= 1) {
    const purged = yield* perform(facts, { kind: 'purge-binary-logs', to: target }, statementTimeoutMs(context));
    const after = yield* logsOf(context, facts);
    const isDone = typeof after !== 'string' && after[0]?.file === target;
    if (!purged.ok || isDone || left <= 1) return { purged, after };
    yield* sleep(PURGE_PAUSE_MS);
  }
}

/** Deletes the binary logs before a file, unless replicas still need them (topology operations reference, 9). */
export const purgeBinaryLogs: Operation = onServer(function* (context, facts, args) {
  const { key, coordinates } = facts;
  const name = keyText(key);
  if (coordinates === null) return refused(key, `${name} has its binary log switched off (log_bin).`);
  if (!args.text) return refused(key, 'purge-binary-logs needs the first file to keep, or "latest".');
  const target = args.text === 'latest' ? coordinates.file : args.text;
  const before = yield* logsOf(context, facts);
  if (typeof before === 'string') return refused(key, `The binary logs of ${name} can't be listed: ${before}`);
  if (!before.some((each) => each.file === target)) return refused(key, `${name} has no binary log ${target}.`);
  const first = before[0]?.file ?? target;
  if (first === target) return done(key, `${name} has no binary log before ${target}.`, { lines: [target] });
  const needed = args.force === true ? [] : yield* whoNeeds(context, facts, target);
  if (needed.length > 0) {
    return refused(key, `${needed.join(' ')} To purge all the same: purge-binary-logs with force.`);
  }
  const { purged, after } = yield* purgeTo(context, facts, target);
  const left = typeof after === 'string' ? '' : (after[0]?.file ?? '');
  if (left === target) return done(key, `${name} keeps its binary logs from ${target} on.`, { lines: [target] });
  const why = asSentence(
    !purged.ok
      ? purged.failure.message
      : typeof after === 'string'
        ? after
        : 'The server left some out: they are being read, or kept by its settings (MariaDB: slave_connections_needed_for_purge)',
  );
  if (left === first) return failed(key, 'undone', `${why} ${name} still has its binary logs from ${first} on.`);
  const stands = left === '' ? "What is left can't be told." : `It has them from ${left} on.`;
  return failed(key, 'left', `${why} ${stands} Repeat: purge-binary-logs -i ${name} --binlog ${target}`);
});

function* logsOf(context: RoutineContext, facts: InstanceFacts): Saga<readonly BinaryLog[] | string> {
  const logs = yield* ask(facts, { kind: 'binary-logs' }, statementTimeoutMs(context));
  return logs.ok ? logs.value : asSentence(logs.failure.message);
}

/** Replicas that haven't executed up to the file, or of which that can't be told; a sentence each. */
function* whoNeeds(
  context: RoutineContext,
  { key, connectedReplicas }: InstanceFacts,
  file: string,
): Saga<readonly string[]> {
  const node = known(context, key);
  const ids = node?.replicas ?? [];
  const keys = ids.flatMap((id) => context.topology.instances.get(id)?.key ?? []);
  const strangers = [...connectedReplicas, ...(node?.unknownReplicas ?? [])]
    .map(keyText)
    .filter((id) => !context.topology.instances.has(id));
  const readings = yield* parallel(keys.map((each) => read(each, statementTimeoutMs(context))));
  const needing = keys.flatMap((each, index) => {
    const reading = readings[index];
    const facts = reading?.ok ? reading.value : known(context, each)?.facts;
    const executed = facts?.replica?.executed;
    if (executed !== undefined && compareLogFiles(executed.file, file) >= 0) return [];
    const at = executed === undefined ? 'an unknown place' : coordinatesText(executed);
    return [`${keyText(each)} has executed up to ${at} only, before ${file}.`];
  });
  const unknown = [...new Set(strangers)].sort();
  return [...needing, ...unknown.map((id) => `${id} is connected as a replica, and isn't known to Baton.`)];
}
