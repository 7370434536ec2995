import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Clock, Log } from '../../engine/ports/runtime.ts';
import type { Response } from './wire/decode-response.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What replicas log in to their source with. File names are those of the replica's host. */
export interface ReplicationAccount extends Credentials {
  /** Given along with the account; empty texts leave the replica's own. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** `always`: every server; `mixed`: servers that refuse a plain connection; `off`: never. */
export type TlsMode = 'off' | 'mixed' | 'always';

/** Contents in PEM, not paths. */
export interface TlsOptions {
  readonly mode: TlsMode;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Take any certificate (`MySQLTopologySSLSkipVerify`). */
  readonly skipVerify?: boolean;
}

/** Names met on the network, made canonical. Never rejects: a name that doesn't resolve stays as it is. */
export interface HostResolver {
  resolve(host: string): Promise<string>;
  /** A server polled as `polled` names itself `own`; later `resolve(polled)` gives `own`. */
  learn(polled: string, own: string): void;
}

/** The part of the settings that decides what a poll reads; empty text switches a query or pattern off. */
export interface ReadSettings {
  /** `none`, `@@hostname` and its synonyms, `@@report_host` and its synonym; anything else means `none`. */
  readonly ownNameFrom: string;
  readonly discoverByShowReplicas: boolean;
  readonly replicationLagQuery: string;
  readonly detectClusterAliasQuery: string;
  readonly detectClusterDomainQuery: string;
  readonly detectInstanceAliasQuery: string;
  readonly detectPromotionRuleQuery: string;
  readonly detectDataCenterQuery: string;
  readonly detectRegionQuery: string;
  readonly detectPhysicalEnvironmentQuery: string;
  readonly detectSemiSyncEnforcedQuery: string;
  readonly detectPseudoGtidQuery: string;
  /** Gives user, password and maybe TLS files of the account with which replicas log in to the server it runs on. */
  readonly replicationCredentialsQuery: string;
  /** Matched against the resolved host name; the first group counts. */
  readonly dataCenterPattern: RegExp | null;
  readonly regionPattern: RegExp | null;
  readonly physicalEnvironmentPattern: RegExp | null;
}

export const DEFAULT_READ_SETTINGS: ReadSettings = {
  ownNameFrom: '@@hostname',
  discoverByShowReplicas: false,
  replicationLagQuery: '',
  detectClusterAliasQuery: '',
  detectClusterDomainQuery: '',
  detectInstanceAliasQuery: '',
  detectPromotionRuleQuery: '',
  detectDataCenterQuery: '',
  detectRegionQuery: '',
  detectPhysicalEnvironmentQuery: '',
  detectSemiSyncEnforcedQuery: '',
  detectPseudoGtidQuery: '',
  replicationCredentialsQuery: '',
  dataCenterPattern: null,
  regionPattern: null,
  physicalEnvironmentPattern: null,
};

export interface NamedQuery {
  readonly name: string;
  readonly sql: string;
}

export interface MetadataAnswers {
  /** By the query's name; none for a query that has never been answered. */
  readonly responses: ReadonlyMap<string, Response>;
  readonly warnings: readonly string[];
}

/** Tells about all servers what would else be asked on each. */
export interface MetadataSource {
  /** Whether the query is asked here, and not on the server itself. */
  covers(name: string): boolean;
  /** The answers about one server. Never rejects. */
  about(key: InstanceKey, queries: readonly NamedQuery[]): Promise<MetadataAnswers>;
  forget(key: InstanceKey): void;
  close(): void;
}

export interface MysqlAdapterOptions {
  /** Where some of the Detect…Queries are asked instead of on each server. */
  readonly metadata?: MetadataSource;
  /** Baton's own account: one for all servers, or by server. */
  readonly credentials: Credentials | ((key: InstanceKey) => Credentials);
  readonly tls: TlsOptions | ((key: InstanceKey) => TlsOptions);
  /** Until the log-in is done, in milliseconds (`MySQLConnectTimeoutSeconds`). */
  readonly connectTimeoutMs: number;
  /** Read anew at every poll, so that a reload of the settings needs no new connections. */
  readonly settings: () => ReadSettings;
  /**
   * The account with which replicas log in to this source, as somebody gave it to Baton; null when nobody has. Asked
   * for when neither `replicationCredentialsQuery` nor the server itself can tell.
   */
  readonly replicationCredentials: (source: InstanceKey) => Promise<ReplicationAccount | null>;
  readonly resolver: HostResolver;
  readonly clock: Clock;
  readonly log: Log;
}
