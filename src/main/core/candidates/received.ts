import type { Flavor, InstanceFacts } from '../../../shared/domain/instance.ts';
import {
  emptyGtid,
  type GtidDifference,
  type GtidPosition,
  gtidFlavorOf,
  gtidIntersect,
  gtidSubtract,
  gtidUnion,
  readGtid,
} from '../gtid/gtid-position.ts';
import {
  isEmptyPosition,
  type MariadbPosition,
  missingRanges,
  positionContains,
  unionPositions,
} from '../gtid/mariadb-gtid.ts';
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
  /** The part of `fromSource` that is executed, or can be without the source: its relay log won't be thrown away. */
  readonly usable: GtidPosition;
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
 * was writeable, so such transactions could reach it only by replication). MariaDB positions carry no such history,
 * only the last writer of each domain; a last writer that is the replica itself, past what the source had, is told.
 */
export function receivedTransactions(facts: InstanceFacts, source: FailedSource): ReceivedTransactions {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  const retrieved = positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? '');
  const received = gtidUnion(executed, retrieved);
  const unapplied = gtidSubtract(received, executed);
  const known = positionOf(source.flavor, source.gtidExecuted);
  const { fromSource, errant } = withoutErrant(facts, source, { executed, retrieved, received, known });
  const usable = losesItsRelayLog(facts) ? gtidIntersect(executed, fromSource) : fromSource;
  return { executed, received, fromSource, usable, unapplied, errant };
}

/**
 * MariaDB throws the relay log away when both threads are stopped and one is started; with the source dead, nothing
 * brings it back (MariaDB documentation, "START REPLICA" with GTIDs).
 */
export function losesItsRelayLog(facts: InstanceFacts): boolean {
  return facts.flavor === 'MariaDB' && facts.replica?.ioState === 0 && facts.replica.sqlState === 0;
}

interface Positions {
  readonly executed: GtidPosition;
  readonly retrieved: GtidPosition;
  readonly received: GtidPosition;
  readonly known: GtidPosition;
}

function withoutErrant(
  facts: InstanceFacts,
  source: FailedSource,
  { executed, retrieved, received, known }: Positions,
): Pick<ReceivedTransactions, 'fromSource' | 'errant'> {
  if (received.flavor === 'mysql' && known.flavor === 'mysql' && source.serverUuid !== '') {
    const errant = subtractGtidSets(subtractSources(received.set, [source.serverUuid]), known.set);
    return {
      fromSource: { flavor: 'mysql', set: subtractGtidSets(received.set, errant) },
      errant: { text: gtidSetText(errant), count: countGtids(errant) },
    };
  }
  if (executed.flavor === 'mariadb' && retrieved.flavor === 'mariadb' && known.flavor === 'mariadb') {
    const own = ownWrites(facts.serverId, executed.position, known.position);
    if (isEmptyPosition(own)) return { fromSource: received, errant: NOTHING };
    const others = executed.position.gtids.filter((gtid) => !own.gtids.includes(gtid));
    const position = unionPositions({ gtids: others }, retrieved.position);
    const errant = gtidSubtract({ flavor: 'mariadb', position: own }, gtidUnion(retrieved, known));
    return { fromSource: { flavor: 'mariadb', position }, errant };
  }
  return { fromSource: received, errant: NOTHING };
}

function ownWrites(serverId: number, executed: MariadbPosition, known: MariadbPosition): MariadbPosition {
  if (isEmptyPosition(known)) return known;
  return {
    gtids: executed.gtids.filter((gtid) => gtid.server === serverId && !positionContains(known, { gtids: [gtid] })),
  };
}

/**
 * The last transactions to wait for, so that all of `wanted` is executed on a server at `executed`. Only what lacks:
 * MariaDB waits on what its applier did, so a domain that the server wrote itself would be waited for in vain.
 * @returns GTID text as the server's wait function takes it; empty when nothing lacks
 */
export function gtidsToWaitFor(wanted: GtidPosition, executed: GtidPosition): string {
  if (wanted.flavor !== 'mariadb' || executed.flavor !== 'mariadb') return gtidSubtract(wanted, executed).text;
  return missingRanges(wanted.position, executed.position)
    .map(({ domain, server, to }) => `${domain}-${server}-${to}`)
    .join(',');
}
