import type { Command } from '../../shared/domain/command.ts';
import type { InstanceSnapshot } from '../../shared/domain/instance.ts';
import { type InstanceKey, keyText, parseKey, sameKey } from '../../shared/domain/instance-key.ts';
import { BatonError } from '../../shared/errors/baton-error.ts';
import { compilePattern } from '../../shared/settings/go-pattern.ts';
import { isIpAddress, matchesHostFilters } from '../../shared/settings/host-filters.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { isForgotten } from '../core/commands/queries.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../core/commands/state.ts';
import type { AliasPattern, ClusterOptions, TopologyInstance } from '../core/topology/topology.ts';
import { InstanceNews } from './poller/instance-news.ts';
import type { InstanceWatcher } from './poller/instance-watcher.ts';
import { Poller } from './poller/poller.ts';
import { TopologyKeeper } from './poller/topology-keeper.ts';
import { type MysqlPort, ServerError } from './ports/mysql.ts';
import type { Clock, Log, RandomSource } from './ports/runtime.ts';

export interface InventoryDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: RandomSource;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly isFenced: (key: InstanceKey) => boolean;
  readonly onSnapshot: (snapshot: InstanceSnapshot) => void;
  readonly onSuspect: (key: InstanceKey) => void;
  /** A fenced server is back, and its fence was the first thing that it was sent. */
  readonly onFenced: (key: InstanceKey) => void;
}

/** Which servers Baton knows, what they are called, and what was last read of each. */
export class Inventory {
  readonly keeper: TopologyKeeper;
  private readonly deps: InventoryDeps;
  private readonly poller: Poller;
  private readonly news: InstanceNews;

  constructor(deps: InventoryDeps) {
    this.deps = deps;
    this.news = new InstanceNews(deps.log);
    this.keeper = new TopologyKeeper(() => this.clusterOptions());
    this.poller = new Poller({
      mysql: deps.mysql,
      clock: deps.clock,
      log: deps.log,
      settings: deps.settings,
      spread: () => Number.parseInt(deps.random.hex(2), 16) / 0x10000,
      isFenced: deps.isFenced,
      isForgotten: (key) => isForgotten(deps.state(), key, deps.clock.nowMs()),
      onSnapshot: (snapshot) => {
        this.keeper.put(snapshot);
        this.news.note(snapshot);
        deps.onSnapshot(snapshot);
      },
      onSuspect: deps.onSuspect,
      onFenced: (key) => {
        deps.log.warn('fence.sent', `${keyText(key)} gave a sign of life; its fence was sent before anything else.`);
        deps.onFenced(key);
      },
      onMet: (key) => this.remember(key),
      onRenamed: (from, to) => this.renamed(from, to),
    });
  }

  /** Begins with the picture of an earlier run, marked as stale until each server has been polled. */
  start(snapshots: readonly InstanceSnapshot[]): void {
    const known = this.deps.state().known;
    for (const snapshot of snapshots) {
      if (known.get(keyText(snapshot.key)) === undefined) continue;
      this.keeper.put(snapshot);
    }
    for (const { key } of known.values()) this.watch(key);
  }

  stop(): void {
    this.poller.stop();
  }

  /** Polls that have ended since the start, well or not. */
  get polls(): number {
    return this.poller.polls;
  }

  watcher(key: InstanceKey): InstanceWatcher | null {
    return this.poller.watcher(key);
  }

  /** Begins to poll a server that has become known. */
  watch(key: InstanceKey): void {
    this.poller.add(key, this.keeper.snapshot(key));
  }

  drop(keys: readonly InstanceKey[]): void {
    for (const key of keys) {
      this.poller.remove(key);
      this.news.forget(key);
    }
    this.keeper.remove(keys);
  }

  /** Adds a server named in the configuration. */
  seed(text: string): void {
    const key = parseKey(text, this.deps.settings().DefaultInstancePort);
    if (key === null) this.deps.log.warn('seed.invalid', `DiscoverySeeds: ${text} is not host:port.`);
    else this.remember(key);
  }

  /** Reads a server now, and remembers it if it answers. Rejects with BatonError, saying why it doesn't. */
  async discover(asked: InstanceKey): Promise<TopologyInstance> {
    if (matchesHostFilters(this.deps.settings().DiscoveryIgnoreHostnameFilters, asked)) {
      throw new BatonError(
        'refused',
        `${keyText(asked)} matches DiscoveryIgnoreHostnameFilters and is never discovered.`,
      );
    }
    const key = this.poller.ownName(asked);
    const isNew = this.poller.watcher(key) === null;
    const snapshot = isNew ? await this.firstRead(key) : await this.poller.watcher(key)?.pollFully();
    if (snapshot?.failure) throw new BatonError('server', snapshot.failure.message);
    const own = snapshot?.key ?? key;
    await this.deps.propose({ type: 'discover', key: own, atMs: this.deps.clock.nowMs() });
    return this.instance(own);
  }

