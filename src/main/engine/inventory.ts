import type { Command } from '../../shared/domain/command.ts';
import type { InstanceFacts, InstanceSnapshot } from '../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, keyText, parseKey, sameKey } from '../../shared/domain/instance-key.ts';
import { BatonError } from '../../shared/errors/baton-error.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { compilePattern } from '../../shared/settings/go-pattern.ts';
import { isIpAddress, matchesHostFilters } from '../../shared/settings/host-filters.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { isForgotten } from '../core/commands/queries.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../core/commands/state.ts';
import type { AliasPattern, ClusterOptions, TopologyInstance } from '../core/topology/topology.ts';
import { whyLeftOut } from './discovery/left-out.ts';
import type { NameBook } from './discovery/name-keeper.ts';
import { Twins } from './discovery/twins.ts';
import { InstanceNews } from './poller/instance-news.ts';
import type { InstanceWatcher } from './poller/instance-watcher.ts';
import { Poller } from './poller/poller.ts';
import { TopologyKeeper } from './poller/topology-keeper.ts';
import type { QueueSample } from './ports/metrics.ts';
import { type MysqlPort, ServerError } from './ports/mysql.ts';
import type { HostNames } from './ports/names.ts';
import type { Clock, Log, RandomSource } from './ports/runtime.ts';

export interface InventoryDeps {
  readonly mysql: MysqlPort;
  readonly names: HostNames;
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

/** A server that the settings leave out is met again at each poll of its source; so long it isn't looked at anew. */
const LEFT_OUT_MS = 10 * 60_000;

/** Which servers Baton knows, what they are called, and what was last read of each. */
export class Inventory {
  readonly keeper: TopologyKeeper;
  private readonly deps: InventoryDeps;
  private readonly poller: Poller;
  private readonly news: InstanceNews;
  private readonly twins: Twins;

