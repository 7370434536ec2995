import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComposedEngine, composeEngine, type EngineOptions } from '../../src/main/compose.ts';
import type { BatonEngine } from '../../src/main/engine/baton-engine.ts';
import type { TakeoverReport, TakeoverRequest } from '../../src/main/engine/services/engine.ts';
import { keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import type { Readiness } from '../../src/shared/domain/readiness.ts';
import type { Recovery } from '../../src/shared/domain/recovery.ts';
import { eventually } from '../e2e/failover-scene.ts';
import { RecordingLog } from '../engine/fakes/recording-log.ts';
import { testSettings } from '../engine/fakes/settings.ts';
import type { Lab, LabServer } from '../lab/index.ts';
import { labSettings } from './lab-settings.ts';

/** Not 0, which means three poll intervals: seconds in which the engine only watches. */
const GRACE_SECONDS = 0.2;

/** A whole engine in this process that watches the servers of a lab and may fail them over at once. */
export class LabEngine {
  readonly lab: Lab;
  readonly log = new RecordingLog();
  private readonly folder = mkdtempSync(join(tmpdir(), 'baton-lab-engine-'));
  private settings: Readonly<Record<string, unknown>>;
  private composed: ComposedEngine | null = null;

  constructor(lab: Lab, settings: Readonly<Record<string, unknown>> = {}) {
    this.lab = lab;
    this.settings = settings;
  }

  get engine(): BatonEngine {
    if (this.composed === null) throw new Error('The engine of the lab has not been started.');
    return this.composed.engine;
  }

  get master(): LabServer {
    return this.lab.master;
  }

  /** Starts it, lets it discover every running server, and waits until it has read them all and may act. */
  async start(between?: EngineOptions['between']): Promise<this> {
    const settings = testSettings(labSettings(this.lab, { BatonStartupGraceSeconds: GRACE_SECONDS, ...this.settings }));
    const options = { settings, dataFolder: this.folder, log: this.log };
    this.composed = composeEngine(between === undefined ? options : { ...options, between });
    await this.engine.start();
    await this.look();
    await eventually('the start-up grace to end', async () => {
      const { obstacles } = await this.readiness();
      return !obstacles.some(({ code }) => code === 'start-up' || code === 'not-judged');
    });
    return this;
  }

  /** Ends it and starts it again on its data, with other settings. */
  async restart(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.composed?.close();
    this.settings = settings;
    await this.start();
  }

  async close(): Promise<void> {
    try {
      await this.composed?.close().catch(() => undefined);
    } finally {
      await this.lab.stop();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** Lets it read every running server now. */
  async look(): Promise<void> {
    const running = this.lab.servers.filter(({ state }) => state === 'running');
    await Promise.all(running.map(({ key }) => this.engine.discover(key)));
    await eventually('the servers to be read', () =>
      running.every(({ key }) => this.engine.topology().instances.get(keyText(key))?.valid === true),
    );
  }

  /** Of the cluster of a server, the lab's first one unless another is named. */
  async readiness(member: LabServer = this.master): Promise<Readiness> {
    const name = this.engine.topology().instances.get(keyText(member.key))?.clusterName ?? '';
    const found = await this.engine.readiness(name);
    if (found === null) throw new Error(`No cluster is known as ${name}.`);
    return found;
  }

  /** Waits until a recovery of this server has ended and its last step is written. */
  async recovered(failed: LabServer, limitMs = 20_000): Promise<Recovery> {
    const of = (): Recovery | undefined =>
      this.engine.state().recoveries.find(({ analysis }) => sameKey(analysis.key, failed.key));
    await eventually(
      `the recovery of ${failed.name} to end`,
      () => {
        const steps = this.engine.recoverySteps(of()?.uid ?? '');
        return of()?.outcome !== 'running' && steps.some(({ message }) => message.startsWith('[post hooks]'));
      },
      limitMs,
    );
    const found = of();
    if (found === undefined) throw new Error(`${failed.name} was not recovered.`);
    return found;
  }

  takeOver(request: Partial<TakeoverRequest>): Promise<TakeoverReport> {
    return this.engine.takeOver({
      kind: 'graceful-master-takeover-auto',
      clusterName: keyText(this.master.key),
      instance: null,
      designated: null,
      killBlockers: false,
      dryRun: false,
      owner: 'test',
      ...request,
    });
  }

  async export(uid: string): Promise<Uint8Array> {
    const bytes = await this.engine.exportRecovery(uid);
    if (bytes === null) throw new Error(`There is no log of ${uid}.`);
    return bytes;
  }

  nameOf(key: { readonly hostname: string; readonly port: number } | null): string | null {
    return key === null ? null : (this.lab.servers.find((each) => sameKey(each.key, key))?.name ?? keyText(key));
  }
}
