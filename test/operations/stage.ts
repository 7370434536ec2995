import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { unpackRecovery } from '../../src/main/adapters/recovery-file/recovery-archive.ts';
import { type ComposedEngine, composeEngine } from '../../src/main/compose.ts';
import { recoveryFileOf } from '../../src/main/core/replay/recovery-file.ts';
import type { BatonEngine } from '../../src/main/engine/baton-engine.ts';
import type { OperationReport } from '../../src/main/engine/services/engine.ts';
import { type InstanceKey, isRealKey, keyText } from '../../src/shared/domain/instance-key.ts';
import type { OperationArgs, OperationName, PlannedStep } from '../../src/shared/domain/operation.ts';
import { eventually } from '../e2e/failover-scene.ts';
import { RecordingLog } from '../engine/fakes/recording-log.ts';
import { testSettings } from '../engine/fakes/settings.ts';
import { type Lab, type LabServer, startTopology, type TopologyOptions } from '../lab/index.ts';
import { Writer } from '../lab/writer.ts';
import { labSettings } from '../support/lab-settings.ts';
import { restoreBase } from './base-shape.ts';
import { type ServerState, serverState } from './server-state.ts';

/** As `OperationArgs`, with servers by their names in the lab. */
export interface NamedArgs extends Omit<OperationArgs, 'instance' | 'destination'> {
  readonly instance: string;
  readonly destination?: string;
}

/** db1 with db2 and db3 below it, and db4 below db2: a source, siblings, and a server with something above its source. */
export const FAMILY: TopologyOptions = {
  nodes: [
    { name: 'db1', source: null },
    { name: 'db2', source: 'db1' },
    { name: 'db3', source: 'db1' },
    { name: 'db4', source: 'db2' },
  ],
};

/** So that Baton knows the replication account where it can't read it, as on MariaDB. */
export function accountQuery({ accounts }: Lab): Readonly<Record<string, unknown>> {
  const { user, password } = accounts.repl;
  return { ReplicationCredentialsQuery: `SELECT '${user}', '${password}'` };
}

/**
 * Real servers and a whole engine in this process, which many cases share: each begins from the shape that the lab was
 * made with.
 */
export class Stage {
  readonly lab: Lab;
  readonly engine: BatonEngine;
  private readonly composed: ComposedEngine;
  private readonly dataFolder: string;

  private constructor(lab: Lab, composed: ComposedEngine, dataFolder: string) {
    this.lab = lab;
    this.composed = composed;
    this.engine = composed.engine;
    this.dataFolder = dataFolder;
  }

