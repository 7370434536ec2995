import type { RepointMode, ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, ReplicaStatus } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { gtidsToWaitFor, positionOf } from '../../candidates/received.ts';
import { gtidSetText, subtractGtidSets, subtractSources } from '../../gtid/mysql-gtid-set.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { paceOf, supportsMysqlGtid, usesGtid } from '../../topology/server-traits.ts';
import { arrived } from '../frame/arrival.ts';
import { firstReason, whyGroupSecondary, whyNotMovable } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { type Moved, startThreads, stopFully } from '../frame/move-replica.ts';
import { moveResult } from '../frame/move-result.ts';
import { type Operation, refused } from '../operation.ts';
import { notDone } from './outcome.ts';
import { putBackTwice } from './places.ts';
import { readNow, whyNoReplica, whyNotBelow } from './preconditions.ts';

const BOTH = { io: true, sql: true };

/** Makes a replica's source replicate from the replica as well (topology operations reference, 4.8). */
export const makeCoMaster: Operation = function* (context, args) {
  const instance = yield* readNow(context, args.instance);
  if (!instance.ok) return refused(args.instance, instance.reason);
  const noReplica = whyNoReplica(instance.value);
  if (noReplica !== null || instance.value.replica === null) return refused(args.instance, noReplica ?? '');
  // After the replica: what that has and its source hasn't by then can't have come from there.
  const master = yield* readNow(context, instance.value.replica.source);
  if (!master.ok) return refused(args.instance, master.reason);
  const reason = firstReason(
    whyNot(context, instance.value, master.value),
    yield* whyHasOtherSource(context, instance.value.key, master.value),
  );
  if (reason !== null) return refused(args.instance, reason);
  const [one, other] = [instance.value, master.value];
  return yield* underMaintenance(context, [one.key, other.key], 'make-co-master', function* () {
    const moved = yield* join(context, one, instance.value.replica ?? null, other);
    const message = `${keyText(one.key)} and ${keyText(other.key)} are co-masters now: ${keyText(other.key)} replicates from ${keyText(one.key)} too.`;
    return moveResult(one.key, other.key, moved, message);
  });
};

function whyNot(context: RoutineContext, instance: InstanceFacts, master: InstanceFacts): string | null {
  const name = keyText(instance.key);
  return firstReason(
    whyNotMovable(context, instance),
    whyGroupSecondary(instance),
    whyGroupSecondary(master),
    master.replica !== null && sameKey(master.replica.source, instance.key)
      ? `${name} and ${keyText(master.key)} are co-masters already.`
      : null,
    instance.readOnly
      ? null
      : `${name} takes writes: with ${keyText(master.key)} there would be two. Shut it first with: set-read-only -i ${name}`,
    whyNotBelow(context, master, instance),
    whyErrant(instance, master),
    whyNoAccount(instance, master),
  );
}

/** A source that has replicated before has an account; another one gets the replica's, if that can be had. */
function whyNoAccount(instance: InstanceFacts, master: InstanceFacts): string | null {
  if ((master.replica?.user ?? '') !== '' || instance.replicationCredentialsAvailable) return null;
  return `${keyText(master.key)} needs an account to replicate from ${keyText(instance.key)}, and Baton doesn't know one: set ReplicationCredentialsQuery.`;
}

/** By GTID the source would fetch and execute what was written on the replica alone. */
function whyErrant(instance: InstanceFacts, master: InstanceFacts): string | null {
  const [own, there] = [
    positionOf(instance.flavor, instance.gtidExecuted),
    positionOf(master.flavor, master.gtidExecuted),
  ];
  if (instance.replica?.gtidUse !== 'mysql' || own.flavor !== 'mysql' || there.flavor !== 'mysql') return null;
  const errant = gtidSetText(subtractSources(subtractGtidSets(own.set, there.set), [master.serverUuid]));
  const name = keyText(instance.key);
  return errant === ''
    ? null
    : `${name} has transactions that ${keyText(master.key)} lacks and would execute: ${errant}. Settle them first: gtid-errant-inject-empty or gtid-errant-reset-master -i ${name}`;
}

