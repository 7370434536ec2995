import type { InstanceFacts, ReplicaStatus } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { positionOf } from '../../candidates/received.ts';
import { gtidContains, readGtid } from '../../gtid/gtid-position.ts';
import { gtidSetText, type MysqlGtidSet, subtractGtidSets } from '../../gtid/mysql-gtid-set.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { ask, type Saga } from '../../sagas/effects.ts';

/** The transaction at which an applier stopped. `anonymous`: it has no GTID. */
export type FailingGtid =
  | { readonly kind: 'gtid'; readonly gtid: string }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'unknown'; readonly reason: string };

const GTID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?::[a-z_][a-z0-9_]{0,31})?:[1-9][0-9]*';
/** MySQL 5.7 and later: `Worker 1 failed executing transaction 'uuid:15' at source log …`. */
const IN_ERROR = new RegExp(`transaction '(${GTID}|ANONYMOUS)'`, 'i');
/** `SET @@SESSION.GTID_NEXT= 'uuid:15'`. */
const IN_EVENT = new RegExp(`GTID_NEXT\\s*=\\s*'(${GTID}|ANONYMOUS)'`, 'i');
const EVENTS_TO_LOOK_AT = 20;

/**
 * Finds the transaction at which the applier of a replica stopped: by the error itself; by what was received and not
 * executed, when that is one transaction or of one server, whose transactions come in order; else by the relay log, at
 * the place where the applier stands. Whatever is found must not have been executed.
 */
export function* failingGtid(context: RoutineContext, facts: InstanceFacts, replica: ReplicaStatus): Saga<FailingGtid> {
  const inError = IN_ERROR.exec(replica.lastSqlError)?.[1];
  const named = inError === undefined ? null : checked(facts, inError);
  if (named !== null && named.kind !== 'gtid') return named;
  const lacking = firstLacking(facts, replica);
  // A coordinator tells its workers' latest failure, which may be that of a later transaction that had to give up because
  // of the first. Where they commit in order, what lacks first is what failed first.
  if (lacking !== null && (named === null || replica.appliesOutOfOrder !== true)) {
    return { kind: 'gtid', gtid: lacking };
  }
  if (named !== null) return named;
  const events = yield* ask(
    facts,
    { kind: 'relaylog-events', from: replica.relay, skip: 0, limit: EVENTS_TO_LOOK_AT },
    statementTimeoutMs(context),
  );
  const name = keyText(facts.key);
  const hint = `Inject an empty transaction under its GTID by hand, then: start-replica -i ${name}`;
  if (!events.ok) {
    return {
      kind: 'unknown',
      reason: `Which transaction ${name} failed at can't be told: ${events.failure.message} ${hint}`,
    };
  }
  for (const event of events.value) {
    const found = IN_EVENT.exec(event.info)?.[1];
    if (found !== undefined) return checked(facts, found);
  }
  return { kind: 'unknown', reason: `Which transaction ${name} failed at can't be told. ${hint}` };
}

function checked(facts: InstanceFacts, found: string): FailingGtid {
  if (found.toUpperCase() === 'ANONYMOUS') return { kind: 'anonymous' };
  const reading = readGtid('mysql', found);
  const name = keyText(facts.key);
  if (!reading.ok) return { kind: 'unknown', reason: `Which transaction ${name} failed at can't be read: ${found}.` };
  return gtidContains(positionOf(facts.flavor, facts.gtidExecuted), reading.position)
    ? { kind: 'unknown', reason: `${name} has executed ${found} by now. Start it with: start-replica -i ${name}` }
    : { kind: 'gtid', gtid: found };
}

/** Null when nothing lacks, or transactions of several servers do: which of them comes first can't be told by them. */
function firstLacking(facts: InstanceFacts, replica: ReplicaStatus): string | null {
  const [executed, retrieved] = [
    positionOf(facts.flavor, facts.gtidExecuted),
    positionOf(facts.flavor, replica.gtidRetrieved),
  ];
  if (executed.flavor !== 'mysql' || retrieved.flavor !== 'mysql') return null;
  const [only, ...others] = subtractGtidSets(retrieved.set, executed.set).sources;
  const first = only?.intervals[0];
  if (only === undefined || first === undefined || others.length > 0) return null;
  const one: MysqlGtidSet = { sources: [{ ...only, intervals: [{ from: first.from, to: first.from }] }] };
  return gtidSetText(one);
}
