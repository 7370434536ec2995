import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ComposedEngine, composeEngine } from '../../src/main/compose.ts';
import { isOperationName } from '../../src/main/core/routines/routine.ts';
import type { BatonEngine } from '../../src/main/engine/baton-engine.ts';
import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import { eventually } from '../e2e/failover-scene.ts';
import { RecordingLog } from '../engine/fakes/recording-log.ts';
import { testSettings } from '../engine/fakes/settings.ts';
import { type Lab, type LabServer, startTopology, type TopologyOptions } from '../lab/index.ts';
import { Writer } from '../lab/writer.ts';
import { restoreBase } from '../operations/base-shape.ts';
import { labSettings } from '../support/lab-settings.ts';
import { type Death, Mortal } from './mortal.ts';

/** A server that has all already is not waited for. */
const MAY_BE_LEFT_OUT = /SELECT|UNTIL/;

export type Shape = Readonly<Record<string, string>>;

/** What a case asks of an engine, and how the servers stand when it was not and when it was carried out. */
export interface Case {
  readonly run: (engine: BatonEngine) => Promise<unknown>;
  readonly old: Shape;
  readonly done: Shape;
}

/** Real servers on which one Baton after the other dies. */
export class InterruptionScene {
  readonly lab: Lab;
  private readonly settings: Readonly<Record<string, unknown>>;

  private constructor(lab: Lab) {
    this.lab = lab;
    const { user, password } = lab.accounts.repl;
    this.settings = labSettings(lab, {
      RecoverMasterClusterFilters: [],
      ReplicationCredentialsQuery: `SELECT '${user}', '${password}'`,
    });
  }

  static async open(topology: TopologyOptions): Promise<InterruptionScene> {
    return new InterruptionScene(await startTopology(topology));
  }

  close(): Promise<void> {
    return this.lab.stop();
  }

  key(name: string): InstanceKey {
    return this.lab.byName(name).key;
  }

  /** Whom each server replicates from, and `*` for those that take writes: `{db1: '*', db2: 'db1'}`. */
  async shape(): Promise<Shape> {
    const ends = this.lab.servers.map(async (server) => {
      const channel = await server.replicaStatus();
      const open = (await this.isOpen(server)) ? '*' : '';
      if (channel === null) return [server.name, open] as const;
      const source = this.lab.servers.find(({ key }) => sameKey(key, channel.source))?.name ?? keyText(channel.source);
      const runs =
        channel.ioThread === 'Yes' && channel.sqlThread === 'Yes' ? '' : ` ${channel.ioThread}/${channel.sqlThread}`;
      return [server.name, `${source}${open}${runs}`] as const;
    });
    return Object.fromEntries(await Promise.all(ends));
  }

  /** Runs the case without a death. @returns what it began, each of which is a place to die at */
  async rehearse(one: Case): Promise<readonly string[]> {
    const mortal = new Mortal(null);
    const folder = mkdtempSync(join(tmpdir(), 'baton-interruption-'));
    const writer = this.writer();
    await writer.start();
    try {
      const composed = await this.start(folder, mortal);
      await one.run(composed.engine);
      await this.ends([one.done]);
      await composed.close();
      return mortal.begun;
    } finally {
      await writer.stop();
      rmSync(folder, { recursive: true, force: true });
      await this.reset();
    }
  }