  constructor(deps: InventoryDeps) {
    this.deps = deps;
    this.news = new InstanceNews(deps.log);
    this.keeper = new TopologyKeeper(() => this.clusterOptions());
    this.twins = new Twins((key) => this.keeper.snapshot(key));
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
        this.mergeWithTwin(snapshot);
      },
      onSuspect: deps.onSuspect,
      onFenced: (key) => {
        deps.log.warn('fence.sent', `${keyText(key)} gave a sign of life; its fence was sent before anything else.`);
        deps.onFenced(key);
      },
      onMet: (key) => this.remember(key),
      onFiltered: (keys, why) => this.leaveOut(keys, why),
      onRenamed: (from, to) => this.renamed(from, to),
    });
  }

  /** Begins with the picture of an earlier run, marked as stale until each server has been polled. */
  start(snapshots: readonly InstanceSnapshot[]): void {
    const known = this.deps.state().known;
    for (const snapshot of snapshots) {
      if (known.get(keyText(snapshot.key)) === undefined || this.isIgnored(snapshot.key)) continue;
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

  /** Polls under way and those that wait, as they are now. */
  get queue(): QueueSample {
    return this.poller.queue;
  }

  /** Servers that are being read, or wait for a place. */
  get beingRead(): readonly InstanceKey[] {
    return Array.from(this.poller.all())
      .filter(({ isReading }) => isReading)
      .map(({ key }) => key);
  }

  watcher(key: InstanceKey): InstanceWatcher | null {
    return this.poller.watcher(key);
  }

  /** Begins to poll a server that has become known. */
  watch(key: InstanceKey): void {
    if (this.isIgnored(key)) {
      this.deps.log.info(
        'instance.ignored',
        `${keyText(key)} matches DiscoveryIgnoreHostnameFilters and isn't polled.`,
      );
      return;
    }
    this.poller.add(key, this.keeper.snapshot(key));
  }

  drop(keys: readonly InstanceKey[]): void {
    for (const key of keys) {
      this.poller.remove(key);
      this.news.forget(key);
      this.twins.forget(key);
    }
    this.keeper.remove(keys);
  }

  /** Adds a server named in the configuration. */
  seed(text: string): void {
    const key = parseKey(text, this.deps.settings().DefaultInstancePort);
    if (key === null) this.deps.log.warn('seed.invalid', `DiscoverySeeds: ${text} is not host:port.`);
    else this.remember(key);
  }

  /** The names under which servers were met. */
  get book(): NameBook {
    return {
      entries: () => Array.from(this.poller.namings(), ({ alias, own }) => [alias, own] as const),
      note: (alias, own) => this.poller.noteName(alias, own),
      remove: (alias) => this.poller.noteName(alias, alias),
      identify: (facts) => this.identify(facts),
    };
  }

  /** Reads a server now, and remembers it if it answers. Rejects with BatonError, saying why it doesn't. */
  async discover(asked: InstanceKey): Promise<TopologyInstance> {
    const wanted = { hostname: await this.deps.names.resolve(asked.hostname), port: asked.port };
    for (const each of [asked, wanted]) this.refuseLeftOut(each, null);
    const key = await this.meantBy(asked, this.poller.ownName(wanted));
    const watcher = this.poller.watcher(key);
    const snapshot = watcher === null ? await this.firstRead(key) : await watcher.pollFully();
    if (snapshot.failure) throw new BatonError('server', snapshot.failure.message);
    const own = snapshot.key;
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
    const instances = this.keeper.topology().instances;
    if (instances.has(keyText(key))) return key;
    const met = this.poller.ownName(key);
    const own = sameKey(met, key)
      ? this.poller.ownName({ hostname: this.deps.names.peek(key.hostname), port: key.port })
      : met;
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

  /** The server behind a name that stood for another name: it is looked whether it still does. */
  private async meantBy(asked: InstanceKey, remembered: InstanceKey): Promise<InstanceKey> {
    if (sameKey(asked, remembered) || this.poller.watcher(asked) !== null) return asked;
    try {
      const facts = await this.deps.mysql.read(asked, this.deps.settings().MySQLDiscoveryReadTimeoutSeconds * 1000);
      const own = this.identify(facts);
      this.poller.noteName(asked, own);
      return own;
    } catch (error) {
      if (error instanceof ServerError) throw new BatonError('server', error.message, { cause: error });
      throw error;
    } finally {
      this.deps.mysql.release(asked);
    }
  }

  /** What the server that was read is known by. */
  private identify(facts: InstanceFacts): InstanceKey {
    return this.twins.of(facts, facts.key) ?? facts.key;
  }

  private async firstRead(key: InstanceKey): Promise<InstanceSnapshot> {
    const timeoutMs = this.deps.settings().MySQLDiscoveryReadTimeoutSeconds * 1000;
    try {
      const facts = await this.deps.mysql.read(key, timeoutMs);
      const own = this.identify(facts);
      this.refuseLeftOut(own, facts);
      if (!sameKey(own, key)) {
        this.deps.mysql.release(key);
        this.poller.noteName(key, own);
      }
      await this.deps.propose({ type: 'discover', key: own, atMs: this.deps.clock.nowMs() });
      const watcher = this.poller.watcher(own);
      if (watcher === null) {
        throw new BatonError('refused', `${keyText(own)} was forgotten a moment ago; try again in a few seconds.`);
      }
      return await watcher.pollNow();
    } catch (error) {
      if (this.poller.watcher(key) === null) this.deps.mysql.release(key);
      if (error instanceof ServerError) throw new BatonError('server', error.message, { cause: error });
      throw error;
    }
  }

  private isIgnored(key: InstanceKey): boolean {
    return matchesHostFilters(this.deps.settings().DiscoveryIgnoreHostnameFilters, key);
  }

  private refuseLeftOut(key: InstanceKey, facts: InstanceFacts | null): void {
    const why = whyLeftOut(key, facts, this.deps.settings());
    if (why === null) return;
    throw new BatonError('refused', `${keyText(key)} ${why} and is never discovered.`);
  }

  /** A server was read that the settings leave out; it may be met again, and is looked at again after a while. */
  private leaveOut(keys: readonly InstanceKey[], why: string): void {
    const [key] = keys.slice(-1);
    if (key === undefined) return;
    if (this.deps.settings().EnableDiscoveryFiltersLogs) {
      this.deps.log.info('discovery.filtered', `${keyText(key)} ${why}, and is not known any more.`);
    }
    this.propose(
      { type: 'forget', keys, untilMs: this.deps.clock.nowMs() + LEFT_OUT_MS },
      `${keyText(key)} could not be forgotten`,
    );
  }

  /** One server known under two names stays known under the one that came first. */
  private mergeWithTwin(snapshot: InstanceSnapshot): void {
    const twin = this.twins.see(snapshot);
    if (twin === null) return;
    const { known } = this.deps.state();
    const sinceMs = (key: InstanceKey): number => known.get(keyText(key))?.discoveredMs ?? Number.POSITIVE_INFINITY;
    const order =
      Number(this.deps.isFenced(twin)) - Number(this.deps.isFenced(snapshot.key)) ||
      sinceMs(snapshot.key) - sinceMs(twin) ||
      -compareKeys(twin, snapshot.key);
    const [from, to] = order >= 0 ? [snapshot.key, twin] : [twin, snapshot.key];
    this.deps.names.learn(from.hostname, to.hostname, true);
    this.poller.rename(from, to);
    if (sameKey(to, snapshot.key)) this.twins.see(snapshot);
  }

  private remember(key: InstanceKey): void {
    this.propose({ type: 'discover', key, atMs: this.deps.clock.nowMs() }, `${keyText(key)} could not be remembered`);
  }

  /** Proposes without waiting; a failure is logged. */
  private propose(command: Command, problem: string): void {
    this.deps.propose(command).catch((error: unknown) => {
      const reason = reasonOf(error);
      this.deps.log.error('inventory.not-saved', `${problem}: ${reason}`);
    });
  }

  private renamed(from: InstanceKey, to: InstanceKey): void {
    this.deps.log.info('instance.renamed', `${keyText(from)} calls itself ${keyText(to)}, and is known by that name.`);
    this.keeper.remove([from]);
    this.twins.forget(from);
    for (const { key, facts } of this.keeper.all()) {
      const source = facts?.replica?.source;
      // It is read anew what its source is known by.
      if (source && sameKey(source, from)) void this.poller.watcher(key)?.pollFully();
    }
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
