import { BatonEngine } from '../../src/main/engine/baton-engine.ts';
import type { AuditNote } from '../../src/main/engine/ports/audit.ts';
import type { KeyValueStore } from '../../src/main/engine/ports/key-value.ts';
import type { EngineEvent } from '../../src/shared/domain/event.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import type { Recovery } from '../../src/shared/domain/recovery.ts';
import { key, type ServerOptions, uuidOf } from '../core/topology/fleet.ts';
import { FakeHooks } from './fakes/fake-hooks.ts';
import { FakeMysql } from './fakes/fake-mysql.ts';
import type { FakeServer } from './fakes/fake-server.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { RecordingLog } from './fakes/recording-log.ts';
import { testSettings } from './fakes/settings.ts';
import { VirtualClock } from './fakes/virtual-clock.ts';

/** The transactions that every server of the fleet has. */
const GTIDS = `${uuidOf('a')}:1-10`;

/** The world outside of an engine; it outlives one, so that another can be started in it. */
export class World {
  readonly clock = new VirtualClock();
  readonly mysql = new FakeMysql(this.clock);
  readonly store = new MemoryStore();
  readonly hooks = new FakeHooks();
  readonly log = new RecordingLog();
  readonly events: EngineEvent[] = [];
  /** The audit as it went to a place beside the store. */
  readonly audited: AuditNote[] = [];
  /** Stores beside Baton's own. */
  readonly keyValueStores: KeyValueStore[] = [];
  private engines: number;

  /** @param earlier how many processes there were before in this world */
  constructor(earlier = 0) {
    this.engines = earlier;
  }

  add(name: string, options: Omit<ServerOptions, 'snapshot' | 'dead'> = {}): FakeServer {
    const replica = options.below === undefined ? {} : { replica: { gtidRetrieved: GTIDS, ...options.replica } };
    return this.mysql.add(name, { ...options, ...replica, facts: { gtidExecuted: GTIDS, ...options.facts } });
  }

  /** A source `a`, and `b` and `c` below it. */
  fleet(): FakeServer {
    const source = this.add('a', { facts: { connectedReplicas: [key('b'), key('c')] } });
    this.add('b', { below: 'a' });
    this.add('c', { below: 'a' });
    return source;
  }

  server(name: string): FakeServer {
    const found = this.mysql.servers.get(`${name}:3306`);
    if (found === undefined) throw new Error(`no server ${name}`);
    return found;
  }

  /** A server dies, and its replicas notice. */
  kill(name: string): void {
    const dead = this.server(name);
    for (const server of this.mysql.servers.values()) {
      const { replica } = server.facts;
      if (replica === null || keyText(replica.source) !== dead.name || replica.ioState !== 1) continue;
      server.setReplica({ ioState: 2, lastIoErrno: 2003, lastIoError: `error connecting to source repl@${dead.name}` });
    }
    dead.kill();
  }

  engine(settings: Readonly<Record<string, unknown>> = {}): BatonEngine {
    this.engines += 1;
    this.store.closed = false;
    const { clock, mysql, store, hooks, log } = this;
    const engine = new BatonEngine({
      settings: testSettings({
        InstancePollSeconds: 1,
        BatonStartupGraceSeconds: 1,
        DiscoverySeeds: ['a'],
        ...settings,
      }),
      node: { hostname: 'baton1', token: `token-${this.engines}`, version: '0' },
      store,
      mysql,
      hooks,
      clock,
      random: { hex: (bytes) => `${this.engines}`.repeat(bytes * 2) },
      log,
      keyValueStores: this.keyValueStores,
      addresses: { addressesOf: (host) => Promise.resolve({ ipv4: `ip-of-${host}`, ipv6: '' }) },
      auditSink: { write: (note) => this.audited.push(note), close: () => Promise.resolve() },
      packRecovery: (document) => new TextEncoder().encode(JSON.stringify(document)),
      unpackRecovery: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
    });
    engine.subscribe((event) => this.events.push(event));
    return engine;
  }

  /** An engine that has watched the fleet for a while. */
  async watching(settings: Readonly<Record<string, unknown>> = {}): Promise<BatonEngine> {
    const engine = this.engine(settings);
    await this.run(engine.start(), 5000);
    return engine;
  }

  /** Lets time pass while something is awaited. */
  async run<T>(work: Promise<T>, ms = 100): Promise<T> {
    work.catch(() => undefined);
    await this.clock.advance(ms);
    return await work;
  }

  /** Events of one type. */
  of<T extends EngineEvent['type']>(type: T): readonly Extract<EngineEvent, { readonly type: T }>[] {
    return this.events.filter((event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type);
  }
}

/** The only recovery that there is. */
export function onlyRecovery(engine: BatonEngine): Recovery {
  const { recoveries } = engine.state();
  const [only] = recoveries;
  if (only === undefined || recoveries.length > 1) throw new Error(`${recoveries.length} recoveries`);
  return only;
}
