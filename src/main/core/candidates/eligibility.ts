import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { GtidFlavor } from '../gtid/gtid-position.ts';
import type { CandidatePolicy, Contender, FailedPlace } from './contender.ts';
import type { ReceivedTransactions } from './received.ts';

export interface PopularVersion {
  /** The most common major version among the replicas; ties go to the lower one. */
  readonly version: string;
  /** The most common binary log format; ties go to the smaller one (STATEMENT, MIXED, ROW). */
  readonly format: string;
}

const FORMAT_ORDER: Readonly<Record<string, number>> = { STATEMENT: 0, MIXED: 1, ROW: 2 };

/** First two components of a version: what decides whether replication upward is safe. */
export function majorVersion(version: string): string {
  const match = /^(\d+)\.(\d+)/.exec(version);
  return match ? `${match[1]}.${match[2]}` : '0.0';
}

/** Orders major versions by number, not by text. */
export function compareMajorVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = majorVersion(a).split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = majorVersion(b).split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

/** The version and the format that most of the servers have (recovery reference 8.2, step 4). */
export function byMajority(servers: readonly InstanceFacts[]): PopularVersion {
  return {
    version: mostCommon(
      servers.map((facts) => majorVersion(facts.version)),
      compareMajorVersions,
    ),
    format: mostCommon(
      servers.map((facts) => facts.binlogFormat),
      (a, b) => (FORMAT_ORDER[a] ?? 3) - (FORMAT_ORDER[b] ?? 3),
    ),
  };
}

function mostCommon(values: readonly string[], compare: (a: string, b: string) => number): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
  return first?.[0] ?? '';
}

/** Why a replica must not be promoted whatever else speaks for it; null when it may be. */
export function exclusion(
  contender: Contender,
  transactions: ReceivedTransactions,
  failed: FailedPlace,
  policy: CandidatePolicy,
  kind: GtidFlavor,
): string | null {
  const { facts } = contender;
  return (
    outOfQuestion(contender, policy) ??
    otherKind(facts, transactions, failed, kind) ??
    cannotReplace(facts) ??
    (facts.replica?.gtidUse === 'none' ? 'Not eligible: it does not replicate by GTID.' : null) ??
    brokenApplier(facts, transactions.unapplied.text) ??
    wrongPlace(facts, failed, policy) ??
    tooFarBehind(facts, transactions.unapplied.count > 0n, policy)
  );
}

/**
 * As `exclusion`, for replicas that are compared by their places in the failed source's binary log.
 * @param unapplied what the replica received and hasn't executed, in words; empty for nothing
 */
export function exclusionByPosition(
  contender: Contender,
  unapplied: string,
  failed: FailedPlace,
  policy: CandidatePolicy,
): string | null {
  const { facts } = contender;
  return (
    outOfQuestion(contender, policy) ??
    cannotReplace(facts) ??
    brokenApplier(facts, unapplied) ??
    wrongPlace(facts, failed, policy) ??
    tooFarBehind(facts, unapplied !== '', policy)
  );
}

function outOfQuestion(contender: Contender, policy: CandidatePolicy): string | null {
  return (
    banned(contender) ??
    unlogged(contender, policy) ??
    (contender.trouble ? `Not eligible: ${contender.trouble.reason}` : null) ??
    notTheOnlyOne(contender, policy)
  );
}

/** Promoted by itself, it would leave the others without a source, and the cluster without a way to fail over again. */
function unlogged({ facts }: Contender, { allowsUnlogged }: CandidatePolicy): string | null {
  if (allowsUnlogged === true || (facts.logBin && facts.logReplicaUpdates)) return null;
  const off = facts.logBin ? 'log_replica_updates' : 'log_bin';
  return `Not eligible: it does not log what it replicates (${off} is off); \`recover\` and \`force-master-failover\` promote it all the same.`;
}

function notTheOnlyOne({ facts }: Contender, { designated, onlyDesignated }: CandidatePolicy): string | null {
  if (designated === null || onlyDesignated === undefined || sameKey(facts.key, designated)) return null;
  return `Not eligible: only ${keyText(designated)} may be promoted, because ${onlyDesignated}.`;
}

