import type { LogCoordinates, SourceTlsOptions } from './instance.ts';
import type { InstanceKey } from './instance-key.ts';

export type ReplicationThreads = 'both' | 'io' | 'sql';

/** How a repointed replica finds its place in the new source's binary log. */
export type RepointMode =
  | { readonly by: 'gtid' }
  | { readonly by: 'coordinates'; readonly at: LogCoordinates }
  /** Host and port only; the coordinates that the replica has are kept. */
  | { readonly by: 'same-coordinates' };

/** How a replica keeps in touch with its source. Detection leans on it, so that a new channel is given the same. */
export interface SourcePace {
  /** Null where it isn't known. */
  readonly heartbeatPeriodSeconds: number | null;
  readonly connectRetrySeconds: number;
  readonly retryCount: number;
}

/**
 * What is to be done on one server. The dialect of that server turns it into statements; nothing outside
 * the dialects knows their wording.
 */
export type ServerAction =
  | { readonly kind: 'stop-replication'; readonly threads: ReplicationThreads }
  | { readonly kind: 'start-replication'; readonly threads: ReplicationThreads }
  | {
      readonly kind: 'repoint';
      readonly source: InstanceKey;
      readonly mode: RepointMode;
      /** TLS and public-key options to set; null keeps the replica's own. */
      readonly tls: (SourceTlsOptions & { readonly enabled: boolean }) | null;
      /** How a server that was none is to keep in touch; left out, a replica's own heartbeats and retries are kept. */
      readonly pace?: SourcePace;
      /** Name under which the secrets port knows the replication account; null keeps the replica's own. */
      readonly credentialsOf: InstanceKey | null;
    }
  /** Forget the source for good (`RESET REPLICA ALL`). */
  | { readonly kind: 'reset-replication' }
  /** Reversible break of the source's host name: `//host`. */
  | { readonly kind: 'detach-source' }
  | { readonly kind: 'reattach-source' }
  | { readonly kind: 'set-read-only'; readonly on: boolean; readonly super: boolean }
  /** Refuse writes, super users' too, and throw out the sessions that were writing. */
  | { readonly kind: 'fence' }
  /** Let sessions in again on a server that stays read-only. */
  | { readonly kind: 'end-offline-mode' }
  /** Wait until the applier has executed everything in the set; `timeoutMs` in milliseconds. */
  | { readonly kind: 'wait-for-gtid'; readonly gtid: string; readonly timeoutMs: number }
  /** Wait until the applier has executed the source's log up to there; `timeoutMs` in milliseconds. */
  | { readonly kind: 'wait-for-position'; readonly at: LogCoordinates; readonly timeoutMs: number }
  /** Start replication up to exactly this place of the source's log; both threads have to be stopped. */
  | { readonly kind: 'start-until'; readonly at: LogCoordinates }
  /** Pass over the next event that the applier would execute (without GTIDs). */
  | { readonly kind: 'skip-event' }
  /** Commit an empty transaction under each of these single GTIDs. */
  | { readonly kind: 'inject-empty'; readonly gtids: readonly string[] }
  /** Delete all binary logs and forget all GTIDs (`RESET MASTER`). */
  | { readonly kind: 'reset-binary-logs' }
  | { readonly kind: 'set-gtid-purged'; readonly gtid: string }
  | { readonly kind: 'set-delay'; readonly seconds: number }
  | { readonly kind: 'flush-binary-logs'; readonly times: number }
  /** Delete the binary logs before this one. */
  | { readonly kind: 'purge-binary-logs'; readonly to: string }
  | { readonly kind: 'kill'; readonly id: number; readonly what: 'query' | 'connection' }
  /** Give the stopped channel the replication account that this server's is known by; the text never enters a log. */
  | { readonly kind: 'set-credentials'; readonly credentialsOf: InstanceKey }
  /** Write a mark that matching finds again: `DROP VIEW IF EXISTS` of a name that holds this text. */
  | { readonly kind: 'inject-pseudo-gtid'; readonly schema: string; readonly mark: string }
  /** Write a transaction that changes no data, whose acknowledgement covers those before it. */
  | { readonly kind: 'log-nothing' }
  | { readonly kind: 'set-semi-sync-source'; readonly on: boolean }
  | { readonly kind: 'set-semi-sync-replica'; readonly on: boolean };
