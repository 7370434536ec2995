import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { isRealKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { positionOf } from '../../candidates/received.ts';
import { gtidContains, gtidSubtract, gtidUnion } from '../../gtid/gtid-position.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { now, read, type Saga, sleep } from '../../sagas/effects.ts';
import { receivedBy, sameGtidKind } from './kinship.ts';

const PAUSE_MS = 200;
/** A source that is about to be left, and maybe for being slow, must not hold the move up. */
const LOOK_LIMIT_MS = 3000;

/**
 * Why pointing a replica elsewhere would lose what it has received: a server throws its relay log away when it is
 * pointed at another source (MySQL manual, CHANGE REPLICATION SOURCE TO). That is no loss when the destination has the
 * same or the old source can still pass it on; else the applier gets its time to get through
 * (`InstanceBulkOperationsWaitTimeoutSeconds`).
 */
export function* whyRelayLogIsNeeded(
  context: RoutineContext,
  replica: InstanceFacts,
  destination: InstanceFacts,
): Saga<string | null> {
  if (replica.replica === null || !sameGtidKind(replica, destination)) return null;
  const elsewhere = receivedBy(destination);
  if (onlyInRelayLog(replica, elsewhere) === '') return null;
  const source = replica.replica.source;
  const look = Math.min(statementTimeoutMs(context), LOOK_LIMIT_MS);
  const old = isRealKey(source) ? yield* read(source, look) : null;
  const obtainable =
    old?.ok && sameGtidKind(old.value, replica) ? gtidUnion(elsewhere, receivedBy(old.value)) : elsewhere;
  if (onlyInRelayLog(replica, obtainable) === '') return null;
  const startedMs = yield* now();
  const limitMs = context.settings.InstanceBulkOperationsWaitTimeoutSeconds * 1000;
  for (let facts = replica; ; ) {
    const waiting = onlyInRelayLog(facts, obtainable);
    if (waiting === '') return null;
    const runs = facts.replica?.sqlState === 1 && facts.replica.sqlDelaySeconds === 0;
    if (!runs || (yield* now()) - startedMs > limitMs) return keepIt(replica, destination, waiting);
    yield* sleep(PAUSE_MS);
    const again = yield* read(replica.key, statementTimeoutMs(context));
    if (!again.ok) return `${keyText(replica.key)} can't be read now: ${again.failure.message}`;
    facts = again.value;
  }
}

function onlyInRelayLog(facts: InstanceFacts, elsewhere: ReturnType<typeof receivedBy>): string {
  const retrieved = positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? '');
  const kept = gtidUnion(elsewhere, positionOf(facts.flavor, facts.gtidExecuted));
  return gtidContains(kept, retrieved) ? '' : gtidSubtract(retrieved, kept).text;
}

function keepIt(replica: InstanceFacts, destination: InstanceFacts, waiting: string): string {
  const [a, b] = [keyText(replica.key), keyText(destination.key)];
  return (
    `${a} has received transactions that it hasn't applied, that ${b} lacks and that its old source can't give any more: ` +
    `${waiting}. They would go with its relay log. Let ${a} apply them first (start-replica -i ${a}).`
  );
}
