import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { Topology, TopologyInstance } from '../../core/topology/topology.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { HostNames } from '../ports/names.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { NameStore, StoredName } from '../ports/state-store.ts';

/** The names under which servers were met, and what they call themselves. */
export interface NameBook {
  entries(): Iterable<readonly [alias: InstanceKey, own: InstanceKey]>;
  note(alias: InstanceKey, own: InstanceKey): void;
  remove(alias: InstanceKey): void;
  /** What the server that was read is known by. */
  identify(facts: InstanceFacts): InstanceKey;
}

export interface NameKeeperDeps {
  readonly book: NameBook;
  readonly names: HostNames;
  readonly mysql: MysqlPort;
  readonly store: NameStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly audit: (type: string, key: InstanceKey | null, message: string) => void;
}

const SAVE_EVERY_MS = 60_000;
/** Names looked at in one go; the rest waits for the next minute. */
const LOOKS_AT_ONCE = 20;
/** Names are remembered over a stop for so many times as long as they are believed (discovery reference, 11.2). */
const REMEMBERED_FACTOR = 2;
/** A server that is away for less may come back under its name. */
const AWAY_MS = 10 * 60_000;

/**
 * Keeps what is known of names true: over a restart, when a name comes to stand for another server, and when a server
 * that is gone is known by another name by now.
 */
export class NameKeeper {
  private readonly deps: NameKeeperDeps;
  private readonly lookedAtMs = new Map<KeyText, number>();
  private lastSaved = '';
  private lastMs: number;

  constructor(deps: NameKeeperDeps) {
    this.deps = deps;
    this.lastMs = deps.clock.nowMs();
  }

  /** Takes up the names of an earlier run. */
  start(): void {
    const { store, names, book, clock } = this.deps;
    if (this.isOff()) return;
    const oldestMs = clock.nowMs() - REMEMBERED_FACTOR * this.expiryMs();
    for (const { alias, own, atMs } of store.loadNames()) {
      if (atMs < oldestMs) continue;
      if (alias.port === 0) {
        names.recall([{ host: alias.hostname, name: own.hostname }]);
        continue;
      }
      book.note(alias, own);
      names.learn(alias.hostname, own.hostname);
      this.lookedAtMs.set(keyText(alias), atMs);
    }
  }

  /** Called once a second. */
  async tick(): Promise<void> {
    const nowMs = this.deps.clock.nowMs();
    if (nowMs - this.lastMs < SAVE_EVERY_MS) return;
    this.lastMs = nowMs;
    await this.lookAgain(nowMs, this.expiryMs());
    await this.forgetRenamed(nowMs);
    this.save();
  }

  /** Writes the names down, if they changed. */
  save(): void {
    const { book, names, store, clock } = this.deps;
    const nowMs = clock.nowMs();
    const met: StoredName[] = Array.from(book.entries(), ([alias, own]) => {
      return { alias, own, atMs: this.lookedAtMs.get(keyText(alias)) ?? nowMs };
    });
    for (const one of met) this.lookedAtMs.set(keyText(one.alias), one.atMs);
    const lookedUp = this.isOff() ? [] : names.lookedUp();
    const all = [...met, ...lookedUp.map(({ host, name }) => ({ alias: bare(host), own: bare(name), atMs: nowMs }))];
    const text = JSON.stringify(all.map(({ alias, own }) => [alias, own]));
    if (text === this.lastSaved) return;
    store.saveNames(all);
    this.lastSaved = text;
  }

  /** Forgets what the name service said, and asks the servers behind all other names anew. */
  async reset(): Promise<void> {
    this.deps.names.reset();
    for (const [alias, own] of this.deps.book.entries()) this.deps.names.learn(alias.hostname, own.hostname);
    await this.lookAgain(this.deps.clock.nowMs(), 0, Number.POSITIVE_INFINITY);
    this.save();
  }

  /** Reads the servers behind the names that were last looked at `olderMs` ago or earlier. */
  private async lookAgain(nowMs: number, olderMs: number, most = LOOKS_AT_ONCE): Promise<void> {
    const all = [...this.deps.book.entries()];
    const due = all.filter(([alias]) => {
      const lastMs = this.lookedAtMs.get(keyText(alias)) ?? nowMs;
      this.lookedAtMs.set(keyText(alias), lastMs);
      return nowMs - lastMs >= olderMs;
    });
    await Promise.all(due.slice(0, most).map(([alias, own]) => this.look(alias, own, nowMs)));
    const kept = new Set(all.map(([alias]) => keyText(alias)));
    for (const id of this.lookedAtMs.keys()) if (!kept.has(id)) this.lookedAtMs.delete(id);
  }

  /** A name behind which nobody answers stands for what it stood for. */
  private async look(alias: InstanceKey, own: InstanceKey, nowMs: number): Promise<void> {
    const { book, names, mysql, log, settings } = this.deps;
    this.lookedAtMs.set(keyText(alias), nowMs);
    try {
      const facts = await mysql.read(alias, settings().MySQLDiscoveryReadTimeoutSeconds * 1000);
      const found = book.identify(facts);
      if (sameKey(found, own)) return;
      names.unlearn(alias.hostname);
      if (sameKey(found, alias)) {
        book.remove(alias);
      } else {
        book.note(alias, found);
        names.learn(alias.hostname, found.hostname);
      }
      log.info('name.moved', `${keyText(alias)} leads to ${keyText(found)} now, and no longer to ${keyText(own)}.`);
    } catch (error) {
      const reason = reasonOf(error);
      log.debug('name.not-looked-at', `Behind the name ${keyText(alias)} nobody answers: ${reason}`);
    } finally {
      mysql.release(alias);
    }
  }

  /**
   * Forgets servers that can't be read while their host name leads to another server that can (discovery reference,
   * section 12). Not one that is fenced or being recovered: whoever deals with it has to find it.
   */
  private async forgetRenamed(nowMs: number): Promise<void> {
    const { names, topology, propose, log, audit } = this.deps;
    for (const { key, ...instance } of topology().instances.values()) {
      if (!this.isAway(instance, nowMs) || this.isNeeded(key)) continue;
      const hostname = await names.resolve(key.hostname);
      if (hostname === key.hostname) continue;
      const other = topology().instances.get(keyText({ hostname, port: key.port }));
      if (other?.valid !== true) continue;
      await propose({ type: 'forget', keys: [key], untilMs: nowMs });
      log.info('instance.forgotten', `${keyText(key)} is forgotten: its host name stands for ${hostname} now.`);
      audit('forget-renamed', key, `its host name stands for ${hostname} now`);
    }
  }

  private isAway({ valid, snapshot }: Pick<TopologyInstance, 'valid' | 'snapshot'>, nowMs: number): boolean {
    return !valid && !snapshot.stale && nowMs - snapshot.lastSeenMs >= AWAY_MS;
  }

  private isNeeded(key: InstanceKey): boolean {
    const { fences, recoveries } = this.deps.state();
    return (
      fences.has(keyText(key)) ||
      recoveries.some(({ outcome, analysis }) => outcome === 'running' && sameKey(analysis.key, key))
    );
  }

  private expiryMs(): number {
    return Math.max(1, this.deps.settings().ExpiryHostnameResolvesMinutes) * 60_000;
  }

  /** With `none` no name is remembered (discovery reference, 11.2). */
  private isOff(): boolean {
    return this.deps.settings().HostnameResolveMethod.toLowerCase() === 'none';
  }
}

/** A host as the store keeps it: a key without a port. */
function bare(hostname: string): InstanceKey {
  return { hostname, port: 0 };
}
