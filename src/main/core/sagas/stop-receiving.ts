import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Contender } from '../candidates/contender.ts';
import { holdingsOf, servable } from '../candidates/missing.ts';
import { gtidsToWaitFor, receivedTransactions } from '../candidates/received.ts';
import { gtidContains, gtidIntersect } from '../gtid/gtid-position.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import { note, type Outcome, parallel, perform, read, type Saga } from './effects.ts';
import { type Participant, withFacts, withTrouble } from './participants.ts';

/**
 * Stops every replica from receiving, so that the old source feeds none of them, and reads what each has got. A
 * replica that can't be stopped or read is `lost`; one that follows another source by now is none of this recovery's
 * and is left out, replicating as it did; one that someone has promoted is `opened`.
 *
 * MariaDB drops a relay log that it hasn't applied when both threads are stopped and one is started again. So where
 * a MariaDB applier was stopped by hand and its relay log holds what no other replica can pass on, the applier is
 * started before the receiver is stopped; elsewhere an applier that someone stopped is left as it is.
 */
export function* stopReceiving(input: DeadMasterInput): Saga<readonly Participant[]> {
  const stopped = yield* parallel(input.contenders.map((contender) => stopOne(contender, input)));
  return stopped.filter((each) => each !== null);
}

function* stopOne(contender: Contender, input: DeadMasterInput): Saga<Participant | null> {
  const { facts } = contender;
  const timeoutMs = input.statementTimeoutMs;
  const found: Participant = { contender, before: facts, standing: 'stopped', stillReceives: false };
  const kept = yield* keepRelayLog(contender, input);
  if (!kept.ok) yield* note(`${keyText(facts.key)}: its applier could not be started: ${kept.failure.message}`);
  const stopped = yield* perform(facts, { kind: 'stop-replication', threads: 'io' }, timeoutMs);
  const after = yield* read(facts.key, timeoutMs);
  if (!after.ok) return yield* leave(found, stopped.ok ? after.failure.message : stopped.failure.message);
  const current = withFacts(found, after.value);
  // By someone, or by a recovery that Baton did not live to end.
  if (!after.value.readOnly && after.value.replica === null) return { ...current, standing: 'opened' };
  if (follows(after.value) !== follows(facts) && follows(after.value) !== keyText(input.failed.key)) {
    return yield* leaveOut(after.value, facts, timeoutMs);
  }
  if ((after.value.replica?.ioState ?? 0) > 0) {
    const why = stopped.ok ? 'its receiver still runs' : stopped.failure.message;
    return yield* leave({ ...current, stillReceives: true }, why);
  }
  return input.policy.failIfApplierBehind ? yield* withAppliedRelayLog(current, timeoutMs) : current;
}

function* leave(one: Participant, why: string): Saga<Participant> {
  const reason = `it could not be stopped: ${why}`;
  yield* note(`${keyText(one.before.key)} is left behind: ${reason}`);
  return { ...withTrouble(one, { reason, serves: 'nothing' }), standing: 'lost' };
}

function* leaveOut(now: InstanceFacts, before: InstanceFacts, timeoutMs: number): Saga<null> {
  yield* note(`${keyText(now.key)} follows ${follows(now)} by now, and is left alone.`);
  if (now.replica === null || (before.replica?.ioState ?? 0) === 0) return null;
  const started = yield* perform(now, { kind: 'start-replication', threads: 'io' }, timeoutMs);
  if (!started.ok) {
    yield* note(`${keyText(now.key)}: its receiver could not be started again: ${started.failure.message}`);
  }
  return null;
}

function follows(facts: InstanceFacts): string {
  return facts.replica === null ? 'nothing' : keyText(facts.replica.source);
}

/** The limit is on a replica that lags, not on the last few transactions: a running applier may finish them. */
function* withAppliedRelayLog(one: Participant, timeoutMs: number): Saga<Participant> {
  const { facts } = one.contender;
  const received = receivedTransactions(facts, { flavor: facts.flavor, serverUuid: '', gtidExecuted: '' });
  if (facts.replica?.sqlState !== 1 || received.unapplied.count === 0n) return one;
  const gtid = gtidsToWaitFor(received.received, received.executed);
  yield* perform(facts, { kind: 'wait-for-gtid', gtid, timeoutMs }, 2 * timeoutMs);
  const after = yield* read(facts.key, timeoutMs);
  return after.ok ? withFacts(one, after.value) : one;
}

/** Starts the applier of a MariaDB replica whose relay log would be thrown away with the only copy in it. */
function* keepRelayLog({ facts }: Contender, input: DeadMasterInput): Saga<Outcome<void>> {
  if (facts.flavor !== 'MariaDB' || facts.replica?.sqlState !== 0) return DONE;
  const fresh = yield* read(facts.key, input.statementTimeoutMs);
  if (!fresh.ok) return fresh;
  const { replica } = fresh.value;
  // With both threads stopped, the start that is to save the relay log would be what throws it away.
  if (replica === null || replica.ioState === 0 || replica.sqlState !== 0 || replica.lastSqlErrno !== 0) return DONE;
  if (replica.sqlDelaySeconds > 0 || !holdsTheOnlyCopy(fresh.value, input)) return DONE;
  yield* note(
    `${keyText(facts.key)}: its applier was stopped, and it holds transactions that no other replica can pass on; started.`,
  );
  return yield* perform(fresh.value, { kind: 'start-replication', threads: 'sql' }, input.statementTimeoutMs);
}

function holdsTheOnlyCopy(facts: InstanceFacts, input: DeadMasterInput): boolean {
  const own = receivedTransactions(facts, input.failed);
  if (own.unapplied.count === 0n) return false;
  return !holdingsOf(input.contenders, input.failed).some((other) => {
    const theirs = other.contender.facts;
    if (sameKey(theirs.key, facts.key) || theirs.flavor !== 'MariaDB') return false;
    const kept = servable(other);
    const lasting = theirs.replica?.sqlState === 1 ? kept : gtidIntersect(kept, other.transactions.executed);
    return gtidContains(lasting, own.fromSource);
  });
}

const DONE: Outcome<void> = { ok: true, value: undefined };
