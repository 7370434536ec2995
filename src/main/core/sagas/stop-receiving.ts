import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Contender } from '../candidates/contender.ts';
import { receivedTransactions } from '../candidates/received.ts';
import { gtidContains } from '../gtid/gtid-position.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import { note, type Outcome, parallel, perform, read, type Saga } from './effects.ts';

export interface StoppedReplicas {
  /** With facts read after they stopped receiving. */
  readonly contenders: readonly Contender[];
  /** Replicas that could not be stopped or read: they may still receive from the old source. */
  readonly lost: readonly InstanceKey[];
}

/**
 * Stops every replica from receiving, so that the old source feeds none of them, and reads what each has got.
 *
 * MariaDB drops a relay log that it hasn't applied when both threads are stopped and one is started again. So where
 * a MariaDB applier was stopped by hand and its relay log holds what no other replica received, the applier is
 * started before the receiver is stopped; elsewhere an applier that someone stopped is left as it is.
 */
export function* stopReceiving(input: DeadMasterInput): Saga<StoppedReplicas> {
  const results = yield* parallel(
    input.contenders.map((contender) =>
      stopOne(contender, holdsTheOnlyCopy(contender, input), input.statementTimeoutMs),
    ),
  );
  const contenders: Contender[] = [];
  const lost: InstanceKey[] = [];
  for (const [index, contender] of input.contenders.entries()) {
    const result = results[index];
    if (result?.ok) {
      contenders.push({ ...contender, facts: result.value });
    } else {
      lost.push(contender.facts.key);
      yield* note(`${keyText(contender.facts.key)} could not be stopped: ${result?.failure.message ?? 'no result'}`);
    }
  }
  return { contenders, lost };
}

function holdsTheOnlyCopy({ facts }: Contender, input: DeadMasterInput): boolean {
  if (facts.flavor !== 'MariaDB') return false;
  const own = receivedTransactions(facts, input.failed);
  if (own.unapplied.count === 0n) return false;
  return !input.contenders.some((other) => {
    if (sameKey(other.facts.key, facts.key) || other.facts.flavor !== 'MariaDB') return false;
    return gtidContains(receivedTransactions(other.facts, input.failed).received, own.received);
  });
}

function* stopOne({ facts }: Contender, applyFirst: boolean, timeoutMs: number): Saga<Outcome<InstanceFacts>> {
  if (applyFirst && facts.replica?.sqlState === 0 && facts.replica.lastSqlErrno === 0) {
    yield* note(
      `${keyText(facts.key)}: its applier was stopped, and it holds transactions that no other replica received; started.`,
    );
    const started = yield* perform(facts, { kind: 'start-replication', threads: 'sql' }, timeoutMs);
    if (!started.ok) return started;
  }
  const stopped = yield* perform(facts, { kind: 'stop-replication', threads: 'io' }, timeoutMs);
  if (!stopped.ok) return stopped;
  return yield* read(facts.key, timeoutMs);
}
