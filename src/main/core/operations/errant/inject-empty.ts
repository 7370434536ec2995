import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { positionOf } from '../../candidates/received.ts';
import {
  countGtids,
  gtidSetText,
  isEmptyGtidSet,
  type MysqlGtidSet,
  subtractGtidSets,
} from '../../gtid/mysql-gtid-set.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { perform, read, type Saga } from '../../sagas/effects.ts';
import { writeableMaster } from '../../topology/navigate.ts';
import { firstReason } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { readErrant, whyNoMysqlGtid } from './errant-set.ts';
import { singleGtids } from './single-gtids.ts';

/** So many transactions are committed by one action, and so many at most by one operation. */
const BATCH = 100;
const MOST = 100_000n;

/**
 * `gtid-errant-inject-empty`: commits an empty transaction on the cluster's master under each errant GTID, so that all
 * servers have them (topology operations reference, 8.2). What the errant ones changed stays where it is.
 */
export const injectErrant: Operation = function* (context, { instance }): Saga<OperationResult> {
  const server = yield* readErrant(context, instance);
  if (!server.ok) return refused(instance, server.failure.message);
  const { facts, errant } = server.value;
  const name = keyText(instance);
  const master = masterOf(context, instance);
  if (master === null) return refused(instance, `The cluster of ${name} has no writeable master that Baton knows.`);
  const live = yield* readLive(context, [master] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const [target] = live.value;
  const reason = firstReason(whyNoMysqlGtid(facts), whyNoMysqlGtid(target), whyNotTarget(facts, target, errant));
  if (reason !== null) return refused(instance, reason);
  const lacking = lackedBy(target, errant);
  return yield* underMaintenance(context, [instance], 'inject empty transactions for errant ones', function* () {
    return yield* inject(context, facts, target, lacking);
  });
};

function masterOf(context: RoutineContext, key: InstanceKey): InstanceKey | null {
  const cluster = context.topology.clusters.get(known(context, key)?.clusterName ?? '');
  return cluster === undefined ? null : (writeableMaster(cluster)?.key ?? null);
}

function whyNotTarget(facts: InstanceFacts, target: InstanceFacts, errant: MysqlGtidSet): string | null {
  const [name, master] = [keyText(facts.key), keyText(target.key)];
  if (isEmptyGtidSet(errant)) return `${name} has no errant transactions.`;
  if (sameKey(facts.key, target.key)) return `${name} is the master itself.`;
  if (target.readOnly) return `${master}, the master, is read-only now.`;
  const count = countGtids(errant);
  return count > MOST
    ? `${name} has ${count} errant transactions, too many to be injected one by one (the most is ${MOST}). Provision it anew.`
    : null;
}

function lackedBy(target: InstanceFacts, errant: MysqlGtidSet): MysqlGtidSet {
  const executed = positionOf(target.flavor, target.gtidExecuted);
  return executed.flavor === 'mysql' ? subtractGtidSets(errant, executed.set) : errant;
}

function* inject(
  context: RoutineContext,
  facts: InstanceFacts,
  target: InstanceFacts,
  lacking: MysqlGtidSet,
): Saga<OperationResult> {
  const { key } = facts;
  const timeoutMs = statementTimeoutMs(context);
  const gtids = singleGtids(lacking, Number(MOST));
  let why = '';
  for (let at = 0; at < gtids.length && why === ''; at += BATCH) {
    const batch = yield* perform(target, { kind: 'inject-empty', gtids: gtids.slice(at, at + BATCH) }, timeoutMs);
    if (!batch.ok) why = asSentence(batch.failure.message);
  }
  const after = yield* read(target.key, timeoutMs);
  const [name, master] = [keyText(key), keyText(target.key)];
  if (!after.ok) {
    const message = `${why} ${master} can't be read now, so it isn't known how many of ${gtids.length} empty transactions it has.`;
    return failed(key, 'left', `${message.trim()} Look at them again with: which-gtid-errant -i ${name}`);
  }
  const left = lackedBy(after.value, lacking);
  const injected = countGtids(lacking) - countGtids(left);
  if (isEmptyGtidSet(left)) {
    const message = `${injected} empty transactions were injected on ${master}: ${gtidSetText(lacking)}. What they changed on ${name} stays there.`;
    return done(key, message, { destination: target.key, lines: [...gtids] });
  }
  const message =
    `${injected} of ${gtids.length} empty transactions were injected on ${master}; missing: ${gtidSetText(left)}. ${why} ` +
    `Go on with: gtid-errant-inject-empty -i ${name}`;
  // Those that are there do no harm and can't be taken back.
  return failed(key, injected === 0n ? 'undone' : 'left', message, { destination: target.key });
}
