import type { Effect, EffectFailure, FenceState, Outcome } from '../../../src/main/core/sagas/effects.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import { ModelServer, Refusal } from './model-server.ts';

/**
 * What goes wrong at one effect. `timeout`: not done, no answer. `late`: done, no answer. `error`: refused.
 * `gone`/`cut`: the server is away before it gets it; `last-words`: it does it and is cut off. `break-applier`,
 * `stall-applier`: from now on. `revive`: the old source comes back. `hook`: a hook fails.
 */
export type Fault =
  | 'timeout'
  | 'late'
  | 'error'
  | 'gone'
  | 'cut'
  | 'last-words'
  | 'break-applier'
  | 'stall-applier'
  | 'revive'
  | 'hook';

/** May change the cluster as well. */
export type FaultPlan = (index: number, effect: Effect, cluster: ModelCluster) => Fault | null;

export interface ModelOptions {
  readonly servers: readonly InstanceFacts[];
  readonly source: InstanceKey;
  /** The source is alive and takes writes, as for a planned operation. */
  readonly sourceLives?: boolean;
  /** Servers that someone else has under maintenance already. */
  readonly maintained?: readonly InstanceKey[];
  /** The fence shuts the old source at once when it comes back. */
  readonly fenceWorks?: boolean;
  /** What goes wrong at the n-th effect that touches a server, a hook or the fence. */
  readonly faultAt?: FaultPlan;
}

/** How things stood when a server was opened for writes. */
export interface Opening {
  readonly key: InstanceKey;
  readonly lastFenceState: FenceState | null;
  /** Nothing came between the look at the old source and the opening. */
  readonly lookedJustBefore: boolean;
}

const FAILURES: Readonly<Record<'timeout' | 'gone' | 'error', EffectFailure['kind']>> = {
  timeout: 'timeout',
  gone: 'refused',
  error: 'refused-by-server',
};

/** A cluster that answers effects, for sagas to be run against; deterministic, its time is its own. */
export class ModelCluster {
  readonly servers: ReadonlyMap<string, ModelServer>;
  readonly openings: Opening[] = [];
  /** Under maintenance by the saga at this moment. */
  readonly maintenance = new Set<string>();
  readonly commands: Command[] = [];
  /** Moments at which more than one server took writes. */
  readonly splits: string[] = [];
  fence: 'never' | 'raised' | 'lowered' = 'never';
  private readonly options: ModelOptions;
  private readonly source: ModelServer;
  private nowMs = 1_800_000_000_000;
  private index = -1;
  private sourceWrites = 0;
  private lastFenceState: FenceState | null = null;
  private lastType: Effect['type'] | null = null;

  constructor(options: ModelOptions) {
    this.options = options;
    this.servers = new Map(options.servers.map((facts) => [keyText(facts.key), new ModelServer(facts)]));
    this.source = this.server(options.source);
    this.source.reach = options.sourceLives === true ? 'up' : 'gone';
  }

  server(key: InstanceKey): ModelServer {
    const server = this.servers.get(keyText(key));
    if (server === undefined) throw new Error(`no server ${keyText(key)} in the model`);
    return server;
  }

  readonly answer = (effect: Effect): unknown => {
    this.nowMs += 1;
    if (effect.type === 'now') return this.nowMs;
    if (effect.type === 'sleep') return this.pass(effect.ms);
    if (effect.type === 'note' || effect.type === 'phase') return undefined;
    this.index += 1;
    const fault = this.options.faultAt?.(this.index, effect, this) ?? null;
    if (fault === 'revive') this.revive();
    this.live();
    const result = this.reply(effect, fault);
    this.lastType = effect.type;
    const open = [...this.servers.values()].filter((each) => each.isWriteable).map((each) => keyText(each.key));
    if (open.length > 1) this.splits.push(open.join(' and '));
    return result;
  };

  /** The old source is there again; its fence, if it works, is the first thing that it gets. */
  revive(): void {
    if (this.source.reach === 'up') return;
    this.source.reach = 'up';
    this.source.setReadOnly(this.fence === 'raised' && this.options.fenceWorks !== false);
  }

  /** Lets the threads of all servers do what they have to do. */
  settle(): void {
    this.pass(1000);
  }

