import type { InstanceFacts, PromotionRule } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { note, parallel, read, type Saga } from '../../sagas/effects.ts';
import { isReplicating } from '../../topology/server-traits.ts';
import type { Change } from './run.ts';
import { type SemiSyncReplica, semiSyncPlan } from './semi-sync-plan.ts';

/**
 * What starting a replica changes of its semi-sync (topology operations reference, 1.7): it acknowledges or it doesn't,
 * by its priority, its promotion rule and what its source needs; and it never waits for acknowledgements itself.
 */
export function* semiSyncAtStart(context: RoutineContext, facts: InstanceFacts): Saga<readonly Change[]> {
  const { semiSync, semiSyncPriority } = facts;
  if (semiSync === null) return [];
  const changes: Change[] = [];
  if (semiSyncPriority > 0 && semiSync.sourceEnabled) changes.push(switching('set-semi-sync-source', false));
  const wanted = yield* acknowledges(context, facts);
  if (wanted !== null && wanted !== semiSync.replicaEnabled) changes.push(switching('set-semi-sync-replica', wanted));
  return changes;
}

export function switching(kind: 'set-semi-sync-source' | 'set-semi-sync-replica', on: boolean): Change {
  return { action: { kind, on }, inverse: { kind, on: !on } };
}

/** Null leaves it as it is. */
function* acknowledges(context: RoutineContext, facts: InstanceFacts): Saga<boolean | null> {
  const { EnforceExactSemiSyncReplicas: exact, RecoverLockedSemiSyncMaster: enough } = context.settings;
  const rule = ruleOf(context, facts);
  if (!exact && !enough) return facts.semiSyncPriority > 0 ? rule !== 'must_not' : null;
  const source = facts.replica?.source;
  if (source === undefined) return null;
  const master = yield* latest(context, source);
  if (master?.semiSync == null) {
    yield* note(`${keyText(source)} can't be read, or has no semi-sync: that of ${keyText(facts.key)} stays as it is.`);
    return null;
  }
  const siblings = yield* replicasOf(context, source, facts.key);
  const own: SemiSyncReplica = { facts, rule, replicates: true };
  const plan = semiSyncPlan(master, [own, ...siblings], exact ? 'exact' : 'enough');
  return plan.find((each) => sameKey(each.key, facts.key))?.on ?? null;
}

function* replicasOf(
  context: RoutineContext,
  source: InstanceKey,
  except: InstanceKey,
): Saga<readonly SemiSyncReplica[]> {
  const ids = (known(context, source)?.replicas ?? []).filter((id) => id !== keyText(except));
  const keys = ids.flatMap((id) => context.topology.instances.get(id)?.key ?? []);
  const readings = yield* parallel(keys.map((key) => read(key, statementTimeoutMs(context))));
  return readings.flatMap((reading) =>
    reading.ok
      ? [{ facts: reading.value, rule: ruleOf(context, reading.value), replicates: isReplicating(reading.value) }]
      : [],
  );
}

function* latest(context: RoutineContext, key: InstanceKey): Saga<InstanceFacts | null> {
  const reading = yield* read(key, statementTimeoutMs(context));
  return reading.ok ? reading.value : (known(context, key)?.facts ?? null);
}

function ruleOf(context: RoutineContext, { key, detectedPromotionRule }: InstanceFacts): PromotionRule {
  return known(context, key)?.promotionRule ?? detectedPromotionRule ?? 'neutral';
}
