import type { InstanceFacts, PromotionRule } from '../../../../shared/domain/instance.ts';
import { compareKeys } from '../../../../shared/domain/instance-key.ts';
import { RULE_ORDER } from '../../candidates/standing.ts';
import { isReplicating } from '../../topology/server-traits.ts';

/** A replica of a semi-sync source, as read a moment ago. */
export interface SemiSyncReplica {
  readonly facts: InstanceFacts;
  readonly rule: PromotionRule;
}

/** `exact`: as many acknowledge as the source waits for, by priority. `enough`: at least so many; none is switched off. */
export type SemiSyncMode = 'exact' | 'enough';

export interface SemiSyncChange {
  readonly facts: InstanceFacts;
  readonly on: boolean;
}

export interface SemiSyncPlan {
  /** What is switched on comes before what is switched off. */
  readonly changes: readonly SemiSyncChange[];
  /** Too few replicas can acknowledge, in words; empty when there are enough. */
  readonly shortage: string;
}

/**
 * Which replicas are to acknowledge (recovery reference, section 12): those that replicate and have a semi-sync priority
 * may, in the order of that, of their promotion rule and of their name.
 */
export function planSemiSync(
  master: InstanceFacts,
  replicas: readonly SemiSyncReplica[],
  mode: SemiSyncMode,
): SemiSyncPlan {
  const waitsFor = master.semiSync?.sourceWaitForReplicas ?? 0;
  const clients = master.semiSync?.sourceClients ?? 0;
  const able = replicas.filter(({ facts }) => isReplicating(facts) && facts.semiSync?.available === true);
  const possible = able.filter(({ facts }) => facts.semiSyncPriority > 0).sort(byPriority);
  const wanted = mode === 'exact' ? possible.slice(0, waitsFor) : enough(possible, waitsFor - clients);
  const on = wanted.filter(({ facts }) => !acknowledges(facts)).map(({ facts }) => ({ facts, on: true }));
  const off =
    mode === 'exact'
      ? able
          .filter((each) => !wanted.includes(each) && each.facts.semiSync?.replicaEnabled === true)
          .map(({ facts }) => ({ facts, on: false }))
      : [];
  const short = mode === 'exact' ? waitsFor - wanted.length : waitsFor - clients - wanted.length;
  const shortage =
    short > 0
      ? `The source waits for ${waitsFor} replicas, and only ${waitsFor - short} can acknowledge: ${short} more have to ` +
        'replicate and have a semi-sync priority (DetectSemiSyncEnforcedQuery).'
      : '';
  return { changes: [...on, ...off], shortage };
}

/** Those not enabled yet, up to the number that lacks. */
function enough(possible: readonly SemiSyncReplica[], lacking: number): readonly SemiSyncReplica[] {
  return possible.filter(({ facts }) => !acknowledges(facts)).slice(0, Math.max(0, lacking));
}

/** One that is enabled and was connected before that doesn't acknowledge until it connects anew. */
function acknowledges({ semiSync }: InstanceFacts): boolean {
  return semiSync?.replicaEnabled === true && semiSync.replicaStatus;
}

function byPriority(a: SemiSyncReplica, b: SemiSyncReplica): number {
  return (
    b.facts.semiSyncPriority - a.facts.semiSyncPriority ||
    RULE_ORDER[a.rule] - RULE_ORDER[b.rule] ||
    compareKeys(a.facts.key, b.facts.key)
  );
}
