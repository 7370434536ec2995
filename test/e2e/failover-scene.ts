import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import { type Lab, type LabServer, startTopology, type TopologyOptions } from '../lab/index.ts';
import { Writer } from '../lab/writer.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';
import { HOOK_LISTS, type HookList, type HookRun, hookCommand, parseHookRuns } from './failover-hooks.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));

/** The parts of the compatible surface that these tests read. */
export interface KeyJson {
  readonly Hostname: string;
  readonly Port: number;
}

export interface InstanceJson {
  readonly Key: KeyJson;
  readonly MasterKey: KeyJson;
  readonly ClusterName: string;
  readonly ReadOnly: boolean;
  readonly IsLastCheckValid: boolean;
  readonly IsUpToDate: boolean;
  readonly IsDowntimed: boolean;
  readonly DowntimeReason: string;
  readonly PromotionRule: string;
  readonly ReplicationSQLThreadRuning: boolean;
  readonly ReplicationIOThreadRuning: boolean;
  readonly DataCenter: string;
}

export interface RecoveryJson {
  readonly Id: number;
  readonly UID: string;
  readonly AnalysisEntry: {
    readonly AnalyzedInstanceKey: KeyJson;
    readonly Analysis: string;
    readonly ClusterDetails: { readonly ClusterName: string; readonly ClusterAlias: string };
    readonly CountReplicas: number;
  };
  readonly SuccessorKey: KeyJson | null;
  readonly IsActive: boolean;
  readonly IsSuccessful: boolean;
  readonly LostReplicas: readonly KeyJson[];
  readonly AllErrors: readonly string[] | null;
  readonly RecoveryEndTimestamp: string;
  readonly Acknowledged: boolean;
  readonly AcknowledgedBy: string;
  readonly AcknowledgedComment: string;
}

export interface BlockedJson {
  readonly FailedInstanceKey: KeyJson;
  readonly Analysis: string;
  readonly BlockingRecoveryId: number;
  readonly Reason: string;
}

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type SceneSettings = Readonly<Record<string, unknown>>;

/**
 * Waits for a condition on servers or in this process. A question that fails is asked again: servers that are shut
 * throw their sessions out.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  let problem = '';
  for (;;) {
    try {
      if (await condition()) return;
      problem = '';
    } catch (error) {
      problem = ` Last: ${(error as Error).message}`;
    }
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain for ${what}.${problem}`);
    await delay(20);
  }
}

export function isKey(json: KeyJson | null | undefined, key: InstanceKey): boolean {
  return json?.Hostname === key.hostname && json.Port === key.port;
}

/** Real servers, a Baton in its own process that watches them, and hooks that write down what they were told. */
export class Scene {
  readonly lab: Lab;
  readonly baton: BatonProcess;
  private settings: Readonly<Record<string, unknown>>;
  private readonly writers = new Set<Writer>();

  private constructor(lab: Lab, baton: BatonProcess, settings: Readonly<Record<string, unknown>>) {
    this.lab = lab;
    this.baton = baton;
    this.settings = settings;
  }

  /**
   * Starts servers and a Baton. Every list of hooks begins with one that records what it is told; hooks given in
   * `settings` come after it.
   */
  static async open(
    topology: TopologyOptions,
    settings: SceneSettings | ((lab: Lab) => SceneSettings) = {},
  ): Promise<Scene> {
    const lab = await startTopology(topology);
    try {
      const complete = recording(lab, labSettings(lab, typeof settings === 'function' ? settings(lab) : settings));
      return new Scene(lab, await BatonProcess.start(complete), complete);
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const writer of this.writers) await writer.stop();
    try {
      await this.baton.stop();
    } finally {
      await this.lab.stop();
    }
  }

  /** A path in the lab's folder, for what hooks and tests tell each other. */
  file(name: string): string {
    return join(this.lab.folder, name);
  }

  /** Discovers from one server, and waits until all that are meant are known and were read. */
  async discoverAll(seed: LabServer, count = this.lab.servers.length): Promise<void> {
    await this.baton.discover(seed.key);
    await this.allKnown(count);
  }

  /** Waits until so many servers are known, read, and free of the grace after a start. */
  async allKnown(count: number): Promise<void> {
    await this.baton.until(
      async () => {
        const all = await this.instances();
        return all.length >= count && all.filter((each) => each.IsLastCheckValid).length >= count;
      },
      30_000,
      `${count} servers to be read`,
    );
    await this.beyondGrace();
  }

  /** Waits until the start-up grace is over; nothing tells of it. */
  async beyondGrace(): Promise<void> {
    await delay(1500);
  }

