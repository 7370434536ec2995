import { join } from 'node:path';
import { type Account, makeAccounts, type Passwords, quote } from './accounts.ts';
import { freeKeys } from './addresses.ts';
import { awaitReplicating, binlogPosition, shareGtids } from './catch-up.ts';
import { guard } from './guard.ts';
import { Lab } from './lab.ts';
import { LabServer } from './lab-server.ts';
import { type LabState, writeLabState } from './lab-state.ts';
import { type ChannelSettings, DEFAULT_CHANNEL, wordsFor } from './replication.ts';
import { clearRunFolder, createRunFolder, randomLabName, runFolder } from './run-folder.ts';
import { type SemiSyncConfig, type ServerConfig, socketPath } from './server-config.ts';
import { obtainServer } from './servers/obtain.ts';
import { NO_PROGRESS, type Progress } from './servers/progress.ts';
import type { LabFlavor } from './servers/server-package.ts';
import { checkLink, checkNodes, type NodeSpec, type Shape, shapeNodes } from './shapes.ts';

export interface SemiSyncOptions {
  /** How long a commit waits for an acknowledgement, ms; default 10,000, as the servers have it. */
  readonly timeoutMs?: number;
  readonly waitForReplicas?: number;
  /** Who has the source side on. A replica with it on and nobody below it waits out the timeout for its own applier. */
  readonly sourceOn?: 'masters' | 'all';
}

export interface TopologyOptions {
  /** Default: a random name, `lab-…`. */
  readonly name?: string;
  /** For the nodes that don't name their own; default `mysql97`. */
  readonly flavor?: LabFlavor;
  /** Flavours by node index, for the nodes of a shape. */
  readonly flavors?: readonly LabFlavor[];
  /** Default `star`. Not together with `nodes`. */
  readonly shape?: Shape;
  /** Servers beside the first one; default as the shape has it. */
  readonly replicas?: number;
  /** A topology of any other form. */
  readonly nodes?: readonly NodeSpec[];
  /** Default true; false replicates by file and position. */
  readonly gtid?: boolean;
  readonly semiSync?: boolean | SemiSyncOptions;
  /** Delay in seconds by node index (0 is the master). */
  readonly delayed?: Readonly<Record<number, number>>;
  /** Data centres by node index, given in turn; fills `meta.cluster` on every node. */
  readonly dataCenters?: readonly string[];
  /** `cluster_name` and `cluster_domain` in `meta.cluster`; default the lab's name. */
  readonly clusterName?: string;
  readonly channel?: Partial<ChannelSettings>;
  readonly passwords?: Passwords;
  readonly durable?: boolean;
  /** Options for every server's `my.cnf`. */
  readonly serverOptions?: Readonly<Record<string, string>>;
  readonly onProgress?: Progress;
}

/**
 * Starts real servers and makes them replicate. Resolves when every channel runs and every replica has caught up.
 * Should it fail, or should this process end in whatever way, nothing is left behind.
 */
export async function startTopology(options: TopologyOptions = {}): Promise<Lab> {
  const progress = options.onProgress ?? NO_PROGRESS;
  const specs = nodesOf(options);
  const flavors = [...new Set(specs.map((spec) => flavorOf(spec, options)))];
  const ready = new Map<LabFlavor, Awaited<ReturnType<typeof obtainServer>>>();
  for (const flavor of flavors) ready.set(flavor, await obtainServer(flavor, progress));

  const name = options.name ?? randomLabName();
  checkSocketPaths(name, specs);
  const folder = createRunFolder(name);
  const watch = guard(folder);
  try {
    const keys = await freeKeys(specs.length);
    const accounts = makeAccounts(options.passwords);
    const nodes = specs.map((spec, index) => {
      const server = ready.get(flavorOf(spec, options))?.server;
      const key = keys[index];
      if (!server || !key) throw new Error(`No server or address for ${spec.name}.`);
      return { spec, config: configOf(spec, { package: server, key, folder: join(folder, spec.name) }, options) };
    });
    const state: LabState = { name, startedAt: new Date().toISOString(), gtid: options.gtid ?? true, accounts, nodes };
    const servers = nodes.map(({ spec, config }) => new LabServer(spec.name, config, accounts));
    progress({ message: `Starting ${servers.length} server${servers.length === 1 ? '' : 's'}` });
    await Promise.all(servers.map((server) => server.create(ready.get(server.flavor)?.template ?? '')));
    await fillMeta(servers, specs, options, name);
    progress({ message: 'Starting replication' });
    await connectReplicas(servers, specs, options, accounts.repl);
    writeLabState(folder, state);
    const lab = new Lab(state, servers, watch);
    await settle(lab, options);
    return lab;
  } catch (error) {
    await clearRunFolder(folder);
    watch.release();
    throw error;
  }
}

/** The kernel's limit for the name of a Unix socket is 108 bytes on Linux and 104 on macOS (unix(7)). */
function checkSocketPaths(name: string, specs: readonly NodeSpec[]): void {
  for (const spec of specs) {
    const path = socketPath(join(runFolder(name), spec.name));
    if (Buffer.byteLength(path) > 100) {
      throw new Error(`${path} is too long for a Unix socket; set TMPDIR to a shorter path, or use shorter names.`);
    }
  }
}

