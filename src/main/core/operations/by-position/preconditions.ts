import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, replicationRules, statementTimeoutMs } from '../../sagas/context.ts';
import { note, type Outcome, read, type Saga } from '../../sagas/effects.ts';
import { canReplicateFrom } from '../../topology/can-replicate.ts';
import { isSourceDetached } from '../../topology/server-traits.ts';
import { whySeveralChannels } from '../frame/checks.ts';
import type { Destination } from './move-along.ts';

/** A replica that has a source to speak of, by one channel. */
export function whyNoReplica(facts: InstanceFacts): string | null {
  const name = keyText(facts.key);
  if (facts.replica === null) return `${name} is not a replica.`;
  if (isSourceDetached(facts)) {
    return `${name} is detached from its source; attach it with: reattach-replica-master-host -i ${name}`;
  }
  if (!isRealKey(facts.replica.source)) return `${name} has no source.`;
  return whySeveralChannels(facts);
}

/** Null when the one may replicate from the other; what is unwise about it is not said here. */
export function whyNotBelow(context: RoutineContext, replica: InstanceFacts, source: InstanceFacts): string | null {
  const verdict = canReplicateFrom(replica, source, replicationRules(context));
  return verdict.ok ? null : verdict.reason;
}

/** A replica, its source, and that one's source: what `move-up` and `take-master` are about. */
export interface Family {
  readonly instance: InstanceFacts;
  readonly master: InstanceFacts;
  readonly upper: Destination;
}

export type Looked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Reads the three as they are now. One after the other: each names the next. */
export function* family(context: RoutineContext, key: InstanceKey): Saga<Looked<Family>> {
  const instance = yield* readNow(context, key);
  if (!instance.ok) return instance;
  const noReplica = whyNoReplica(instance.value);
  if (noReplica !== null || instance.value.replica === null) return { ok: false, reason: noReplica ?? '' };
  const master = yield* readNow(context, instance.value.replica.source);
  if (!master.ok) return master;
  const onTop = whyNoReplica(master.value);
  if (onTop !== null) {
    const why = `${keyText(key)} replicates from ${keyText(master.value.key)}, and there is nothing above that: ${onTop}`;
    return { ok: false, reason: why };
  }
  const upper = yield* readSource(context, master.value);
  if (!upper.ok) return upper;
  return { ok: true, value: { instance: instance.value, master: master.value, upper: upper.value } };
}

export function* readNow(context: RoutineContext, key: InstanceKey): Saga<Looked<InstanceFacts>> {
  const reading: Outcome<InstanceFacts> = yield* read(key, statementTimeoutMs(context));
  if (reading.ok) return reading;
  return { ok: false, reason: `${keyText(key)} can't be read now: ${reading.failure.message}` };
}

/** The source of a replica. One that Baton can't read is as good as any, as long as its replica is connected to it. */
export function* readSource(context: RoutineContext, below: InstanceFacts): Saga<Looked<Destination>> {
  const key = below.replica?.source;
  if (key === undefined) return { ok: false, reason: `${keyText(below.key)} is not a replica.` };
  const reading = yield* readNow(context, key);
  if (reading.ok) return { ok: true, value: { key: reading.value.key, facts: reading.value } };
  if (below.replica?.ioState !== 1) return reading;
  yield* note(`${reading.reason} ${keyText(below.key)} is connected to it, so it is relied on unseen.`);
  return { ok: true, value: { key, facts: null } };
}
