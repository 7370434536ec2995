import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import type { Random } from '../random.ts';
import { apply } from './apply.ts';
import type { Channel } from './channel.ts';
import { connect, receive } from './receive.ts';
import type { SimServer } from './server.ts';
import type { Transaction } from './transaction.ts';

/** After so long without a word from its source a receiver takes the connection for broken (`replica_net_timeout`). */
const NET_TIMEOUT_MS = 8000;
const HEARTBEAT_MS = 500;
/** Enough to tell right from wrong, and few enough to be quick. */
const MOST_WRITES = 160;
const CANT_CONNECT = 2003;

/** Servers that replicate from each other, with clients that write to whatever takes writes. */
export class SimCluster {
  readonly servers: readonly SimServer[];
  readonly byName = new Map<string, SimServer>();
  readonly transactions: Transaction[] = [];
  /** Pairs of names, `a|b`, that can't reach each other. */
  readonly cutLinks = new Set<string>();
  clientsWrite = true;
  /** Told of every step of time. */
  onPass: (ms: number) => void = () => undefined;
  /** What has no fault of its own: those that began with several masters may go on so. */
  readonly mayBeSeveral: boolean;
  nowMs: number;
  private readonly random: Random;
  private readonly lastWriteMs = new Map<string, number>();
  private readonly waiting = new Map<string, { readonly transaction: Transaction; readonly sinceMs: number }>();

  constructor(servers: readonly SimServer[], mayBeSeveral: boolean, random: Random, nowMs: number) {
    this.servers = servers;
    this.mayBeSeveral = mayBeSeveral;
    this.random = random;
    this.nowMs = nowMs;
    for (const server of servers) this.byName.set(server.name, server);
  }

  at(key: InstanceKey): SimServer | undefined {
    return key.port === 3306 ? this.byName.get(key.hostname) : undefined;
  }

  /** Lets `ms` pass. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.clients(ms);
    for (const server of this.servers) {
      if (server.process === 'up' && server.channel !== null) this.replicate(server, server.channel, ms);
    }
    this.acknowledge();
    this.onPass(ms);
  }

  /** A client's write, or a mark. */
  write(server: SimServer, kind: Transaction['kind'], statement?: string): Transaction {
    server.ordinal += 1;
    const id = this.transactions.length + 1;
    const text = kind === 'mark' ? markText(id) : `use \`app\`; insert into t values (${id})`;
    const transaction: Transaction = {
      id,
      origin: server.name,
      originServerId: server.serverId,
      ordinal: server.ordinal,
      kind,
      gtid: server.nextGtid(),
      statement: statement ?? text,
      errant: !server.isTarget,
      acknowledged: false,
    };
    this.transactions.push(transaction);
    server.execute(transaction, false, false);
    this.lastWriteMs.set(server.name, this.nowMs);
    const semiSync = server.semiSync;
    if (semiSync?.sourceEnabled && semiSync.sourceStatus && semiSync.sourceWaitForReplicas > 0) {
      this.waiting.set(server.name, { transaction, sinceMs: this.nowMs });
    } else {
      transaction.acknowledged = true;
    }
    return transaction;
  }

  facts(server: SimServer): InstanceFacts {
    const { channel, semiSync } = server;
    const source = channel === null ? undefined : this.at(channel.source);
    const connected = this.replicasOf(server);
    return server.facts({
      connectedReplicas: connected.map((each) => each.key),
      replica:
        channel === null
          ? null
          : channel.status(server.kind, channel.connected ? (source?.statics.serverUuid ?? '') : '', this.lag(channel)),
      semiSync:
        semiSync === null
          ? null
          : {
              ...semiSync,
              sourceClients: connected.filter((each) => each.channel?.acknowledges === true).length,
              replicaStatus: channel?.acknowledges === true,
            },
    });
  }

  /** Both ways: whether two servers reach each other. */
  reaches(a: SimServer, b: SimServer): boolean {
    return !this.cutLinks.has([a.name, b.name].sort().join('|'));
  }

  /** Connections that were there end with the process. */
  crash(server: SimServer): void {
    server.process = 'down';
    this.waiting.delete(server.name);
    server.channel?.disconnect();
    for (const each of this.replicasOf(server)) lose(each.channel, each.channel?.retrySeconds ?? 1, this.nowMs);
  }

