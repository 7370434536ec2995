import { keyText } from '../../../shared/domain/instance-key.ts';
import { losesItsRelayLog, receivedTransactions } from '../candidates/received.ts';
import type { DeadMasterInput, DeadMasterResult } from './dead-master-input.ts';
import { note, parallel, performAll, type Saga, unfence } from './effects.ts';
import { applierStoppedByHand } from './follow-new-source.ts';
import { nameOf, type Participant } from './participants.ts';

/**
 * Ends a recovery that promoted nothing: the old source, should it come back, is to take writes again and to find its
 * replicas listening (with semi-sync it could not commit without them).
 */
export function* giveUp(
  input: DeadMasterInput,
  participants: readonly Participant[],
  errors: readonly string[],
): Saga<DeadMasterResult> {
  yield* note(`Nothing was promoted. ${errors.at(-1) ?? ''}`);
  if (input.fenceOldSource) yield* unfence(input.failed.key);
  const problems = yield* parallel(participants.map((each) => listenAgain(input, each)));
  return { successor: null, lostReplicas: [], errors: [...errors, ...problems.filter((each) => each !== null)] };
}

/**
 * Ends a recovery after which some other server than the old source may be taking writes, without Baton knowing: the
 * old one stays shut (safety rule 1), and the replicas are left stopped until a person has looked.
 */
export function* standDown(input: DeadMasterInput, errors: readonly string[]): Saga<DeadMasterResult> {
  const fenced = input.fenceOldSource ? ` ${keyText(input.failed.key)} stays fenced.` : '';
  yield* note(`The recovery ends here.${fenced} ${errors.at(-1) ?? ''}`);
  return { successor: null, lostReplicas: [], errors };
}

/** @returns what is left to do by hand, or null */
function* listenAgain(input: DeadMasterInput, one: Participant): Saga<string | null> {
  if (one.standing === 'lost' || one.standing === 'reset' || one.before.replica === null) return null;
  const { facts } = one.contender;
  if (one.standing === 'at-donor') return yield* backToSource(input, one);
  if (one.before.replica.ioState === 0) return null;
  const { unapplied } = receivedTransactions(facts, input.failed);
  if (losesItsRelayLog(facts) && unapplied.count > 0n) {
    return `${nameOf(one)} was left stopped: started, MariaDB would throw away what it received and hasn't applied: ${unapplied.text}.`;
  }
  const started = yield* performAll(facts, [{ kind: 'start-replication', threads: 'io' }], input.statementTimeoutMs);
  return started.ok ? null : `${nameOf(one)} was left stopped: ${started.failure.message}`;
}

function* backToSource(input: DeadMasterInput, one: Participant): Saga<string | null> {
  const moved = yield* performAll(
    one.contender.facts,
    [
      { kind: 'stop-replication', threads: 'both' },
      { kind: 'repoint', source: input.failed.key, mode: { by: 'gtid' }, tls: null, credentialsOf: null },
      { kind: 'start-replication', threads: applierStoppedByHand(one.before) ? 'io' : 'both' },
    ],
    input.statementTimeoutMs,
  );
  if (moved.ok) return null;
  return `${nameOf(one)} could not be pointed back at ${keyText(input.failed.key)}: ${moved.failure.message}`;
}
