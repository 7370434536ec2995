import type { PromotionRule } from '../../../src/shared/domain/instance.ts';
import { uuidOf } from '../../core/topology/fleet.ts';
import { Channel, NOWHERE } from '../model/channel.ts';
import { SimCluster } from '../model/cluster.ts';
import { SimServer, type StaticFacts } from '../model/server.ts';
import type { Random } from '../random.ts';

export type Shape = 'star' | 'chain' | 'tree' | 'co-masters' | 'co-masters-both-open';

export type Family = 'mysql-gtid' | 'mariadb-gtid' | 'positions' | 'positions-with-marks';

/** What a cluster looks like at first; chosen by chance, except where a routine needs it so. */
export interface FleetWishes {
  readonly shape?: Shape;
  readonly family?: Family;
  readonly semiSync?: boolean;
  readonly least?: number;
}

export interface Fleet {
  readonly cluster: SimCluster;
  readonly shape: Shape;
  readonly family: Family;
  readonly rules: ReadonlyMap<string, PromotionRule>;
  readonly downtimed: readonly string[];
  readonly semiSync: boolean;
  /** Names by which the shape can be read: `db2<db1` is db2 below db1. */
  readonly picture: string;
}

const FAMILIES: readonly Family[] = ['mysql-gtid', 'mysql-gtid', 'mariadb-gtid', 'positions', 'positions-with-marks'];
const SHAPES: readonly Shape[] = ['star', 'star', 'chain', 'tree', 'tree', 'co-masters', 'co-masters-both-open'];
const BEGIN_MS = 1_800_000_000_000;
const WARM_UP_MS = 4000;

/** Servers that have replicated for a while. */
export function makeFleet(random: Random, wishes: FleetWishes): Fleet {
  const family = wishes.family ?? random.pick(FAMILIES);
  const drawn = wishes.shape ?? random.pick(SHAPES);
  // Side by side, MariaDB's servers need domains of their own, of which the model has one; and Pseudo-GTID needs logs
  // in which everything comes in the same order.
  const onlyOne = family === 'mariadb-gtid' || family === 'positions-with-marks';
  const shape = onlyOne && drawn === 'co-masters-both-open' ? 'co-masters' : drawn;
  const count = Math.max(wishes.least ?? 2, random.between(2, random.chance(0.3) ? 8 : 4));
  const semiSync = wishes.semiSync ?? random.chance(0.25);
  const rules = new Map<string, PromotionRule>();
  const servers: SimServer[] = [];
  const mixed = random.chance(0.15);
  const parents = parentsOf(random, shape, count);
  for (let index = 0; index < count; index++) {
    const name = `db${index + 1}`;
    if (random.chance(0.15)) rules.set(name, random.pick(['prefer', 'prefer_not', 'must_not', 'neutral'] as const));
    servers.push(
      new SimServer(staticsOf(random, name, family, index, mixed), random.pick(['binlog', 'mysql-bin', `${name}-bin`])),
    );
  }
  const cluster = new SimCluster(servers, shape === 'co-masters-both-open', random.fork(), BEGIN_MS);
  for (const [index, server] of servers.entries())
    configure(random, server, servers, parents[index] ?? -1, family, semiSync);
  openMasters(servers, shape);
  warmUp(random, cluster, servers);
  for (const server of servers) unusual(random, server, cluster, semiSync);
  const downtimed = servers.filter((each) => each.channel !== null && random.chance(0.05)).map((each) => each.name);
  return { cluster, shape, family, rules, downtimed, semiSync, picture: pictureOf(servers) };
}

/** Index of each one's source; -1 for none. */
function parentsOf(random: Random, shape: Shape, count: number): readonly number[] {
  const parents: number[] = [];
  for (let index = 0; index < count; index++) {
    if (shape === 'star') parents.push(index === 0 ? -1 : 0);
    else if (shape === 'chain') parents.push(index - 1);
    else if (shape === 'tree') parents.push(index === 0 ? -1 : random.between(0, index - 1));
    else parents.push(index === 0 ? 1 : index === 1 ? 0 : random.between(0, Math.min(1, index - 1)));
  }
  return parents;
}

