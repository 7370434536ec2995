import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { receivedPlace } from '../../candidates/choose-by-position.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { fence, fenceState, note, performAll, read, type Saga, unfence } from '../../sagas/effects.ts';
import { compareCoordinates } from '../../topology/coordinates.ts';
import { logsReplicaUpdates } from '../../topology/server-traits.ts';
import { readReplicas, replicasToMove } from '../by-gtid/group.ts';
import { drain } from '../frame/await-applied.ts';
import { firstReason, whySeveralChannels } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { putBack } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, ofMany, refused } from '../operation.ts';
import { searchOptions } from './find-place.ts';
import { match, sourceOf } from './match.ts';
import { matchReplicas } from './match-replicas.ts';

/** `make-local-master`: below the source of its source, with its siblings below it; all by Pseudo-GTID. */
export const makeLocalMaster: Operation = function* (context, args): Saga<OperationResult> {
  const { instance } = args;
  const source = sourceOf(context, instance);
  const above = source === null ? null : sourceOf(context, source);
  if (source === null || above === null) {
    return refused(
      instance,
      `${keyText(instance)} has no source, or that has none itself: there is nothing to go up to.`,
    );
  }
  const up = yield* match(context, { ...args, destination: above });
  if (up.state !== 'done') return up;
  const group = yield* matchReplicas(context, { instance: source, destination: instance });
  // Moving itself up is done, whatever became of the others.
  const state = group.state === 'done' || group.state === 'left' ? group.state : 'partial';
  return { ...group, state, subject: instance, destination: above, message: `${up.message} ${group.message}` };
};

/**
 * `make-master`: takes a dead master's place above its siblings, by Pseudo-GTID. The master has to be silent, and none of
 * its replicas may have received more; it is fenced before the new one is opened (safety rule 1).
 */
export const makeMaster: Operation = function* (context, args): Saga<OperationResult> {
  const { instance } = args;
  const configured = searchOptions(context);
  if (!configured.ok) return refused(instance, configured.failure.message);
  const source = sourceOf(context, instance);
  if (source === null) return refused(instance, `${keyText(instance)} is not a replica.`);
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refused(instance, live.failure.message);
  const [facts] = live.value;
  const reason = yield* whyNotMaster(context, facts, source);
  if (reason !== null) return refused(instance, reason);
  return yield* underMaintenance(context, [instance], `make master in place of ${keyText(source)}`, function* () {
    return yield* takeOver(context, facts, source);
  });
};

function* whyNotMaster(context: RoutineContext, facts: InstanceFacts, source: InstanceKey): Saga<string | null> {
  const [name, of] = [keyText(facts.key), keyText(source)];
  if (known(context, source)?.isReplica === true) {
    return `${of} is a replica itself: use make-local-master -i ${name}.`;
  }
  const answer = yield* read(source, statementTimeoutMs(context));
  if (answer.ok) return `${of} is there and may be taking writes: use graceful-master-takeover.`;
  const siblings = replicasToMove(context, { instance: source }, facts.key);
  if (!siblings.ok) return siblings.reason;
  const { readable } = yield* readReplicas(context, siblings.value);
  const fed = [facts, ...readable].find(({ replica }) => replica?.ioState === 1);
  if (fed !== undefined) return `${of} can't be reached by Baton, and ${keyText(fed.key)} still receives from it.`;
  const ahead = readable.find((each) => hasMore(each, facts));
  return firstReason(
    whySeveralChannels(facts),
    logsReplicaUpdates(facts) ? null : `${name} doesn't log what it replicates (log_replica_updates is off).`,
    ahead === undefined
      ? null
      : `${keyText(ahead.key)} has received more than ${name}: make-master -i ${keyText(ahead.key)}.`,
  );
}

function hasMore(one: InstanceFacts, other: InstanceFacts): boolean {
  const [a, b] = [receivedPlace(one), receivedPlace(other)];
  const sameSource =
    one.replica !== null && other.replica !== null && sameKey(one.replica.source, other.replica.source);
  return sameSource && a !== null && b !== null && compareCoordinates(a, b) > 0;
}

function* takeOver(context: RoutineContext, before: InstanceFacts, source: InstanceKey): Saga<OperationResult> {
  const { key } = before;
  const drained = yield* drain(context, before);
  if (!drained.ok) return yield* giveUp(context, before, drained.failure.message);
  yield* fence(source);
  const group = yield* matchReplicas(context, { instance: source, destination: key, pattern: allBut(key) });
  if ((yield* fenceState(source, 0)) === 'open') {
    yield* unfence(source);
    const given = yield* giveUp(context, before, `${keyText(source)} has come back and takes writes.`);
    return { ...given, replicas: group.replicas, message: `${given.message} ${group.message}` };
  }
  const opened = yield* performAll(
    drained.value,
    [{ kind: 'reset-replication' }, { kind: 'set-read-only', on: false, super: true }],
    statementTimeoutMs(context),
  );
  const after = yield* read(key, statementTimeoutMs(context));
  if (!opened.ok || !after.ok || after.value.readOnly) {
    const why = opened.ok ? 'it is still read-only' : opened.failure.message;
    const repair = `Open it with: reset-replica -i ${keyText(key)} and set-writeable -i ${keyText(key)}`;
    return failed(
      key,
      'left',
      `${keyText(key)} was not opened for writes: ${asSentence(why)} ${group.message} ${repair}`,
      {
        replicas: group.replicas,
      },
    );
  }
  yield* note(`${keyText(key)} is writeable.`);
  const message = `${keyText(key)} is the master in place of ${keyText(source)}.`;
  if (group.state === 'done') return done(key, `${message} ${group.message}`, { replicas: group.replicas });
  const many = ofMany(key, key, [...group.replicas, { key, state: 'done', reason: '' }], `in their place`);
  return { ...many, message: `${message} ${group.message}` };
}

/** A pattern for `host:port` that fits every server but this one. */
function allBut(key: InstanceKey): string {
  const escaped = keyText(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `^(?!${escaped}$)`;
}

function* giveUp(context: RoutineContext, before: InstanceFacts, why: string): Saga<OperationResult> {
  const back = yield* putBack(context, before, null);
  return failed(before.key, back.state, `${asSentence(why)} ${back.sentence}`);
}