  /** Starts servers and an engine that recovers nothing by itself, and lets it discover them all. */
  static async open(
    topology: TopologyOptions,
    settings: (lab: Lab) => Readonly<Record<string, unknown>> = () => ({}),
  ): Promise<Stage> {
    const lab = await startTopology(topology);
    const dataFolder = mkdtempSync(join(tmpdir(), 'baton-operations-'));
    try {
      const complete = labSettings(lab, {
        RecoverMasterClusterFilters: [],
        ReasonableReplicationLagSeconds: 5,
        InstanceBulkOperationsWaitTimeoutSeconds: 5,
        ...settings(lab),
      });
      const composed = composeEngine({ settings: testSettings(complete), dataFolder, log: new RecordingLog() });
      const stage = new Stage(lab, composed, dataFolder);
      await stage.engine.start();
      await stage.look();
      return stage;
    } catch (error) {
      await lab.stop();
      rmSync(dataFolder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      await this.composed.close();
    } finally {
      await this.lab.stop();
      rmSync(this.dataFolder, { recursive: true, force: true });
    }
  }

  server(name: string): LabServer {
    return this.lab.byName(name);
  }

  /** `host:port` of a server. */
  text(name: string): string {
    return keyText(this.server(name).key);
  }

  /** `host:port` in a text turned into the names of the lab. */
  named(text: string): string {
    return this.lab.servers.reduce((said, { name, key }) => said.replaceAll(keyText(key), name), text);
  }

  operate(name: OperationName, args: NamedArgs): Promise<OperationReport> {
    return this.engine.operate(name, this.args(args), { dryRun: false, owner: 'test' });
  }

  plan(name: OperationName, args: NamedArgs): Promise<OperationReport> {
    return this.engine.operate(name, this.args(args), { dryRun: true, owner: 'test' });
  }

  /** What an operation that was carried out has sent, as `db2 STOP REPLICA`, in the order of its log. */
  async sent(uid: string): Promise<readonly string[]> {
    const bytes = await this.engine.exportRecovery(uid);
    if (bytes === null) throw new Error(`There is no log of ${uid}.`);
    return recoveryFileOf(unpackRecovery(bytes, uid))
      .effects.filter(({ statement }) => statement !== '')
      .map(({ server, statement }) => `${this.named(server)} ${this.named(statement)}`);
  }

  /** What a dry run says that it would send, in the same words. */
  planned(plan: readonly PlannedStep[]): readonly string[] {
    return plan
      .filter(({ statements }) => statements.length > 0)
      .map(({ server, statements }) => `${this.named(server)} ${this.named(statements.join(';\n'))}`);
  }

  /** Whom each server replicates from, `db1`; with the threads where not both of them run. */
  async shape(): Promise<Readonly<Record<string, string>>> {
    const ends = this.lab.servers.map(async (server) => {
      const channel = await server.replicaStatus();
      if (channel === null) return [server.name, '-'] as const;
      const threads = `${channel.ioThread} ${channel.sqlThread}`;
      const source = this.named(keyText(channel.source));
      return [server.name, threads === 'Yes Yes' ? source : `${source} ${threads}`] as const;
    });
    return Object.fromEntries(await Promise.all(ends));
  }

  /** All of every running server that an operation could change. */
  async state(): Promise<Readonly<Record<string, ServerState>>> {
    const running = this.lab.servers.filter(({ state }) => state === 'running');
    const states = running.map(async (server) => [server.name, await serverState(server)] as const);
    return Object.fromEntries(await Promise.all(states));
  }

  /** As `state`, once nothing changes by itself any more: places are told a little after replication has started. */
  async standing(): Promise<Readonly<Record<string, ServerState>>> {
    let last = await this.state();
    let same = 0;
    await eventually('the servers to stand still', async () => {
      const next = await this.state();
      same = isDeepStrictEqual(next, last) ? same + 1 : 0;
      last = next;
      return same >= 2;
    });
    return last;
  }

  /** Brings the servers into the shape that the lab was made with, and lets the engine see it. */
  async reset(): Promise<void> {
    await restoreBase(this.lab);
    await this.look();
  }

  /** Lets the engine read every running server now. */
  async look(): Promise<void> {
    const running = this.lab.servers.filter(({ state }) => state === 'running');
    for (const { key } of running) await this.engine.discover(key);
    await eventually('the engine to know the servers as they are', async () => {
      const { instances } = this.engine.topology();
      const sources = await this.sources(running);
      return running.every(({ name, key }) => {
        const seen = instances.get(keyText(key));
        return seen?.valid === true && (seen.source ?? '') === sources[name];
      });
    });
  }

  /**
   * Does something while a client writes to db1; then every write that was acknowledged is on every server, once, and
   * nothing else is.
   */
  async underWrites<T>(work: () => Promise<T>): Promise<T> {
    const { master } = this.lab;
    await master.query('DROP TABLE IF EXISTS app.writes');
    const writer = new Writer({ account: this.lab.accounts.app, target: () => master.key, intervalMs: 5 });
    await writer.start();
    let result: T;
    try {
      result = await work();
      // What is written after the work arrives too.
      await writer.next();
      await writer.next();
    } finally {
      await writer.stop();
    }
    expect(writer.errors).toEqual([]);
    await this.lab.catchUp();
    expect(await writer.missingOn(master)).toEqual([]);
    await this.sameDataEverywhere();
    return result;
  }

  async sameDataEverywhere(): Promise<void> {
    const sums = await Promise.all(
      this.lab.servers.map((server) =>
        server.query(
          "SELECT COUNT(*) AS n, CAST(SUM(CRC32(CONCAT_WS(',', id, token, server_id))) AS CHAR) AS sum FROM app.writes",
        ),
      ),
    );
    for (const sum of sums) expect(sum).toEqual(sums[0]);
    expect(sums[0]).not.toMatchObject([{ n: 0 }]);
  }

  private async sources(servers: readonly LabServer[]): Promise<Readonly<Record<string, string>>> {
    const ends = servers.map(async (server) => {
      const channel = await server.replicaStatus();
      const isReal = channel !== null && isRealKey(channel.source);
      return [server.name, isReal ? keyText(channel.source) : ''] as const;
    });
    return Object.fromEntries(await Promise.all(ends));
  }

  private args({ instance, destination, ...rest }: NamedArgs): OperationArgs {
    return {
      ...rest,
      instance: this.key(instance),
      ...(destination === undefined ? {} : { destination: this.key(destination) }),
    };
  }

  /** Of a server of the lab, or of one that is none: `nowhere:3306`. */
  private key(name: string): InstanceKey {
    const [hostname = name, port] = name.split(':');
    return port === undefined ? this.server(name).key : { hostname, port: Number(port) };
  }
}
