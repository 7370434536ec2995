import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import { type Channel, type ReplicationError, type SimCluster, SimInstance } from './instance.ts';

export interface ModelOptions {
  readonly writesPerSecond: number;
  /** How long a replica takes to try again after its source has come back, ms. */
  readonly reconnectMs: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

export const REPLICATION_USER = 'repl';
/** Half of replica_net_timeout. */
const DEFAULT_HEARTBEAT_SECONDS = 30;

/**
 * What the simulated servers are and do. Nothing runs by itself: writes, replication and lag are worked out when
 * somebody looks at a server, so that ten thousand idle ones cost nothing.
 */
export class FleetModel {
  readonly options: ModelOptions;
  readonly #byKey = new Map<string, SimInstance>();

  constructor(options: ModelOptions) {
    this.options = options;
  }

  get nowMs(): number {
    return this.options.nowMs();
  }

  find(hostname: string, port: number): SimInstance | undefined {
    return this.#byKey.get(`${hostname}:${port}`);
  }

  instances(): Iterable<SimInstance> {
    return this.#byKey.values();
  }

  /** @param sourceOf index of each replica's source in `keys`, the first of which is the cluster's source. */
  addCluster(keys: readonly InstanceKey[], sourceOf: (index: number) => number, firstServerId: number): void {
    const { writesPerSecond } = this.options;
    const cluster: SimCluster = { instances: [], writer: null, writesPerSecond, writtenMs: this.nowMs };
    keys.forEach((key, index) => {
      const serverId = firstServerId + index;
      const instance = new SimInstance(cluster, key, serverId, uuidOf(serverId), this.nowMs);
      cluster.instances.push(instance);
      this.#byKey.set(keyText(key), instance);
      if (index === 0) return;
      const source = keys[sourceOf(index)] ?? key;
      instance.channel = newChannel(source, this.nowMs);
      instance.channel.ioOn = true;
      instance.channel.sqlOn = true;
      instance.channel.autoPosition = true;
      instance.channel.options.set('Get_Source_public_key', '1');
      instance.variables.set('read_only', 1).set('super_read_only', 1);
    });
    cluster.writer = cluster.instances[0] ?? null;
    // An old server has a history: no set is ever empty, which would hide mistakes.
    cluster.writer?.executeUpTo(cluster.writer.uuid, 1_000);
    for (const instance of cluster.instances) this.sync(instance);
  }

  /** Brings everything that one server's answers depend on up to now. */
  sync(instance: SimInstance): void {
    this.#write(instance.cluster);
    this.#replicate(instance, this.nowMs, 0);
  }

  /** Call before anything changes, so that what happened until now isn't judged by the new state. */
  syncCluster(cluster: SimCluster): void {
    for (const instance of cluster.instances) this.sync(instance);
  }

  #write(cluster: SimCluster): void {
    const nowMs = this.nowMs;
    if (cluster.writer === null || !takesWrites(cluster.writer)) {
      cluster.writer = cluster.instances.find((one) => takesWrites(one) && one.channel === null) ?? null;
      cluster.writtenMs = nowMs;
    }
    const count = Math.floor(((nowMs - cluster.writtenMs) * cluster.writesPerSecond) / 1_000);
    if (count <= 0 || cluster.writer === null) return;
    cluster.writtenMs += (count * 1_000) / cluster.writesPerSecond;
    const { writer } = cluster;
    writer.executeUpTo(writer.uuid, (writer.executed.get(writer.uuid) ?? 0) + count);
  }

