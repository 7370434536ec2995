import type { Effect, EffectFailure, FenceState, Outcome } from '../../../src/main/core/sagas/effects.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts, InstanceSnapshot, LogCoordinates } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import { server } from '../topology/fleet.ts';

const EVENT_BYTES = 100;
const DEAD = 'db1';

export interface PlaceSpec {
  /** How many transactions of db1 it has executed. */
  readonly executed: number;
  /** And received; as executed when left out. */
  readonly received?: number;
  /** Its own binary log began so many transactions before: places in it differ from those in db1's. */
  readonly ownBefore?: number;
  readonly writeable?: boolean;
  readonly applierBroken?: boolean;
  /** It applies only as long as someone waits for it. */
  readonly applierSlow?: boolean;
  readonly facts?: Partial<InstanceFacts>;
  /** It may commit in another order than its source. */
  readonly outOfOrder?: true;
}

interface Server {
  facts: InstanceFacts;
  /** What its binary log holds, in order. */
  log: string[];
  /** Received and not applied. */
  relay: string[];
  /** How many transactions of its source's log it has received. */
  readCount: number;
  broken: boolean;
  slow: boolean;
}

export type PositionFault = 'error' | 'timeout' | 'late' | 'hook' | 'revive';

/**
 * Servers that replicate by file and position, for sagas to be run against. What each has executed is kept as a list, so
 * that a transaction that was passed over or applied twice shows, wherever a replica was pointed at.
 */
export class PositionModel {
  readonly servers = new Map<string, Server>();
  readonly splits: string[] = [];
  fence: 'never' | 'raised' | 'lowered' = 'never';
  private readonly faultAt: (index: number, effect: Effect) => PositionFault | null;
  private index = -1;
  private nowMs = 1_800_000_000_000;
  private masterLives = false;

  constructor(
    specs: Readonly<Record<string, PlaceSpec>>,
    faultAt: (index: number, effect: Effect) => PositionFault | null = () => null,
  ) {
    this.faultAt = faultAt;
    for (const [name, spec] of Object.entries(specs)) this.servers.set(name, serverOf(name, spec));
  }

  /** The picture from which a recovery begins. */
  snapshots(): InstanceSnapshot[] {
    const master = server(DEAD, { dead: true, facts: { gtidMode: 'OFF' } });
    return [
      master,
      ...[...this.servers].map(([name, each]) => server(name, { snapshot: { facts: this.factsOf(each) } })),
    ];
  }

  readonly answer = (effect: Effect): unknown => {
    this.nowMs += 1;
    if (effect.type === 'now') return this.nowMs;
    if (effect.type === 'sleep') {
      this.nowMs += effect.ms;
      return undefined;
    }
    if (effect.type === 'note' || effect.type === 'phase') return undefined;
    this.index += 1;
    const fault = this.faultAt(this.index, effect);
    if (fault === 'revive') this.masterLives = true;
    const result = this.reply(effect, fault);
    this.live();
    return result;
  };

  log(name: string): readonly string[] {
    return this.servers.get(name)?.log ?? [];
  }

  follows(name: string): string | null {
    return this.servers.get(name)?.facts.replica?.source.hostname ?? null;
  }

  settle(): void {
    for (let round = 0; round < 5; round += 1) this.live();
  }

  private reply(effect: Effect, fault: PositionFault | null): unknown {
    switch (effect.type) {
      case 'hooks':
        return fault === 'hook' ? failure('hook', 'exit status 1') : DONE;
      case 'fence':
        this.fence = 'raised';
        return undefined;
      case 'unfence':
        this.fence = 'lowered';
        return undefined;
      case 'fence-state':
        return (this.masterLives ? (this.fence === 'raised' ? 'closed' : 'open') : 'silent') satisfies FenceState;
      case 'read':
        return this.withFault(effect.key, fault, (each) => this.factsOf(each));
      case 'perform':
        return this.withFault(effect.facts.key, fault, (each) => this.perform(each, effect.action));
      default:
        throw new Error(`the model can't answer ${effect.type}`);
    }
  }

  private withFault<T>(key: InstanceKey, fault: PositionFault | null, work: (each: Server) => T): Outcome<T> {
    const each = this.servers.get(key.hostname);
    if (each === undefined) return failure('refused', `${keyText(key)} refused the connection`);
    if (fault === 'error') return failure('refused-by-server', `${keyText(key)} answered: access denied`);
    if (fault === 'timeout') return failure('timeout', `${keyText(key)} did not answer`);
    try {
      const value = work(each);
      return fault === 'late' ? failure('timeout', `${keyText(key)} did not answer`) : { ok: true, value };
    } catch (error) {
      return failure('refused-by-server', (error as Error).message);
    }
  }

