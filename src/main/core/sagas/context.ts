import type { LogPlace } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { ReplicationRules } from '../topology/can-replicate.ts';
import type { Topology, TopologyInstance } from '../topology/topology.ts';
import type { RoutineSettings } from './routine-settings.ts';

/** What a routine decides from besides what it reads: the picture at its start, the settings, and who asked. */
export interface RoutineContext {
  readonly topology: Topology;
  readonly settings: RoutineSettings;
  /** Owner of the maintenance that it begins. */
  readonly owner: string;
  /** Of the process that runs it; maintenance of a process that is gone is ended. */
  readonly nodeToken: string;
  /** Ms since the epoch, at the start. */
  readonly startedMs: number;
  /** Whether the server is under a downtime at the start. */
  readonly isDowntimed: (id: KeyText) => boolean;
  /** Whether `PromotionIgnoreHostnameFilters` matches the server. */
  readonly isPromotionIgnored: (id: KeyText) => boolean;
  /** Places of other servers' binary logs that were recorded as equivalent to a place of this server's. */
  readonly equivalents: (place: LogPlace) => readonly LogPlace[];
}

/** How long one server may take for one statement, ms. */
export function statementTimeoutMs(context: RoutineContext): number {
  return context.settings.MySQLTopologyReadTimeoutSeconds * 1000;
}

export function replicationRules({ settings }: RoutineContext): ReplicationRules {
  return {
    reasonableMaintenanceLagSeconds: settings.ReasonableMaintenanceReplicationLagSeconds,
    verifyReplicationFilters: settings.VerifyReplicationFilters,
    lowerReplicaVersionAllowed: settings.LowerReplicaVersionAllowed,
  };
}

/** A server as it stood in the picture; null when Baton doesn't know it. */
export function known(context: RoutineContext, key: InstanceKey): TopologyInstance | null {
  return context.topology.instances.get(keyText(key)) ?? null;
}
