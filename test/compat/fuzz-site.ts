import { createHttpServer, type HttpServer } from '../../src/main/adapters/http/http-server.ts';
import type { BatonEngine } from '../../src/main/engine/baton-engine.ts';
import type { EngineEvent } from '../../src/shared/domain/event.ts';
import { key } from '../core/topology/fleet.ts';
import { World } from '../engine/engine-harness.ts';
import { exchange, HOST, parseAnswer, text, type WireAnswer } from './raw-exchange.ts';

/** What no answer may hold. */
export const PASSWORD = 'Hu8-never-tell-Xq';

/** Of the simulated servers; no odd text names one of them, not even in part. */
export const HOSTS = ['zqx-alpha', 'zqx-beta', 'zqx-gamma'] as const;
const [SOURCE] = HOSTS;

const STEP_MS = 20;

/** A whole engine with simulated servers, and the real HTTP door before it. Time passes only while something is awaited. */
export class FuzzSite {
  readonly world = new World();
  readonly engine: BatonEngine;
  port = 0;
  private readonly server: HttpServer;
  private readonly told = new Set<(event: EngineEvent) => void>();

  private constructor(settings: Readonly<Record<string, unknown>>) {
    const [, ...replicas] = HOSTS;
    this.world.add(SOURCE, { facts: { connectedReplicas: replicas.map(key) } });
    for (const replica of replicas) this.world.add(replica, { below: SOURCE });
    this.engine = this.world.engine({ DiscoverySeeds: [SOURCE], MySQLTopologyPassword: PASSWORD, ...settings });
    this.countReaders();
    const { engine } = this;
    const nowMs = (): number => this.world.clock.nowMs();
    this.server = createHttpServer({ engine, settings: engine.settings, log: this.world.log, nowMs });
  }

  static async open(settings: Readonly<Record<string, unknown>> = {}): Promise<FuzzSite> {
    const site = new FuzzSite(settings);
    await site.world.run(site.engine.start(), 5000);
    const bound = await site.server.listen('127.0.0.1:0');
    if (bound.kind === 'tcp') site.port = bound.port;
    if (site.engine.topology().instances.size !== HOSTS.length)
      throw new Error('The engine does not know its servers.');
    return site;
  }

  async close(): Promise<void> {
    await this.during(this.server.close());
    await this.during(this.engine.stop());
  }

  /** Sends bytes and returns the first answer. */
  async ask(bytes: Buffer): Promise<WireAnswer> {
    return parseAnswer(await this.said(bytes));
  }

  /** Sends bytes and returns everything that came back. */
  said(bytes: Buffer): Promise<string> {
    return this.during(exchange(this.port, bytes));
  }

  /** Lets the engine's time pass until something has come to its end. */
  async during<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    work.then(end, end);
    while (!ended) await this.world.clock.advance(STEP_MS);
    return await work;
  }

  /** What was done to servers since the engine began, by anybody; empty when each is as it was made. */
  get changes(): readonly string[] {
    const { calls } = this.world.mysql;
    return calls.filter((call) => /^(perform|fence) |fence-first$/.test(call));
  }

  /** @throws Error unless it goes on to answer, has changed no server, and was surprised by nothing */
  async isWell(): Promise<void> {
    const { body } = await this.ask(text('GET /api/clusters HTTP/1.1', HOST, 'Connection: close', '', ''));
    const surprises = [...this.changes, ...this.world.log.errors];
    if (body !== JSON.stringify([`${SOURCE}:3306`])) surprises.push(`It answers ${body}.`);
    if (surprises.length > 0) throw new Error(surprises.join('\n'));
  }

  /** How many readers are told what happens. */
  get readers(): number {
    return this.told.size;
  }

  /** Something happens that readers are told of, in so many characters. */
  happen(reason: string): void {
    const atMs = this.world.clock.nowMs();
    const clusterName = `${SOURCE}:3306`;
    for (const tell of [...this.told]) {
      tell({ type: 'recovery-blocked', atMs, key: key(SOURCE), clusterName, code: 'DeadMaster', reason });
    }
  }

  private countReaders(): void {
    const subscribe = this.engine.subscribe.bind(this.engine);
    this.engine.subscribe = (reader) => {
      const end = subscribe(reader);
      this.told.add(reader);
      return () => {
        this.told.delete(reader);
        end();
      };
    };
  }
}
