import type {
  GroupFacts,
  InstanceFacts,
  InstanceSnapshot,
  ReplicaStatus,
  SemiSyncFacts,
} from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, NO_KEY, parseKey } from '../../../src/shared/domain/instance-key.ts';
import { PLAIN_REPLICA } from '../../support/plain-replica.ts';

/** The time at which every test fleet is looked at, ms since the epoch. */
export const NOW = 1_800_000_000_000;

/** How a test server differs from a healthy one that was polled a second ago. */
export interface ServerOptions {
  /** The source; makes it a running replica that uses GTIDs. */
  readonly below?: string;
  readonly facts?: Partial<InstanceFacts>;
  readonly replica?: Partial<ReplicaStatus>;
  readonly semiSync?: Partial<SemiSyncFacts>;
  readonly group?: Partial<GroupFacts>;
  readonly snapshot?: Partial<InstanceSnapshot>;
  /** The last poll failed. */
  readonly dead?: boolean;
}

/** `db1` is short for `db1:3306`. */
export function key(name: string): InstanceKey {
  const parsed = name.startsWith('//') ? { hostname: name, port: 3306 } : parseKey(name, 3306);
  if (parsed === null) throw new Error(`no key: ${name}`);
  return parsed;
}

/** A server as a poll would have read it. */
export function server(name: string, options: ServerOptions = {}): InstanceSnapshot {
  const lastSeenMs = NOW - 1000;
  return {
    key: key(name),
    facts: factsOf(name, options),
    lastCheckedMs: options.dead ? NOW - 100 : lastSeenMs,
    lastSeenMs,
    lastAttemptMs: options.dead ? NOW - 150 : lastSeenMs - 5,
    partialSuccess: !options.dead,
    failure: options.dead ? { kind: 'refused', message: `${name} refused the connection.` } : null,
    latencyMicros: 400,
    stale: false,
    ...options.snapshot,
  };
}

/** A server that Baton has heard of and not read. */
export function unread(name: string, snapshot: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  const never = { facts: null, lastCheckedMs: 0, lastSeenMs: 0, lastAttemptMs: 0, partialSuccess: false };
  return server(name, { snapshot: { ...never, ...snapshot } });
}

export function factsOf(name: string, options: Omit<ServerOptions, 'snapshot' | 'dead'> = {}): InstanceFacts {
  const replica = options.below === undefined ? null : replicaStatus(options.below, options.replica);
  return {
    key: key(name),
    serverId: serverIdOf(name),
    serverUuid: uuidOf(name),
    version: '8.4.3',
    versionComment: 'MySQL Community Server - GPL',
    flavor: 'MySQL',
    uptimeSeconds: 1000,
    readOnly: replica !== null,
    superReadOnly: replica !== null,
    offlineMode: false,
    logBin: true,
    logReplicaUpdates: true,
    binlogFormat: 'ROW',
    binlogRowImage: 'FULL',
    coordinates: { file: 'binlog.000007', position: 4711 },
    gtidMode: 'ON',
    gtidExecuted: '',
    gtidPurged: '',
    replica,
    semiSync: options.semiSync === undefined ? null : { ...NO_SEMI_SYNC, ...options.semiSync },
    group: options.group === undefined ? null : { ...SECONDARY, ...options.group },
    connectedReplicas: [],
    replicationCredentialsAvailable: false,
    alias: '',
    dataCenter: '',
    region: '',
    environment: '',
    suggestedClusterAlias: '',
    clusterDomain: '',
    semiSyncPriority: 0,
    detectedPromotionRule: null,
    usesPseudoGtid: false,
    lagSeconds: replica === null ? null : replica.secondsBehindSource,
    warnings: [],
    ...options.facts,
  };
}

/** A uuid that tells the server's name, so that a failed expectation can be read. */
export function uuidOf(name: string): string {
  const hex = [...name].map((c) => c.charCodeAt(0).toString(16)).join('');
  return `00000000-0000-0000-0000-${hex.slice(-12).padStart(12, '0')}`;
}

function serverIdOf(name: string): number {
  let id = 7;
  for (const character of name) id = (id * 31 + character.charCodeAt(0)) % 4_294_967_291;
  return id;
}

function replicaStatus(source: string, changes: Partial<ReplicaStatus> = {}): ReplicaStatus {
  return {
    source: key(source),
    sourceUuid: source.startsWith('//') ? '' : uuidOf(source),
    ...PLAIN_REPLICA,
    read: { file: 'binlog.000007', position: 4711 },
    executed: { file: 'binlog.000007', position: 4711 },
    relay: { file: 'relay.000002', position: 300 },
    retryCount: 10,
    ...changes,
  };
}

const NO_SEMI_SYNC: SemiSyncFacts = {
  available: true,
  sourceEnabled: false,
  sourceStatus: false,
  sourceTimeoutMs: 10_000,
  sourceWaitForReplicas: 1,
  sourceClients: 0,
  replicaEnabled: false,
  replicaStatus: false,
};

const SECONDARY: GroupFacts = {
  name: 'aaaaaaaa-0000-0000-0000-000000000001',
  singlePrimary: true,
  memberState: 'ONLINE',
  memberRole: 'SECONDARY',
  members: [],
  primary: NO_KEY,
};

/**
 * A fleet in one line: `a b<a c<b` is a master, its replica, and a replica of that. `?x` was never read, `a(x,y)` says
 * that x and y are connected to it.
 */
export function fleet(text: string): InstanceSnapshot[] {
  return text.split(' ').map((word) => {
    const match = /^(\?)?([^<(]+)(?:<([^(]+))?(?:\(([^)]*)\))?$/.exec(word);
    if (match?.[2] === undefined) throw new Error(`no server: ${word}`);
    const [, isUnread, name, source, connected] = match;
    if (isUnread) return unread(name);
    const connectedReplicas = connected === undefined ? [] : connected.split(',').map(key);
    return server(name, { ...(source === undefined ? {} : { below: source }), facts: { connectedReplicas } });
  });
}
