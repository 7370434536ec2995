import type {
  ActionResult,
  FenceAttempt,
  FenceConnection,
  FenceResult,
  InstanceProbe,
  MysqlPort,
} from '../../../src/main/engine/ports/mysql.ts';
import { ServerError } from '../../../src/main/engine/ports/mysql.ts';
import type { Clock } from '../../../src/main/engine/ports/runtime.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts, PollFailure } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import type { Answer, ServerQuestion } from '../../../src/shared/domain/question.ts';
import type { ServerOptions } from '../../core/topology/fleet.ts';
import { FakeServer } from './fake-server.ts';

const CONNECT_TIMEOUT_MS = 1000;

/** Servers as a small model behind the port. Everything that is asked of them is recorded, in order. */
export class FakeMysql implements MysqlPort {
  readonly calls: string[] = [];
  readonly servers = new Map<string, FakeServer>();
  /** Requests on a probe that began while another one was unanswered: there must be none. */
  readonly overlaps: string[] = [];
  readonly openFences = new Set<string>();
  /** Fence connections that are opened now never answer: something on the way has forgotten them. */
  fencesHang = false;
  /** How long servers take to answer, ms. */
  latencyMs = 1;
  polling = 0;
  mostPolling = 0;
  closed = false;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(name: string, options: Omit<ServerOptions, 'snapshot' | 'dead'> = {}): FakeServer {
    const server = new FakeServer(name, options);
    this.servers.set(server.name, server);
    return server;
  }

  /** How often something was asked; the calls that begin with the text. */
  count(text: string): number {
    return this.calls.filter((call) => call.startsWith(text)).length;
  }

  forgetCalls(): void {
    this.calls.length = 0;
  }

  async openProbe(key: InstanceKey, { fenceFirst }: { readonly fenceFirst: boolean }): Promise<InstanceProbe> {
    this.calls.push(`open ${keyText(key)}${fenceFirst ? ' fence-first' : ''}`);
    const server = this.server(key);
    await this.answer(server, CONNECT_TIMEOUT_MS);
    if (fenceFirst) server.apply({ kind: 'fence' }, null);
    return new FakeProbe(this, server, this.clock);
  }

  async openFence(key: InstanceKey): Promise<FenceConnection> {
    this.calls.push(`open-fence ${keyText(key)}`);
    const server = this.server(key);
    await this.answer(server, CONNECT_TIMEOUT_MS);
    return new FakeFence(this, server);
  }

  statements(facts: InstanceFacts, action: ServerAction): readonly string[] {
    const server = this.server(facts.key);
    if (server.unknown.has(action.kind)) throw server.error('unsupported');
    return [describeAction(action)];
  }

  async perform(facts: InstanceFacts, action: ServerAction, timeoutMs: number): Promise<ActionResult> {
    const server = this.server(facts.key);
    this.calls.push(`perform ${server.name} ${describeAction(action)}`);
    await this.answer(server, timeoutMs);
    const said = server.failing.get(action.kind);
    if (said !== undefined) throw new ServerError(facts.key, { kind: 'other', message: said }, {});
    const source = server.facts.replica?.source;
    server.apply(action, source ? (this.servers.get(keyText(source)) ?? null) : null);
    return { statements: [describeAction(action)] };
  }

  async ask<Q extends ServerQuestion>(facts: InstanceFacts, question: Q, timeoutMs: number): Promise<Answer<Q>> {
    const server = this.server(facts.key);
    this.calls.push(`ask ${server.name} ${question.kind}`);
    await this.answer(server, timeoutMs);
    return server.answers[question.kind] as Answer<Q>;
  }

  async read(key: InstanceKey, timeoutMs: number): Promise<InstanceFacts> {
    this.calls.push(`read ${keyText(key)}`);
    const server = this.server(key);
    await this.answer(server, timeoutMs);
    return server.facts;
  }

  async knock(key: InstanceKey, timeoutMs: number): Promise<void> {
    this.calls.push(`knock ${keyText(key)}`);
    const server = this.server(key);
    if (server.mode === 'stuck') await this.clock.sleep(this.latencyMs);
    else await this.answer(server, timeoutMs);
  }

