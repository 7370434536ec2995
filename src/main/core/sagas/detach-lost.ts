import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { unappliedText } from '../candidates/choose-by-position.ts';
import { receivedTransactions } from '../candidates/received.ts';
import { note, parallel, performAll, read, type Saga } from './effects.ts';

/**
 * Breaks the link of the replicas that were left below a failed source, reversibly, so that they don't follow it when
 * it returns (recovery reference, 8.4). Not where that would cost something: servers throw away what was received and
 * not applied when they are given another source with both threads stopped (MySQL manual, "CHANGE REPLICATION SOURCE
 * TO"), and such a replica may hold the only copy.
 */
export function* detachLost(failed: InstanceKey, lost: readonly InstanceKey[], timeoutMs: number): Saga<void> {
  yield* parallel(lost.map((key) => detachOne(failed, key, timeoutMs)));
}

function* detachOne(failed: InstanceKey, key: InstanceKey, timeoutMs: number): Saga<void> {
  const name = keyText(key);
  const facts = yield* read(key, timeoutMs);
  if (!facts.ok) return yield* note(`${name} was left behind and could not be detached: ${facts.failure.message}`);
  const { replica } = facts.value;
  if (replica === null || !sameKey(replica.source, failed)) return;
  const pending = unappliedOf(facts.value);
  if (pending !== '') {
    const why = `it has not applied all that it received, and would throw it away: ${pending}`;
    return yield* note(`${name} was left behind and is not detached, because ${why}.`);
  }
  const detached = yield* performAll(
    facts.value,
    [{ kind: 'stop-replication', threads: 'both' }, { kind: 'detach-source' }],
    timeoutMs,
  );
  if (!detached.ok)
    return yield* note(`${name} was left behind and could not be detached: ${detached.failure.message}`);
  yield* note(`${name} was left behind; its source's host name is detached, so that it won't follow the old one.`);
}

function unappliedOf(facts: InstanceFacts): string {
  if (facts.replica?.gtidUse === 'none') return unappliedText(facts);
  return receivedTransactions(facts, { flavor: facts.flavor, serverUuid: '', gtidExecuted: '' }).unapplied.text;
}