  #replicate(instance: SimInstance, nowMs: number, depth: number): void {
    const channel = instance.channel;
    const elapsedMs = nowMs - instance.syncedMs;
    instance.syncedMs = nowMs;
    if (channel === null || !instance.alive || instance.frozen || depth > instance.cluster.instances.length) return;
    const source = this.find(channel.sourceHost, channel.sourcePort);
    if (source !== undefined && source.syncedMs !== nowMs) this.#replicate(source, nowMs, depth + 1);
    this.#link(instance, channel, source, nowMs);
    if (channel.linked !== null && !channel.linked.frozen) {
      receive(instance, channel, channel.linked);
      takeHeartbeats(channel, nowMs);
    }
    if (channel.sqlOn && channel.sqlError === null) this.#apply(instance, channel, elapsedMs);
  }

  #link(instance: SimInstance, channel: Channel, source: SimInstance | undefined, nowMs: number): void {
    if (!channel.ioOn || channel.ioEnded) return;
    if (channel.linked?.frozenSinceMs !== null && channel.linked !== null) {
      const patienceMs = Number(instance.variables.get('replica_net_timeout') ?? 60) * 1_000;
      if (nowMs - channel.linked.frozenSinceMs > patienceMs) unlink(channel, cannotConnect(channel));
    }
    if (channel.linked !== null || nowMs < channel.retryAtMs) return;
    if (source === undefined || !source.alive) {
      channel.ioError ??= cannotConnect(channel);
      return;
    }
    if (source.frozen) return;
    const conflict = channel.autoPosition ? autoPositionConflict(instance, source) : null;
    channel.ioError = conflict;
    channel.ioEnded = conflict !== null;
    channel.linked = conflict === null ? source : null;
    channel.linkedAtMs = nowMs;
    channel.sourceUuid = source.uuid;
  }

  /** A lagging applier is as far as the source was that many seconds ago; without news it works off the rest. */
  #apply(instance: SimInstance, channel: Channel, elapsedMs: number): void {
    const behind = Math.max(instance.lagSeconds, channel.delaySeconds) * instance.cluster.writesPerSecond;
    const receiving = channel.linked !== null && !channel.linked.frozen;
    for (const [uuid, { to }] of channel.retrieved) {
      const done = instance.executed.get(uuid) ?? 0;
      const workedOff = done + Math.ceil((elapsedMs * instance.cluster.writesPerSecond) / 1_000);
      const target = behind === 0 ? to : receiving ? to - behind : Math.min(to, workedOff);
      instance.executeUpTo(uuid, Math.floor(target));
    }
  }

  kill(instance: SimInstance, lostTransactions: number): void {
    this.syncCluster(instance.cluster);
    const last = instance.executed.get(instance.uuid) ?? 0;
    if (lostTransactions > 0) instance.executeUpTo(instance.uuid, last + lostTransactions);
    instance.alive = false;
    instance.frozenSinceMs = null;
    for (const replica of this.replicasOf(instance))
      if (replica.channel) unlink(replica.channel, cannotConnect(replica.channel));
    if (instance.channel) unlink(instance.channel, null);
  }

  restart(instance: SimInstance): void {
    this.syncCluster(instance.cluster);
    instance.alive = true;
    instance.upSinceMs = this.nowMs;
    instance.syncedMs = this.nowMs;
    if (instance.channel) {
      instance.channel.ioOn = true;
      instance.channel.sqlOn = true;
    }
    for (const { channel } of this.replicasOf(instance)) {
      if (channel) channel.retryAtMs = this.nowMs + this.options.reconnectMs;
    }
  }

  freeze(instance: SimInstance): void {
    this.syncCluster(instance.cluster);
    instance.frozenSinceMs = this.nowMs;
  }

  thaw(instance: SimInstance): void {
    this.syncCluster(instance.cluster);
    instance.frozenSinceMs = null;
    instance.syncedMs = this.nowMs;
  }

  /** Everyone whose channel points there, connected or not. */
  replicasOf(source: SimInstance): SimInstance[] {
    const { hostname, port } = source.key;
    return source.cluster.instances.filter(
      ({ channel }) => channel?.sourceHost === hostname && channel.sourcePort === port,
    );
  }

  connectedReplicasOf(source: SimInstance): SimInstance[] {
    return source.cluster.instances.filter((one) => one.alive && one.channel?.linked === source);
  }
}

