import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import type { InstanceJson } from '../../e2e/failover-scene.ts';
import { type Lab, type LabServer, startTopology } from '../../lab/index.ts';
import { MARK_SETTINGS, Marks } from '../../operations/marks.ts';
import { accountQuery } from '../../operations/stage.ts';
import { BatonProcess, freePort } from '../../support/baton-process.ts';
import { labSettings } from '../../support/lab-settings.ts';

/** Blanks, quotes and letters that a shell, a URL and an HTTP header each treat in their own way. */
export const CREDENTIALS = { user: 'ann', password: 'pa%s+w&rd' };

/** A source, two siblings, and a server with something above its source. */
const family = (name: string) => [
  { name: `${name}1`, source: null },
  { name: `${name}2`, source: `${name}1` },
  { name: `${name}3`, source: `${name}1` },
  { name: `${name}4`, source: `${name}2` },
];

/** The names of both clusters' servers, wherever they stand. */
const NAMES = /(?<![\w-])(?:db|old)\d(?![\w-])/;

/**
 * Two clusters of real servers and a Baton in its own process that recovers nothing by itself and asks for a user and
 * password: `shop`, db1 to db4, with GTIDs and semi-sync; `old`, old1 to old4, by file and position.
 */
export class ClientScene {
  readonly shop: Lab;
  readonly old: Lab;
  readonly baton: BatonProcess;
  /** Two engines: at the first nobody listens. */
  readonly endpoints: string;
  readonly marks: Marks;
  private rows = 0;

  private constructor(shop: Lab, old: Lab, baton: BatonProcess, deadPort: number) {
    this.shop = shop;
    this.old = old;
    this.baton = baton;
    this.endpoints = `http://127.0.0.1:${deadPort}/api ${baton.url}/api`;
    this.marks = new Marks(old);
  }

  static async open(): Promise<ClientScene> {
    const shop = await startTopology({
      flavor: 'mysql97',
      nodes: family('db'),
      semiSync: { timeoutMs: 50 },
      dataCenters: ['ams'],
      clusterName: 'shop',
    });
    const { baton: discovery, repl } = shop.accounts;
    const passwords = { baton: discovery.password, repl: repl.password };
    let old: Lab | null = null;
    try {
      old = await startTopology({
        flavor: 'mysql56',
        nodes: family('old'),
        gtid: false,
        dataCenters: ['fra'],
        clusterName: 'old',
        passwords,
      });
      const baton = await BatonProcess.start(settingsFor(shop));
      return new ClientScene(shop, old, baton, await freePort());
    } catch (error) {
      await shop.stop();
      await old?.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      await this.baton.stop();
    } finally {
      await Promise.all([this.shop.stop(), this.old.stop()]);
    }
  }

  get servers(): readonly LabServer[] {
    return [...this.shop.servers, ...this.old.servers];
  }

  /** The environment of a user's shell. */
  get env(): Record<string, string | undefined> {
    return {
      PATH: process.env.PATH,
      ORCHESTRATOR_API: this.endpoints,
      ORCHESTRATOR_AUTH_USER: CREDENTIALS.user,
      ORCHESTRATOR_AUTH_PASSWORD: CREDENTIALS.password,
    };
  }

  server(name: string): LabServer {
    return (name.startsWith('db') ? this.shop : this.old).byName(name);
  }

  key(name: string): InstanceKey {
    return this.server(name).key;
  }

  /** A text with the servers' names of the lab instead of their addresses. */
  named(text: string): string {
    return this.servers.reduce((all, { name, key }) => all.replaceAll(keyText(key), name), text);
  }

  /** A text with addresses instead of the lab's names: `db1`, `db1.host`, `db1.port`. */
  addressed(text: string): string {
    return text.replaceAll(new RegExp(`${NAMES.source}(?:\\.(host|port))?`, 'g'), (whole, part?: string) => {
      const key = this.key(whole.split('.')[0] ?? '');
      if (part === 'host') return key.hostname;
      return part === 'port' ? String(key.port) : keyText(key);
    });
  }

  async instance(name: string): Promise<InstanceJson> {
    const { hostname, port } = this.key(name);
    return await this.baton.get<InstanceJson>(`instance/${hostname}/${port}`);
  }

  /** Waits until Baton knows what these servers are. */
  async known(...names: readonly string[]): Promise<void> {
    await this.sees(
      async () => {
        const all = await Promise.all(names.map((name) => this.instance(name)));
        return all.every((one) => one.IsLastCheckValid && one.IsUpToDate);
      },
      `${names.join(', ')} to be known`,
    );
  }

  /** Waits until Baton has seen what was done behind its back. */
  async sees(condition: () => Promise<boolean>, what: string): Promise<void> {
    await this.baton.until(condition, 20_000, what);
  }

  /** Whom each server replicates from, as it says itself: `db1`, `db1 No No` when its threads don't run, `-` for nobody. */
  async shape(): Promise<Readonly<Record<string, string>>> {
    const running = this.servers.filter(({ state }) => state === 'running');
    const ends = running.map(async (server) => {
      const channel = await server.replicaStatus();
      if (channel === null) return [server.name, '-'] as const;
      const threads = `${channel.ioThread} ${channel.sqlThread}`;
      const source = this.named(keyText(channel.source));
      return [server.name, threads === 'Yes Yes' ? source : `${source} ${threads}`] as const;
    });
    return Object.fromEntries(await Promise.all(ends));
  }

  /** Writes on a source, and waits until every server that replicates from it, however far below, has it. */
  async arrives(source: string): Promise<void> {
    const shape = await this.shape();
    const below = Object.keys(shape).filter((name) => isBelow(shape, name, source));
    this.rows += 1;
    await this.server(source).query(
      `CREATE TABLE IF NOT EXISTS app.arrivals (id INT PRIMARY KEY); INSERT INTO app.arrivals VALUES (${this.rows})`,
    );
    for (const name of below) {
      await this.sees(async () => await this.hasRow(name), `row ${this.rows} of ${source} to arrive on ${name}`);
    }
  }

  private async hasRow(name: string): Promise<boolean> {
    try {
      return (await this.server(name).query(`SELECT 1 FROM app.arrivals WHERE id = ${this.rows}`)).length > 0;
    } catch (error) {
      if (/doesn't exist/.test((error as Error).message)) return false;
      throw error;
    }
  }
}

function isBelow(shape: Readonly<Record<string, string>>, name: string, source: string): boolean {
  const seen = new Set<string>([source]);
  for (let at = shape[name]; at !== undefined && at !== '-'; at = shape[at]) {
    if (at === source) return true;
    if (seen.has(at)) return false;
    seen.add(at);
  }
  return false;
}

function settingsFor(shop: Lab): Record<string, unknown> {
  return labSettings(shop, {
    AuthenticationMethod: 'basic',
    HTTPAuthUser: CREDENTIALS.user,
    HTTPAuthPassword: CREDENTIALS.password,
    DetectClusterAliasQuery: 'SELECT cluster_name FROM meta.cluster',
    DetectClusterDomainQuery: 'SELECT cluster_domain FROM meta.cluster',
    DetectDataCenterQuery: 'SELECT data_center FROM meta.cluster',
    RecoverMasterClusterFilters: [],
    ReasonableReplicationLagSeconds: 5,
    ...accountQuery(shop),
    ...MARK_SETTINGS,
  });
}
