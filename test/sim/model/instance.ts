import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { type GtidCounts, gtidText } from './gtid.ts';

/** The channel from a replica to its source. Times are milliseconds of the fleet's clock. */
export interface Channel {
  sourceHost: string;
  sourcePort: number;
  user: string;
  autoPosition: boolean;
  /** START or STOP REPLICA was the last word to each thread. */
  ioOn: boolean;
  sqlOn: boolean;
  /** The source that the I/O thread is connected to; null while it is not. */
  linked: SimInstance | null;
  retryAtMs: number;
  ioError: ReplicationError | null;
  /** Set when the error has ended the I/O thread, as opposed to it trying again. */
  ioEnded: boolean;
  sqlError: ReplicationError | null;
  /** Server UUID → what has come over this channel. */
  readonly retrieved: Map<string, { readonly from: number; to: number }>;
  delaySeconds: number;
  connectRetrySeconds: number;
  retryCount: number;
  /** Options that are only told back, by column of SHOW REPLICA STATUS. */
  readonly options: Map<string, string>;
  linkedAtMs: number;
  /** When the last transaction came; null for never. */
  queuedAtMs: number | null;
  heartbeats: number;
  heartbeatAtMs: number | null;
  heartbeatSeconds: number;
  /** Of the source that it was connected to last. */
  sourceUuid: string;
}

export interface ReplicationError {
  readonly errno: number;
  readonly message: string;
}

/** A client's connection, as far as the model knows it. */
export interface Session {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  kill(): void;
}

/** One simulated server. */
export class SimInstance {
  readonly key: InstanceKey;
  readonly serverId: number;
  readonly uuid: string;
  readonly cluster: SimCluster;
  /** Server variables that were set, over the defaults. */
  readonly variables = new Map<string, string | number>();
  readonly sessions = new Map<number, Session>();
  channel: Channel | null = null;
  alive = true;
  /** Since when it is frozen; null while it isn't. */
  frozenSinceMs: number | null = null;
  upSinceMs: number;
  /** How far its applier trails behind, seconds. */
  lagSeconds = 0;
  /** When the lazy part of its state was last brought up to date. */
  syncedMs: number;
  nextSessionId = 8;
  readonly #executed: GtidCounts = new Map();
  #executedText: string | null = '';
  #transactions = 0;

  constructor(cluster: SimCluster, key: InstanceKey, serverId: number, uuid: string, nowMs: number) {
    this.cluster = cluster;
    this.key = key;
    this.serverId = serverId;
    this.uuid = uuid;
    this.upSinceMs = nowMs;
    this.syncedMs = nowMs;
  }

  get frozen(): boolean {
    return this.frozenSinceMs !== null;
  }

  get executed(): ReadonlyMap<string, number> {
    return this.#executed;
  }

  get executedText(): string {
    this.#executedText ??= gtidText(this.#executed);
    return this.#executedText;
  }

  /** How many transactions its binary log holds. */
  get transactions(): number {
    return this.#transactions;
  }

  executeUpTo(uuid: string, last: number): void {
    const before = this.#executed.get(uuid) ?? 0;
    if (last <= before) return;
    this.#executed.set(uuid, last);
    this.#transactions += last - before;
    this.#executedText = null;
  }

  /** RESET BINARY LOGS AND GTIDS. */
  forgetTransactions(): void {
    this.#executed.clear();
    this.#transactions = 0;
    this.#executedText = null;
  }

  flag(name: string): boolean {
    const value = this.variables.get(name);
    return value === 1 || value === 'ON';
  }

  /** Last transaction of that server that this one has, applied or not. */
  receivedUpTo(uuid: string): number {
    return Math.max(this.#executed.get(uuid) ?? 0, this.channel?.retrieved.get(uuid)?.to ?? 0);
  }
}

/** A source with its replicas; whoever takes the writes changes when the source can't any more. */
export interface SimCluster {
  readonly instances: SimInstance[];
  writer: SimInstance | null;
  readonly writesPerSecond: number;
  /** Up to when the writes are accounted for. */
  writtenMs: number;
}

/** Place in a binary log that holds this many transactions; bytes. */
export function logPlace(transactions: number): { readonly file: string; readonly position: number } {
  const number = 1 + Math.floor(transactions / TRANSACTIONS_PER_FILE);
  const position = HEADER_BYTES + (transactions % TRANSACTIONS_PER_FILE) * TRANSACTION_BYTES;
  return { file: `binlog.${String(number).padStart(6, '0')}`, position };
}

const TRANSACTIONS_PER_FILE = 1_000_000;
const TRANSACTION_BYTES = 312;
const HEADER_BYTES = 158;
