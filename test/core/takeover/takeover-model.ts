import { positionOf } from '../../../src/main/core/candidates/received.ts';
import { gtidContains } from '../../../src/main/core/gtid/gtid-position.ts';
import type { Effect, EffectFailure, Outcome } from '../../../src/main/core/sagas/effects.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import type { ServerSession } from '../../../src/shared/domain/question.ts';
import { ModelServer, Refusal } from '../sagas/model-server.ts';

/** `timeout`: not done, no answer. `late`: done, no answer. `error`: refused. `gone`: the server dies before. */
export type Fault = 'timeout' | 'late' | 'error' | 'gone' | 'hook';

export const FAULTS: readonly Fault[] = ['timeout', 'late', 'error', 'gone', 'hook'];

export interface ModelOptions {
  readonly servers: readonly InstanceFacts[];
  /** What goes wrong at the n-th effect that can; it may change the cluster as well. */
  readonly faultAt?: (index: number, effect: Effect, model: TakeoverModel) => Fault | null;
  /** Sessions that hold up a switch to read-only until they are killed. */
  readonly blockers?: readonly ServerSession[];
  /** Tables that a session which no question names has locked for writing: the switch to read-only waits for it. */
  readonly lockedTables?: readonly string[];
  readonly answers?: (command: Command) => unknown;
}

/** A healthy cluster that clients write to wherever they can; it answers effects, deterministically. */
export class TakeoverModel {
  readonly servers: ReadonlyMap<string, ModelServer>;
  readonly hooks: string[] = [];
  readonly commands: Command[] = [];
  readonly killed: number[] = [];
  readonly fenced: string[] = [];
  /** Moments at which more than one server took writes. */
  readonly splits: string[] = [];
  /** Client writes that a server has acknowledged, with their GTIDs. */
  readonly acknowledged: string[] = [];
  private readonly options: ModelOptions;
  private blockers: readonly ServerSession[];
  private nowMs = 1_800_000_000_000;
  private index = -1;
  private writes = 0;

  constructor(options: ModelOptions) {
    this.options = options;
    this.blockers = options.blockers ?? [];
    this.servers = new Map(options.servers.map((facts) => [keyText(facts.key), new ModelServer(facts)]));
  }

  /** Effects so far that can go wrong. */
  get count(): number {
    return this.index + 1;
  }

  server(key: InstanceKey): ModelServer {
    const server = this.servers.get(keyText(key));
    if (server === undefined) throw new Error(`no server ${keyText(key)} in the model`);
    return server;
  }

  get writeable(): readonly string[] {
    return [...this.servers.values()].filter((each) => each.isWriteable).map((each) => each.key.hostname);
  }

  /** Acknowledged writes that a server lacks. */
  lostOn(key: InstanceKey): readonly string[] {
    const server = this.server(key);
    const flavor = server.read().flavor;
    return this.acknowledged.filter((gtid) => !gtidContains(server.executed, positionOf(flavor, gtid)));
  }

  settle(): void {
    for (let tick = 0; tick < 5; tick += 1) this.live();
  }

  readonly answer = (effect: Effect): unknown => {
    this.nowMs += 1;
    switch (effect.type) {
      case 'now':
        return this.nowMs;
      case 'sleep':
        this.nowMs += effect.ms;
        return this.settle();
      case 'note':
      case 'phase':
        return undefined;
      default:
        break;
    }
    this.index += 1;
    const fault = this.options.faultAt?.(this.index, effect, this) ?? null;
    this.live();
    const result = this.reply(effect, fault);
    if (this.writeable.length > 1) this.splits.push(this.writeable.join(' and '));
    return result;
  };