  /** Reads a known server now. Rejects with BatonError when it isn't known or doesn't answer. */
  async refresh(key: InstanceKey): Promise<TopologyInstance> {
    const watcher = this.poller.watcher(key);
    if (watcher === null) {
      throw new BatonError('unknown-instance', `${keyText(key)} is not known.`, {
        hint: `Discover it first: baton discover -i ${keyText(key)}`,
      });
    }
    const snapshot = await watcher.pollFully();
    if (snapshot.failure) throw new BatonError('server', snapshot.failure.message);
    return this.instance(snapshot.key);
  }

  /** Reads known servers now, each for at most the connect time-out. */
  async refreshAll(keys: readonly InstanceKey[]): Promise<void> {
    const limitMs = this.deps.settings().MySQLConnectTimeoutSeconds * 1000;
    const polls = keys.map((key) => this.poller.watcher(key)?.pollFully());
    const done = new AbortController();
    const limit = this.deps.clock.sleep(limitMs, done.signal).catch(() => undefined);
    await Promise.race([Promise.all(polls), limit]);
    done.abort();
  }

  /** Completes a part of a host name to the one known instance that has it (HTTP API reference, section 4). */
  resolve(key: InstanceKey): InstanceKey {
    const own = this.poller.ownName(key);
    const instances = this.keeper.topology().instances;
    if (instances.has(keyText(own)) || isIpAddress(own.hostname)) return own;
    const matches = [...instances.values()].filter(
      (instance) => instance.key.port === own.port && instance.key.hostname.includes(own.hostname),
    );
    const [only] = matches;
    return matches.length === 1 && only ? only.key : own;
  }

  private instance(key: InstanceKey): TopologyInstance {
    const instance = this.keeper.topology().instances.get(keyText(key));
    if (instance === undefined) throw new BatonError('unknown-instance', `${keyText(key)} is not known.`);
    return instance;
  }

  private async firstRead(key: InstanceKey): Promise<InstanceSnapshot> {
    const timeoutMs = this.deps.settings().MySQLDiscoveryReadTimeoutSeconds * 1000;
    try {
      const facts = await this.deps.mysql.read(key, timeoutMs);
      if (!sameKey(facts.key, key)) this.deps.mysql.release(key);
      await this.deps.propose({ type: 'discover', key: facts.key, atMs: this.deps.clock.nowMs() });
      const watcher = this.poller.watcher(facts.key);
      if (watcher === null) {
        throw new BatonError(
          'refused',
          `${keyText(facts.key)} was forgotten a moment ago; try again in a few seconds.`,
        );
      }
      return await watcher.pollNow();
    } catch (error) {
      if (this.poller.watcher(key) === null) this.deps.mysql.release(key);
      if (error instanceof ServerError) throw new BatonError('server', error.message, { cause: error });
      throw error;
    }
  }

  private remember(key: InstanceKey): void {
    this.propose({ type: 'discover', key, atMs: this.deps.clock.nowMs() }, `${keyText(key)} could not be remembered`);
  }

  /** Proposes without waiting; a failure is logged. */
  private propose(command: Command, problem: string): void {
    this.deps.propose(command).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.deps.log.error('inventory.not-saved', `${problem}: ${reason}`);
    });
  }

  private renamed(from: InstanceKey, to: InstanceKey): void {
    this.deps.log.info('instance.renamed', `${keyText(from)} calls itself ${keyText(to)}, and is known by that name.`);
    this.keeper.remove([from]);
    this.propose(
      { type: 'forget', keys: [from], untilMs: this.deps.clock.nowMs() },
      `${keyText(from)} could not be forgotten`,
    );
    this.remember(to);
  }

  private clusterOptions(): Omit<ClusterOptions, 'isKnown' | 'previous'> {
    const state = this.deps.state();
    return {
      aliasOverrides: state.clusterAliases,
      clusterNameToAlias: aliasPatterns(this.deps.settings().ClusterNameToAlias),
      isLost: (id) => state.downtimes.get(id)?.reason === LOST_IN_RECOVERY,
      promotionRuleOf: (id) => state.candidates.get(id)?.rule,
    };
  }
}

/** `ClusterNameToAlias` ready for use; its patterns were checked when the configuration was read. */
function aliasPatterns(mapping: Readonly<Record<string, string>>): readonly AliasPattern[] {
  return Object.entries(mapping).flatMap(([source, alias]) => {
    const compiled = compilePattern(source);
    return compiled.ok ? [{ pattern: compiled.regexp, alias }] : [];
  });
}
