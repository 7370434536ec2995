import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import type { UnknownRequest } from './wire/request-cache.ts';
import type { Account } from './wire/sim-connection.ts';

export interface FleetOptions {
  readonly clusters: number;
  readonly replicasPerCluster: number;
  /**
   * `processes`: in processes of their own, so that the client under test has its processor and its file
   * descriptors for itself. `in-process`: everything in this one; for tests of a few instances.
   */
  readonly run?: 'processes' | 'in-process';
  /** How many processes; by default one for every 4,000 instances. A cluster is never split. */
  readonly processes?: number;
  /**
   * `addresses`: each instance has an address of its own out of 127.0.0.0/8, all with the same port. It looks like a
   * real fleet (one server a host, so that replicas are found in process lists too), a restarted instance can't
   * find its port taken by somebody's outgoing connection, and more than 28,000 connections fit. Only Linux has
   * all those addresses. `ports`: 127.0.0.1 with a port for each, which every system has.
   */
  readonly addressing?: 'addresses' | 'ports';
  /** The port that all have, or the first one of many. */
  readonly port?: number;
  /** Transactions that each cluster's source writes a second; 0 by default, with which all GTID sets stand still. */
  readonly writesPerSecond?: number;
  /** Who replicates from whom within a cluster: all from the source, each from the one before, or three from each. */
  readonly shape?: 'star' | 'chain' | 'tree';
  /** The one account that may log in; by default anyone with any password. */
  readonly account?: Account;
  /** How long replicas take to connect again after their source has come back, ms; 1,000 by default. */
  readonly reconnectMs?: number;
}

export interface FleetCluster {
  readonly source: InstanceKey;
  readonly replicas: readonly InstanceKey[];
}

export interface FleetStats {
  readonly instances: number;
  readonly connections: number;
  /** Requests (COM_QUERY) that were answered, each of which may hold several statements. */
  readonly requests: number;
  readonly statements: number;
  /** Requests that the simulator couldn't answer as a real server might; empty when all went well. */
  readonly unknown: readonly UnknownRequest[];
  /** Processor time of the serving processes, ms; of this very process when it runs in it. */
  readonly cpuMs: number;
}

/** A look into the model, past the protocol. */
export interface InstanceState {
  readonly key: InstanceKey;
  readonly serverUuid: string;
  readonly alive: boolean;
  readonly frozen: boolean;
  readonly readOnly: boolean;
  readonly offlineMode: boolean;
  readonly gtidExecuted: string;
  readonly source: InstanceKey | null;
  readonly ioState: string;
  readonly sqlState: string;
  readonly connections: number;
}

/** What can be done to simulated servers; everything has happened when the promise settles. */
export interface FleetControl {
  /**
   * The process is gone: connections are closed, its port refuses, replicas notice at once.
   * @param lostTransactions how many more it has written that no replica has received
   */
  kill(key: InstanceKey, lostTransactions?: number): Promise<void>;
  /** It comes back as it was when it was killed, replication threads running. */
  restart(key: InstanceKey): Promise<void>;
  /** Like SIGSTOP: connections are accepted and stay open, nothing is answered until it is thawed. */
  freeze(key: InstanceKey): Promise<void>;
  thaw(key: InstanceKey): Promise<void>;
  /** Closes its connections; it goes on to run and accept. */
  dropConnections(key: InstanceKey): Promise<void>;
  setLag(key: InstanceKey, seconds: number): Promise<void>;
  setVariable(key: InstanceKey, name: string, value: string | number): Promise<void>;
  /** Writes there, whether it is read-only or not; on a replica the transactions are errant. */
  write(key: InstanceKey, transactions: number): Promise<void>;
  breakApplier(key: InstanceKey, errno: number, message: string): Promise<void>;
  state(key: InstanceKey): Promise<InstanceState>;
  stats(): Promise<FleetStats>;
}

export interface Fleet extends FleetControl {
  readonly keys: readonly InstanceKey[];
  readonly clusters: readonly FleetCluster[];
  stop(): Promise<void>;
}

/** The part of a fleet that one process serves. */
export interface ShardPlan {
  readonly clusters: readonly (readonly InstanceKey[])[];
  readonly firstServerId: number;
  readonly writesPerSecond: number;
  readonly shape: 'star' | 'chain' | 'tree';
  readonly account: Account | null;
  readonly reconnectMs: number;
}
