import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';

/** What the demo needs of a topology, be it of real servers or simulated. */
export interface DemoFleet {
  /** One sentence about what runs. */
  readonly description: string;
  readonly source: InstanceKey;
  readonly members: readonly InstanceKey[];
  /** Baton's configuration for it. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Starts a client that writes every 10 ms wherever `target` points. */
  startWriting(target: () => InstanceKey): Promise<void>;
  /** SIGKILL, or what comes nearest to it. */
  killSource(): Promise<void>;
  /** Waits until the client's writes are acknowledged by this server. */
  writesArrive(at: InstanceKey): Promise<void>;
  /** From the last write acknowledged by the old source to the first by the new one, ms. */
  outageMs(successor: InstanceKey): number;
  /** Judges the state after the failover. */
  verdict(successor: InstanceKey): Promise<DemoVerdict>;
  stop(): Promise<void>;
}

export interface DemoVerdict {
  readonly ok: boolean;
  /** One finding a line. */
  readonly lines: readonly string[];
}
