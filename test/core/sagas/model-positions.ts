import type { Effect, Outcome } from '../../../src/main/core/sagas/effects.ts';
import { compareCoordinates } from '../../../src/main/core/topology/coordinates.ts';
import type { RepointMode, ServerAction } from '../../../src/shared/domain/action.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import type { InstanceFacts, LogCoordinates, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import type { ServerQuestion } from '../../../src/shared/domain/question.ts';
import { PLAIN_REPLICA } from '../../support/plain-replica.ts';

/** `timeout`: not done, no answer. `late`: done, no answer. `error`: refused. `gone`: away from now on. */
export type PlaceFault = 'timeout' | 'late' | 'error' | 'gone';

/** A transaction as it went through the cluster; every server logs it in its own log, at a place of its own. */
interface LogEntry {
  readonly transaction: number;
  readonly end: number;
}

interface PlaceServer {
  facts: InstanceFacts;
  /** In the order of execution. */
  readonly log: LogEntry[];
  until: LogCoordinates | null;
  gone: boolean;
}

const FILE = 'binlog.000007';
const START = 4;

/**
 * A cluster whose servers replicate by coordinates: each has a binary log with places of its own, so that a place is
 * right or wrong. What a server lacks or has twice in the end tells. Answers effects; its time is its own.
 */
export class PlaceCluster {
  readonly commands: Command[] = [];
  readonly maintenance = new Set<string>();
  readonly answers: Partial<Record<ServerQuestion['kind'], unknown>> = {};
  private readonly servers = new Map<string, PlaceServer>();
  private readonly faultAt: (index: number, effect: Effect) => PlaceFault | null;
  private nowMs = 1_800_000_000_000;
  private index = -1;
  private written = 0;

  constructor(
    facts: readonly InstanceFacts[],
    faultAt: (index: number, effect: Effect) => PlaceFault | null = () => null,
  ) {
    this.faultAt = faultAt;
    for (const each of facts) this.servers.set(keyText(each.key), { facts: each, log: [], until: null, gone: false });
    for (let count = 0; count < 5; count++) this.live();
  }

  get effects(): number {
    return this.index + 1;
  }

  facts(key: InstanceKey): InstanceFacts {
    return this.read(this.server(key));
  }

  change(key: InstanceKey, change: (facts: InstanceFacts) => InstanceFacts): void {
    const server = this.server(key);
    server.facts = change(server.facts);
  }

  /** The transactions that a server executed, in order. */
  executedOn(key: InstanceKey): readonly number[] {
    return this.server(key).log.map((each) => each.transaction);
  }

  /** Lets what runs come to its end, without new writes. */
  settle(): void {
    for (let count = 0; count < 20; count++) this.replicate();
  }

  readonly answer = (effect: Effect): unknown => {
    this.nowMs += 1;
    switch (effect.type) {
      case 'now':
        return this.nowMs;
      case 'sleep':
        this.nowMs += effect.ms;
        this.live();
        return undefined;
      case 'note':
      case 'phase':
        return undefined;
      case 'propose':
        return this.propose(effect.command);
      default:
    }
    this.index += 1;
    const fault = this.faultAt(this.index, effect);
    this.live();
    switch (effect.type) {
      case 'hooks':
        return fault === null ? DONE : failed('exit status 1');
      case 'read':
        return this.withFault(effect.key, fault, effect.timeoutMs, (server) => this.read(server));
      case 'ask':
        return this.withFault(
          effect.facts.key,
          fault,
          effect.timeoutMs,
          () => this.answers[effect.question.kind] ?? [],
        );
      case 'perform':
        return this.withFault(effect.facts.key, fault, effect.timeoutMs, (server) =>
          this.perform(server, effect.action),
        );
      default:
        throw new Error(`the model can't answer ${effect.type}`);
    }
  };

  private withFault<T>(
    key: InstanceKey,
    fault: PlaceFault | null,
    timeoutMs: number,
    work: (server: PlaceServer) => T,
  ): Outcome<T> {
    const server = this.server(key);
    if (fault === 'gone') server.gone = true;
    if (server.gone) return failed(`${keyText(key)} refused the connection`);
    if (fault === 'error') return failed(`${keyText(key)} answered: access denied`);
    if (fault === 'timeout') return this.late(key, timeoutMs);
    try {
      const value = work(server);
      return fault === 'late' ? this.late(key, timeoutMs) : { ok: true, value };
    } catch (error) {
      if (error instanceof Refused) return failed(error.message);
      throw error;
    }
  }

  private late(key: InstanceKey, timeoutMs: number): Outcome<never> {
    this.nowMs += timeoutMs;
    return { ok: false, failure: { kind: 'timeout', message: `${keyText(key)} did not answer in ${timeoutMs} ms` } };
  }

  private server(key: InstanceKey): PlaceServer {
    const server = this.servers.get(keyText(key));
    if (server === undefined) throw new Error(`no server ${keyText(key)} in the model`);
    return server;
  }

  private read(server: PlaceServer): InstanceFacts {
    return { ...server.facts, coordinates: { file: FILE, position: endOf(server) } };
  }

  private propose(command: Command): unknown {
    this.commands.push(command);
    if (command.type === 'begin-maintenance') {
      this.maintenance.add(keyText(command.key));
      return { begun: true };
    }
    if (command.type === 'end-maintenance') this.maintenance.delete(keyText(command.key));
    return command.type === 'lift-fence' ? { lifted: false } : { changed: true };
  }

