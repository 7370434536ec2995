import mysql, { type Connection } from 'mysql2/promise';
import { gtidContains, gtidSubtract, gtidUnion, parseGtid } from '../../src/main/core/gtid/gtid-position.ts';
import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import type { Fleet, FleetCluster } from '../sim/fleet-types.ts';
import { startFleet } from '../sim/start-fleet.ts';
import type { DemoFleet, DemoVerdict } from './demo-fleet.ts';

const WRITES_PER_SECOND = 100;
const TRY_EVERY_MS = 5;
const CONNECT_TIMEOUT_MS = 200;
const FOLLOW_LIMIT_MS = 10_000;

/** One simulated source with three replicas, for machines on which no MySQL server can be had. */
export async function startSimFleet(): Promise<DemoFleet> {
  const fleet = await startFleet({ clusters: 1, replicasPerCluster: 3, writesPerSecond: WRITES_PER_SECOND });
  const [cluster] = fleet.clusters;
  if (cluster === undefined) throw new Error('The simulated fleet has no cluster.');
  return new SimFleet(fleet, cluster);
}

/**
 * The simulated source writes by itself. The outage is seen by a client that asks, over the protocol, who takes writes.
 */
class SimFleet implements DemoFleet {
  readonly description = '4 simulated servers that speak the MySQL protocol (no real server could be had)';
  readonly source: InstanceKey;
  readonly members: readonly InstanceKey[];
  readonly settings: Readonly<Record<string, unknown>> = {
    MySQLTopologyUser: 'baton',
    MySQLTopologyPassword: 'simulated',
    InstancePollSeconds: 1,
    DiscoverByShowSlaveHosts: true,
    HostnameResolveMethod: 'none',
    MySQLHostnameResolveMethod: 'none',
    RecoverMasterClusterFilters: ['*'],
    BatonStartupGraceSeconds: 1,
  };
  private readonly fleet: Fleet;
  private readonly cluster: FleetCluster;
  private target: () => InstanceKey = () => this.source;
  private killedMs = 0;
  private openedMs = Number.NaN;
  private received = '';

  constructor(fleet: Fleet, cluster: FleetCluster) {
    this.fleet = fleet;
    this.cluster = cluster;
    this.source = cluster.source;
    this.members = [cluster.source, ...cluster.replicas];
  }

  startWriting(target: () => InstanceKey): Promise<void> {
    this.target = target;
    return Promise.resolve();
  }

  async killSource(): Promise<void> {
    this.killedMs = performance.now();
    await this.fleet.kill(this.source);
    this.received = await this.everythingReceived();
  }

  async writesArrive(at: InstanceKey): Promise<void> {
    while (!(sameKey(this.target(), at) && (await this.takesWrites(at)))) {
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
    this.openedMs = performance.now();
  }

  outageMs(): number {
    return this.openedMs - this.killedMs;
  }

  async verdict(successor: InstanceKey): Promise<DemoVerdict> {
    const state = await this.fleet.state(successor);
    const has = parseGtid('mysql', state.gtidExecuted);
    const received = parseGtid('mysql', this.received);
    const complete = gtidContains(has, received);
    const others = this.cluster.replicas.filter((key) => !sameKey(key, successor));
    const following = await this.allFollow(others, successor);
    return {
      ok: complete && following,
      lines: [
        complete
          ? `Everything that any surviving replica had received is on ${keyText(successor)}.`
          : `Missing on ${keyText(successor)}: ${gtidSubtract(received, has).text}`,
        following ? `All ${others.length} other replicas follow it.` : `Not all replicas follow ${keyText(successor)}.`,
      ],
    };
  }

  async stop(): Promise<void> {
    await this.fleet.stop();
  }

  private async everythingReceived(): Promise<string> {
    const states = await Promise.all(this.cluster.replicas.map((key) => this.fleet.state(key)));
    const union = states.map((state) => parseGtid('mysql', state.gtidExecuted)).reduce((a, b) => gtidUnion(a, b));
    return gtidSubtract(union, parseGtid('mysql', '')).text;
  }

  private async allFollow(replicas: readonly InstanceKey[], successor: InstanceKey): Promise<boolean> {
    const endMs = performance.now() + FOLLOW_LIMIT_MS;
    for (;;) {
      const states = await Promise.all(replicas.map((key) => this.fleet.state(key)));
      const good = states.every(
        ({ source, ioState, sqlState }) =>
          source !== null && sameKey(source, successor) && ioState === 'Yes' && sqlState === 'Yes',
      );
      if (good || performance.now() > endMs) return good;
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  }

  private async takesWrites(key: InstanceKey): Promise<boolean> {
    let connection: Connection | null = null;
    try {
      connection = await mysql.createConnection({
        host: key.hostname,
        port: key.port,
        user: 'app',
        password: 'simulated',
        connectTimeout: CONNECT_TIMEOUT_MS,
      });
      const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT @@global.read_only AS closed');
      return Number(rows[0]?.closed) === 0;
    } catch {
      return false;
    } finally {
      connection?.destroy();
    }
  }
}