  private reply(effect: Effect, fault: Fault | null): unknown {
    switch (effect.type) {
      case 'hooks':
        this.hooks.push(effect.list);
        return fault === null ? DONE : failed('hook', 'exit status 1');
      case 'fence':
        this.fenced.push(effect.key.hostname);
        if (this.server(effect.key).reach === 'up') this.server(effect.key).setReadOnly(true);
        return undefined;
      case 'propose':
        this.commands.push(effect.command);
        return this.options.answers?.(effect.command) ?? { begun: true, registered: true };
      case 'read':
        return this.withFault(this.server(effect.key), fault, effect.timeoutMs, (server) => server.read());
      case 'ask':
        return this.withFault<unknown>(this.server(effect.facts.key), fault, effect.timeoutMs, (server) => {
          if (effect.question.kind === 'locked-tables') return this.options.lockedTables ?? [];
          return effect.question.kind === 'last-write' ? server.read() : this.blockers;
        });
      case 'perform':
        return this.withFault(this.server(effect.facts.key), fault, effect.timeoutMs, (server) =>
          this.perform(server, effect.action),
        );
      default:
        throw new Error(`the model can't answer ${effect.type}`);
    }
  }

  private withFault<T>(
    server: ModelServer,
    fault: Fault | null,
    timeoutMs: number,
    work: (server: ModelServer) => T,
  ): Outcome<T> {
    const name = keyText(server.key);
    if (fault === 'gone') server.reach = 'gone';
    if (server.reach === 'gone') return failed('refused', `${name} refused the connection`);
    if (fault === 'error') return failed('refused-by-server', `${name} answered: access denied`);
    if (fault !== 'timeout') {
      try {
        const value = work(server);
        if (fault !== 'late') return { ok: true, value };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return failed('refused-by-server', `${name} answered: ${error.message}`);
      }
    }
    this.nowMs += timeoutMs;
    this.settle();
    return failed('timeout', `${name} did not answer in ${timeoutMs} ms`);
  }

  private perform(server: ModelServer, action: ServerAction): undefined {
    switch (action.kind) {
      case 'stop-replication':
        return server.stop(action.threads) as undefined;
      case 'start-replication':
        return server.start(action.threads) as undefined;
      case 'repoint':
        if (action.credentialsOf !== null && !server.isReplica) server.becomeReplica();
        return server.repoint(action.source, action.mode) as undefined;
      case 'reset-replication':
        return server.reset() as undefined;
      case 'set-read-only':
        if (action.on && (this.blockers.length > 0 || this.options.lockedTables !== undefined)) {
          throw new Refusal('Lock wait timeout exceeded');
        }
        return server.setReadOnly(action.on) as undefined;
      case 'kill':
        this.killed.push(action.id);
        this.blockers = this.blockers.filter((each) => each.id !== action.id);
        return undefined;
      case 'wait-for-gtid':
        for (let round = 0; round < 20 && !server.hasExecuted(action.gtid); round += 1) this.settle();
        if (!server.hasExecuted(action.gtid)) throw new Refusal('it has not executed it');
        return undefined;
      default:
        throw new Error(`the model can't perform ${action.kind}`);
    }
  }

  /** Clients write wherever they can; then the replication threads do what they have to do. */
  private live(): void {
    for (const server of this.servers.values()) {
      if (!server.isWriteable) continue;
      this.writes += 1;
      const gtid = writeOf(server, this.writes);
      server.execute(gtid);
      this.acknowledged.push(gtid);
    }
    const find = (key: InstanceKey): ModelServer | null =>
      [...this.servers.values()].find((each) => sameKey(each.key, key)) ?? null;
    for (const server of this.servers.values()) server.tick(find);
  }
}

function writeOf(server: ModelServer, count: number): string {
  const { flavor, serverId, serverUuid } = server.read();
  const sequence = 1000 + count;
  return flavor === 'MariaDB' ? `0-${serverId}-${sequence}` : `${serverUuid}:${sequence}`;
}

function failed(kind: EffectFailure['kind'], message: string): { readonly ok: false; readonly failure: EffectFailure } {
  return { ok: false, failure: { kind, message } };
}

const DONE: Outcome<void> = { ok: true, value: undefined };
