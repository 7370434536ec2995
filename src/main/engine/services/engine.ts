import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { AcknowledgeTarget } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import type { PromotionRule } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { BlockedRecovery, Recovery, RecoveryStep } from '../../../shared/domain/recovery.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { Topology, TopologyInstance } from '../../core/topology/topology.ts';

/** Which process this is. */
export interface NodeIdentity {
  readonly hostname: string;
  /** 64 hex digits, new at each start. */
  readonly token: string;
  readonly version: string;
}

export interface AuditEntry {
  readonly id: number;
  readonly atMs: number;
  readonly type: string;
  readonly key: InstanceKey | null;
  readonly message: string;
}

export interface RecoverOptions {
  readonly candidate: InstanceKey | null;
  readonly skipHooks: boolean;
}

/**
 * What every door (HTTP, IPC) calls. Reads answer from memory. Operations reject with BatonError (said for a
 * person) or ServerError. `owner` names who asked, for the audit.
 */
export interface Engine {
  readonly node: NodeIdentity;
  readonly settings: Settings;
  topology(): Topology;
  state(): CommandState;
  /** Analyses with a failure code or a structure warning; with `all`, of every instance that has a row. */
  analyses(options?: { readonly all?: boolean }): readonly Analysis[];
  blockedRecoveries(): readonly BlockedRecovery[];
  recoverySteps(uid: string): readonly RecoveryStep[];
  /** Newest first; pages of 20, from 0. */
  audit(page: number, key: InstanceKey | null): readonly AuditEntry[];
  subscribe(listener: (event: EngineEvent) => void): () => void;

  /** Completes a partial host name to the one known instance that contains it, as the reference says. */
  resolveInstance(key: InstanceKey): InstanceKey;
  /** Reads the server now, remembers it and follows its sources and replicas. */
  discover(key: InstanceKey): Promise<TopologyInstance>;
  forget(keys: readonly InstanceKey[]): Promise<void>;
  beginDowntime(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void>;
  endDowntime(key: InstanceKey): Promise<void>;
  registerCandidate(key: InstanceKey, rule: PromotionRule): Promise<void>;
  setClusterAlias(clusterName: string, alias: string): Promise<void>;
  setGlobalRecoveries(enabled: boolean, owner: string): Promise<void>;
  /** @returns how many recoveries were acknowledged. */
  acknowledge(target: AcknowledgeTarget, by: string, comment: string): Promise<number>;
  setReadOnly(key: InstanceKey, on: boolean): Promise<TopologyInstance>;
  startReplica(key: InstanceKey): Promise<TopologyInstance>;
  stopReplica(key: InstanceKey): Promise<TopologyInstance>;
  /** Points a replica at another instance, by GTID. */
  relocate(key: InstanceKey, below: InstanceKey): Promise<TopologyInstance>;
  /** Forced recovery of a failed instance. @returns null when nothing was attempted. */
  recover(key: InstanceKey, options: RecoverOptions): Promise<Recovery | null>;
}
