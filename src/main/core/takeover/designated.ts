import type { InstanceFacts, PromotionRule } from '../../../shared/domain/instance.ts';
import { compareKeys, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { chooseCandidate } from '../candidates/choose-candidate.ts';
import type { Contender } from '../candidates/contender.ts';
import { gtidsToWaitFor, positionOf, receivedTransactions } from '../candidates/received.ts';
import { firstReason, whyGroupSecondary, whyNotMovable } from '../operations/frame/checks.ts';
import { known, type RoutineContext, replicationRules } from '../sagas/context.ts';
import { type Compatibility, canReplicateFrom, canReplicateFromGtid } from '../topology/can-replicate.ts';
import { isBinlogServer, usesGtid } from '../topology/server-traits.ts';

/**
 * Why this replica must not take the master's place, as a sentence that says what to do; null when it may. Both are
 * as read a moment ago, the master last.
 */
export function whyNotDesignated(
  context: RoutineContext,
  designated: InstanceFacts,
  master: InstanceFacts,
): string | null {
  return firstReason(
    whyNotItsReplica(designated, master),
    whyBanned(context, designated),
    whyElsewhere(context, designated, master),
    whyGroupSecondary(designated),
    whyNotMovable(context, designated),
    whyIncomplete(designated),
    whyNoSource(designated),
    whyErrant(designated, master),
  );
}

function whyNotItsReplica(designated: InstanceFacts, master: InstanceFacts): string | null {
  const [name, of] = [keyText(designated.key), keyText(master.key)];
  if (designated.replica === null) return `${name} is not a replica of ${of}: it does not replicate.`;
  const source = designated.replica.source;
  return sameKey(source, master.key)
    ? null
    : `${name} replicates from ${keyText(source)}, and only a direct replica of ${of} can take its place. Move it first: relocate -i ${name} -d ${of}`;
}

function whyBanned(context: RoutineContext, { key, flavor }: InstanceFacts): string | null {
  const name = keyText(key);
  if (known(context, key)?.promotionRule === 'must_not') {
    return `${name} must not be promoted: its promotion rule is must_not. Lift that with: register-candidate -i ${name} --promotion-rule neutral`;
  }
  if (context.isPromotionIgnored(name)) {
    return `${name} must not be promoted: it matches PromotionIgnoreHostnameFilters.`;
  }
  return flavor === 'MaxScale' ? `${name} is a binlog server and can't take writes.` : null;
}

/** Graceful takeovers respect the place as well (mission facts 5.4). */
function whyElsewhere({ settings }: RoutineContext, one: InstanceFacts, master: InstanceFacts): string | null {
  const between = (what: string, there: string, here: string, setting: string): string =>
    `${keyText(one.key)} is in ${what} ${named(there)} and ${keyText(master.key)} in ${named(here)}: ${setting} forbids that.`;
  if (settings.PreventCrossDataCenterMasterFailover && one.dataCenter !== master.dataCenter) {
    return between('data center', one.dataCenter, master.dataCenter, 'PreventCrossDataCenterMasterFailover');
  }
  if (settings.PreventCrossRegionMasterFailover && one.region !== master.region) {
    return between('region', one.region, master.region, 'PreventCrossRegionMasterFailover');
  }
  return null;
}

function whyIncomplete({ key, replica, readOnly }: InstanceFacts): string | null {
  const name = keyText(key);
  if (replica === null) return null;
  if (replica.sqlDelaySeconds > 0) {
    return `${name} is delayed on purpose, by ${replica.sqlDelaySeconds} s. End that first: delay-replication -i ${name} --seconds 0`;
  }
  if (replica.hasFilters) return `${name} replicates through filters, so it lacks data of its source.`;
  if (replica.channels > 1) {
    return `${name} has ${replica.channels} replication channels, and all would be lost when it is promoted.`;
  }
  return readOnly
    ? null
    : `${name} is writeable already: what clients write there would collide. Make it read-only first: set-read-only -i ${name}`;
}

function whyNoSource(facts: InstanceFacts): string | null {
  const name = keyText(facts.key);
  if (!facts.logBin) return `${name} has no binary log (log_bin is off), so nothing could replicate from it.`;
  return facts.logReplicaUpdates || isBinlogServer(facts)
    ? null
    : `${name} doesn't log what it replicates (log_replica_updates is off), so nothing could replicate from it.`;
}

/** Promoted, it would pass them on to every other server, and they may collide with what those hold. */
function whyErrant(designated: InstanceFacts, master: InstanceFacts): string | null {
  const { errant } = receivedTransactions(designated, master);
  if (errant.count === 0n) return null;
  const name = keyText(designated.key);
  return (
    `${name} holds ${errant.count} errant ${errant.count === 1n ? 'transaction' : 'transactions'} that ${keyText(master.key)} ` +
    `lacks, and would spread ${errant.count === 1n ? 'it' : 'them'}: ${errant.text}. ` +
    `Look at ${errant.count === 1n ? 'it' : 'them'} with locate-gtid-errant -i ${name}; then gtid-errant-inject-empty -i ${name} ` +
    `or gtid-errant-reset-master -i ${name}.`
  );
}

/** Whether the old master could follow the new one, by the way in which that replicates from it now. */
export function couldFollow(context: RoutineContext, master: InstanceFacts, designated: InstanceFacts): Compatibility {
  const rules = replicationRules(context);
  if (!usesGtid(designated)) return canReplicateFrom(master, designated, rules);
  // The old master is no replica yet; it will replicate as the designated one does now.
  return canReplicateFromGtid({ ...master, replica: designated.replica }, designated, rules);
}

const RULE_ORDER: Readonly<Record<PromotionRule, number>> = {
  must: 0,
  prefer: 1,
  neutral: 2,
  prefer_not: 3,
  must_not: 4,
};

/** The best of several that may be designated (recovery reference 8.2); all replicate, none was stopped for it. */
export function bestOf(
  context: RoutineContext,
  eligible: readonly InstanceFacts[],
  master: InstanceFacts,
): { readonly facts: InstanceFacts; readonly reason: string } | null {
  const contenders = eligible.map((facts) => contenderOf(context, facts));
  if (eligible.every(usesGtid)) {
    const policy = {
      designated: null,
      preventCrossDataCenter: context.settings.PreventCrossDataCenterMasterFailover,
      preventCrossRegion: context.settings.PreventCrossRegionMasterFailover,
      failOnLagMinutes: context.settings.FailMasterPromotionOnLagMinutes,
      failIfApplierBehind: false,
    };
    const choice = chooseCandidate(contenders, master, policy);
    const facts = eligible.find((each) => choice.chosen !== null && sameKey(each.key, choice.chosen));
    return facts === undefined ? null : { facts, reason: choice.verdicts[0]?.reason ?? '' };
  }
  const away = (facts: InstanceFacts): number =>
    (facts.dataCenter === master.dataCenter ? 0 : 2) + (facts.region === master.region ? 0 : 1);
  const [best] = contenders.sort(
    (a, b) =>
      RULE_ORDER[a.rule] - RULE_ORDER[b.rule] ||
      Number(a.downtimed) - Number(b.downtimed) ||
      away(a.facts) - away(b.facts) ||
      (a.facts.lagSeconds ?? 0) - (b.facts.lagSeconds ?? 0) ||
      compareKeys(a.facts.key, b.facts.key),
  );
  return best === undefined
    ? null
    : { facts: best.facts, reason: 'Chosen by promotion rule, place, lag and name, in this order.' };
}

function contenderOf(context: RoutineContext, facts: InstanceFacts): Contender {
  const id = keyText(facts.key);
  return {
    facts,
    rule: known(context, facts.key)?.promotionRule ?? 'neutral',
    downtimed: context.isDowntimed(id),
    ignoredByFilter: context.isPromotionIgnored(id),
  };
}

/** The last transactions that a replica by GTID has to execute to have all of its source's; empty for none. */
export function lacking(source: InstanceFacts, replica: InstanceFacts): string {
  return gtidsToWaitFor(
    positionOf(source.flavor, source.gtidExecuted),
    positionOf(replica.flavor, replica.gtidExecuted),
  );
}

function named(place: string): string {
  return place === '' ? '(unknown)' : place;
}
