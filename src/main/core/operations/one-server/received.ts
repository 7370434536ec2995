import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { receivedTransactions } from '../../candidates/received.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';

/**
 * Servers throw away what was received and not applied when the source is changed with both threads stopped (MySQL
 * manual, "CHANGE REPLICATION SOURCE TO"). From a source that answers it is received again; from one that doesn't it is
 * gone. @param doing such as `Detaching`
 * @returns why not to do it now; null when nothing would be lost
 */
export function whyReceivedWouldBeLost(facts: InstanceFacts, doing: string): string | null {
  const { replica, key } = facts;
  // A running applier with a running receiver is about to be stopped, and looked at again.
  if (replica === null || replica.ioState === 1) return null;
  const pending =
    replica.gtidUse === 'none'
      ? compareCoordinates(replica.executed, replica.read) < 0
        ? `from ${coordinatesText(replica.executed)} to ${coordinatesText(replica.read)}`
        : ''
      : receivedTransactions(facts, { flavor: facts.flavor, serverUuid: '', gtidExecuted: '' }).unapplied.text;
  if (pending === '') return null;
  const name = keyText(key);
  return `${name} has received what it has not applied: ${pending}. ${doing} would throw it away. Let it be applied first: stop-replica-nice -i ${name}; or go ahead all the same with force.`;
}