function nodesOf(options: TopologyOptions): NodeSpec[] {
  const nodes = options.nodes ?? shapeNodes(options.shape ?? 'star', options.replicas);
  const complete = nodes.map((node, index): NodeSpec => {
    const delaySeconds = node.delaySeconds ?? options.delayed?.[index];
    const centers = options.dataCenters ?? [];
    const dataCenter = node.dataCenter ?? centers[index % Math.max(1, centers.length)];
    const flavor = node.flavor ?? options.flavors?.[index];
    return {
      ...node,
      readOnly: node.readOnly ?? node.source !== null,
      ...(delaySeconds === undefined ? {} : { delaySeconds }),
      ...(dataCenter === undefined ? {} : { dataCenter }),
      ...(flavor === undefined ? {} : { flavor }),
    };
  });
  checkNodes(complete);
  for (const replica of complete) {
    const source = complete.find((node) => node.name === replica.source);
    if (source) checkLink(flavorOf(replica, options), flavorOf(source, options));
  }
  return complete;
}

function flavorOf(spec: NodeSpec, options: TopologyOptions): LabFlavor {
  return spec.flavor ?? options.flavor ?? 'mysql97';
}

function configOf(
  spec: NodeSpec,
  given: Pick<ServerConfig, 'package' | 'key' | 'folder'>,
  options: TopologyOptions,
): ServerConfig {
  return {
    ...given,
    serverId: serverIdOf(given.key),
    gtid: options.gtid ?? true,
    readOnly: spec.readOnly ?? spec.source !== null,
    semiSync: semiSyncOf(spec, given.package, options.semiSync ?? false),
    channel: { ...DEFAULT_CHANNEL, ...options.channel },
    durable: options.durable ?? false,
    extra: { ...options.serverOptions, ...spec.serverOptions },
  };
}

/** Unlike in every lab of the machine, as the address is; on systems with one address, the port is what differs. */
function serverIdOf(key: { readonly hostname: string; readonly port: number }): number {
  const [, second = 0, third = 0, fourth = 0] = key.hostname.split('.').map(Number);
  return key.hostname === '127.0.0.1' ? key.port : second * 65_536 + third * 256 + fourth;
}

function semiSyncOf(
  spec: NodeSpec,
  server: ServerConfig['package'],
  wanted: boolean | SemiSyncOptions,
): SemiSyncConfig | null {
  if (wanted === false) return null;
  if (server.semiSync === 'none') {
    throw new Error(`${server.flavor} (${server.origin}) comes without the semi-sync plugins; use another flavour.`);
  }
  const options = wanted === true ? {} : wanted;
  return {
    source: options.sourceOn === 'all' || spec.readOnly === false,
    replica: true,
    timeoutMs: options.timeoutMs ?? 10_000,
    waitForReplicas: options.waitForReplicas ?? 1,
  };
}

/** A table as `DetectClusterAliasQuery` and its kin expect it, on each server for itself. */
async function fillMeta(
  servers: readonly LabServer[],
  specs: readonly NodeSpec[],
  options: TopologyOptions,
  labName: string,
): Promise<void> {
  if (!specs.some((spec) => spec.dataCenter !== undefined) && options.clusterName === undefined) return;
  const cluster = options.clusterName ?? labName;
  await Promise.all(
    servers.map((server, index) =>
      server.query(
        `SET SESSION sql_log_bin = 0;
         CREATE TABLE meta.cluster (
           anchor TINYINT NOT NULL PRIMARY KEY,
           cluster_name VARCHAR(128) NOT NULL DEFAULT '',
           cluster_domain VARCHAR(128) NOT NULL DEFAULT '',
           data_center VARCHAR(128) NOT NULL
         ) ENGINE=InnoDB;
         INSERT INTO meta.cluster VALUES
           (1, ${quote(cluster)}, ${quote(`${cluster}.lab.example`)}, ${quote(specs[index]?.dataCenter ?? '')});
         SET SESSION sql_log_bin = 1`,
      ),
    ),
  );
}

async function connectReplicas(
  servers: readonly LabServer[],
  specs: readonly NodeSpec[],
  options: TopologyOptions,
  repl: Account,
): Promise<void> {
  const byName = new Map(servers.map((server) => [server.name, server]));
  const channel = { ...DEFAULT_CHANNEL, ...options.channel };
  for (const spec of specs) {
    const replica = byName.get(spec.name);
    const source = spec.source === null ? undefined : byName.get(spec.source);
    if (!replica || !source) continue;
    const words = wordsFor(replica.flavor);
    const byGtid = (options.gtid ?? true) && shareGtids(replica.flavor, source.flavor);
    const from = byGtid ? 'gtid' : await binlogPosition(source);
    await replica.query(words.changeSource(source.key, repl, channel, from));
    await replica.query(words.startReplica);
  }
  for (const spec of specs) {
    if (spec.readOnly) await makeReadOnly(byName.get(spec.name));
  }
}

async function makeReadOnly(server: LabServer | undefined): Promise<void> {
  // `super_read_only` implies `read_only`, and MySQL 5.6 and MariaDB have only the latter.
  await server?.query(server.flavor === 'mysql97' ? 'SET GLOBAL super_read_only = 1' : 'SET GLOBAL read_only = 1');
}

/** Lets the first transaction travel everywhere, and only then holds back the replicas that are to lag. */
async function settle(lab: Lab, options: TopologyOptions): Promise<void> {
  await awaitReplicating(lab.servers, 60_000);
  for (const node of lab.nodes) {
    if (node.readOnly === false) await lab.byName(node.name).query('CREATE DATABASE IF NOT EXISTS app');
  }
  await lab.catchUp(60_000);
  for (const node of lab.nodes) {
    if (!node.delaySeconds) continue;
    const server = lab.byName(node.name);
    const words = wordsFor(server.flavor);
    await server.query(`${words.stopReplica}; ${words.changeDelay(node.delaySeconds)}; ${words.startReplica}`);
  }
  if (lab.nodes.some((node) => node.delaySeconds)) await awaitReplicating(lab.servers, 60_000);
  options.onProgress?.({ message: `The lab ${lab.name} is up` });
}
