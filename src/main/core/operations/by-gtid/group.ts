import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { parallel, read, type Saga } from '../../sagas/effects.ts';
import { isBinlogServer } from '../../topology/server-traits.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, ofMany } from '../operation.ts';
import { type Checked, refusal } from './preconditions.ts';

/**
 * The direct replicas of a server in the picture that match the pattern, without one that they are to go below. They
 * are listed by the picture, since the server may be dead.
 */
export function replicasToMove(
  context: RoutineContext,
  { instance, pattern }: OperationArgs,
  without: InstanceKey | null,
): Checked<readonly InstanceKey[]> {
  const matches = matcherOf(pattern);
  if (!matches.ok) return matches;
  const keys = directReplicas(context, instance).filter((key) => without === null || !sameKey(key, without));
  return { ok: true, value: keys.filter((key) => matches.value(keyText(key))) };
}

/** As `replicasToMove`, with the replicas of replicas that are binlog servers. */
export function replicasThroughBinlogServers(
  context: RoutineContext,
  args: OperationArgs,
  without: InstanceKey | null,
): Checked<readonly InstanceKey[]> {
  const matches = matcherOf(args.pattern);
  if (!matches.ok) return matches;
  const direct = directReplicas(context, args.instance);
  const relays = direct.filter((key) => isBinlogServer(known(context, key)?.facts ?? null));
  const all = [
    ...direct.filter((key) => !relays.includes(key)),
    ...relays.flatMap((key) => directReplicas(context, key)),
  ];
  const wanted = all.filter((key) => (without === null || !sameKey(key, without)) && matches.value(keyText(key)));
  return { ok: true, value: wanted.sort(compareKeys) };
}

function directReplicas(context: RoutineContext, key: InstanceKey): readonly InstanceKey[] {
  const ids = known(context, key)?.replicas ?? [];
  return ids.flatMap((id) => context.topology.instances.get(id)?.key ?? []);
}

function matcherOf(pattern: string | undefined): Checked<(text: string) => boolean> {
  if (pattern === undefined || pattern === '') return { ok: true, value: () => true };
  try {
    const expression = new RegExp(pattern, 'v');
    return { ok: true, value: (text) => expression.test(text) };
  } catch {
    return refusal(`The pattern ${pattern} is not a regular expression.`);
  }
}

/** Those that answer, as they are now, and a result for each of those that don't. */
export function* readReplicas(
  context: RoutineContext,
  keys: readonly InstanceKey[],
): Saga<{ readonly readable: readonly InstanceFacts[]; readonly unreadable: readonly ReplicaResult[] }> {
  const readings = yield* parallel(keys.map((key) => read(key, statementTimeoutMs(context))));
  const readable = readings.flatMap((reading) => (reading.ok ? [reading.value] : []));
  const unreadable = readings.flatMap((reading, index): ReplicaResult[] => {
    const key = keys[index];
    if (reading.ok || key === undefined) return [];
    const reason = asSentence(`${keyText(key)} can't be read now: ${reading.failure.message}`);
    return [{ key, state: 'refused', reason }];
  });
  return { readable, unreadable };
}

/** The results of all, in key order; nothing to do counts as done. */
export function resultOfGroup(
  subject: InstanceKey,
  destination: InstanceKey | null,
  results: readonly ReplicaResult[],
  verb: string,
): OperationResult {
  if (results.length === 0) {
    return done(subject, `${keyText(subject)} has no replicas to be ${verb}.`, { destination });
  }
  const sorted = [...results].sort((a, b) => compareKeys(a.key, b.key));
  return ofMany(subject, destination, sorted, verb);
}
