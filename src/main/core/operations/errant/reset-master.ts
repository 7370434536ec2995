import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { positionOf } from '../../candidates/received.ts';
import {
  EMPTY_GTID_SET,
  gtidSetsEqual,
  gtidSetText,
  isEmptyGtidSet,
  type MysqlGtidSet,
  subtractGtidSets,
} from '../../gtid/mysql-gtid-set.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { note, type Outcome, perform, read, type Saga, sleep } from '../../sagas/effects.ts';
import { arrived, type Threads } from '../frame/arrival.ts';
import { firstReason, whyGroupSecondary, whySeveralChannels } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { putBack, startThreads, stopFully } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { type ErrantServer, readErrant, whyNoMysqlGtid } from './errant-set.ts';

const TRIES = 5;
const PAUSE_MS = 5000;

/**
 * `gtid-errant-reset-master`: takes the errant GTIDs out of a replica's set by deleting its binary logs and setting
 * `gtid_purged` anew (topology operations reference, 8.2). What the transactions changed stays in its data. Dangerous: in
 * between, the server has no GTIDs at all, so every message names the set that it is to have.
 */
export const resetErrant: Operation = function* (context, { instance }): Saga<OperationResult> {
  const server = yield* readErrant(context, instance);
  if (!server.ok) return refused(instance, server.failure.message);
  const reason = whyNot(context, server.value);
  if (reason !== null) return refused(instance, reason);
  return yield* underMaintenance(context, [instance], 'take out errant GTIDs (gtid-errant-reset-master)', function* () {
    return yield* reset(context, server.value.facts);
  });
};

function whyNot(context: RoutineContext, { facts, errant }: ErrantServer): string | null {
  const name = keyText(facts.key);
  const instance = known(context, facts.key);
  const below = [
    ...(instance?.replicas ?? []),
    ...(instance?.unknownReplicas ?? []).map(keyText),
    ...facts.connectedReplicas.map(keyText),
  ];
  return firstReason(
    whyNoMysqlGtid(facts),
    isEmptyGtidSet(errant) ? `${name} has no errant transactions.` : null,
    below.length > 0
      ? `${name} has replicas, which need its binary logs: ${[...new Set(below)].join(', ')}. Move them away first: ` +
          `relocate-replicas -i ${name} -d ${facts.replica === null ? 'host:port' : keyText(facts.replica.source)}`
      : null,
    facts.group === null ? null : `${name} is a member of a replication group, whose GTIDs can't be reset.`,
    whyGroupSecondary(facts),
    whySeveralChannels(facts),
    facts.replica === null ? `${name} is not a replica.` : null,
    facts.readOnly ? null : `${name} takes writes, which would get GTIDs in between. First: set-read-only -i ${name}`,
  );
}

function* reset(context: RoutineContext, before: InstanceFacts): Saga<OperationResult> {
  const { key } = before;
  const timeoutMs = statementTimeoutMs(context);
  const stopped = yield* stopFully(before, timeoutMs);
  if (!stopped.ok) return yield* undo(context, before, stopped.failure.message, null);
  // More may have been executed since, errant or not.
  const again = yield* readErrant(context, key);
  if (!again.ok) return yield* undo(context, before, again.failure.message, null);
  const { facts, errant } = again.value;
  const reason = whyNot(context, again.value);
  if (reason !== null) return yield* undo(context, before, reason, null);
  const wanted = subtractGtidSets(executedBy(facts), errant);
  yield* note(`${keyText(key)} has executed ${gtidSetText(executedBy(facts))}; it is to have ${gtidSetText(wanted)}.`);
  const emptied = yield* insist(facts, { kind: 'reset-binary-logs' }, EMPTY_GTID_SET, timeoutMs);
  if (emptied.state === 'untouched') return yield* undo(context, before, emptied.why, wanted);
  if (emptied.state === 'unknown') return left(facts, wanted, emptied.why);
  if (!isEmptyGtidSet(wanted)) {
    const purged = yield* insist(facts, { kind: 'set-gtid-purged', gtid: gtidSetText(wanted) }, wanted, timeoutMs);
    if (purged.state !== 'reached') return left(facts, wanted, purged.why);
  }
  return yield* startAgain(before, wanted, errant, timeoutMs);
}

