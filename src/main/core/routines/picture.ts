import type { InstanceSnapshot, LogPlace, PromotionRule } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { buildTopology } from '../topology/build-topology.ts';
import type { Topology } from '../topology/topology.ts';

/** What Baton knew when a routine began; plain data, so that a replay begins from the same. */
export interface Picture {
  /** Ms since the epoch. */
  readonly atMs: number;
  /** Of the clusters concerned, whole. */
  readonly snapshots: readonly InstanceSnapshot[];
  readonly promotionRules: readonly { readonly key: InstanceKey; readonly rule: PromotionRule }[];
  readonly downtimed: readonly KeyText[];
  readonly clusterAliases: readonly (readonly [clusterName: string, alias: string])[];
  /** Servers that `PromotionIgnoreHostnameFilters` matches. */
  readonly promotionIgnored: readonly KeyText[];
  /** Places in different servers' binary logs that are known to mean the same. */
  readonly equivalences: readonly (readonly [LogPlace, LogPlace])[];
}

/**
 * The graph that follows from a picture, as the engine had it.
 * @param previous of a picture before, from which is taken over what is the same
 */
export function topologyOf(picture: Picture, previous?: Topology): Topology {
  const rules = new Map(picture.promotionRules.map(({ key, rule }) => [keyText(key), rule]));
  return buildTopology(picture.snapshots, {
    aliasOverrides: new Map(picture.clusterAliases),
    promotionRuleOf: (id) => rules.get(id),
    previous,
  });
}

/** Finds the recorded equivalents of a place. */
export function equivalentsIn(picture: Picture): (place: LogPlace) => readonly LogPlace[] {
  const same = (a: LogPlace, b: LogPlace): boolean =>
    keyText(a.key) === keyText(b.key) && a.file === b.file && a.position === b.position;
  return (place) =>
    picture.equivalences.flatMap(([one, other]) => (same(one, place) ? [other] : same(other, place) ? [one] : []));
}
