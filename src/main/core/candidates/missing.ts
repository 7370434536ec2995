import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, sameKey } from '../../../shared/domain/instance-key.ts';
import {
  emptyGtid,
  type GtidFlavor,
  type GtidPosition,
  gtidFlavorOf,
  gtidIntersect,
  gtidSubtract,
  gtidUnion,
} from '../gtid/gtid-position.ts';
import type { Contender, FailedPlace } from './contender.ts';
import { positionOf, type ReceivedTransactions, receivedTransactions } from './received.ts';

/** What the chosen replica lacks of all that was received anywhere. GTID texts are empty for nothing. */
export interface Missing {
  /** Where the chosen one can get what it lacks; null when it lacks nothing that can be had. */
  readonly donor: InstanceKey | null;
  /** What the chosen one lacks and the donor has. */
  readonly toBringOver: string;
  /** Received by some replica, but neither on the chosen one nor obtainable from any. */
  readonly lost: string;
}

export interface Holding {
  readonly contender: Contender;
  readonly transactions: ReceivedTransactions;
}

export function holdingsOf(contenders: readonly Contender[], failed: FailedPlace): readonly Holding[] {
  return contenders.map((contender) => ({
    contender,
    transactions: receivedTransactions(contender.facts, failed),
  }));
}

/** The kind of GTID that is compared: the failed server's, or that of most replicas when it is not known. */
export function gtidKind(failed: FailedPlace, contenders: readonly Contender[]): GtidFlavor {
  const known = gtidFlavorOf(failed.flavor);
  if (known !== null) return known;
  const mariadb = contenders.filter((each) => gtidFlavorOf(each.facts.flavor) === 'mariadb').length;
  const mysql = contenders.filter((each) => gtidFlavorOf(each.facts.flavor) === 'mysql').length;
  return mariadb > mysql ? 'mariadb' : 'mysql';
}

/** All that any of the replicas received of the failed source's transactions; those of another GTID kind don't count. */
export function allReceived(holdings: readonly Holding[], kind: GtidFlavor): GtidPosition {
  return holdings
    .map((each) => each.transactions.fromSource)
    .filter((position) => position.flavor === kind)
    .reduce(gtidUnion, emptyGtid(kind));
}

/** What a chosen replica lacks, who has it, and what nobody can give. */
export function whatIsMissing(chosen: InstanceKey, holdings: readonly Holding[], kind: GtidFlavor): Missing {
  const own = holdings.find((each) => sameKey(each.contender.facts.key, chosen));
  if (own === undefined || own.transactions.usable.flavor !== kind) return { donor: null, toBringOver: '', lost: '' };
  const has = own.transactions.usable;
  const donors = holdings
    .filter((each) => each !== own && each.transactions.fromSource.flavor === kind)
    .filter((each) => reaches(each.contender.facts, own.transactions))
    .map((each) => ({ ...each, offers: gtidSubtract(servable(each), has) }))
    .filter((each) => each.offers.count > 0n)
    .sort(
      (a, b) =>
        compareNumbers(b.offers.count, a.offers.count) ||
        compareNumbers(a.transactions.errant.count, b.transactions.errant.count) ||
        compareKeys(a.contender.facts.key, b.contender.facts.key),
    );
  const [donor] = donors;
  const obtainable = donors.map(servable).reduce(gtidUnion, has);
  return {
    donor: donor?.contender.facts.key ?? null,
    toBringOver: donor?.offers.text ?? '',
    lost: gtidSubtract(allReceived(holdings, kind), obtainable).text,
  };
}

/**
 * What others can fetch from a replica: what is in its binary log, or will be once its relay log is applied. One with
 * filters serves nothing: MySQL logs what they leave out as empty transactions, which would pass for the real ones.
 */
export function servable({ contender, transactions }: Holding): GtidPosition {
  const { facts, trouble } = contender;
  const nothing = emptyGtid(transactions.fromSource.flavor);
  const { replica } = facts;
  if (trouble?.serves === 'nothing' || !facts.logBin || !facts.logReplicaUpdates || replica?.hasFilters === true) {
    return nothing;
  }
  return appliesItsRelayLog(contender)
    ? transactions.usable
    : gtidIntersect(transactions.executed, transactions.usable);
}

/** Its applier gets to the end of the relay log by itself, if it is let; else only what it has executed counts. */
export function appliesItsRelayLog({ facts: { replica }, trouble }: Contender): boolean {
  if (trouble || replica === null || replica.sqlDelaySeconds > 0) return false;
  return replica.lastSqlErrno === 0 || replica.sqlState === 1;
}

/** A replica connects by auto-position only if it has all that its source purged (MySQL error 1236). */
function reaches(donor: InstanceFacts, receiver: ReceivedTransactions): boolean {
  if (receiver.received.flavor !== 'mysql' || donor.gtidPurged === '') return true;
  return gtidSubtract(positionOf(donor.flavor, donor.gtidPurged), receiver.received).count === 0n;
}

function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
