import type { LogCoordinates, SourceTlsOptions } from './instance.ts';
import type { InstanceKey } from './instance-key.ts';

export type ReplicationThreads = 'both' | 'io' | 'sql';

/** How a repointed replica finds its place in the new source's binary log. */
export type RepointMode =
  | { readonly by: 'gtid' }
  | { readonly by: 'coordinates'; readonly at: LogCoordinates }
  /** Host and port only; the coordinates that the replica has are kept. */
  | { readonly by: 'same-coordinates' };

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
  | { readonly kind: 'set-semi-sync-source'; readonly on: boolean }
  | { readonly kind: 'set-semi-sync-replica'; readonly on: boolean };
