import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { IgnoredReplicas, whyLeftOut } from '../discovery/left-out.ts';
import type { QueueSample } from '../ports/metrics.ts';
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
  /** A server that was read is not to be known: `why` ends a sentence that names it. */
  readonly onFiltered: (keys: readonly InstanceKey[], why: string) => void;
  /** A server calls itself otherwise than the name it was polled by. */
  readonly onRenamed: (from: InstanceKey, to: InstanceKey) => void;
  readonly spread: () => number;
}

type DiscoveryFilters =
  | 'DiscoveryIgnoreHostnameFilters'
  | 'DiscoveryIgnoreReplicaHostnameFilters'
  | 'DiscoveryIgnoreMasterHostnameFilters';

/** Keeps the snapshots of all known instances fresh: one watcher each, and no more polls at once than allowed. */
export class Poller {
  private readonly deps: PollerDeps;
  private readonly watchers = new Map<KeyText, InstanceWatcher>();
  /** Names under which servers were polled, and what they call themselves. */
  private readonly ownNames = new Map<KeyText, Naming>();
  private readonly ignoredReplicas = new IgnoredReplicas();
  private readonly slots: Slots;
  /** For servers that don't answer, where the settings give them places of their own. */
  private readonly deadSlots: Slots;
  /** Names that a filter has kept out, and that were told. */
  private readonly filtered = new Set<KeyText>();
  private readonly watcherDeps: WatcherDeps;
  private stopped = false;
  private pollsEnded = 0;

  constructor(deps: PollerDeps) {
    this.deps = deps;
    this.slots = new Slots(() => Math.max(deps.settings().DiscoveryMaxConcurrency, 1));
    // A limit that was taken away by a reload lets those who still wait for it go on.
    this.deadSlots = new Slots(() => {
      const { DeadInstanceDiscoveryMaxConcurrency: dead, DiscoveryMaxConcurrency: all } = deps.settings();
      return Math.max(dead > 0 ? dead : all, 1);
    });
    this.watcherDeps = {
      mysql: deps.mysql,
      clock: deps.clock,
      log: deps.log,
      settings: () => watcherSettings(deps.settings()),
      spread: deps.spread,
      slot: (task, dead) => this.slotsFor(dead).run(task),
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

  /** Polls under way and those that wait for a place, as they are now. */
  get queue(): QueueSample {
    const { slots, deadSlots } = this;
    return {
      alive: { active: slots.active, queued: slots.queued },
      dead: { active: deadSlots.active, queued: deadSlots.queued },
    };
  }

  watcher(key: InstanceKey): InstanceWatcher | null {
    return this.watchers.get(keyText(key)) ?? null;
  }

  all(): Iterable<InstanceWatcher> {
    return this.watchers.values();
  }

  /** What the server under this name calls itself, as far as it is known. */
  ownName(key: InstanceKey): InstanceKey {
    return this.ownNames.get(keyText(key))?.own ?? key;
  }

  /** Names under which servers were met, and what they are known by. */
  namings(): Iterable<Naming> {
    return this.ownNames.values();
  }

  /** A server that answers under `alias` is known as `own`. */
  noteName(alias: InstanceKey, own: InstanceKey): void {
    if (sameKey(alias, own)) this.ownNames.delete(keyText(alias));
    else this.ownNames.set(keyText(alias), { alias, own });
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
    for (const [id, { own }] of this.ownNames) if (sameKey(own, key)) this.ownNames.delete(id);
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
    const settings = this.deps.settings();
    const leftOut = snapshot.failure === null ? whyLeftOut(snapshot.key, snapshot.facts, settings) : null;
    if (leftOut !== null) {
      this.deps.onFiltered([polledAs, snapshot.key], leftOut);
      return;
    }
    if (!sameKey(polledAs, snapshot.key)) {
      this.rename(polledAs, snapshot.key);
      if (this.deps.isForgotten(snapshot.key)) return;
    }
    if (snapshot.facts !== null && snapshot.failure === null) this.meet(snapshot);
    this.deps.onSnapshot(this.ignoredReplicas.without(snapshot, settings.DiscoveryIgnoreReplicaHostnameFilters));
  }

  /** Follows a server's source, its replicas and the members of its group. */
  private meet(snapshot: InstanceSnapshot): void {
    const { facts } = snapshot;
    if (facts === null) return;
    for (const replica of facts.connectedReplicas) this.offer(replica, 'DiscoveryIgnoreReplicaHostnameFilters');
    const source = facts.replica?.source;
    if (source) this.offer(source, 'DiscoveryIgnoreMasterHostnameFilters');
    for (const member of facts.group?.members ?? []) this.offer(member, 'DiscoveryIgnoreReplicaHostnameFilters');
  }

  private offer(key: InstanceKey, filter?: DiscoveryFilters): void {
    if (!isRealKey(key) || this.watchers.has(keyText(key)) || this.ownNames.has(keyText(key))) return;
    if (filter !== undefined && this.isFiltered(filter, key)) return;
    if (this.isFiltered('DiscoveryIgnoreHostnameFilters', key)) return;
    if (!this.deps.isForgotten(key)) this.deps.onMet(key);
  }

  /** Whether a filter keeps a server out; the log says so once for each server. */
  private isFiltered(name: DiscoveryFilters, key: InstanceKey): boolean {
    const settings = this.deps.settings();
    if (!matchesHostFilters(settings[name], key)) return false;
    const text = keyText(key);
    if (settings.EnableDiscoveryFiltersLogs && !this.filtered.has(text)) {
      this.filtered.add(text);
      this.deps.log.info('discovery.filtered', `${text} is not discovered: it matches ${name}.`);
    }
    return true;
  }

  private slotsFor(dead: boolean): Slots {
    return dead && this.deps.settings().DeadInstanceDiscoveryMaxConcurrency > 0 ? this.deadSlots : this.slots;
  }

  /** A server polled as `from` turned out to be `to`: one instance never appears under two names. */
  rename(from: InstanceKey, to: InstanceKey): void {
    this.remove(from);
    this.noteName(from, to);
    this.deps.onRenamed(from, to);
  }
}

/** A name under which a server was met, and the one that it is known by. */
interface Naming {
  readonly alias: InstanceKey;
  readonly own: InstanceKey;
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
