import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import { chooseByPosition } from '../../candidates/choose-by-position.ts';
import type { Contender } from '../../candidates/contender.ts';
import { lastKnownPlace } from '../../candidates/last-known-place.ts';
import { NO_LIMITS } from '../../candidates/no-limits.ts';
import { known, type RoutineContext, replicationRules } from '../../sagas/context.ts';
import { note, parallel, type Saga } from '../../sagas/effects.ts';
import { canReplicateFrom } from '../../topology/can-replicate.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';
import { logsReplicaUpdates } from '../../topology/server-traits.ts';
import { readReplicas, replicasToMove } from '../by-gtid/group.ts';
import { drain } from '../frame/await-applied.ts';
import { firstReason, whySeveralChannels } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, moveReplica, putBack } from '../frame/move-replica.ts';
import { parallelLimited } from '../frame/parallel-limited.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, ofMany, refused } from '../operation.ts';
import { searchOptions } from './find-place.ts';
import { matchReplica, whyNotMatchable } from './match.ts';

/** A replica as it was and as it stands, stopped. */
interface Stopped {
  readonly before: InstanceFacts;
  readonly facts: InstanceFacts;
}

/**
 * `regroup-replicas-pgtid`: the replica of a server that has the most becomes the source of the others (topology
 * operations reference, 7). Those with equally much go to the end of its binary log, the others are matched.
 */
export const regroupByPseudoGtid: Operation = function* (context, args): Saga<OperationResult> {
  const { instance } = args;
  const configured = searchOptions(context);
  if (!configured.ok) return refused(instance, configured.failure.message);
  const keys = replicasToMove(context, args, null);
  if (!keys.ok) return refused(instance, keys.reason);
  const [only] = keys.value;
  if (only === undefined) return refused(instance, `${keyText(instance)} has no replicas to regroup.`);
  if (keys.value.length === 1) {
    const lines = [keyText(only), summary(only, 0, 0, 0)];
    return done(only, `${keyText(only)} is the only replica of ${keyText(instance)}; nothing was moved.`, { lines });
  }
  const { readable, unreadable } = yield* readReplicas(context, keys.value);
  const reason = firstReason(...readable.map(whySeveralChannels));
  if (reason !== null) return refused(instance, reason);
  const held = readable.map(({ key }) => key);
  return yield* underMaintenance(context, held, `regroup the replicas of ${keyText(instance)}`, function* () {
    return yield* regroup(context, instance, readable, unreadable);
  });
};

function* regroup(
  context: RoutineContext,
  source: InstanceKey,
  readable: readonly InstanceFacts[],
  unreadable: readonly ReplicaResult[],
): Saga<OperationResult> {
  const attempts = yield* parallel(readable.map((before) => stopNicely(context, before)));
  const stopped = attempts.flatMap((each) => (each.facts === null ? [] : [{ before: each.before, facts: each.facts }]));
  const broken = yield* putAllBack(
    context,
    attempts.filter((each) => each.facts === null),
  );
  const chosen = choose(context, source, stopped);
  if ('why' in chosen) {
    const backs = yield* putAllBack(
      context,
      stopped.map(({ before }) => ({ before, why: '' })),
    );
    const left = [...broken, ...backs].some(({ state }) => state === 'left');
    const message = [chosen.why, ...[...broken, ...backs].map((each) => each.reason)].join(' ');
    return failed(source, left ? 'left' : 'undone', message, { replicas: [...unreadable, ...broken, ...backs] });
  }
  const candidate = chosen.stopped;
  yield* note(`${keyText(candidate.facts.key)} becomes the source of the others: ${chosen.reason}`);
  const others = stopped.filter((each) => each !== candidate);
  const moves = others.map((each) => moveBelow(context, each, candidate));
  const moved = yield* parallelLimited(moves, context.settings.MaxConcurrentReplicaOperations);
  const [own] = yield* putAllBack(context, [{ before: candidate.before, why: '' }]);
  const results = [...moved.map((each) => each.result), ...broken, ...unreadable].sort((a, b) =>
    compareKeys(a.key, b.key),
  );
  const { key } = candidate.facts;
  const group = ofMany(key, key, results, `put below ${keyText(key)}`);
  // The candidate at least was stopped and started, so nothing here was left untouched.
  const result = group.state === 'refused' ? { ...group, state: 'undone' as const } : group;
  const lost = results.filter(({ state }) => state !== 'done').length;
  const count = (how: 'equal' | 'later') =>
    moved.filter((each) => each.how === how && each.result.state === 'done').length;
  const lines = [keyText(key), summary(key, lost, count('equal'), count('later'))];
  const stuck = own !== undefined && own.state === 'left';
  return {
    ...result,
    ...(stuck ? ({ state: 'left', message: `${result.message} ${own.reason}` } as const) : {}),
    lines,
  };
}

function summary(key: InstanceKey, lost: number, trivial: number, matched: number): string {
  return `${keyText(key)} lost: ${lost}, trivial: ${trivial}, pseudo-gtid: ${matched}`;
}