/** What came of doing something until the executed set is as wanted. */
type Insistence =
  | { readonly state: 'reached' }
  /** The set is what it was at the beginning. */
  | { readonly state: 'untouched'; readonly why: string }
  | { readonly state: 'unknown'; readonly why: string };

/** Does it again when it failed, after a look at whether it was done all the same. */
function* insist(
  before: InstanceFacts,
  action: ServerAction,
  wanted: MysqlGtidSet,
  timeoutMs: number,
): Saga<Insistence> {
  let why = '';
  let untouched = true;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) yield* sleep(PAUSE_MS);
    const done: Outcome<void> = yield* perform(before, action, timeoutMs);
    const after = yield* read(before.key, timeoutMs);
    if (!after.ok) {
      why = after.failure.message;
      untouched = false;
      continue;
    }
    const now = executedBy(after.value);
    if (gtidSetsEqual(now, wanted)) return { state: 'reached' };
    untouched = gtidSetsEqual(now, executedBy(before));
    const text = `it has executed ${gtidSetText(now) || 'nothing'}`;
    why = done.ok ? text : `${asSentence(done.failure.message)} Now ${text}`;
    // Something was written in between: doing it again would hide that.
    if (done.ok && !untouched) break;
  }
  return { state: untouched ? 'untouched' : 'unknown', why };
}

function* startAgain(
  before: InstanceFacts,
  wanted: MysqlGtidSet,
  errant: MysqlGtidSet,
  timeoutMs: number,
): Saga<OperationResult> {
  const { key, replica } = before;
  const name = keyText(key);
  const taken = `The errant transactions ${gtidSetText(errant)} were taken out of the GTID set of ${name}, which is now ${gtidSetText(wanted)}.`;
  const threads: Threads = { io: (replica?.ioState ?? 0) > 0, sql: (replica?.sqlState ?? 0) > 0 };
  const started = yield* startThreads(before, threads, timeoutMs);
  const there = !started.ok || replica === null ? started : yield* arrived(key, replica.source, threads, timeoutMs);
  if (!there.ok) {
    const repair = `Start it with: start-replica -i ${name}`;
    return failed(key, 'left', `${taken} It doesn't replicate: ${asSentence(there.failure.message)} ${repair}`);
  }
  return done(key, `${taken} What they changed is still in its data.`);
}

function* undo(
  context: RoutineContext,
  before: InstanceFacts,
  why: string,
  wanted: MysqlGtidSet | null,
): Saga<OperationResult> {
  const back = yield* putBack(context, before, null);
  const meant = wanted === null ? '' : ` Its gtid_purged was to become ${gtidSetText(wanted)}.`;
  return failed(before.key, back.state, `${asSentence(why)} Its binary logs were not reset.${meant} ${back.sentence}`);
}

/** The server is stopped, and its GTIDs are gone or in doubt. */
function left(facts: InstanceFacts, wanted: MysqlGtidSet, why: string): OperationResult {
  const name = keyText(facts.key);
  const set = gtidSetText(wanted);
  const statement = `SET GLOBAL gtid_purged = '${set}'`;
  const message =
    `The binary logs of ${name} were reset, or may have been, and its GTID set is not yet what it is to be (${set}): ` +
    `${asSentence(why)} It doesn't replicate meanwhile; don't start it before its set is right. On ${name}, see that ` +
    `SELECT @@global.gtid_executed gives nothing (if not: RESET MASTER, from 8.2 on RESET BINARY LOGS AND GTIDS), run ` +
    `${statement}; and then: start-replica -i ${name}`;
  return failed(facts.key, 'left', message, { lines: [statement] });
}

function executedBy(facts: InstanceFacts): MysqlGtidSet {
  const position = positionOf(facts.flavor, facts.gtidExecuted);
  return position.flavor === 'mysql' ? position.set : EMPTY_GTID_SET;
}