  start(server: SimServer): void {
    server.process = 'up';
    server.flush();
    server.readOnly = server.readOnlyAtStart;
    server.superReadOnly = server.readOnlyAtStart && server.kind === 'MySQL';
    const { channel } = server;
    if (channel === null) return;
    channel.retryAtMs = 0;
    channel.until = null;
    channel.receiverOn = true;
    channel.applierOn = channel.sqlErrno === 0;
  }

  replicasOf(source: SimServer): readonly SimServer[] {
    return this.servers.filter(({ channel }) => channel?.connected === true && this.at(channel.source) === source);
  }

  private lag(channel: Channel): number {
    const oldest = channel.relay[channel.applied];
    return oldest === undefined ? 0 : Math.max(0, Math.floor((this.nowMs - oldest.receivedMs) / 1000));
  }

  private clients(ms: number): void {
    if (!this.clientsWrite) return;
    for (const server of this.servers) {
      if (!server.isTarget || !server.takesWrites || this.waiting.has(server.name)) continue;
      if (this.transactions.length >= MOST_WRITES || !this.random.chance(Math.min(0.5, ms / 60))) continue;
      this.write(server, this.random.chance(0.15) && server.statics.usesPseudoGtid ? 'mark' : 'write');
    }
  }

  private replicate(server: SimServer, channel: Channel, ms: number): void {
    if (channel.receiverOn) this.receiver(server, channel, ms);
    if (!channel.applierOn || server.applier === 'stalled') return;
    const most = server.applier === 'slow' ? (this.random.chance(ms / 400) ? 1 : 0) : Math.max(1, Math.ceil(ms));
    apply(server, channel, most, this.nowMs);
  }

  private receiver(server: SimServer, channel: Channel, ms: number): void {
    const source = this.at(channel.source);
    const heard = source !== undefined && source.process === 'up' && this.reaches(server, source);
    if (!channel.connected) {
      if (this.nowMs < channel.retryAtMs) return;
      if (source === undefined || !heard || !channel.hasAccount) {
        lose(channel, channel.retrySeconds, this.nowMs);
        return;
      }
      if (!connect(server, channel, source, this.nowMs)) return;
    }
    if (source === undefined || !heard) {
      if (this.nowMs - channel.heardMs > NET_TIMEOUT_MS) lose(channel, channel.retrySeconds, this.nowMs);
      return;
    }
    const before = channel.heardMs;
    const most = Math.max(1, Math.ceil(ms / 2));
    if (receive(server, channel, source, most, this.nowMs).length > 0 || this.nowMs - before > HEARTBEAT_MS) {
      channel.heartbeats += 1;
    }
  }

  /** Commits end when enough replicas have them, or when waiting has taken too long. */
  private acknowledge(): void {
    for (const [name, { transaction, sinceMs }] of this.waiting) {
      const source = this.byName.get(name);
      if (source === undefined || source.process !== 'up' || source.semiSync === null) continue;
      const has = this.replicasOf(source).filter(
        ({ channel, history }) =>
          channel?.acknowledges &&
          (channel.relay.some((each) => each.transaction === transaction) ||
            history.some((each) => each.transaction === transaction)),
      );
      const late = this.nowMs - sinceMs >= source.semiSync.sourceTimeoutMs;
      if (has.length < source.semiSync.sourceWaitForReplicas && !late) continue;
      if (late) source.semiSync = { ...source.semiSync, sourceStatus: false };
      transaction.acknowledged = true;
      this.waiting.delete(name);
    }
  }
}

function lose(channel: Channel | null, retrySeconds: number, nowMs: number): void {
  if (channel === null) return;
  channel.disconnect();
  channel.ioErrno = CANT_CONNECT;
  channel.ioError = channel.hasAccount
    ? `error connecting to source '${keyText(channel.source)}' - retry-time: ${retrySeconds}`
    : `error connecting to source '${keyText(channel.source)}': Access denied`;
  channel.retryAtMs = nowMs + retrySeconds * 1000;
}

export const MARK_PATTERN = 'drop view if exists `_pseudo_gtid_`';

function markText(id: number): string {
  return `${MARK_PATTERN}.\`_asc:${id.toString(16).padStart(8, '0')}:00000001\``;
}
