import type { InstanceKey } from '../../../shared/domain/instance-key.ts';

/** An entry of the audit as it goes to places beside Baton's own database. */
export interface AuditNote {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly type: string;
  /** Null when no instance is concerned. */
  readonly key: InstanceKey | null;
  /** Empty when no cluster is concerned, or the instance is not known any more. */
  readonly clusterName: string;
  readonly message: string;
}

/** Somewhere else that the audit is written to. */
export interface AuditSink {
  /** Never throws and never waits: what can't be written is told in the log. */
  write(note: AuditNote): void;
  /** Resolves when what was handed over is written or given up. */
  close(): Promise<void>;
}
