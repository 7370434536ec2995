import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import type { Fleet, FleetCluster, FleetControl, FleetOptions, FleetStats, ShardPlan } from './fleet-types.ts';
import { RemoteShard } from './remote-shard.ts';
import { Shard } from './shard.ts';

/** Two descriptors an instance, and room for more connections, within the usual limit of 20,000 a process. */
const INSTANCES_PER_PROCESS = 4_000;
const DEFAULT_PORT = 13_306;
/** Below the ports that systems give to outgoing connections. */
const DEFAULT_FIRST_PORT = 20_000;
const ATTEMPTS = 20;
/** Addresses 127.x.y.1 to 127.x.y.250 are used; x is the fleet's, from this range. */
const FIRST_BLOCK = 10;
const BLOCKS = 240;
const HOSTS_PER_NET = 250;

type AnyShard = FleetControl & { stop(): Promise<void> };

/**
 * Starts simulated MySQL servers that speak the wire protocol on addresses of this machine: clusters of one source
 * with its replicas, all with GTIDs and auto-position.
 * @throws Error when no free addresses are found
 */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const addressing = options.addressing ?? (process.platform === 'linux' ? 'addresses' : 'ports');
  const first = Math.floor(Math.random() * BLOCKS);
  for (let attempt = 0; ; attempt++) {
    const place = addressing === 'addresses' ? (first + attempt) % BLOCKS : attempt;
    const clusters = planClusters(options, addressing, place);
    const started = await Promise.allSettled(planShards(options, clusters).map((plan) => startShard(options, plan)));
    const shards = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failure = started.find((one) => one.status === 'rejected')?.reason as NodeJS.ErrnoException | undefined;
    if (failure === undefined) return assemble(clusters, shards);
    await Promise.all(shards.map((shard) => shard.stop()));
    if (failure.code !== 'EADDRINUSE' || attempt + 1 >= ATTEMPTS) throw failure;
  }
}

async function startShard(options: FleetOptions, plan: ShardPlan): Promise<AnyShard> {
  if (options.run !== 'in-process') return await RemoteShard.start(plan);
  const shard = new Shard(plan);
  await shard.listen();
  return shard;
}

function planClusters(options: FleetOptions, addressing: 'addresses' | 'ports', place: number): FleetCluster[] {
  const size = options.replicasPerCluster + 1;
  return Array.from({ length: options.clusters }, (_, cluster) => {
    const keyAt = (index: number) => keyOf(options, addressing, place, cluster * size + index);
    return { source: keyAt(0), replicas: Array.from({ length: size - 1 }, (_, index) => keyAt(index + 1)) };
  });
}

function keyOf(options: FleetOptions, addressing: 'addresses' | 'ports', place: number, index: number): InstanceKey {
  if (addressing === 'ports') {
    const instances = options.clusters * (options.replicasPerCluster + 1);
    return { hostname: '127.0.0.1', port: (options.port ?? DEFAULT_FIRST_PORT) + place * instances + index };
  }
  const hostname = `127.${FIRST_BLOCK + place}.${Math.floor(index / HOSTS_PER_NET)}.${(index % HOSTS_PER_NET) + 1}`;
  return { hostname, port: options.port ?? DEFAULT_PORT };
}

function planShards(options: FleetOptions, clusters: readonly FleetCluster[]): ShardPlan[] {
  const size = options.replicasPerCluster + 1;
  const wanted = options.processes ?? Math.ceil((clusters.length * size) / INSTANCES_PER_PROCESS);
  const count = options.run === 'in-process' ? 1 : Math.max(1, Math.min(wanted, clusters.length));
  const perShard = Math.ceil(clusters.length / count);
  return Array.from({ length: Math.ceil(clusters.length / perShard) }, (_, shard) => ({
    clusters: clusters
      .slice(shard * perShard, (shard + 1) * perShard)
      .map(({ source, replicas }) => [source, ...replicas]),
    firstServerId: 1 + shard * perShard * size,
    writesPerSecond: options.writesPerSecond ?? 0,
    shape: options.shape ?? 'star',
    account: options.account ?? null,
    reconnectMs: options.reconnectMs ?? 1_000,
  }));
}

function assemble(clusters: readonly FleetCluster[], shards: readonly AnyShard[]): Fleet {
  const perShard = Math.ceil(clusters.length / shards.length);
  const shardOf = new Map<string, AnyShard>();
  clusters.forEach(({ source, replicas }, index) => {
    const shard = shards[Math.floor(index / perShard)];
    if (shard) for (const key of [source, ...replicas]) shardOf.set(keyText(key), shard);
  });
  const of = (key: InstanceKey): AnyShard => {
    const shard = shardOf.get(keyText(key));
    if (!shard) throw new RangeError(`there is no simulated server ${keyText(key)}`);
    return shard;
  };
  return {
    clusters,
    keys: clusters.flatMap(({ source, replicas }) => [source, ...replicas]),
    kill: async (key, lostTransactions) => of(key).kill(key, lostTransactions),
    restart: async (key) => of(key).restart(key),
    freeze: async (key) => of(key).freeze(key),
    thaw: async (key) => of(key).thaw(key),
    dropConnections: async (key) => of(key).dropConnections(key),
    setLag: async (key, seconds) => of(key).setLag(key, seconds),
    setVariable: async (key, name, value) => of(key).setVariable(key, name, value),
    write: async (key, transactions) => of(key).write(key, transactions),
    breakApplier: async (key, errno, message) => of(key).breakApplier(key, errno, message),
    state: async (key) => of(key).state(key),
    stats: async () => sum(await Promise.all(shards.map((shard) => shard.stats()))),
    stop: async () => {
      await Promise.all(shards.map((shard) => shard.stop()));
    },
  };
}

function sum(all: readonly FleetStats[]): FleetStats {
  const total = (read: (stats: FleetStats) => number) => all.reduce((so, stats) => so + read(stats), 0);
  return {
    instances: total(({ instances }) => instances),
    connections: total(({ connections }) => connections),
    requests: total(({ requests }) => requests),
    statements: total(({ statements }) => statements),
    unknown: all.flatMap(({ unknown }) => unknown),
    cpuMs: total(({ cpuMs }) => cpuMs),
  };
}