  private perform(server: PlaceServer, action: ServerAction): undefined {
    const { facts } = server;
    switch (action.kind) {
      case 'stop-replication':
        if (action.threads !== 'io') server.until = null;
        return threads(
          server,
          action.threads === 'sql' ? {} : { ioState: 0 },
          action.threads === 'io' ? {} : { sqlState: 0 },
        );
      case 'start-replication':
        return threads(
          server,
          action.threads === 'sql' ? {} : { ioState: 1 },
          action.threads === 'io' ? {} : { sqlState: 1, lastSqlErrno: 0, lastSqlError: '' },
        );
      case 'start-until':
        server.until = action.at;
        return threads(server, { ioState: 1 }, { sqlState: 1 });
      case 'wait-for-position':
        for (let count = 0; count < 4; count++) this.live();
        return replicaOf(server) !== null &&
          compareCoordinates(replicaOf(server)?.executed ?? action.at, action.at) >= 0
          ? undefined
          : refuse('not there');
      case 'repoint':
        return repoint(server, action.source, action.mode);
      case 'reset-replication':
        server.facts = { ...facts, replica: null };
        return undefined;
      case 'detach-source':
      case 'reattach-source': {
        const source = facts.replica?.source ?? refuse('no replica');
        const hostname = action.kind === 'detach-source' ? `//${source.hostname}` : source.hostname.slice(2);
        return threads(server, { source: { ...source, hostname } }, {});
      }
      case 'set-read-only':
        server.facts = { ...facts, readOnly: action.on };
        return undefined;
      case 'set-delay':
        return threads(server, { sqlDelaySeconds: action.seconds }, {});
      case 'set-semi-sync-source':
        return semiSync(server, { sourceEnabled: action.on });
      case 'set-semi-sync-replica':
        return semiSync(server, { replicaEnabled: action.on });
      default:
        return undefined;
    }
  }

  private live(): void {
    for (const server of this.servers.values()) {
      if (server.gone || server.facts.readOnly || server.facts.replica !== null) continue;
      this.written += 1;
      append(server, this.written);
    }
    this.replicate();
  }

  private replicate(): void {
    for (const server of this.servers.values()) {
      const { replica } = server.facts;
      if (server.gone || replica === null) continue;
      const source = this.servers.get(keyText(replica.source));
      if (source === undefined || source.gone) {
        if (replica.ioState !== 0) threads(server, { ioState: 2, lastIoError: 'error connecting to source' }, {});
        continue;
      }
      if (replica.ioState !== 0)
        threads(server, { ioState: 1, lastIoError: '', read: { file: FILE, position: endOf(source) } }, {});
      apply(server, source);
    }
  }
}

/** Executes the next transaction of its source's log, if its applier runs and it isn't told to stop before. */
function apply(server: PlaceServer, source: PlaceServer): void {
  const { replica } = server.facts;
  if (replica === null || replica.sqlState !== 1 || replica.sqlDelaySeconds > 0) return;
  if (server.until !== null && compareCoordinates(replica.executed, server.until) >= 0) {
    threads(server, {}, { sqlState: 0 });
    return;
  }
  const next = source.log.find((each) => each.end > replica.executed.position);
  if (next === undefined || next.end > replica.read.position) return;
  // Its own transactions come back to a co-master and are passed over.
  if (!server.log.some((each) => each.transaction === next.transaction) || server.facts.readOnly)
    append(server, next.transaction);
  threads(server, {}, { executed: { file: FILE, position: next.end } });
}

/** Every server's log has places of its own: entries differ in size by server and by transaction. */
function append(server: PlaceServer, transaction: number): void {
  server.log.push({ transaction, end: endOf(server) + 100 + (server.facts.serverId % 37) + (transaction % 5) });
}

function endOf(server: PlaceServer): number {
  return server.log.at(-1)?.end ?? START;
}

function replicaOf(server: PlaceServer): ReplicaStatus | null {
  return server.facts.replica;
}

function repoint(server: PlaceServer, source: InstanceKey, mode: RepointMode): undefined {
  const at = mode.by === 'coordinates' ? mode.at : { file: FILE, position: START };
  const before: ReplicaStatus = server.facts.replica ?? {
    ...PLAIN_REPLICA,
    source,
    sourceUuid: '',
    read: at,
    executed: at,
    relay: at,
    retryCount: 10,
    gtidUse: 'none',
    ioState: 0,
    sqlState: 0,
  };
  if (before.ioState !== 0 || before.sqlState !== 0) refuse('threads run');
  server.facts = { ...server.facts, replica: { ...before, source, read: at, executed: at } };
  return undefined;
}

function threads(server: PlaceServer, io: Partial<ReplicaStatus>, sql: Partial<ReplicaStatus>): undefined {
  const replica = server.facts.replica ?? refuse('it is not configured as a replica');
  server.facts = { ...server.facts, replica: { ...replica, ...io, ...sql } };
  return undefined;
}

function semiSync(server: PlaceServer, change: Partial<NonNullable<InstanceFacts['semiSync']>>): undefined {
  const before = server.facts.semiSync ?? refuse('no plugin');
  server.facts = { ...server.facts, semiSync: { ...before, ...change } };
  return undefined;
}

class Refused extends Error {}

function refuse(message: string): never {
  throw new Refused(message);
}

function failed(message: string): Outcome<never> {
  return { ok: false, failure: { kind: 'refused-by-server', message } };
}

const DONE: Outcome<void> = { ok: true, value: undefined };
