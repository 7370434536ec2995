import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import { lastKnownPlace } from '../../candidates/last-known-place.ts';
import type { Holding } from '../../candidates/missing.ts';
import { gtidsToWaitFor, positionOf } from '../../candidates/received.ts';
import { gtidContains, gtidSubtract } from '../../gtid/gtid-position.ts';
import { applyRelayLog } from '../../sagas/catch-up.ts';
import { known, type RoutineContext, replicationRules, statementTimeoutMs } from '../../sagas/context.ts';
import { note, parallel, perform, read, type Saga } from '../../sagas/effects.ts';
import { canReplicateFromGtid } from '../../topology/can-replicate.ts';
import { usesGtid } from '../../topology/server-traits.ts';
import { firstReason, whyGroupSecondary, whySeveralChannels } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { moveReplica } from '../frame/move-replica.ts';
import { parallelLimited } from '../frame/parallel-limited.ts';
import { failed, type Operation, refused } from '../operation.ts';
import { readReplicas, replicasToMove, resultOfGroup } from './group.ts';
import { type Paused, pauseReceivers, resumeReceiver } from './pause-receivers.ts';
import { whyUnknown } from './preconditions.ts';
import { chooseForRegroup } from './regroup-candidate.ts';
import { onlyOne, summaryLine } from './regroup-summary.ts';

/**
 * `regroup-replicas-gtid`: one replica of a server, dead or not, takes its siblings below it (topology operations
 * reference, 7). Receivers stand still while it is chosen. A replica that holds more than the chosen one can get is
 * left where it is, so that nothing received is thrown away.
 */
export const regroupReplicasGtid: Operation = function* (context, { instance }) {
  const unknown = whyUnknown(context, instance);
  if (unknown !== null) return refused(instance, unknown);
  const keys = replicasToMove(context, { instance }, null);
  if (!keys.ok) return refused(instance, keys.reason);
  const { readable, unreadable } = yield* readReplicas(context, keys.value);
  const replicas = readable.filter((each) => each.replica !== null && sameKey(each.replica.source, instance));
  if (replicas.length === 0) return refused(instance, `${keyText(instance)} has no replica that could be read.`);
  const reason = firstReason(
    replicas.some(usesGtid) ? null : whyNoGtids(instance),
    ...replicas.map(whySeveralChannels),
    ...replicas.map(whyGroupSecondary),
  );
  if (reason !== null) return refused(instance, reason);
  const [only] = replicas;
  if (only !== undefined && replicas.length + unreadable.length === 1) return onlyOne('gtid', instance, only.key);
  const held = replicas.map((each) => each.key);
  return yield* underMaintenance(context, held, `regroup replicas of ${keyText(instance)}`, function* () {
    return yield* regroup(context, instance, yield* pauseReceivers(context, replicas), unreadable);
  });
};

function whyNoGtids(instance: InstanceKey): string {
  const name = keyText(instance);
  return `None of the replicas of ${name} uses GTIDs. Use regroup-replicas, which finds another way: regroup-replicas -i ${name}`;
}

function* regroup(
  context: RoutineContext,
  instance: InstanceKey,
  paused: readonly Paused[],
  unreadable: readonly ReplicaResult[],
): Saga<OperationResult> {
  const { chosen, holdings, excluded } = chooseForRegroup(
    paused.map((each) => contenderOf(context, each)),
    lastKnownPlace(known(context, instance)?.facts ?? null),
  );
  for (const sentence of excluded) yield* note(sentence);
  const candidate = pausedOf(paused, chosen);
  if (chosen === null || candidate === null) {
    return yield* giveUp(context, instance, paused, `None of the replicas can be chosen. ${excluded.join(' ')}`);
  }
  const name = keyText(candidate.before.key);
  yield* note(`${name} is chosen to take its siblings.`);
  const ready = yield* prepare(context, candidate);
  if (!ready.ok) return yield* giveUp(context, instance, paused, `${name} can't take its siblings: ${ready.reason}`);
  const others = holdings.filter((each) => each !== chosen);
  const results = yield* parallelLimited(
    others.map((each) => moveSibling(context, each, pausedOf(paused, each), ready.facts)),
    context.settings.MaxConcurrentReplicaOperations,
  );
  const all = [...results, ...unreadable];
  const group = resultOfGroup(candidate.before.key, candidate.before.key, all, `moved below ${name}`);
  // Their receivers were paused, so nobody was left untouched.
  const result = group.state === 'refused' ? { ...group, state: 'undone' as const } : group;
  const lines = [summaryLine('gtid', instance, all)];
  // What did not answer a moment ago may by now.
  const left = ready.receives ? null : yield* resumeReceiver(context, candidate);
  return left === null
    ? { ...result, lines }
    : { ...result, lines, state: 'left', message: `${result.message} ${left}` };
}

