import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { positionOf } from '../candidates/received.ts';
import { gtidFlavorOf, gtidSubtract } from '../gtid/gtid-position.ts';
import { readLive } from '../operations/frame/live.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import type { Saga } from '../sagas/effects.ts';
import { supportsMysqlGtid } from '../topology/server-traits.ts';
import type { TakeoverArgs } from './takeover.ts';

/** A takeover that was cut off when its new master was open already: what is left is to make the old one its replica. */
export interface HalfDone {
  /** Read-only, and without a source. */
  readonly master: InstanceFacts;
  /** Takes writes. */
  readonly successor: InstanceFacts;
  /** A server that replicates as the old master is to: the new one, or one of its replicas when that has no source any more. */
  readonly example: InstanceFacts;
}

/**
 * Recognises what an earlier takeover has left when Baton was killed in the middle of it: the designated server is open,
 * has all that the master has, and follows that or nobody; the master is read-only. The way back is closed then, since
 * clients may have written; so the same request goes on with it. By GTID only: by file and position, nobody knows any
 * more where the new master's log stood when that was opened.
 * @returns null for everything else, which is an ordinary takeover or to be refused as one
 */
export function* halfDone(context: RoutineContext, { master, designated }: TakeoverArgs): Saga<HalfDone | null> {
  if (designated === null || sameKey(master, designated) || known(context, designated) === null) return null;
  // A master that takes writes, as nearly all do, costs no look.
  if (known(context, master)?.facts?.readOnly !== true) return null;
  const live = yield* readLive(context, [master, designated] as const);
  if (!live.ok) return null;
  const [old, successor] = live.value;
  const source = successor.replica?.source;
  const isHandedOver =
    old.readOnly &&
    !successor.readOnly &&
    old.replica === null &&
    (source === undefined || sameKey(source, master)) &&
    (successor.replica?.gtidUse ?? '') !== 'none';
  if (!isHandedOver || !haveGtids(old, successor)) return null;
  const lacks = gtidSubtract(
    positionOf(old.flavor, old.gtidExecuted),
    positionOf(successor.flavor, successor.gtidExecuted),
  );
  if (lacks.count !== 0n) return null;
  return { master: old, successor, example: source === undefined ? replicaOf(context, successor) : successor };
}

function haveGtids(one: InstanceFacts, other: InstanceFacts): boolean {
  const flavor = gtidFlavorOf(one.flavor);
  if (flavor === null || flavor !== gtidFlavorOf(other.flavor)) return false;
  if (one.gtidExecuted === '' || other.gtidExecuted === '') return false;
  return flavor === 'mariadb' || (supportsMysqlGtid(one) && supportsMysqlGtid(other));
}

/** One of its replicas, else itself: then the account has to come from `ReplicationCredentialsQuery`. */
function replicaOf(context: RoutineContext, successor: InstanceFacts): InstanceFacts {
  const replicas = known(context, successor.key)?.replicas ?? [];
  const facts = replicas.flatMap((id) => context.topology.instances.get(id)?.facts ?? []);
  const able = facts.find((each) => each.replicationCredentialsAvailable && each.replica !== null);
  return able ?? facts.find((each) => each.replica !== null) ?? successor;
}

export function whatIsLeft({ master, successor }: HalfDone): string {
  const [from, to] = [keyText(master.key), keyText(successor.key)];
  return `${to} takes writes already and has all that ${from} has, which is read-only: an earlier takeover was cut off. It is carried on from there.`;
}
