import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface WatcherSettings {
  readonly pollMs: number;
  readonly pulseMs: number;
  readonly detectionTimeoutMs: number;
  /** Time limit of a poll of a server that does answer, only slowly. */
  readonly readTimeoutMs: number;
  readonly fullPollEvery: number;
  readonly deadFactor: number;
  readonly deadMaxMs: number;
}

export interface WatcherDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => WatcherSettings;
  /** A number in [0,1) that spreads the polls of many instances over the interval. */
  readonly spread: () => number;
  /** Runs the task when a place is free among the polls under way. */
  readonly slot: <T>(task: () => Promise<T>, dead: boolean) => Promise<T>;
  /** The server must be shut for writes before anything else is sent to it. */
  readonly isFenced: (key: InstanceKey) => boolean;
  /** `polledAs` differs from the snapshot's key when the server calls itself otherwise. */
  readonly onSnapshot: (polledAs: InstanceKey, snapshot: InstanceSnapshot) => void;
  /** Silent, but not yet for long enough to count as unreachable. */
  readonly onSuspect: (key: InstanceKey) => void;
  /** Its fence was the first thing that a new connection sent. */
  readonly onFenced: (key: InstanceKey) => void;
}