function staticsOf(random: Random, name: string, family: Family, index: number, mixed: boolean): StaticFacts {
  const maria = family === 'mariadb-gtid';
  const version = maria ? '10.11.6' : mixed ? random.pick(['5.7.44', '8.0.36', '8.4.3']) : '8.4.3';
  return {
    key: { hostname: name, port: 3306 },
    serverId: index + 1,
    serverUuid: maria ? '' : uuidOf(name),
    version,
    versionComment: maria ? 'MariaDB Server' : 'MySQL Community Server - GPL',
    flavor: maria ? 'MariaDB' : 'MySQL',
    uptimeSeconds: 100_000,
    logBin: true,
    logReplicaUpdates: random.chance(0.97),
    binlogFormat: 'ROW',
    binlogRowImage: 'FULL',
    gtidMode: maria ? '' : family === 'mysql-gtid' ? 'ON' : 'OFF',
    group: null,
    connectedReplicas: [],
    replicationCredentialsAvailable: random.chance(0.95),
    alias: '',
    dataCenter: random.chance(0.8) ? 'dc1' : 'dc2',
    region: random.chance(0.9) ? 'eu' : 'us',
    environment: 'prod',
    suggestedClusterAlias: '',
    clusterDomain: '',
    semiSyncPriority: 0,
    detectedPromotionRule: null,
    usesPseudoGtid: family === 'positions-with-marks',
    lagSeconds: null,
    warnings: [],
  };
}

function configure(
  random: Random,
  server: SimServer,
  servers: readonly SimServer[],
  parent: number,
  family: Family,
  semiSync: boolean,
): void {
  const source = servers[parent];
  if (semiSync) {
    server.semiSync = {
      available: true,
      sourceEnabled: source === undefined,
      sourceStatus: source === undefined,
      sourceTimeoutMs: random.pick([1000, 10_000, 1_000_000]),
      sourceWaitForReplicas: 1,
      sourceClients: 0,
      replicaEnabled: source !== undefined && random.chance(0.8),
      replicaStatus: false,
    };
  }
  for (let extra = random.between(0, 2); extra > 0; extra--) server.flush();
  if (source === undefined) return;
  const use = family === 'mysql-gtid' ? 'mysql' : family === 'mariadb-gtid' ? 'mariadb' : 'none';
  const channel = new Channel(source.key, use, NOWHERE);
  channel.receiverOn = true;
  channel.applierOn = true;
  channel.retrySeconds = random.pick([1, 5, 60]);
  server.channel = channel;
  server.readOnly = true;
  server.superReadOnly = server.kind === 'MySQL' && random.chance(0.7);
  server.readOnlyAtStart = random.chance(0.8);
}

function openMasters(servers: readonly SimServer[], shape: Shape): void {
  for (const [index, server] of servers.entries()) {
    const isMaster = index === 0 || (index === 1 && shape === 'co-masters-both-open');
    if (!isMaster) continue;
    server.readOnly = false;
    server.superReadOnly = false;
    server.isTarget = true;
  }
}

/** They write and replicate, so that logs differ in their places; some old logs are purged. */
function warmUp(random: Random, cluster: SimCluster, servers: readonly SimServer[]): void {
  const steps = random.between(8, 16);
  for (let step = 0; step < steps; step++) {
    cluster.pass(WARM_UP_MS / steps);
    if (random.chance(0.3)) random.pick(servers).flush();
  }
  cluster.clientsWrite = false;
  for (let step = 0; step < 60; step++) cluster.pass(50);
  cluster.clientsWrite = true;
  if (random.chance(0.3)) {
    const server = random.pick(servers);
    server.purge(server.file);
  }
}

/** What is not as it should be, now and then. */
function unusual(random: Random, server: SimServer, cluster: SimCluster, semiSync: boolean): void {
  const { channel } = server;
  if (semiSync && random.chance(0.6)) Object.assign(server.statics, { semiSyncPriority: random.between(1, 3) });
  if (channel === null) return;
  if (random.chance(0.06)) channel.delaySeconds = random.pick([60, 3600]);
  if (random.chance(0.05)) channel.hasFilters = true;
  if (random.chance(0.06) && server.readOnly) cluster.write(server, 'write');
  if (random.chance(0.06)) server.applier = 'slow';
  if (random.chance(0.04)) channel.applierOn = false;
  if (random.chance(0.03)) {
    channel.stopReceiver();
    channel.applierOn = false;
  }
}

function pictureOf(servers: readonly SimServer[]): string {
  return servers.map(({ name, channel }) => (channel === null ? name : `${name}<${channel.source.hostname}`)).join(' ');
}