/** Stops a replica once it has applied what it received; one that can't is stopped where it is. */
function* stopNicely(
  context: RoutineContext,
  before: InstanceFacts,
): Saga<{ readonly before: InstanceFacts; readonly facts: InstanceFacts | null; readonly why: string }> {
  const drained = yield* drain(context, before);
  return drained.ok
    ? { before, facts: drained.value, why: '' }
    : { before, facts: null, why: asSentence(drained.failure.message) };
}

/** Lets replicas that stay where they are run as they ran. */
function* putAllBack(
  context: RoutineContext,
  list: readonly { readonly before: InstanceFacts; readonly why: string }[],
): Saga<readonly ReplicaResult[]> {
  const backs = yield* parallel(list.map(({ before }) => putBack(context, thatTries(before), null)));
  return list.map(({ before, why }, index) => {
    const back = backs[index];
    const reason = [why, back?.sentence ?? ''].filter((each) => each !== '').join(' ');
    return { key: before.key, state: back?.state ?? 'left', reason };
  });
}

/** Its source may be dead since a moment ago, so that its receiver ran when it was read: that it tries is enough. */
function thatTries(before: InstanceFacts): InstanceFacts {
  const { replica } = before;
  return replica?.ioState === 1 ? { ...before, replica: { ...replica, ioState: 2 } } : before;
}

type Choice = { readonly stopped: Stopped; readonly reason: string } | { readonly why: string };

/** Only a replica that logs what it replicates can become a source of others. */
function choose(context: RoutineContext, source: InstanceKey, stopped: readonly Stopped[]): Choice {
  const contenders = stopped.map(({ facts }) => contenderOf(context, facts));
  const choice = chooseByPosition(contenders, lastKnownPlace(known(context, source)?.facts ?? null), NO_LIMITS);
  const found = stopped.find(({ facts }) => choice.chosen !== null && sameKey(facts.key, choice.chosen));
  const reasons = choice.verdicts.map(({ key, reason }) => `${keyText(key)}: ${reason}`).join(' ');
  if (found === undefined) return { why: `None of the replicas of ${keyText(source)} can head the others. ${reasons}` };
  if (!logsReplicaUpdates(found.facts)) {
    return { why: `None of the replicas of ${keyText(source)} logs what it replicates (log_replica_updates).` };
  }
  return { stopped: found, reason: choice.verdicts[0]?.reason ?? '' };
}

function contenderOf(context: RoutineContext, facts: InstanceFacts): Contender {
  const instance = known(context, facts.key);
  const id = keyText(facts.key);
  return {
    facts,
    rule: instance?.promotionRule ?? 'neutral',
    downtimed: context.isDowntimed(id),
    ignoredByFilter: context.isPromotionIgnored(id),
  };
}

interface Regrouped {
  readonly how: 'equal' | 'later' | 'ahead';
  readonly result: ReplicaResult;
}

function* moveBelow(context: RoutineContext, one: Stopped, candidate: Stopped): Saga<Regrouped> {
  const { before, facts } = one;
  const order = orderOf(facts, candidate.facts);
  const possible = canReplicateFrom(facts, candidate.facts, replicationRules(context));
  const obstacle = !possible.ok
    ? possible.reason
    : order > 0
      ? `${keyText(facts.key)} has executed more than ${keyText(candidate.facts.key)}, up to ${placeText(facts)}.`
      : order < 0
        ? whyNotMatchable(facts, candidate.facts)
        : null;
  const how = order === 0 ? 'equal' : order > 0 ? 'ahead' : 'later';
  if (obstacle !== null) {
    const back = yield* putBack(context, before, null);
    return { how, result: { key: facts.key, state: back.state, reason: `${obstacle} ${back.sentence}` } };
  }
  const end = candidate.facts.coordinates;
  // One that takes writes of its own, as a co-master may, has a place that tells nothing of what it had received.
  const samePlace = order === 0 && end !== null && candidate.facts.readOnly;
  const moved: Moved = samePlace
    ? yield* moveReplica(context, { replica: before, source: candidate.facts, mode: { by: 'coordinates', at: end } })
    : yield* matchReplica(context, before, candidate.facts);
  if (moved.state === 'done') return { how, result: { key: facts.key, state: 'done', reason: '' } };
  // It was stopped for the choice, so a refusal has something to undo as well.
  const back = moved.state === 'refused' ? yield* putBack(context, before, null) : null;
  const state = back?.state ?? moved.state;
  const reason = [moved.reason, back?.sentence ?? ''].filter((each) => each !== '').join(' ');
  return { how, result: { key: facts.key, state, reason } };
}

/** Negative when the first has executed less of their source's log than the second. */
function orderOf(a: InstanceFacts, b: InstanceFacts): number {
  const [x, y] = [a.replica?.executed, b.replica?.executed];
  return x === undefined || y === undefined ? -1 : compareCoordinates(x, y);
}

function placeText({ replica }: InstanceFacts): string {
  const at: LogCoordinates | undefined = replica?.executed;
  return at === undefined ? 'an unknown place' : coordinatesText(at);
}
