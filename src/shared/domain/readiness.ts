import type { InstanceKey } from './instance-key.ts';

/** Something that keeps Baton from failing over, or makes it worse than it could be. */
export interface ReadinessObstacle {
  /** Stable name, such as `unacknowledged-recovery`. */
  readonly code: string;
  readonly message: string;
  /** What lifts it, as a command or as statements for a server; empty when only time or a person's judgement does. */
  readonly command: string;
  /** With it there is no failover; without, it is a weakness. */
  readonly blocks: boolean;
}

/** Whether Baton would fail a cluster over now, and how that would go. */
export interface Readiness {
  readonly clusterName: string;
  readonly clusterAlias: string;
  readonly master: InstanceKey | null;
  readonly ready: boolean;
  readonly successor: InstanceKey | null;
  /** By which rule the successor was chosen, as the saga says it. */
  readonly rule: string;
  /** Replicas that would be left behind, and transactions that would be lost, a sentence each. */
  readonly losses: readonly string[];
  /** About how long writes would fail, ms; null when there would be no failover. */
  readonly estimatedOutageMs: number | null;
  readonly obstacles: readonly ReadinessObstacle[];
  /** The judgement of each replica. */
  readonly verdicts: readonly string[];
}
