import type { InstanceKey } from './instance-key.ts';

/** Which server it is; decides the dialect, the GTID algebra and what the server can do. */
export type Flavor = 'MySQL' | 'MariaDB' | 'Percona' | 'MaxScale' | 'unknown';

/** A place in a binary or relay log. `position` is a byte offset. */
export interface LogCoordinates {
  readonly file: string;
  readonly position: number;
}

/** A place in the binary log of a certain server. */
export interface LogPlace extends LogCoordinates {
  readonly key: InstanceKey;
}

/** -1 no thread (not a replica), 0 stopped, 1 running, 2 anything else, such as connecting. */
export type ThreadState = -1 | 0 | 1 | 2;

/** `must` can't be registered by hand but is honoured where it is found. Best first. */
export type PromotionRule = 'must' | 'prefer' | 'neutral' | 'prefer_not' | 'must_not';

export const PROMOTION_RULES: readonly PromotionRule[] = ['must', 'prefer', 'neutral', 'prefer_not', 'must_not'];

/** How a replica asks its source for transactions. */
export type GtidUse = 'none' | 'mysql' | 'mariadb';

/** What a replica says of the channel to its source (`SHOW REPLICA STATUS`), in our words. */
export interface ReplicaStatus {
  /** The source as the server names it, resolved; a detached replica's host begins with `//`. */
  readonly source: InstanceKey;
  readonly sourceUuid: string;
  readonly user: string;
  readonly ioState: ThreadState;
  readonly sqlState: ThreadState;
  readonly lastIoErrno: number;
  readonly lastIoError: string;
  readonly lastSqlErrno: number;
  readonly lastSqlError: string;
  /** What the I/O thread has read, in the source's binary log. */
  readonly read: LogCoordinates;
  /** What the applier has executed, in the source's binary log. */
  readonly executed: LogCoordinates;
  readonly relay: LogCoordinates;
  readonly gtidUse: GtidUse;
  /** MySQL: `Retrieved_Gtid_Set`; MariaDB: `Gtid_IO_Pos`. Empty when GTIDs are not in use. */
  readonly gtidRetrieved: string;
  /** MariaDB's `Using_Gtid` (`No`, `Slave_Pos`, `Current_Pos`); empty elsewhere. */
  readonly mariadbGtidMode: string;
  readonly secondsBehindSource: number | null;
  /** Configured delay in seconds; 0 for none. */
  readonly sqlDelaySeconds: number;
  readonly hasFilters: boolean;
  readonly tls: boolean;
  readonly tlsOptions: SourceTlsOptions;
  /** `MASTER_CONNECT_RETRY`, seconds. */
  readonly connectRetrySeconds: number;
  readonly retryCount: number;
  /** Heartbeats received from the source since the I/O thread started; null when the server doesn't tell. */
  readonly heartbeatsReceived: number | null;
  /** Heartbeat period of the channel in seconds; null when the server doesn't tell. */
  readonly heartbeatPeriodSeconds: number | null;
  /**
   * How long ago the receiver heard from the source, be it a heartbeat or a transaction, in ms by the replica's own
   * clock; null when the server doesn't tell (before MySQL 8.0, MariaDB) or the poll didn't ask.
   */
  readonly sourceHeardAgoMs?: number | null;
  /**
   * Transactions may be committed, and logged, in another order than the source's; left out when they can't. The executed
   * place is then that up to which nothing is missing, while later transactions may be executed already.
   */
  readonly appliesOutOfOrder?: boolean;
  /** More than one channel is configured; the facts above are those of the first. */
  readonly channels: number;
}

/** Connection options that have to be carried over when a replica is pointed elsewhere. */
export interface SourceTlsOptions {
  readonly ca: string;
  readonly capath: string;
  readonly cert: string;
  readonly cipher: string;
  readonly key: string;
  readonly verifyServerCert: boolean;
  readonly publicKeyPath: string;
  readonly getPublicKey: boolean;
}

export interface SemiSyncFacts {
  readonly available: boolean;
  readonly sourceEnabled: boolean;
  readonly sourceStatus: boolean;
  readonly sourceTimeoutMs: number;
  readonly sourceWaitForReplicas: number;
  readonly sourceClients: number;
  /** Commits that wait for an acknowledgement right now; left out when none does. */
  readonly sourceWaiting?: number;
  readonly replicaEnabled: boolean;
  readonly replicaStatus: boolean;
}

export interface GroupFacts {
  readonly name: string;
  readonly singlePrimary: boolean;
  readonly memberState: string;
  readonly memberRole: string;
  readonly members: readonly InstanceKey[];
  readonly primary: InstanceKey;
}

