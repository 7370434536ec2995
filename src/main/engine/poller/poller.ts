import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import { InstanceWatcher } from './instance-watcher.ts';
import { Slots } from './slots.ts';
import type { WatcherDeps, WatcherSettings } from './watcher-deps.ts';

export interface PollerDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly isFenced: (key: InstanceKey) => boolean;
  readonly isForgotten: (key: InstanceKey) => boolean;
  readonly onSnapshot: (snapshot: InstanceSnapshot) => void;
  readonly onSuspect: (key: InstanceKey) => void;
  readonly onFenced: (key: InstanceKey) => void;
  /** A server was met that isn't known yet: a source or a replica of a known one. */
  readonly onMet: (key: InstanceKey) => void;
  /** A server calls itself otherwise than the name it was polled by. */
  readonly onRenamed: (from: InstanceKey, to: InstanceKey) => void;
  readonly spread: () => number;
}

/** Keeps the snapshots of all known instances fresh: one watcher each, and no more polls at once than allowed. */
export class Poller {
  private readonly deps: PollerDeps;
  private readonly watchers = new Map<KeyText, InstanceWatcher>();
  /** Names under which servers were polled, and what they call themselves. */
  private readonly ownNames = new Map<KeyText, InstanceKey>();
  private readonly slots: Slots;
  private readonly watcherDeps: WatcherDeps;
  private stopped = false;
  private pollsEnded = 0;

  constructor(deps: PollerDeps) {
    this.deps = deps;
    this.slots = new Slots(() => Math.max(deps.settings().DiscoveryMaxConcurrency, 1));
    this.watcherDeps = {
      mysql: deps.mysql,
      clock: deps.clock,
      log: deps.log,
      settings: () => watcherSettings(deps.settings()),
      spread: deps.spread,
      slot: (task) => this.slots.run(task),
      isFenced: deps.isFenced,
      onSnapshot: (polledAs, snapshot) => this.receive(polledAs, snapshot),
      onSuspect: deps.onSuspect,
      onFenced: deps.onFenced,
    };
  }

  /** Polls that have ended since the start, well or not. */
  get polls(): number {
    return this.pollsEnded;
  }

  watcher(key: InstanceKey): InstanceWatcher | null {
    return this.watchers.get(keyText(key)) ?? null;
  }

  all(): Iterable<InstanceWatcher> {
    return this.watchers.values();
  }

  /** What the server under this name calls itself, as far as it is known. */
  ownName(key: InstanceKey): InstanceKey {
    return this.ownNames.get(keyText(key)) ?? key;
  }

  /** Starts to watch a server; `last` is what an earlier run of Baton knew of it. */
  add(key: InstanceKey, last: InstanceSnapshot | null): void {
    const id = keyText(key);
    if (this.stopped || this.watchers.has(id)) return;
    const watcher = new InstanceWatcher(key, this.watcherDeps, last);
    this.watchers.set(id, watcher);
    watcher.start();
  }

  remove(key: InstanceKey): void {
    const id = keyText(key);
    this.watchers.get(id)?.stop();
    this.watchers.delete(id);
    for (const [alias, own] of this.ownNames) if (sameKey(own, key)) this.ownNames.delete(alias);
    this.deps.mysql.release(key);
  }

  stop(): void {
    this.stopped = true;
    for (const watcher of this.watchers.values()) {
      watcher.stop();
      watcher.fences.abandon();
    }
    this.watchers.clear();
  }

  private receive(polledAs: InstanceKey, snapshot: InstanceSnapshot): void {
    this.pollsEnded += 1;
    if (!sameKey(polledAs, snapshot.key)) {
      this.rename(polledAs, snapshot.key);
      if (this.deps.isForgotten(snapshot.key)) return;
    }
    if (snapshot.facts !== null && snapshot.failure === null) this.meet(snapshot);
    this.deps.onSnapshot(snapshot);
  }

  /** Follows a server's source, its replicas and the members of its group. */
  private meet(snapshot: InstanceSnapshot): void {
    const { facts } = snapshot;
    if (facts === null) return;
    const settings = this.deps.settings();
    for (const replica of facts.connectedReplicas) {
      if (!matchesHostFilters(settings.DiscoveryIgnoreReplicaHostnameFilters, replica)) this.offer(replica);
    }
    const source = facts.replica?.source;
    if (source && !matchesHostFilters(settings.DiscoveryIgnoreMasterHostnameFilters, source)) this.offer(source);
    for (const member of facts.group?.members ?? []) this.offer(member);
  }

  private offer(key: InstanceKey): void {
    if (!isRealKey(key) || this.watchers.has(keyText(key)) || this.ownNames.has(keyText(key))) return;
    if (matchesHostFilters(this.deps.settings().DiscoveryIgnoreHostnameFilters, key)) return;
    if (!this.deps.isForgotten(key)) this.deps.onMet(key);
  }

  /** A server polled as `from` turned out to be `to`: one instance never appears under two names. */
  private rename(from: InstanceKey, to: InstanceKey): void {
    this.remove(from);
    this.ownNames.set(keyText(from), to);
    this.deps.onRenamed(from, to);
  }
}

/** The watchers' part of the settings, in milliseconds. */
function watcherSettings(settings: Settings): WatcherSettings {
  return {
    pollMs: settings.InstancePollSeconds * 1000,
    pulseMs: settings.BatonPulseMilliseconds,
    detectionTimeoutMs: settings.BatonDetectionTimeoutMilliseconds,
    readTimeoutMs: settings.MySQLDiscoveryReadTimeoutSeconds * 1000,
    fullPollEvery: settings.BatonFullPollEvery,
    deadFactor: settings.DeadInstancePollSecondsMultiplyFactor,
    deadMaxMs: settings.DeadInstancePollSecondsMax * 1000,
  };
}