/** A source that is in a pair with a third server may leave that one only when nothing is lost by it. */
function* whyHasOtherSource(
  context: RoutineContext,
  instance: InstanceKey,
  master: InstanceFacts,
): Saga<string | null> {
  const source = master.replica?.source;
  if (source === undefined || sameKey(source, instance)) return null;
  const [p, third] = [keyText(master.key), keyText(source)];
  const live = yield* read(source, statementTimeoutMs(context));
  const facts = live.ok ? live.value : (known(context, source)?.facts ?? null);
  const isPair = facts?.replica != null && sameKey(facts.replica.source, master.key);
  if (isPair) {
    if (!live.ok && master.replica?.ioState === 1)
      return `${p} and ${third} are co-masters already. ${live.failure.message}`;
    return live.ok && !live.value.readOnly
      ? `${p} and ${third} are co-masters already, and ${third} takes writes.`
      : null;
  }
  if (facts === null && (master.replica?.ioState ?? 0) !== 1) return null;
  return `${p} replicates from ${third}, and would no longer. If that is wanted, let it forget that source first: reset-replica -i ${p}`;
}

/** @param account the channel of the replica, whose options the source gets */
function* join(
  context: RoutineContext,
  instance: InstanceFacts,
  account: ReplicaStatus | null,
  master: InstanceFacts,
): Saga<Moved> {
  const timeoutMs = statementTimeoutMs(context);
  const stopped = yield* stopFully(master, timeoutMs);
  if (!stopped.ok) return notDone(stopped.failure.message, [yield* putBackTwice(context, master, null)]);
  const fresh = yield* read(instance.key, timeoutMs);
  const mode = fresh.ok ? modeOf(fresh.value, master) : null;
  if (!fresh.ok || mode === null) {
    const why = fresh.ok ? `${keyText(instance.key)} has no binary log.` : fresh.failure.message;
    return notDone(why, [yield* putBackTwice(context, master, null)]);
  }
  const pointed = yield* perform(stopped.value, pointing(instance, account, master, mode), timeoutMs);
  const caughtUp = pointed.ok ? yield* awaitOwnGtids(context, instance, master, mode) : pointed;
  const started = caughtUp.ok ? yield* startThreads(master, BOTH, timeoutMs) : caughtUp;
  const there = started.ok ? yield* arrived(master.key, instance.key, BOTH, timeoutMs) : started;
  if (there.ok) return { state: 'done', facts: there.value };
  return notDone(there.failure.message, [
    yield* putBackTwice(context, master, stopped.value.replica?.executed ?? null),
  ]);
}

/** By GTID where the replica uses GTIDs. Else where its log ends: it writes nothing of its own, being read-only. */
function modeOf(instance: InstanceFacts, master: InstanceFacts): RepointMode | null {
  const byGtid =
    usesGtid(instance) && (master.flavor === 'MariaDB' || (supportsMysqlGtid(master) && supportsMysqlGtid(instance)));
  if (byGtid) return { by: 'gtid' };
  return instance.coordinates === null ? null : { by: 'coordinates', at: instance.coordinates };
}

function pointing(
  instance: InstanceFacts,
  account: ReplicaStatus | null,
  master: InstanceFacts,
  mode: RepointMode,
): ServerAction {
  const hasAccount = (master.replica?.user ?? '') !== '';
  const enabled = account?.tls ?? false;
  // Without TLS, an account of caching_sha2_password needs the server's public key at its first login.
  const tls =
    account === null
      ? null
      : { ...account.tlsOptions, enabled, getPublicKey: account.tlsOptions.getPublicKey || !enabled };
  const pace = hasAccount ? undefined : paceOf(instance);
  const credentialsOf = hasAccount ? null : instance.key;
  return { kind: 'repoint', source: instance.key, mode, tls, credentialsOf, ...(pace && { pace }) };
}

/** A MariaDB source starts where it stands itself, which the replica's binary log must have come to (error 1236). */
function* awaitOwnGtids(
  context: RoutineContext,
  instance: InstanceFacts,
  master: InstanceFacts,
  mode: RepointMode,
): Saga<Outcome<void>> {
  if (master.flavor !== 'MariaDB' || mode.by !== 'gtid') return { ok: true, value: undefined };
  const timeoutMs = statementTimeoutMs(context);
  const own = yield* read(master.key, timeoutMs);
  if (!own.ok) return own;
  const there = yield* read(instance.key, timeoutMs);
  if (!there.ok) return there;
  const gtid = gtidsToWaitFor(
    positionOf(own.value.flavor, own.value.gtidExecuted),
    positionOf(there.value.flavor, there.value.gtidExecuted),
  );
  if (gtid === '') return { ok: true, value: undefined };
  const limitMs = context.settings.InstanceBulkOperationsWaitTimeoutSeconds * 1000;
  return yield* perform(there.value, { kind: 'wait-for-gtid', gtid, timeoutMs: limitMs }, timeoutMs);
}