  /** Lets Baton die, starts another one on its data, does what that says, and looks at what has become of the servers. */
  async dieAndRepair(one: Case, death: Death): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'baton-interruption-'));
    const writer = this.writer();
    await writer.start();
    try {
      const died = await this.killed(one, folder, death);
      await this.expectOneMaster();
      if (!died) expect(death.at, 'it ended before its death').toMatch(MAY_BE_LEFT_OUT);
      const note = died ? await this.repaired(folder, [one.old, one.done]) : 'Nothing had to be waited for.';
      await writer.next();
      await writer.stop();
      await this.expectNothingLost(writer);
      return note;
    } finally {
      await writer.stop();
      rmSync(folder, { recursive: true, force: true });
      await this.reset();
    }
  }

  /** @returns false when there was no such moment */
  private async killed(one: Case, folder: string, death: Death): Promise<boolean> {
    const mortal = new Mortal(death);
    const composed = await this.start(folder, mortal);
    const work = one.run(composed.engine).catch(() => undefined);
    await work;
    await composed.close().catch(() => undefined);
    return mortal.isDead;
  }

  /** @returns what the log says of the interruption */
  private async repaired(folder: string, ends: readonly Shape[]): Promise<string> {
    const log = new RecordingLog();
    const { engine, close } = await this.start(folder, null, log);
    try {
      const notes = [...log.of('recovery.interrupted'), ...log.of('operation.interrupted')];
      expect(notes).toHaveLength(1);
      const [note = ''] = notes;
      expect(engine.audit(0, null).some(({ message }) => message.startsWith('Interrupted: '))).toBe(true);
      expect(engine.state().maintenances.size).toBe(0);
      const line = /Repair it with: (.*)$/.exec(note)?.[1] ?? '';
      await this.obey(engine, line);
      await this.ends(ends, note);
      return note;
    } finally {
      await close();
    }
  }

  /** As a shell would: `a && b`, `a || b`. */
  private async obey(engine: BatonEngine, line: string): Promise<void> {
    if (line === '') return;
    for (const alternative of line.split(' || ')) {
      let well = true;
      for (const command of alternative.split(' && ')) {
        well = well && (await this.command(engine, command));
      }
      if (well) return;
    }
    throw new Error(`The repair failed: ${this.lastAnswer}`);
  }

  private lastAnswer = '';

  private async command(engine: BatonEngine, text: string): Promise<boolean> {
    const parts = /^baton -c (\S+) -i (\S+?)(?: -d (\S+))?$/.exec(text);
    if (parts === null) throw new Error(`"${text}" is no command.`);
    const [, name = '', instance = '', destination] = parts;
    const asKey = (word: string): InstanceKey => {
      const [hostname = '', port] = word.split(':');
      return { hostname, port: Number(port) };
    };
    const to = destination === undefined ? {} : { destination: asKey(destination) };
    if (isOperationName(name)) {
      const report = await engine.operate(name, { instance: asKey(instance), ...to }, { dryRun: false, owner: 'test' });
      this.lastAnswer = `${text}: ${report.result.state}: ${report.result.message}`;
      return report.result.state === 'done';
    }
    const report = await this.takeOver(
      engine,
      name as 'graceful-master-takeover-auto',
      asKey(instance),
      to.destination ?? null,
    );
    this.lastAnswer = `${text}: ${report.message}`;
    return report.ok;
  }

  takeOver(
    engine: BatonEngine,
    kind: 'graceful-master-takeover-auto',
    instance: InstanceKey,
    designated: InstanceKey | null,
  ): ReturnType<BatonEngine['takeOver']> {
    const clusterName = engine.topology().instances.get(keyText(instance))?.clusterName ?? '';
    return engine.takeOver({
      kind,
      clusterName,
      instance,
      designated,
      killBlockers: false,
      dryRun: false,
      owner: 'test',
    });
  }

  private async start(dataFolder: string, mortal: Mortal | null, log = new RecordingLog()): Promise<ComposedEngine> {
    const settings = testSettings(this.settings);
    const between = mortal === null ? {} : { between: mortal.between };
    const composed = composeEngine({ settings, dataFolder, log, ...between });
    await composed.engine.start();
    for (const { key } of this.lab.servers) await composed.engine.discover(key);
    return composed;
  }

  private async ends(shapes: readonly Shape[], note = ''): Promise<void> {
    let shape: Shape = {};
    await eventually(
      `the servers to stand as before or as wanted after: ${note}`,
      async () => {
        shape = await this.shape();
        if (shapes.some((one) => JSON.stringify(one) === JSON.stringify(shape))) return true;
        throw new Error(`${JSON.stringify(shape)}; the last answer was: ${this.lastAnswer}`);
      },
      5000,
    );
  }

  private async expectOneMaster(): Promise<void> {
    const open = await Promise.all(this.lab.servers.map((server) => this.isOpen(server)));
    expect(open.filter((each) => each).length).toBeLessThanOrEqual(1);
  }

  private async isOpen(server: LabServer): Promise<boolean> {
    const [row] = await server.query<{ shut: number }>('SELECT @@global.read_only AS shut');
    return Number(row?.shut) === 0;
  }

  /** A client that turns to the other server when one refuses. */
  private writer(): Writer {
    const targets = [this.lab.byName('db1'), this.lab.byName('db2')];
    const writer: Writer = new Writer({
      account: this.lab.accounts.app,
      target: () => (targets[writer.errors.length % 2] ?? this.lab.master).key,
      intervalMs: 5,
    });
    return writer;
  }

  private async expectNothingLost(writer: Writer): Promise<void> {
    await this.lab.catchUp();
    for (const server of this.lab.servers) expect(await writer.missingOn(server)).toEqual([]);
  }

  private async reset(): Promise<void> {
    const [db1] = this.lab.servers;
    if (this.lab.master.flavor === 'mariadb' && db1 !== undefined) {
      for (const server of this.lab.servers) {
        if ((await server.replicaStatus()) === null)
          await server.query('SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_binlog_pos').catch(() => undefined);
      }
    }
    await restoreBase(this.lab);
    await this.lab.master.query('DROP TABLE IF EXISTS app.writes');
    await this.lab.catchUp();
  }
}
