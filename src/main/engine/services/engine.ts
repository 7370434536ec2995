import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { AcknowledgeTarget } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import type { LogCoordinates, PromotionRule } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { KeyValue } from '../../../shared/domain/key-value.ts';
import type { OperationArgs, OperationName, OperationResult, PlannedStep } from '../../../shared/domain/operation.ts';
import type { Readiness } from '../../../shared/domain/readiness.ts';
import type { BlockedRecovery, Recovery, RecoveryStep } from '../../../shared/domain/recovery.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { SettingName } from '../../../shared/settings/table.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { Topology, TopologyInstance } from '../../core/topology/topology.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { Discovery } from './discovery.ts';
import type { Insight } from './insight.ts';
import type { RecordedTimeline } from './recovery-timeline.ts';

/** Which process this is. */
export interface NodeIdentity {
  readonly hostname: string;
  /** 64 hex digits, new at each start. */
  readonly token: string;
  readonly version: string;
}

/** Whether this node does its work; `problem` is a sentence for a person, empty when it does. */
export interface Health {
  readonly isHealthy: boolean;
  readonly problem: string;
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

export interface OperateOptions {
  /** Says what it would do, and does nothing. */
  readonly dryRun: boolean;
  /** Who asked, for the maintenance and the audit. */
  readonly owner: string;
  /** Points replicas at their source's own host name, although a virtual one is registered for it. */
  readonly realNames?: boolean;
}

/** What came of an operation, or what a dry run found. */
export interface OperationReport {
  readonly result: OperationResult;
  /** Under which its log is kept and exported; empty for a dry run. */
  readonly uid: string;
  /** Of a dry run: what it would do, in order. */
  readonly plan: readonly PlannedStep[];
}

/** How a person names a cluster or its master: any member, an alias, or the cluster's name. */
export interface TakeoverRequest {
  readonly kind:
    | 'graceful-master-takeover'
    | 'graceful-master-takeover-auto'
    | 'force-master-failover'
    | 'force-master-takeover'
    | 'cascade-master-takeover-auto';
  readonly clusterName: string;
  /** The member that was named, where one was. */
  readonly instance: InstanceKey | null;
  readonly designated: InstanceKey | null;
  /** Kill the sessions that keep the master from becoming read-only, instead of giving up. */
  readonly killBlockers: boolean;
  readonly dryRun: boolean;
  readonly owner: string;
}

export interface TakeoverReport {
  /** Null when nothing was begun: it was refused, or only planned. */
  readonly recovery: Recovery | null;
  readonly successor: InstanceKey | null;
  /** A sentence: what was done, or why not and how things stand. */
  readonly message: string;
  readonly ok: boolean;
  /** Where the old master's binary log ended; what graceful-master-takeover prints. */
  readonly coordinates: LogCoordinates | null;
  readonly plan: readonly PlannedStep[];
}

/** What reading the configuration again changed. */
export interface ReloadReport {
  /** The files that were read, in order. */
  readonly files: readonly string[];
  /** Settings with a new value that took effect at once. */
  readonly inForce: readonly SettingName[];
  /** Settings with a new value that takes effect at the next start; until then the old one is in force. */
  readonly needRestart: readonly SettingName[];
  /** All of that as sentences. */
  readonly message: string;
  /** What an operator should know about the files. */
  readonly warnings: readonly string[];
}

/** What was written to key-value stores on demand. */
export interface KeyValueSubmission {
  readonly pairs: readonly KeyValue[];
  /** How many clusters' sources those name. */
  readonly clusters: number;
}

/**
 * What every door (HTTP, IPC) calls. Reads answer from memory. Operations reject with BatonError (said for a
 * person) or ServerError. `owner` names who asked, for the audit.
 */
export interface Engine {
  readonly node: NodeIdentity;
  /** Those in force at this moment: a reload replaces them, so nobody keeps them. */
  readonly settings: Settings;
  /** A self-test that is cheap enough to be asked for every second. */
  health(): Health;
  /** What only a new start of this process helps against, as a sentence; empty for nothing. */
  standstill(): string;
  /** It has begun to watch its servers, and is not being stopped. */
  isRunning(): boolean;
  /** What was counted and timed since the start. */
  readonly measurements: Measurements;
  /** Tags, pools, names and archived topologies. */
  readonly discovery: Discovery;
  /** What is shown beyond the topology. */
  readonly insight: Insight;
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
  /** Runs a topology operation. What it refuses or can't finish is in the report; it rejects when Baton itself can't. */
  operate(name: OperationName, args: OperationArgs, options: OperateOptions): Promise<OperationReport>;
  /** Hands a cluster over, or fails it over by force. Refusals are in the report. */
  takeOver(request: TakeoverRequest): Promise<TakeoverReport>;
  /** Whether the cluster would be failed over now, to whom and how; null for a cluster that isn't known. */
  readiness(clusterName: string): Promise<Readiness | null>;
  /** The log of a recovery or operation as one document, to be replayed elsewhere; null when there is none. */
  exportRecovery(uid: string): Promise<Uint8Array | null>;
  /** The same step by step, also while it runs; null when there is none. */
  timeline(uid: string): RecordedTimeline | null;
  /** Looks into a file that `exportRecovery` made somewhere. Throws BatonError when it is none. Nothing of it is kept. */
  timelineOfFile(bytes: Uint8Array, name: string): RecordedTimeline;
  beginMaintenance(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void>;
  endMaintenance(key: InstanceKey): Promise<void>;
  /** Reads the configuration files again, and one more where named. Rejects with BatonError when one can't be used. */
  reloadConfiguration(extraFile: string | null, by: string): Promise<ReloadReport>;
  /**
   * Writes the source of a cluster, or with null of all that have an alias, to the key-value stores, changed or not.
   * Rejects with BatonError when a store could not be written.
   */
  submitMasters(clusterName: string | null): Promise<KeyValueSubmission>;
  /** Forced recovery of a failed instance. @returns null when nothing was attempted. */
  recover(key: InstanceKey, options: RecoverOptions): Promise<Recovery | null>;
}
