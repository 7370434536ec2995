import { type InstanceFacts, PROMOTION_RULES, type PromotionRule } from '../../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey } from '../../../../shared/domain/instance-key.ts';

/** A replica of a semi-sync source, as far as it matters here. */
export interface SemiSyncReplica {
  readonly facts: InstanceFacts;
  readonly rule: PromotionRule;
  /** Read just now or at the last poll, and replicating. */
  readonly replicates: boolean;
}

/** `exact`: as many as the source waits for, and no others. `enough`: at least as many; none is switched off. */
export type SemiSyncMode = 'exact' | 'enough';

export interface SemiSyncSwitch {
  readonly key: InstanceKey;
  readonly on: boolean;
}

/**
 * Which replicas are to acknowledge, and which not, so that the source gets the acknowledgements that it waits for
 * (recovery reference 12). Replicas of priority 0 are asynchronous. Those that don't replicate are left alone.
 * @returns the differences: switches on first, then switches off
 */
export function semiSyncPlan(
  source: InstanceFacts,
  replicas: readonly SemiSyncReplica[],
  mode: SemiSyncMode,
): readonly SemiSyncSwitch[] {
  const wanted = source.semiSync?.sourceWaitForReplicas ?? 0;
  const included = replicas.filter((each) => each.replicates && each.facts.semiSync !== null);
  const possible = included.filter((each) => each.facts.semiSyncPriority > 0).toSorted(better);
  const isOn = ({ facts }: SemiSyncReplica): boolean => facts.semiSync?.replicaEnabled === true;
  if (mode === 'enough') {
    const missing = Math.max(0, wanted - (source.semiSync?.sourceClients ?? 0));
    return switches(possible.filter((each) => !isOn(each)).slice(0, missing), true);
  }
  const chosen = possible.slice(0, wanted);
  const others = included.filter((each) => !chosen.includes(each));
  return [
    ...switches(
      chosen.filter((each) => !isOn(each)),
      true,
    ),
    ...switches(others.filter(isOn), false),
  ];
}

function switches(replicas: readonly SemiSyncReplica[], on: boolean): readonly SemiSyncSwitch[] {
  return replicas.map(({ facts }) => ({ key: facts.key, on }));
}

function better(a: SemiSyncReplica, b: SemiSyncReplica): number {
  return (
    b.facts.semiSyncPriority - a.facts.semiSyncPriority ||
    PROMOTION_RULES.indexOf(a.rule) - PROMOTION_RULES.indexOf(b.rule) ||
    compareKeys(a.facts.key, b.facts.key)
  );
}