  release(key: InstanceKey): void {
    this.calls.push(`release ${keyText(key)}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.calls.push('close');
  }

  /** Resolves when the server answers, maybe after it was frozen; rejects as a real one would be seen to fail. */
  async answer(server: FakeServer, timeoutMs: number, gone?: Promise<PollFailure>): Promise<void> {
    const deadlineMs = this.clock.monotonicMs() + timeoutMs;
    await this.clock.sleep(Math.min(this.latencyMs, timeoutMs));
    while (server.mode === 'frozen' || server.mode === 'stuck') {
      const leftMs = deadlineMs - this.clock.monotonicMs();
      if (leftMs <= 0) throw server.error('timeout');
      const failure = await this.change(server, leftMs, gone);
      if (failure) throw new ServerError(server.facts.key, failure, {});
    }
    if (server.mode === 'down') throw server.error('refused');
    if (server.mode === 'refusing') throw server.error('refused-by-server');
  }

  /** Waits for another mode, for the end of the connection or of the time. */
  private change(server: FakeServer, limitMs: number, gone?: Promise<PollFailure>): Promise<PollFailure | null> {
    return new Promise((resolve) => {
      const end = (failure: PollFailure | null): void => {
        cancel();
        server.listeners.delete(changed);
        resolve(failure);
      };
      const changed = (): void => end(null);
      const cancel = this.clock.after(limitMs, changed);
      server.listeners.add(changed);
      void gone?.then(end);
    });
  }

  private server(key: InstanceKey): FakeServer {
    const server = this.servers.get(keyText(key));
    if (server === undefined) {
      throw new ServerError(key, { kind: 'unknown-host', message: `${keyText(key)}: unknown host` }, {});
    }
    return server;
  }
}

/** The model's wording: the kind, and what it is given. */
function describeAction(action: ServerAction): string {
  const { kind, ...rest } = action;
  const values = Object.entries(rest).flatMap(([name, value]) => {
    if (name === 'source') return [keyText(value as InstanceKey)];
    if (name === 'threads' || name === 'gtid') return [String(value)];
    return name === 'on' ? [value ? 'on' : 'off'] : [];
  });
  return [kind, ...values].join(' ');
}

class FakeProbe implements InstanceProbe {
  private readonly mysql: FakeMysql;
  private readonly server: FakeServer;
  private readonly clock: Clock;
  private readonly gone = Promise.withResolvers<PollFailure>();
  private readonly listeners: ((failure: PollFailure) => void)[] = [];
  private readonly broke: (failure: PollFailure) => void;
  private heardMs: number;
  private broken: PollFailure | null = null;
  private busy = 0;

  constructor(mysql: FakeMysql, server: FakeServer, clock: Clock) {
    this.mysql = mysql;
    this.server = server;
    this.clock = clock;
    this.heardMs = clock.monotonicMs();
    this.broke = (failure) => {
      this.end(failure);
      for (const listener of this.listeners.splice(0)) listener(failure);
    };
    server.connections.add(this.broke);
  }

  async poll({ full, timeoutMs }: { readonly full: boolean; readonly timeoutMs: number }): Promise<InstanceFacts> {
    this.mysql.calls.push(`poll ${this.server.name}${full ? ' full' : ''}`);
    this.mysql.polling += 1;
    this.mysql.mostPolling = Math.max(this.mysql.mostPolling, this.mysql.polling);
    try {
      await this.request('poll', timeoutMs);
    } finally {
      this.mysql.polling -= 1;
    }
    return this.server.facts;
  }

  async pulse(timeoutMs: number): Promise<void> {
    this.mysql.calls.push(`pulse ${this.server.name}`);
    await this.request('pulse', timeoutMs);
  }

  onBroken(listener: (failure: PollFailure) => void): void {
    if (this.broken) listener(this.broken);
    else this.listeners.push(listener);
  }

  lastHeardMs(): number {
    return this.heardMs;
  }

  destroy(): void {
    this.end({ kind: 'broken', message: `${this.server.name}: given up` });
    this.listeners.length = 0;
  }

  private end(failure: PollFailure): void {
    this.broken ??= failure;
    this.server.connections.delete(this.broke);
    this.gone.resolve(failure);
  }

  private async request(what: string, timeoutMs: number): Promise<void> {
    if (this.busy > 0) this.mysql.overlaps.push(`${what} ${this.server.name}`);
    this.busy += 1;
    try {
      if (this.broken) throw new ServerError(this.server.facts.key, this.broken, {});
      const answer = this.mysql.answer(this.server, timeoutMs, this.gone.promise);
      answer.catch(() => undefined);
      const failure = await Promise.race([answer.then(() => null), this.gone.promise]);
      if (failure) throw new ServerError(this.server.facts.key, failure, {});
      this.heardMs = this.clock.monotonicMs();
    } finally {
      this.busy -= 1;
    }
  }
}

class FakeFence implements FenceConnection {
  private readonly mysql: FakeMysql;
  private readonly server: FakeServer;
  private readonly listeners: ((failure: PollFailure) => void)[] = [];
  private readonly broke: (failure: PollFailure) => void;
  private readonly gone = Promise.withResolvers<PollFailure>();
  private attempt: FenceAttempt | null = null;
  private open = true;
  private readonly hangs: boolean;

  constructor(mysql: FakeMysql, server: FakeServer) {
    this.mysql = mysql;
    this.server = server;
    mysql.openFences.add(server.name);
    this.hangs = mysql.fencesHang;
    this.broke = (failure) => {
      this.end(failure);
      for (const listener of this.listeners.splice(0)) listener(failure);
    };
    server.connections.add(this.broke);
  }

  send(): FenceAttempt {
    if (this.attempt) return this.attempt;
    this.mysql.calls.push(`fence ${this.server.name}`);
    const done = this.carryOut();
    done.catch(() => undefined);
    this.attempt = { statements: ['SET GLOBAL read_only = 1'], done };
    return this.attempt;
  }

  async keepAlive(): Promise<void> {
    this.mysql.calls.push(`keep-alive ${this.server.name}`);
    if (!this.open) throw this.server.error('broken');
    if (this.server.mode !== 'up' || this.hangs) throw this.server.error('timeout');
  }

  isOpen(): boolean {
    return this.open;
  }

  onBroken(listener: (failure: PollFailure) => void): void {
    this.listeners.push(listener);
  }

  destroy(): void {
    this.listeners.length = 0;
    this.end({ kind: 'broken', message: `${this.server.name}: given up` });
  }

  private end(failure: PollFailure): void {
    this.open = false;
    this.mysql.openFences.delete(this.server.name);
    this.server.connections.delete(this.broke);
    this.gone.resolve(failure);
  }

  private async carryOut(): Promise<FenceResult> {
    const answer = this.mysql.answer(this.server, 1e9, this.gone.promise);
    answer.catch(() => undefined);
    const failure = await Promise.race([answer.then(() => null), this.gone.promise]);
    if (failure) throw new ServerError(this.server.facts.key, failure, {});
    this.server.apply({ kind: 'fence' }, null);
    return { readOnly: this.server.facts.readOnly, gtidExecuted: this.server.facts.gtidExecuted };
  }
}