export function newChannel(source: InstanceKey, nowMs: number): Channel {
  return {
    sourceHost: source.hostname,
    sourcePort: source.port,
    user: REPLICATION_USER,
    autoPosition: false,
    ioOn: false,
    sqlOn: false,
    linked: null,
    retryAtMs: nowMs,
    ioError: null,
    ioEnded: false,
    sqlError: null,
    retrieved: new Map(),
    delaySeconds: 0,
    connectRetrySeconds: 1,
    retryCount: 86_400,
    options: new Map(),
    linkedAtMs: nowMs,
    queuedAtMs: null,
    heartbeats: 0,
    heartbeatAtMs: null,
    heartbeatSeconds: DEFAULT_HEARTBEAT_SECONDS,
    sourceUuid: '',
  };
}

function unlink(channel: Channel, error: ReplicationError | null): void {
  channel.linked = null;
  channel.ioError = error;
}

export function ioState(channel: Channel): 'Yes' | 'No' | 'Connecting' {
  if (!channel.ioOn || channel.ioEnded) return 'No';
  return channel.linked === null ? 'Connecting' : 'Yes';
}

export function sqlState(channel: Channel): 'Yes' | 'No' {
  return channel.sqlOn && channel.sqlError === null ? 'Yes' : 'No';
}

function receive(instance: SimInstance, channel: Channel, source: SimInstance): void {
  for (const [uuid, last] of source.executed) {
    const known = instance.receivedUpTo(uuid);
    if (last <= known) continue;
    channel.queuedAtMs = Math.max(source.cluster.writtenMs, channel.linkedAtMs);
    const range = channel.retrieved.get(uuid);
    if (range) range.to = last;
    else channel.retrieved.set(uuid, { from: known + 1, to: last });
  }
}

/** A source sends a heartbeat when it has sent nothing else for the period (MySQL manual, SOURCE_HEARTBEAT_PERIOD). */
function takeHeartbeats(channel: Channel, nowMs: number): void {
  const heardMs = Math.max(channel.linkedAtMs, channel.queuedAtMs ?? 0, channel.heartbeatAtMs ?? 0);
  const due = Math.floor((nowMs - heardMs) / (channel.heartbeatSeconds * 1_000));
  if (due <= 0) return;
  channel.heartbeats += due;
  channel.heartbeatAtMs = heardMs + due * channel.heartbeatSeconds * 1_000;
}

function takesWrites(instance: SimInstance): boolean {
  return instance.alive && !instance.frozen && !instance.flag('read_only') && !instance.flag('offline_mode');
}

function cannotConnect(channel: Channel): ReplicationError {
  const { user, sourceHost, sourcePort, retryCount } = channel;
  const message =
    `Error reconnecting to source '${user}@${sourceHost}:${sourcePort}'. This was attempt 1/${retryCount}, with a delay ` +
    `of ${channel.connectRetrySeconds} seconds between attempts. Message: Can't connect to MySQL server on ` +
    `'${sourceHost}:${sourcePort}' (111)`;
  return { errno: 2003, message };
}

/** ER_SOURCE_FATAL_ERROR_READING_BINLOG for a replica that is ahead of the source in the source's own transactions. */
function autoPositionConflict(instance: SimInstance, source: SimInstance): ReplicationError | null {
  if ((instance.executed.get(source.uuid) ?? 0) <= (source.executed.get(source.uuid) ?? 0)) return null;
  const message =
    "Got fatal error 1236 from source when reading data from binary log: 'Replica has more GTIDs than the source " +
    "has, using the source's SERVER_UUID. This may indicate that the end of the binary log was truncated or that " +
    "the last binary log file was lost, e.g., after a power or disk failure when sync_binlog != 1.'";
  return { errno: 13114, message };
}

function uuidOf(serverId: number): string {
  return `00000000-0000-4000-8000-${serverId.toString(16).padStart(12, '0')}`;
}
