import type { Flavor, InstanceFacts } from '../../../shared/domain/instance.ts';
import {
  emptyGtid,
  type GtidDifference,
  type GtidPosition,
  gtidFlavorOf,
  gtidSubtract,
  gtidUnion,
  readGtid,
} from '../gtid/gtid-position.ts';
import { countGtids, gtidSetText, subtractGtidSets, subtractSources } from '../gtid/mysql-gtid-set.ts';

/** The source that failed, as far as it was known. */
export interface FailedSource {
  readonly flavor: Flavor;
  readonly serverUuid: string;
  /** What it had executed when it was last read. */
  readonly gtidExecuted: string;
}

export interface ReceivedTransactions {
  /** Executed here. */
  readonly executed: GtidPosition;
  /** Executed here or waiting in the relay log. */
  readonly received: GtidPosition;
  /** The part of `received` that came from the failed source; what replicas are compared by. */
  readonly fromSource: GtidPosition;
  /** In the relay log only. */
  readonly unapplied: GtidDifference;
  /** Here, but not from the failed source. */
  readonly errant: GtidDifference;
}

const NOTHING: GtidDifference = { text: '', count: 0n };

/** A server's text as a position; a text that can't be read, or a server without GTIDs, counts as having none. */
export function positionOf(flavor: Flavor, text: string): GtidPosition {
  const kind = gtidFlavorOf(flavor) ?? 'mysql';
  const reading = readGtid(kind, text);
  return reading.ok ? reading.position : emptyGtid(kind);
}

/**
 * Tells what a replica has received of its source's transactions. MySQL's executed sets carry the origin of each
 * transaction, so writes that were made on the replica itself don't make it look more advanced: a transaction of
 * another server's uuid that the source hadn't executed when it was last read can't have come from it (the source
 * was writeable, so such transactions could reach it only by replication). MariaDB positions carry no such history.
 */
export function receivedTransactions(facts: InstanceFacts, source: FailedSource): ReceivedTransactions {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  const received = gtidUnion(executed, positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? ''));
  const unapplied = gtidSubtract(received, executed);
  const known = positionOf(source.flavor, source.gtidExecuted);
  if (received.flavor !== 'mysql' || known.flavor !== 'mysql' || source.serverUuid === '') {
    return { executed, received, fromSource: received, unapplied, errant: NOTHING };
  }
  const errant = subtractGtidSets(subtractSources(received.set, [source.serverUuid]), known.set);
  return {
    executed,
    received,
    fromSource: { flavor: 'mysql', set: subtractGtidSets(received.set, errant) },
    unapplied,
    errant: { text: gtidSetText(errant), count: countGtids(errant) },
  };
}