/** A privilege that Baton's account lacks on a server. */
export interface MissingPrivilege {
  /** One of them would be enough. */
  readonly anyOf: readonly string[];
  /** What doesn't work: changing replication, global variables such as read_only, killing sessions, or only reading. */
  readonly breaks: 'replication' | 'variables' | 'sessions' | 'reading';
}

/** Everything that one successful poll tells about one server. Plain data, serialisable. */
export interface InstanceFacts {
  readonly key: InstanceKey;
  readonly serverId: number;
  readonly serverUuid: string;
  /** `@@hostname`: what the server takes its host to be called, whatever it is known by; left out when it doesn't tell. */
  readonly serverHostname?: string;
  readonly version: string;
  readonly versionComment: string;
  readonly flavor: Flavor;
  readonly uptimeSeconds: number;
  readonly readOnly: boolean;
  /** Always false where the server has no such variable. */
  readonly superReadOnly: boolean;
  readonly offlineMode: boolean;
  readonly logBin: boolean;
  readonly logReplicaUpdates: boolean;
  readonly binlogFormat: string;
  readonly binlogRowImage: string;
  /** Own write position; null when the binary log is off. */
  readonly coordinates: LogCoordinates | null;
  /** MySQL `gtid_mode`; empty on MariaDB and before 5.6. */
  readonly gtidMode: string;
  /** MySQL: `gtid_executed`; MariaDB: `gtid_current_pos` joined with `gtid_binlog_pos`. */
  readonly gtidExecuted: string;
  /** MariaDB: `gtid_binlog_state`, the last transaction of each server in each domain of its binary log. */
  readonly gtidBinlogState?: string;
  readonly gtidPurged: string;
  readonly replica: ReplicaStatus | null;
  readonly semiSync: SemiSyncFacts | null;
  readonly group: GroupFacts | null;
  /** Replicas that the server knows to be connected. */
  readonly connectedReplicas: readonly InstanceKey[];
  readonly replicationCredentialsAvailable: boolean;
  /** Results of the Detect…Query settings and the patterns. */
  readonly alias: string;
  readonly dataCenter: string;
  readonly region: string;
  readonly environment: string;
  readonly suggestedClusterAlias: string;
  readonly clusterDomain: string;
  readonly semiSyncPriority: number;
  readonly detectedPromotionRule: PromotionRule | null;
  readonly usesPseudoGtid: boolean;
  /** Lag by `ReplicationLagQuery`, else seconds behind the source; null when unknown. Seconds. */
  readonly lagSeconds: number | null;
  /** What could not be read and why, one sentence each: failed Detect queries, missing grants. */
  readonly warnings: readonly string[];
  /** Left out when the grants could not be read, and when nothing is missing. */
  readonly missingPrivileges?: readonly MissingPrivilege[];
}

/** Why the last poll failed, in a form that policy can reason about. */
export type PollFailureKind =
  /** The host name doesn't resolve. */
  | 'unknown-host'
  /** Nothing listens there: the server process is gone. */
  | 'refused'
  /** No answer within the time limit: frozen, overloaded or cut off. */
  | 'timeout'
  /** The connection broke. */
  | 'broken'
  /** The server said that it is shutting down. */
  | 'shutting-down'
  /** A MySQL server answered, and refused us: wrong password, missing grant, too many connections. */
  | 'refused-by-server'
  /** Something answered that doesn't speak the MySQL protocol. */
  | 'not-mysql'
  /** A server version that Baton doesn't support. */
  | 'unsupported'
  | 'other';

export interface PollFailure {
  readonly kind: PollFailureKind;
  /** A sentence for a person, naming the server. Never holds a password. */
  readonly message: string;
}

/** What Baton knows of one server: the facts of the last successful poll and how polling has gone since. */
export interface InstanceSnapshot {
  readonly key: InstanceKey;
  /** Null until a poll has succeeded once. */
  readonly facts: InstanceFacts | null;
  /** End of the last poll, successful or not; ms since the epoch, 0 for never. */
  readonly lastCheckedMs: number;
  /** End of the last successful poll; ms, 0 for never. */
  readonly lastSeenMs: number;
  /** Begin of the last poll; ms, 0 for never. */
  readonly lastAttemptMs: number;
  readonly partialSuccess: boolean;
  readonly failure: PollFailure | null;
  /** How long the last successful poll took, in microseconds. */
  readonly latencyMicros: number;
  /** Loaded from the store and not polled by this process yet. */
  readonly stale: boolean;
}
