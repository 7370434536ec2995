import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { positionOf } from '../../candidates/received.ts';
import { errantGtids } from '../../gtid/errant-gtids.ts';
import {
  type GtidDifference,
  type GtidPosition,
  gtidCount,
  gtidFlavorOf,
  gtidIntersect,
  gtidSubtract,
  gtidUnion,
} from '../../gtid/gtid-position.ts';
import { parseBinlogState } from '../../gtid/mariadb-gtid.ts';
import { gtidSetText, subtractSources } from '../../gtid/mysql-gtid-set.ts';
import { known, type RoutineContext } from '../../sagas/context.ts';

/** Executed here or waiting in the relay log. */
export function receivedBy(facts: InstanceFacts): GtidPosition {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  return gtidUnion(executed, positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? ''));
}

export function sameGtidKind(a: InstanceFacts, b: InstanceFacts): boolean {
  const kind = gtidFlavorOf(a.flavor);
  return kind !== null && kind === gtidFlavorOf(b.flavor);
}

/**
 * Why two servers of different clusters are strangers: they have no transaction in common. GTIDs would let the one
 * replicate from the other all the same, and put another cluster's data on top of its own. Servers of one cluster, and
 * a server that has nothing yet, are none.
 */
export function whyUnrelated(context: RoutineContext, replica: InstanceFacts, source: InstanceFacts): string | null {
  const clusters = clustersOf(context, replica, source);
  if (clusters === null || !sameGtidKind(replica, source)) return null;
  if (gtidCount(positionOf(replica.flavor, replica.gtidExecuted)) === 0n) return null;
  if (haveCommonTransactions(replica, source)) return null;
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  return (
    `${a} (cluster ${clusters[0]}) and ${b} (cluster ${clusters[1]}) have no transaction in common: the data of ${b} ` +
    `doesn't belong on top of that of ${a}. Provision ${a} anew from ${b} instead.`
  );
}

/**
 * Why the destination would turn the replica away: that holds transactions which the destination wrote and has no more
 * (MySQL error 1236, "replica has more GTIDs than the source has, using the source's SERVER_UUID").
 */
export function whyAheadOfWriter(replica: InstanceFacts, source: InstanceFacts): string | null {
  const lacking = lackedWrites(replica, source);
  if (lacking === null || lacking.count === 0n) return null;
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  return `${a} holds transactions that ${b} wrote and has no more: ${lacking.text}. ${b} would turn it away (error 1236).`;
}

function lackedWrites(replica: InstanceFacts, source: InstanceFacts): GtidDifference | null {
  const theirs = positionOf(replica.flavor, replica.gtidExecuted);
  const own = positionOf(source.flavor, source.gtidExecuted);
  if (theirs.flavor !== 'mysql' || own.flavor !== 'mysql' || source.serverUuid === '') return null;
  const others = subtractSources(theirs.set, [source.serverUuid]);
  const written = gtidSubtract(theirs, { flavor: 'mysql', set: others });
  return written.count === 0n ? written : gtidSubtract(positionOf('MySQL', written.text), own);
}

/** What the replica would carry below the destination that doesn't come from above it: sentences for the log. */
export function kinshipWarnings(
  context: RoutineContext,
  replica: InstanceFacts,
  source: InstanceFacts,
): readonly string[] {
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  const clusters = clustersOf(context, replica, source);
  const warnings = clusters === null ? [] : [`${a} leaves the cluster ${clusters[0]} for ${clusters[1]}.`];
  const errant = errantAt(context, replica, source);
  if (errant !== '') warnings.push(`${a} holds transactions that nothing above ${b} has (errant): ${errant}`);
  return warnings;
}

/** On MariaDB, what the replica wrote last in a domain and the source has not got to. */
function errantAt(context: RoutineContext, replica: InstanceFacts, source: InstanceFacts): string {
  const own = receivedBy(replica);
  const theirs = receivedBy(source);
  if (own.flavor === 'mariadb' && theirs.flavor === 'mariadb') {
    const written = own.position.gtids.filter((gtid) => gtid.server === replica.serverId);
    return gtidSubtract({ flavor: 'mariadb', position: { gtids: written } }, theirs).text;
  }
  if (own.flavor !== 'mysql' || theirs.flavor !== 'mysql') return '';
  const errant = errantGtids({
    executed: own.set,
    ownUuid: replica.serverUuid,
    ancestryUuids: known(context, source.key)?.ancestryUuids ?? [source.serverUuid],
    sourceExecuted: theirs.set,
    sourceUuid: source.serverUuid,
    isCoMaster: false,
  });
  return gtidSetText(errant);
}

function clustersOf(
  context: RoutineContext,
  replica: InstanceFacts,
  source: InstanceFacts,
): readonly [string, string] | null {
  const [a, b] = [known(context, replica.key)?.clusterName ?? '', known(context, source.key)?.clusterName ?? ''];
  return a === b ? null : [a, b];
}

/** MariaDB positions have no history: there, a writer of the replica's last transactions must be known to the source. */
function haveCommonTransactions(replica: InstanceFacts, source: InstanceFacts): boolean {
  const own = positionOf(replica.flavor, replica.gtidExecuted);
  const theirs = positionOf(source.flavor, source.gtidExecuted);
  if (own.flavor === 'mysql' || theirs.flavor === 'mysql') return gtidCount(gtidIntersect(own, theirs)) > 0n;
  const written = [...theirs.position.gtids, ...parseBinlogState(source.gtidBinlogState ?? '')];
  return own.position.gtids.some(({ domain, server }) =>
    written.some((each) => each.domain === domain && each.server === server),
  );
}