  private perform(each: Server, action: ServerAction): undefined {
    const { replica } = each.facts;
    switch (action.kind) {
      case 'set-read-only':
        each.facts = { ...each.facts, readOnly: action.on };
        return undefined;
      case 'set-semi-sync-source':
        return undefined;
      case 'wait-for-position':
        this.apply(each);
        if (executedOf(each) < action.at.position) throw new Error('still waiting');
        return undefined;
      default:
        if (replica === null) throw new Error(`${keyText(each.facts.key)} is not configured as a replica`);
        each.facts = { ...each.facts, replica: this.changed(each, replica, action) };
        return undefined;
    }
  }

  private changed(each: Server, replica: NonNullable<InstanceFacts['replica']>, action: ServerAction) {
    switch (action.kind) {
      case 'stop-replication':
        return {
          ...replica,
          ...(action.threads === 'sql' ? {} : { ioState: 0 as const }),
          ...(action.threads === 'io' ? {} : { sqlState: 0 as const }),
        };
      case 'start-replication':
        return {
          ...replica,
          ...(action.threads === 'sql' ? {} : { ioState: 2 as const }),
          ...(action.threads === 'io' ? {} : { sqlState: 1 as const }),
        };
      case 'reset-replication':
        each.relay = [];
        return null;
      case 'repoint':
        if (replica.ioState !== 0 || replica.sqlState !== 0) throw new Error('the threads run');
        each.relay = [];
        if (action.mode.by !== 'coordinates') throw new Error('no GTIDs here');
        each.readCount = action.mode.at.position / EVENT_BYTES;
        return { ...replica, source: action.source };
      default:
        throw new Error(`the model can't perform ${action.kind}`);
    }
  }

  private factsOf(each: Server): InstanceFacts {
    const { replica } = each.facts;
    return {
      ...each.facts,
      coordinates: place(each.log.length),
      replica:
        replica === null
          ? null
          : {
              ...replica,
              read: place(each.readCount),
              executed: { file: 'binlog.000001', position: executedOf(each) },
            },
    };
  }

  private live(): void {
    const open = [...this.servers].filter(([, each]) => !each.facts.readOnly).map(([name]) => name);
    if (this.masterLives && this.fence !== 'raised') open.push(DEAD);
    if (open.length > 1) this.splits.push(open.join(' and '));
    for (const [name, each] of this.servers) {
      if (!each.facts.readOnly && each.facts.replica === null) each.log.push(`${name}-own-${each.log.length}`);
    }
    for (const each of this.servers.values()) this.replicate(each);
  }

  private replicate(each: Server): void {
    const { replica } = each.facts;
    if (replica === null) return;
    const source = this.servers.get(replica.source.hostname);
    if (replica.ioState !== 0 && source !== undefined) {
      each.facts = { ...each.facts, replica: { ...replica, ioState: 1, lastIoErrno: 0, lastIoError: '' } };
      each.relay.push(...source.log.slice(each.readCount));
      each.readCount = Math.max(each.readCount, source.log.length);
    }
    if (each.facts.replica?.sqlState === 1 && !each.slow) this.apply(each);
  }

  private apply(each: Server): void {
    if (each.facts.replica?.sqlState !== 1 || each.relay.length === 0) return;
    if (each.broken) {
      const error = { sqlState: 0 as const, lastSqlErrno: 1062, lastSqlError: 'Duplicate entry' };
      each.facts = { ...each.facts, replica: { ...each.facts.replica, ...error } };
      return;
    }
    each.log.push(...each.relay);
    each.relay = [];
  }
}

function serverOf(name: string, spec: PlaceSpec): Server {
  const { executed, received = executed, ownBefore = 0, writeable = false, applierBroken = false } = spec;
  const of = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);
  const facts = server(name, {
    below: DEAD,
    facts: { gtidMode: 'OFF', gtidExecuted: '', readOnly: !writeable, ...spec.facts },
    replica: {
      gtidUse: 'none',
      gtidRetrieved: '',
      ioState: 2,
      lastIoErrno: 2003,
      lastIoError: 'no connection',
      ...(spec.outOfOrder ? { appliesOutOfOrder: true } : {}),
    },
  }).facts;
  if (facts === null) throw new Error('a server has facts');
  return {
    facts,
    log: [...Array.from({ length: ownBefore }, (_, index) => `${name}-before-${index}`), ...of(executed)],
    relay: of(received).slice(executed),
    readCount: received,
    broken: applierBroken,
    slow: spec.applierSlow ?? false,
  };
}

/** The replica's place in its source's log: what it has received without what it hasn't applied. */
function executedOf({ readCount, relay }: Server): number {
  return (readCount - relay.length) * EVENT_BYTES;
}

function place(count: number): LogCoordinates {
  return { file: 'binlog.000001', position: count * EVENT_BYTES };
}

function failure(
  kind: EffectFailure['kind'],
  message: string,
): { readonly ok: false; readonly failure: EffectFailure } {
  return { ok: false, failure: { kind, message } };
}

const DONE: Outcome<void> = { ok: true, value: undefined };
