import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext, replicationRules } from '../../sagas/context.ts';
import type { Saga } from '../../sagas/effects.ts';
import { canReplicateFrom, relocationObstacle } from '../../topology/can-replicate.ts';
import { firstReason, whyGroupSecondary, whyLagsTooMuch, whySeveralChannels } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { liveCircle } from './circle.ts';

/** A replica and the server that it is to replicate from, both as read a moment ago. */
export interface Pair {
  readonly replica: InstanceFacts;
  readonly source: InstanceFacts;
  /** What is allowed and should be known: sentences. */
  readonly warnings: readonly string[];
}

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export function refusal(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** Why Baton can't work on a server: it doesn't know it. */
export function whyUnknown(context: RoutineContext, key: InstanceKey): string | null {
  return known(context, key) === null
    ? `${keyText(key)} isn't known to Baton. Check the name, or make it known with: discover -i ${keyText(key)}`
    : null;
}

/** The servers that the arguments name, when both are there, known and not the same. */
function namedPair(
  context: RoutineContext,
  { instance, destination }: OperationArgs,
): Checked<{ readonly instance: InstanceKey; readonly destination: InstanceKey }> {
  if (destination === undefined) return refusal(`Where ${keyText(instance)} is to go is not given (-d host:port).`);
  if (sameKey(instance, destination)) return refusal(`${keyText(instance)} can't replicate from itself.`);
  const reason = firstReason(whyUnknown(context, instance), whyUnknown(context, destination));
  return reason === null ? { ok: true, value: { instance, destination } } : refusal(reason);
}

/**
 * The preconditions of every move below another server, whatever the method: both known and readable, a replica with
 * one source, not moved into a circle or against its group, and able to replicate from the destination (topology
 * operations reference, 1.3, 1.10, 5.1). The circle is looked for in the picture and then on the servers themselves.
 */
export function* checkPair(context: RoutineContext, args: OperationArgs): Saga<Checked<Pair>> {
  const named = namedPair(context, args);
  if (!named.ok) return named;
  const { instance, destination } = named.value;
  const obstacle = relocationObstacle(context.topology, instance, destination);
  if (obstacle !== null) return refusal(obstacle);
  const live = yield* readLive(context, [instance, destination] as const);
  if (!live.ok) return refusal(live.failure.message);
  const [replica, source] = live.value;
  return yield* checkLivePair(context, replica, source);
}

/** As `checkPair`, for servers that were read already. */
export function* checkLivePair(
  context: RoutineContext,
  replica: InstanceFacts,
  source: InstanceFacts,
): Saga<Checked<Pair>> {
  const reason = firstReason(whyNotReplica(replica), whySeveralChannels(replica), whyGroupSecondary(replica));
  if (reason !== null) return refusal(reason);
  const possible = canReplicateFrom(replica, source, replicationRules(context));
  if (!possible.ok) return refusal(possible.reason);
  const circle = yield* liveCircle(context, replica, source);
  if (circle !== null) return refusal(circle);
  const warnings = [...possible.warnings, ...warningsOf(context, source)];
  return { ok: true, value: { replica, source, warnings } };
}

function whyNotReplica({ key, replica }: InstanceFacts): string | null {
  const name = keyText(key);
  return replica === null
    ? `${name} is not a replica, so it has no account to replicate with. To make it one, see make-co-master and take-master.`
    : null;
}

/** A destination that stands still or lags is no obstacle: it may be the only one there is. */
function warningsOf(context: RoutineContext, source: InstanceFacts): readonly string[] {
  const { replica } = source;
  if (replica === null) return [];
  const name = keyText(source.key);
  if (replica.ioState !== 1 || replica.sqlState !== 1) {
    const error = replica.lastSqlError || replica.lastIoError;
    return [`${name} isn't replicating itself${error === '' ? '' : ` (${error})`}: what is below it gets nothing new.`];
  }
  const lag = whyLagsTooMuch(context, source);
  return lag === null ? [] : [`${lag} What is below it will be as late.`];
}
