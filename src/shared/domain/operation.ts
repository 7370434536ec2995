import type { InstanceKey } from './instance-key.ts';

/** Topology operations under the names that operators type (topology operations reference, 3). Old spellings are the doors' affair. */
export const OPERATION_NAMES = [
  // By GTID, and the smart ones that choose a method
  'relocate',
  'relocate-replicas',
  'take-siblings',
  'regroup-replicas',
  'regroup-replicas-gtid',
  'regroup-replicas-bls',
  'move-gtid',
  'move-replicas-gtid',
  'repoint',
  'repoint-replicas',
  'enable-gtid',
  'disable-gtid',
  // By file and position
  'move-up',
  'move-up-replicas',
  'move-below',
  'move-equivalent',
  'take-master',
  'make-co-master',
  // By Pseudo-GTID
  'match',
  'match-up',
  'rematch',
  'match-replicas',
  'match-up-replicas',
  'regroup-replicas-pgtid',
  'make-master',
  'make-local-master',
  'last-pseudo-gtid',
  'find-binlog-entry',
  'correlate-binlog-pos',
  'correlate-relaylog-pos',
  'last-executed-relay-entry',
  // Errant transactions
  'locate-gtid-errant',
  'gtid-errant-reset-master',
  'gtid-errant-inject-empty',
  // One server
  'start-replica',
  'stop-replica',
  'stop-replica-nice',
  'restart-replica',
  'reset-replica',
  'detach-replica-master-host',
  'reattach-replica-master-host',
  'restart-replica-statements',
  'skip-query',
  'delay-replication',
  'enable-semi-sync-master',
  'disable-semi-sync-master',
  'enable-semi-sync-replica',
  'disable-semi-sync-replica',
  'set-read-only',
  'set-writeable',
  'flush-binary-logs',
  'purge-binary-logs',
  'kill-query',
  'master-pos-wait',
  'change-master-credentials',
] as const;

export type OperationName = (typeof OPERATION_NAMES)[number];

/** Plain data. What an operation doesn't use is left out. */
export interface OperationArgs {
  readonly instance: InstanceKey;
  readonly destination?: InstanceKey;
  /** Regular expression on `host:port`; only replicas that match are touched. For routines, in JavaScript's words with the flag `v`. */
  readonly pattern?: string;
  /** A binary log's name, `file:position`, or the statement of `restart-replica-statements`. */
  readonly text?: string;
  /** Seconds of a delay, or the id of a session. */
  readonly number?: number;
  /** `purge-binary-logs` although replicas still need them; searching all logs (`--strict`). */
  readonly force?: boolean;
}

/**
 * How things stand afterwards (safety rule 3). `done`: in the target state, read back. `refused`: nothing was touched.
 * `undone`: begun, and back in the starting state. `partial`: of several replicas some were moved, each of the others is
 * as it was. `left`: neither could be reached; the message says what is where and which command repairs it.
 */
export type OperationState = 'done' | 'refused' | 'undone' | 'partial' | 'left';

/** What became of one of several replicas. */
export interface ReplicaResult {
  readonly key: InstanceKey;
  readonly state: OperationState;
  /** Empty when done. */
  readonly reason: string;
}

export interface OperationResult {
  readonly state: OperationState;
  /** A sentence for a person: what was done, or why not, on which server, and what to do. */
  readonly message: string;
  /** The server that the operation was about: the moved one, or the chosen candidate of a regrouping. */
  readonly subject: InstanceKey | null;
  /** Where it went, when it went anywhere. */
  readonly destination: InstanceKey | null;
  /** Of operations on many. */
  readonly replicas: readonly ReplicaResult[];
  /** What it found or printed: statements, binary logs, an entry's place. */
  readonly lines: readonly string[];
}

/** One thing that a dry run would do. */
export interface PlannedStep {
  /** Key text of the server concerned; empty for none. */
  readonly server: string;
  /** The effect's type: `perform`, `read`, `ask`, `hooks`, `propose`, `fence`, `note` … */
  readonly kind: string;
  /** The very statements, secrets masked; empty when nothing is sent. */
  readonly statements: readonly string[];
  /** What it does or decides, as a sentence or phrase. */
  readonly message: string;
}