function contenderOf(context: RoutineContext, { before, facts, trouble }: Paused) {
  const id = keyText(before.key);
  return {
    facts,
    rule: known(context, before.key)?.promotionRule ?? ('neutral' as const),
    downtimed: context.isDowntimed(id),
    ignoredByFilter: context.isPromotionIgnored(id),
    trouble: trouble === null ? null : ({ reason: `it can't be stopped: ${trouble}`, serves: 'nothing' } as const),
  };
}

function pausedOf(paused: readonly Paused[], holding: Holding | null): Paused | null {
  return paused.find((each) => holding !== null && sameKey(each.before.key, holding.contender.facts.key)) ?? null;
}

type Ready =
  | { readonly ok: true; readonly facts: InstanceFacts; readonly receives: boolean }
  | { readonly ok: false; readonly reason: string };

/** Applies what the candidate has received, so that it can pass it on, and lets it receive again. */
function* prepare(context: RoutineContext, candidate: Paused): Saga<Ready> {
  const limits = {
    statementTimeoutMs: statementTimeoutMs(context),
    applierStallMs: context.settings.ReasonableReplicationLagSeconds * 1000,
  };
  const applied = yield* applyRelayLog(candidate.facts, limits);
  if (!applied.ok) return { ok: false, reason: applied.failure.message };
  const receives = (yield* resumeReceiver(context, candidate)) === null;
  const facts = yield* read(candidate.before.key, limits.statementTimeoutMs);
  return facts.ok ? { ok: true, facts: facts.value, receives } : { ok: false, reason: facts.failure.message };
}

function* moveSibling(
  context: RoutineContext,
  holding: Holding,
  paused: Paused | null,
  candidate: InstanceFacts,
): Saga<ReplicaResult> {
  const { key } = holding.contender.facts;
  if (paused === null) return { key, state: 'refused', reason: `${keyText(key)} was not read.` };
  const reason = firstReason(
    paused.trouble === null ? null : `${keyText(key)} can't be stopped: ${paused.trouble}`,
    whyNotBelow(context, paused.facts, candidate),
    paused.trouble === null ? yield* whyAhead(context, holding, candidate) : null,
  );
  if (reason !== null) {
    const left = yield* resumeReceiver(context, paused);
    return { key, state: left === null ? 'refused' : 'left', reason: left === null ? reason : `${reason} ${left}` };
  }
  const { errant } = holding.transactions;
  if (errant.count > 0n) yield* note(`${keyText(key)} is moved with errant transactions, which it had: ${errant.text}`);
  const moved = yield* moveReplica(context, { replica: paused.before, source: candidate, mode: { by: 'gtid' } });
  return moved.state === 'done'
    ? { key, state: 'done', reason: '' }
    : { key, state: moved.state, reason: moved.reason };
}

function whyNotBelow(context: RoutineContext, facts: InstanceFacts, candidate: InstanceFacts): string | null {
  const possible = canReplicateFromGtid(facts, candidate, replicationRules(context));
  return possible.ok ? null : possible.reason;
}

/**
 * Why a sibling can't follow yet: it has received what the candidate lacks. A candidate whose source lives gets that,
 * and is given the time (`InstanceBulkOperationsWaitTimeoutSeconds`).
 */
function* whyAhead(
  context: RoutineContext,
  { contender, transactions }: Holding,
  candidate: InstanceFacts,
): Saga<string | null> {
  const has = positionOf(candidate.flavor, candidate.gtidExecuted);
  const wanted = transactions.fromSource;
  if (wanted.flavor !== has.flavor) return `${keyText(contender.facts.key)} has GTIDs of another kind.`;
  if (gtidContains(has, wanted)) return null;
  if ((candidate.replica?.ioState ?? 0) > 0) {
    const timeoutMs = context.settings.InstanceBulkOperationsWaitTimeoutSeconds * 1000;
    const gtid = gtidsToWaitFor(wanted, has);
    const reached = yield* perform(
      candidate,
      { kind: 'wait-for-gtid', gtid, timeoutMs },
      timeoutMs + statementTimeoutMs(context),
    );
    if (reached.ok) return null;
  }
  const [a, b] = [keyText(contender.facts.key), keyText(candidate.key)];
  return `${a} has received transactions that ${b} lacks and can't get: ${gtidSubtract(wanted, has).text}. It is left as it is.`;
}

function* giveUp(
  context: RoutineContext,
  instance: InstanceKey,
  paused: readonly Paused[],
  why: string,
): Saga<OperationResult> {
  const sentences = yield* parallel(paused.map((each) => resumeReceiver(context, each)));
  const left = sentences.filter((each) => each !== null);
  if (left.length > 0) return failed(instance, 'left', `${why} ${left.join(' ')}`);
  return failed(instance, 'undone', `${why} The replicas receive again as before.`);
}
