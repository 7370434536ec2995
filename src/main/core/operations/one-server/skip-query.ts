import type { InstanceFacts, ReplicaStatus } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { perform, read, type Saga } from '../../sagas/effects.ts';
import { sameCoordinates } from '../../topology/coordinates.ts';
import { supportsMysqlGtid } from '../../topology/server-traits.ts';
import { arrived } from '../frame/arrival.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { failingGtid } from './failing-gtid.ts';
import { onReplica } from './run.ts';

/**
 * Passes over the transaction at which a replica's applier stopped, and starts it (topology operations reference, 8.3).
 * With MySQL's GTIDs that is the transaction that failed, by the error or by what lacks; the predecessor took the one
 * after the last number of the last server listed, which need not be the source.
 */
export const skipQuery: Operation = onReplica('go on', function* (context, facts) {
  const { key, replica } = facts;
  const reason = replica === null ? '' : whyNot(facts, replica);
  if (replica === null || reason !== null) return refused(key, reason ?? '');
  if (!supportsMysqlGtid(facts)) return yield* skipEvent(context, facts, replica);
  const found = yield* failingGtid(context, facts, replica);
  if (found.kind === 'anonymous') return yield* skipEvent(context, facts, replica);
  if (found.kind === 'unknown') return refused(key, found.reason);
  return yield* skipGtid(context, facts, replica, found.gtid);
});

function whyNot({ key }: InstanceFacts, replica: ReplicaStatus): string | null {
  const name = keyText(key);
  if (replica.sqlState === 1) return `The applier of ${name} runs: there is nothing to skip.`;
  if (replica.lastSqlErrno === 0) {
    return `The applier of ${name} was stopped without an error: there is nothing to skip. Start it with: start-replica -i ${name}`;
  }
  return replica.gtidUse === 'mariadb'
    ? `${name} replicates by MariaDB's GTIDs, which leave nothing to skip by. Do: disable-gtid -i ${name}; skip-query -i ${name}; enable-gtid -i ${name}`
    : null;
}

function* skipGtid(
  context: RoutineContext,
  facts: InstanceFacts,
  replica: ReplicaStatus,
  gtid: string,
): Saga<OperationResult> {
  const timeoutMs = statementTimeoutMs(context);
  const injected = yield* perform(facts, { kind: 'inject-empty', gtids: [gtid] }, timeoutMs);
  const seen = yield* perform(facts, { kind: 'wait-for-gtid', gtid, timeoutMs: 1 }, timeoutMs);
  const name = keyText(facts.key);
  if (!injected.ok && !seen.ok) {
    const why = asSentence(injected.failure.message);
    return failed(facts.key, 'undone', `${gtid} could not be skipped on ${name}: ${why} It stands where it stood.`);
  }
  return yield* goOn(context, facts, replica, `${name} has skipped ${gtid}.`);
}

function* skipEvent(context: RoutineContext, facts: InstanceFacts, replica: ReplicaStatus): Saga<OperationResult> {
  const timeoutMs = statementTimeoutMs(context);
  const name = keyText(facts.key);
  const set = yield* perform(facts, { kind: 'skip-event' }, timeoutMs);
  if (!set.ok) {
    const why = asSentence(set.failure.message);
    return failed(facts.key, 'undone', `Nothing was skipped on ${name}: ${why} It stands where it stood.`);
  }
  return yield* goOn(context, facts, replica, `${name} has skipped one transaction.`);
}

/** The skip counts when it is begun; that the applier stops again at the next error is another matter, and told. */
function* goOn(
  context: RoutineContext,
  facts: InstanceFacts,
  before: ReplicaStatus,
  skipped: string,
): Saga<OperationResult> {
  const timeoutMs = statementTimeoutMs(context);
  const name = keyText(facts.key);
  const started = yield* perform(facts, { kind: 'start-replication', threads: 'sql' }, timeoutMs);
  const there = yield* arrived(facts.key, before.source, { io: false, sql: true }, timeoutMs);
  if (there.ok) return done(facts.key, `${skipped} Its applier runs.`);
  const seen = yield* read(facts.key, timeoutMs);
  const now = seen.ok ? seen.value.replica : null;
  if (started.ok && now !== null && !isSameStop(before, now)) {
    return done(
      facts.key,
      `${skipped} It stopped again: ${asSentence(now.lastSqlError)} To skip that too: skip-query -i ${name}`,
    );
  }
  const why = asSentence(started.ok ? there.failure.message : started.failure.message);
  return failed(
    facts.key,
    'left',
    `${skipped} Its applier does not run: ${why} Start it with: start-replica -i ${name}`,
  );
}

function isSameStop(a: ReplicaStatus, b: ReplicaStatus): boolean {
  return a.lastSqlError === b.lastSqlError && sameCoordinates(a.executed, b.executed);
}
