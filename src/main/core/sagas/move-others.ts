import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { receivedTransactions } from '../candidates/received.ts';
import { type GtidPosition, gtidSubtract } from '../gtid/gtid-position.ts';
import { canReplicateFromGtid, type ReplicationRules } from '../topology/can-replicate.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import { note, parallel, read, type Saga } from './effects.ts';
import { applierStoppedByHand, followNewSource, type MoveResult } from './follow-new-source.ts';
import { keyOf, nameOf, type Participant, withFacts } from './participants.ts';
import { resetSentence } from './promote.ts';

/** A replica below a younger or filtered source, or one of another format, is better than one below a dead source. */
export const LENIENT: ReplicationRules = {
  reasonableMaintenanceLagSeconds: Number.POSITIVE_INFINITY,
  verifyReplicationFilters: false,
  lowerReplicaVersionAllowed: true,
  mixedBelowRowAllowed: true,
};

/**
 * Points the other replicas at the promoted one. A replica that holds transactions of the old source which the
 * promoted one lacks is left as it is: pointed at it, it would throw them away with its relay log, or carry them on as
 * errant ones. So is one that can't replicate from it.
 * @param base what the promoted server had executed before it was opened: what it writes itself comes after that
 */
export function* moveOthers(
  input: DeadMasterInput,
  others: readonly Participant[],
  successor: InstanceFacts,
  base: GtidPosition,
): Saga<readonly MoveResult[]> {
  return yield* parallel(others.map((each) => moveOne(input, each, successor, base)));
}

function* moveOne(
  input: DeadMasterInput,
  found: Participant,
  successor: InstanceFacts,
  base: GtidPosition,
): Saga<MoveResult> {
  // One that went on receiving may hold more by now, which is to be named.
  const fresh = found.stillReceives ? yield* read(keyOf(found), input.statementTimeoutMs) : null;
  const one = fresh?.ok ? withFacts(found, fresh.value) : found;
  const { facts } = one.contender;
  const failure = whyNotMoved(input, one, successor, base);
  if (failure !== null) {
    yield* note(`${nameOf(one)} is left behind: ${failure}`);
    return { key: facts.key, failure };
  }
  const { errant } = receivedTransactions(facts, input.failed);
  if (errant.count > 0n) {
    yield* note(`${nameOf(one)} is moved with errant transactions, which it had before: ${errant.text}`);
  }
  const threads = applierStoppedByHand(one.before) ? 'io' : 'both';
  return yield* followNewSource(facts, successor, input.statementTimeoutMs, threads);
}

function whyNotMoved(
  input: DeadMasterInput,
  one: Participant,
  successor: InstanceFacts,
  base: GtidPosition,
): string | null {
  const { facts, trouble } = one.contender;
  const { fromSource } = receivedTransactions(facts, input.failed);
  const to = keyText(successor.key);
  if (fromSource.flavor !== base.flavor) {
    return `it is ${facts.flavor} and ${to} is ${successor.flavor}: their GTIDs can't be compared.`;
  }
  const extra = gtidSubtract(fromSource, base);
  const ahead = extra.count > 0n ? `it holds transactions that ${to} lacks: ${extra.text}.` : null;
  if (one.standing === 'lost') return [trouble?.reason, ahead].filter(Boolean).join(' Also, ');
  if (ahead !== null) return `${ahead} It is left as it is, so that they can be saved by hand.`;
  if (one.standing === 'reset') return resetSentence(one);
  const possible = canReplicateFromGtid(facts, successor, LENIENT);
  return possible.ok ? null : possible.reason;
}