function banned({ rule, ignoredByFilter, facts }: Contender): string | null {
  if (rule === 'must_not') return 'Not eligible: its promotion rule is must_not.';
  if (ignoredByFilter) return 'Not eligible: it matches PromotionIgnoreHostnameFilters.';
  if (facts.flavor === 'MaxScale') return 'Not eligible: it is a binlog server.';
  return null;
}

/** The other replicas couldn't follow it by GTID, nor can it be told what it lacks. */
function otherKind(
  facts: InstanceFacts,
  transactions: ReceivedTransactions,
  failed: FailedPlace,
  kind: GtidFlavor,
): string | null {
  if (transactions.usable.flavor === kind) return null;
  return `Not eligible: it is ${facts.flavor}, the failed server was ${failed.flavor}; their GTIDs can't be compared.`;
}

function cannotReplace({ replica }: InstanceFacts): string | null {
  if (replica === null) return 'Not eligible: it no longer replicates.';
  if (replica.sqlDelaySeconds > 0) return `Not eligible: it is delayed on purpose, by ${replica.sqlDelaySeconds} s.`;
  if (replica.hasFilters) return 'Not eligible: it replicates through filters, so it lacks data.';
  return null;
}

function brokenApplier({ replica }: InstanceFacts, unapplied: string): string | null {
  if (replica === null || replica.lastSqlErrno === 0 || replica.sqlState === 1 || unapplied === '') return null;
  return `Not eligible: its applier is broken (error ${replica.lastSqlErrno}) and can't apply ${unapplied}.`;
}

function wrongPlace(facts: InstanceFacts, failed: FailedPlace, policy: CandidatePolicy): string | null {
  if (policy.preventCrossDataCenter && facts.dataCenter !== failed.dataCenter) {
    return `Not eligible: it is in data center ${named(facts.dataCenter)}, the failed server in ${named(failed.dataCenter)} (PreventCrossDataCenterMasterFailover).`;
  }
  if (policy.preventCrossRegion && facts.region !== failed.region) {
    return `Not eligible: it is in region ${named(facts.region)}, the failed server in ${named(failed.region)} (PreventCrossRegionMasterFailover).`;
  }
  return null;
}

function tooFarBehind(facts: InstanceFacts, hasUnapplied: boolean, policy: CandidatePolicy): string | null {
  const lagMinutes = (facts.lagSeconds ?? 0) / 60;
  if (policy.failOnLagMinutes > 0 && lagMinutes >= policy.failOnLagMinutes) {
    return `Not eligible: it lags ${facts.lagSeconds} s, the limit is ${policy.failOnLagMinutes} minutes (FailMasterPromotionOnLagMinutes).`;
  }
  const designated = policy.designated !== null && sameKey(facts.key, policy.designated);
  if (policy.failIfApplierBehind && !designated && hasUnapplied) {
    return 'Not eligible: its applier is not up to date (FailMasterPromotionIfSQLThreadNotUpToDate).';
  }
  return null;
}

/**
 * How well the other replicas could follow it. Tier 0: all can; 1: some may not, because its version or format
 * differs; 2: none can, it writes no binary log of what it replicates. Better such a server than none.
 */
export function promotability(
  facts: InstanceFacts,
  majority: PopularVersion,
): { readonly tier: number; readonly reason: string } {
  if (!facts.logBin) return { tier: 2, reason: 'Its binary log is off.' };
  if (!facts.logReplicaUpdates) return { tier: 2, reason: 'It does not log replicated changes.' };
  if (compareMajorVersions(facts.version, majority.version) > 0) {
    return { tier: 1, reason: `Its version ${facts.version} is newer than the other replicas' ${majority.version}.` };
  }
  if ((FORMAT_ORDER[facts.binlogFormat] ?? 3) > (FORMAT_ORDER[majority.format] ?? 3)) {
    return {
      tier: 1,
      reason: `Its binary log format ${facts.binlogFormat} is not the other replicas' ${majority.format}.`,
    };
  }
  return { tier: 0, reason: '' };
}

function named(value: string): string {
  return value === '' ? '(unknown)' : value;
}
