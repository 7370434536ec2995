import type { LogPlace, PromotionRule } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Detection, Recovery } from '../../../shared/domain/recovery.ts';
import { KeyedMap } from './keyed-map.ts';

/**
 * What the committed commands add up to. This folder decides how a command changes it, alike on every peer and on
 * every replay; it never looks anything up, never polls, and doesn't judge whether a recovery is wise (policy does).
 */
export interface CommandState {
  /** Servers that are to be polled, by key text. */
  readonly known: KeyedMap<KnownInstance>;
  /** Servers that must not come back for a while, by key text. */
  readonly forgotten: KeyedMap<ForgottenInstance>;
  readonly downtimes: KeyedMap<Downtime>;
  /** Servers that an operation or a person has to itself, by key text. */
  readonly maintenances: KeyedMap<Maintenance>;
  readonly candidates: KeyedMap<Candidate>;
  /** Aliases set by hand, by cluster name. One alias belongs to one cluster name. */
  readonly clusterAliases: KeyedMap<string>;
  /** By `detectionSlot`: at most one for an instance and actionability. */
  readonly activeDetections: KeyedMap<Detection>;
  /** In the order in which they ended. */
  readonly endedDetections: readonly Detection[];
  /** In the order of their ids. */
  readonly recoveries: readonly Recovery[];
  readonly globalRecoveriesEnabled: boolean;
  /** Servers that must not take writes, by key text. */
  readonly fences: KeyedMap<Fence>;
  /** Places in different servers' binary logs that mean the same, by `equivalenceSlot`. */
  readonly equivalences: KeyedMap<Equivalence>;
  /** By key text; a server without tags has no entry. */
  readonly tags: KeyedMap<InstanceTags>;
  /** By the pool's name; an empty pool has no entry. */
  readonly pools: KeyedMap<Pool>;
  /** Names that stand for a host where replicas are pointed at it, by host name. */
  readonly virtualNames: KeyedMap<VirtualName>;
  /** By `attributeSlot`. */
  readonly attributes: KeyedMap<Attribute>;
  /** What clients are told, by key: Baton's own key-value store. */
  readonly keyValues: KeyedMap<string>;
  readonly nextDetectionId: number;
  readonly nextRecoveryId: number;
}

export interface KnownInstance {
  readonly key: InstanceKey;
  readonly discoveredMs: number;
}

export interface ForgottenInstance {
  readonly key: InstanceKey;
  readonly untilMs: number;
}

export interface Downtime {
  readonly key: InstanceKey;
  readonly owner: string;
  readonly reason: string;
  readonly beginMs: number;
  readonly endMs: number;
}

export interface Maintenance {
  readonly key: InstanceKey;
  readonly owner: string;
  readonly reason: string;
  /** Asked for by a person; else it belongs to an operation of the process `nodeToken`. */
  readonly explicit: boolean;
  readonly nodeToken: string;
  readonly beginMs: number;
  readonly endMs: number;
}

export interface Equivalence {
  readonly one: LogPlace;
  readonly other: LogPlace;
  /** When it was last learnt. */
  readonly atMs: number;
}

export interface InstanceTags {
  readonly key: InstanceKey;
  /** In the order of their names, each once. */
  readonly tags: readonly Tag[];
}

export interface Tag {
  readonly name: string;
  /** Empty for a tag without a value. */
  readonly value: string;
}

export interface Pool {
  readonly pool: string;
  /** By host name, then port. */
  readonly keys: readonly InstanceKey[];
  readonly registeredMs: number;
}

export interface VirtualName {
  readonly hostname: string;
  readonly virtualName: string;
  readonly registeredMs: number;
}

export interface Attribute {
  readonly subject: string;
  readonly name: string;
  readonly value: string;
  readonly atMs: number;
}

export interface Candidate {
  readonly key: InstanceKey;
  readonly rule: PromotionRule;
  readonly registeredMs: number;
}

/** The old source of a failover: kept from taking writes until someone lifts this. */
export interface Fence {
  readonly key: InstanceKey;
  readonly recoveryUid: string;
  readonly successor: InstanceKey | null;
  readonly atMs: number;
}

/** Reason of the downtimes that a recovery sets; those don't end by time (discovery reference, section 12.1). */
export const LOST_IN_RECOVERY = 'lost-in-recovery';

export const EMPTY_STATE: CommandState = {
  known: KeyedMap.empty(),
  forgotten: KeyedMap.empty(),
  downtimes: KeyedMap.empty(),
  maintenances: KeyedMap.empty(),
  candidates: KeyedMap.empty(),
  clusterAliases: KeyedMap.empty(),
  activeDetections: KeyedMap.empty(),
  endedDetections: [],
  recoveries: [],
  globalRecoveriesEnabled: true,
  fences: KeyedMap.empty(),
  equivalences: KeyedMap.empty(),
  keyValues: KeyedMap.empty(),
  tags: KeyedMap.empty(),
  pools: KeyedMap.empty(),
  virtualNames: KeyedMap.empty(),
  attributes: KeyedMap.empty(),
  nextDetectionId: 1,
  nextRecoveryId: 1,
};

/** The state as plain data: what `JSON.parse(JSON.stringify(state))` gives. */
export interface StateSnapshot {
  /** Format 1 has neither maintenances nor equivalences; format 2 has no tags, pools, virtual names or attributes. */
  readonly format: 1 | 2 | typeof SNAPSHOT_FORMAT;
  readonly known: readonly KnownInstance[];
  readonly forgotten: readonly ForgottenInstance[];
  readonly downtimes: readonly Downtime[];
  readonly candidates: readonly Candidate[];
  readonly clusterAliases: readonly (readonly [string, string])[];
  readonly activeDetections: readonly Detection[];
  readonly endedDetections: readonly Detection[];
  readonly recoveries: readonly Recovery[];
  readonly globalRecoveriesEnabled: boolean;
  readonly fences: readonly Fence[];
  readonly maintenances?: readonly Maintenance[];
  readonly equivalences?: readonly Equivalence[];
  /** Left out by versions that had no key-value store. */
  readonly keyValues?: readonly (readonly [string, string])[];
  readonly tags?: readonly InstanceTags[];
  readonly pools?: readonly Pool[];
  readonly virtualNames?: readonly VirtualName[];
  readonly attributes?: readonly Attribute[];
  readonly nextDetectionId: number;
  readonly nextRecoveryId: number;
}

export const SNAPSHOT_FORMAT = 3;