  private reply(effect: Effect, fault: Fault | null): unknown {
    switch (effect.type) {
      case 'hooks':
        return fault === 'hook' ? failed('hook', 'exit status 1') : DONE;
      case 'fence':
        this.fence = 'raised';
        if (this.source.reach === 'up' && this.options.fenceWorks !== false) this.source.setReadOnly(true);
        return undefined;
      case 'unfence':
        this.fence = 'lowered';
        this.source.setReadOnly(false);
        return undefined;
      case 'fence-state':
        this.lastFenceState = this.fenceState();
        return this.lastFenceState;
      case 'propose':
        return this.propose(effect.command);
      case 'read':
        return this.withFault(this.server(effect.key), fault, effect.timeoutMs, (server) => server.read());
      case 'perform':
        if (effect.action.kind === 'set-read-only' && !effect.action.on) this.noteOpening(effect.facts.key);
        return this.withFault(this.server(effect.facts.key), fault, effect.timeoutMs, (server) =>
          this.perform(server, effect.action),
        );
      default:
        throw new Error(`the model can't answer ${effect.type}`);
    }
  }

  private propose(command: Command): unknown {
    this.commands.push(command);
    if (command.type === 'begin-maintenance') {
      const isTaken = this.options.maintained?.some((each) => sameKey(each, command.key)) === true;
      if (isTaken) return { begun: false, existing: { owner: 'alice', reason: 'backup' } };
      this.maintenance.add(keyText(command.key));
      return { begun: true };
    }
    if (command.type === 'end-maintenance') return { ended: this.maintenance.delete(keyText(command.key)) };
    return { changed: true };
  }

  private fenceState(): FenceState {
    if (this.source.reach !== 'up') return 'silent';
    return this.source.isWriteable ? 'open' : 'closed';
  }

  private noteOpening(key: InstanceKey): void {
    const lookedJustBefore = this.lastType === 'fence-state';
    this.openings.push({ key, lastFenceState: this.lastFenceState, lookedJustBefore });
  }

  private withFault<T>(
    server: ModelServer,
    fault: Fault | null,
    timeoutMs: number,
    work: (server: ModelServer) => T,
  ): Outcome<T> {
    if (fault === 'gone' || fault === 'cut') server.reach = fault;
    if (fault === 'break-applier') server.applier = 'broken';
    if (fault === 'stall-applier') server.applier = 'stalled';
    const name = keyText(server.key);
    if (server.reach === 'gone') return failed(FAILURES.gone, `${name} refused the connection`);
    if (fault === 'error') return failed(FAILURES.error, `${name} answered: access denied`);
    if (server.reach === 'up' && fault !== 'timeout') {
      try {
        const value = work(server);
        if (fault === 'last-words') server.reach = 'cut';
        if (fault !== 'late' && fault !== 'last-words') return { ok: true, value };
      } catch (error) {
        if (error instanceof WaitedInVain) return failed('timeout', `${name} has not executed it`);
        if (error instanceof Refusal) return failed('refused-by-server', `${name} answered: ${error.message}`);
        throw error;
      }
    }
    this.pass(timeoutMs);
    return failed(FAILURES.timeout, `${name} did not answer in ${timeoutMs} ms`);
  }

  private perform(server: ModelServer, action: ServerAction): undefined {
    switch (action.kind) {
      case 'stop-replication':
        return server.stop(action.threads) as undefined;
      case 'start-replication':
        return server.start(action.threads) as undefined;
      case 'repoint':
        return server.repoint(action.source, action.mode) as undefined;
      case 'reset-replication':
        return server.reset() as undefined;
      case 'set-read-only':
        return server.setReadOnly(action.on) as undefined;
      case 'wait-for-gtid':
        return this.wait(server, action.gtid, action.timeoutMs);
      case 'set-semi-sync-source':
      case 'end-offline-mode':
        return undefined;
      default:
        throw new Error(`the model can't perform ${action.kind}`);
    }
  }

  private wait(server: ModelServer, gtid: string, timeoutMs: number): undefined {
    for (let waited = 0; waited < timeoutMs && !server.hasExecuted(gtid); waited += 100) this.pass(100);
    if (!server.hasExecuted(gtid)) throw new WaitedInVain();
    return undefined;
  }

  private pass(ms: number): undefined {
    this.nowMs += ms;
    this.live();
    return undefined;
  }

  private live(): void {
    if (this.source.reach === 'up' && this.source.isWriteable && !this.source.isReplica) {
      this.sourceWrites += 1;
      this.source.execute(writeOf(this.source.read(), this.sourceWrites));
    }
    const find = (key: InstanceKey): ModelServer | null =>
      [...this.servers.values()].find((each) => sameKey(each.key, key)) ?? null;
    for (const server of this.servers.values()) server.tick(find);
  }
}

class WaitedInVain extends Error {}

function writeOf(facts: InstanceFacts, count: number): string {
  const sequence = 1000 + count;
  return facts.flavor === 'MariaDB' ? `0-${facts.serverId}-${sequence}` : `${facts.serverUuid}:${sequence}`;
}

function failed(kind: EffectFailure['kind'], message: string): { readonly ok: false; readonly failure: EffectFailure } {
  return { ok: false, failure: { kind, message } };
}

const DONE: Outcome<void> = { ok: true, value: undefined };