  /** Ends Baton, and starts it again on its data with other settings. */
  async reconfigure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.baton.kill('SIGTERM');
    this.settings = recording(this.lab, labSettings(this.lab, settings));
    await writeFile(join(this.baton.folder, 'baton.conf.json'), JSON.stringify(this.settings, null, 2));
    await this.relaunch();
  }

  /** Starts Baton again on its data. Events of the earlier process are dropped. */
  async relaunch(): Promise<void> {
    this.baton.events.length = 0;
    await this.baton.launch();
  }

  instances(): Promise<readonly InstanceJson[]> {
    return this.baton.get<readonly InstanceJson[]>('all-instances');
  }

  async instance(server: LabServer): Promise<InstanceJson> {
    return await this.baton.get<InstanceJson>(`instance/${server.key.hostname}/${server.key.port}`);
  }

  recoveries(): Promise<readonly RecoveryJson[]> {
    return this.baton.get<readonly RecoveryJson[]>('audit-recovery');
  }

  detections(): Promise<readonly RecoveryJson[]> {
    return this.baton.get<readonly RecoveryJson[]>('audit-failure-detection');
  }

  blocked(): Promise<readonly BlockedJson[]> {
    return this.baton.get<readonly BlockedJson[]>('blocked-recoveries?reasons=true');
  }

  async steps(uid: string): Promise<readonly string[]> {
    const steps = await this.baton.get<readonly { readonly Message: string }[]>(`audit-recovery-steps/${uid}`);
    return steps.map((step) => step.Message);
  }

  async audit(): Promise<readonly { readonly AuditType: string; readonly Message: string }[]> {
    return await this.baton.get('audit');
  }

  /** Runs `baton` as a person would in a shell. Never rejects for an exit code. */
  cli(...args: readonly string[]): Promise<CommandResult> {
    const env = { ...process.env, BATON_API: this.baton.url };
    return new Promise((resolve) => {
      execFile(process.execPath, [CLI, ...args], { env, timeout: 30_000 }, (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, out: out.trimEnd(), err: err.trimEnd() });
      });
    });
  }

  /** What the recording hooks were told, in the order in which they ended. */
  hooks(): readonly HookRun[] {
    const path = this.file('hooks.txt');
    return existsSync(path) ? parseHookRuns(readFileSync(path, 'utf8')) : [];
  }

  async forgetHooks(): Promise<void> {
    await rm(this.file('hooks.txt'), { force: true });
  }

  /** A client that writes wherever `target` says, and is stopped with the scene. */
  writer(target: () => InstanceKey, intervalMs = 10): Writer {
    const writer = new Writer({
      account: this.lab.accounts.app,
      target,
      intervalMs,
      connectTimeoutMs: 300,
      statementTimeoutMs: 300,
    });
    this.writers.add(writer);
    return writer;
  }

  /** Waits until a recovery of this server has ended with its last hook, and returns it. */
  async recovered(failed: LabServer, limitMs = 30_000): Promise<RecoveryJson> {
    const ended = await this.baton.event('recovery-ended', (event) => sameKey(event.key, failed.key), limitMs);
    await this.baton.event(
      'recovery-step',
      (event) => event.uid === ended.uid && event.message.startsWith('[post hooks]'),
    );
    const [recovery] = await this.baton.get<readonly RecoveryJson[]>(`audit-recovery/uid/${ended.uid}`);
    if (recovery === undefined) throw new Error(`The recovery ${ended.uid} is not in the audit.`);
    return recovery;
  }

  /** The server that a recovery promoted. */
  successor(recovery: RecoveryJson): LabServer {
    const found = this.lab.servers.find((server) => isKey(recovery.SuccessorKey, server.key));
    if (found !== undefined) return found;
    throw new Error(`Recovery ${recovery.UID} promoted none of the lab's servers:\n${this.baton.log.slice(-6000)}`);
  }

  /** Waits until these servers replicate from the source, on the servers themselves. */
  async follow(source: LabServer, replicas: readonly LabServer[]): Promise<void> {
    for (const replica of replicas) {
      await eventually(`${replica.name} to follow ${source.name}`, async () => {
        const channel = await replica.replicaStatus();
        if (channel !== null && sameKey(channel.source, source.key) && channel.ioThread === 'Yes') return true;
        throw new Error(`It says: ${JSON.stringify(channel)}`);
      });
    }
  }
}

/** Whether a server takes writes of an application that has no privileges beyond its schema. */
export async function takesWrites(server: LabServer): Promise<boolean> {
  const client = await server.connect('app');
  try {
    await client.query('CREATE TABLE IF NOT EXISTS app.probe (id INT PRIMARY KEY AUTO_INCREMENT, note CHAR(1))');
    await client.query("INSERT INTO app.probe (note) VALUES ('x')");
    return true;
  } catch (error) {
    if (/read.only/i.test((error as Error).message)) return false;
    throw error;
  } finally {
    client.destroy();
  }
}

/** `read_only`, and on servers that have it `super_read_only`, as the server itself says. */
export async function isShut(server: LabServer): Promise<boolean> {
  const variable =
    server.flavor === 'mysql97' ? '@@global.read_only AND @@global.super_read_only' : '@@global.read_only';
  const [row] = await server.query<{ shut: number }>(`SELECT ${variable} AS shut`);
  return Number(row?.shut) === 1;
}

export function named(servers: readonly LabServer[]): string {
  return servers.map((server) => keyText(server.key)).join(',');
}

function recording(lab: Lab, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const path = join(lab.folder, 'hooks.txt');
  const hooks = HOOK_LISTS.map((list: HookList) => {
    const given = settings[list];
    return [list, [hookCommand(list, path), ...(Array.isArray(given) ? (given as string[]) : [])]];
  });
  return { ...settings, ...Object.fromEntries(hooks) };
}

/** Makes or removes a file that hooks look at. */
export async function flag(path: string, on: boolean): Promise<void> {
  if (on) await writeFile(path, '');
  else await rm(path, { force: true });
}
