import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import type { FleetControl, FleetStats, InstanceState, ShardPlan } from './fleet-types.ts';
import { FleetModel, ioState, sqlState } from './model/fleet-model.ts';
import type { SimInstance } from './model/instance.ts';
import { RequestCache } from './wire/request-cache.ts';
import { type Shared, SimConnection } from './wire/sim-connection.ts';

const NONCE_BYTES = 20;

/** Simulated servers that are served by this process. */
export class Shard implements FleetControl {
  readonly #model: FleetModel;
  readonly #shared: Shared;
  readonly #requests = new RequestCache();
  readonly #listeners = new Map<string, Server>();
  readonly #connections = new Map<SimInstance, Set<SimConnection>>();
  /** A salt for the password's scramble needs to differ, not to be secret, so one will do for a process. */
  readonly #nonce = Buffer.from(randomBytes(NONCE_BYTES).map((byte) => (byte % 126) + 1));

  constructor(plan: ShardPlan) {
    const { writesPerSecond, reconnectMs } = plan;
    this.#model = new FleetModel({ writesPerSecond, reconnectMs, nowMs: () => performance.now() });
    this.#shared = { model: this.#model, requests: this.#requests, account: plan.account };
    let serverId = plan.firstServerId;
    for (const keys of plan.clusters) {
      this.#model.addCluster(keys, SHAPES[plan.shape], serverId);
      serverId += keys.length;
    }
  }

  /** @throws the system's error when an address can't be had; nothing listens then. */
  async listen(): Promise<void> {
    try {
      for (const instance of this.#model.instances()) await this.#listen(instance);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const connections of this.#connections.values()) for (const one of connections) one.kill();
    await Promise.all([...this.#listeners.keys()].map((key) => this.#unlisten(key)));
  }

  async kill(key: InstanceKey, lostTransactions = 0): Promise<void> {
    const instance = this.#find(key);
    this.#model.kill(instance, lostTransactions);
    const closed = this.#unlisten(keyText(key));
    await this.dropConnections(key);
    await closed;
  }

  async restart(key: InstanceKey): Promise<void> {
    const instance = this.#find(key);
    if (instance.alive) await this.kill(key);
    this.#model.restart(instance);
    await this.#listen(instance);
  }

  async freeze(key: InstanceKey): Promise<void> {
    const instance = this.#find(key);
    this.#model.freeze(instance);
    for (const connection of this.#connectionsOf(instance)) connection.freeze();
  }

  async thaw(key: InstanceKey): Promise<void> {
    const instance = this.#find(key);
    this.#model.thaw(instance);
    for (const connection of this.#connectionsOf(instance)) connection.thaw();
  }

  async dropConnections(key: InstanceKey): Promise<void> {
    for (const connection of [...this.#connectionsOf(this.#find(key))]) connection.kill();
  }

  async setLag(key: InstanceKey, seconds: number): Promise<void> {
    this.#synced(key).lagSeconds = seconds;
  }

  async setVariable(key: InstanceKey, name: string, value: string | number): Promise<void> {
    this.#synced(key).variables.set(name, value);
  }

  async write(key: InstanceKey, transactions: number): Promise<void> {
    const instance = this.#synced(key);
    instance.executeUpTo(instance.uuid, (instance.executed.get(instance.uuid) ?? 0) + transactions);
  }

  async breakApplier(key: InstanceKey, errno: number, message: string): Promise<void> {
    const { channel } = this.#synced(key);
    if (channel) channel.sqlError = { errno, message };
  }

  async state(key: InstanceKey): Promise<InstanceState> {
    const instance = this.#synced(key);
    const { channel } = instance;
    return {
      key,
      serverUuid: instance.uuid,
      alive: instance.alive,
      frozen: instance.frozen,
      readOnly: instance.flag('read_only'),
      offlineMode: instance.flag('offline_mode'),
      gtidExecuted: instance.executedText,
      source: channel && { hostname: channel.sourceHost, port: channel.sourcePort },
      ioState: channel ? ioState(channel) : '',
      sqlState: channel ? sqlState(channel) : '',
      connections: instance.sessions.size,
    };
  }

  async stats(): Promise<FleetStats> {
    const { user, system } = process.cpuUsage();
    const instances = [...this.#model.instances()];
    return {
      instances: instances.length,
      connections: instances.reduce((sum, { sessions }) => sum + sessions.size, 0),
      requests: this.#requests.requests,
      statements: this.#requests.statements,
      unknown: this.#requests.unknown,
      cpuMs: (user + system) / 1_000,
    };
  }

  #listen(instance: SimInstance): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(instance, socket));
    const { hostname: host, port } = instance.key;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        this.#listeners.set(keyText(instance.key), server);
        resolve();
      });
    });
  }

  #unlisten(key: string): Promise<void> {
    const server = this.#listeners.get(key);
    this.#listeners.delete(key);
    return new Promise((resolve) => {
      if (server) server.close(() => resolve());
      else resolve();
    });
  }

  #accept(instance: SimInstance, socket: Socket): void {
    const connections = this.#connectionsOf(instance);
    const connection = new SimConnection(this.#shared, instance, socket, this.#nonce);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  }

  #connectionsOf(instance: SimInstance): Set<SimConnection> {
    const known = this.#connections.get(instance);
    if (known) return known;
    const connections = new Set<SimConnection>();
    this.#connections.set(instance, connections);
    return connections;
  }

  #find({ hostname, port }: InstanceKey): SimInstance {
    const instance = this.#model.find(hostname, port);
    if (!instance) throw new RangeError(`there is no simulated server ${hostname}:${port}`);
    return instance;
  }

  #synced(key: InstanceKey): SimInstance {
    const instance = this.#find(key);
    this.#model.syncCluster(instance.cluster);
    return instance;
  }
}

const SHAPES = {
  star: () => 0,
  chain: (index: number) => index - 1,
  tree: (index: number) => Math.floor((index - 1) / 3),
} as const;
