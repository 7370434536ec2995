import type { Command } from '../../../shared/domain/command.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { KeyValue } from '../../../shared/domain/key-value.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../../core/commands/state.ts';
import { type CurrentMaster, currentMaster } from '../../core/kv/current-masters.ts';
import { masterKey, masterPairs } from '../../core/kv/master-pairs.ts';
import type { Cluster, Topology } from '../../core/topology/topology.ts';
import type { AddressBook, KeyValueGroup, KeyValueStore } from '../ports/key-value.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { KeyValueSubmission } from '../services/engine.ts';
import { StoreWriter, type WriteOptions } from './store-writer.ts';

export interface KeyValueDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly audit: (type: string, key: InstanceKey | null, message: string) => void;
  /** Stores other than Baton's own. */
  readonly stores: readonly KeyValueStore[];
  readonly addresses: AddressBook;
}

/** A server that has just been made the source of a cluster. */
export interface Promotion {
  readonly clusterName: string;
  /** The cluster's alias from before; its name stands for none. */
  readonly clusterAlias: string;
  readonly master: InstanceKey;
  /** Writes a step of the recovery's log. */
  readonly say: (message: string) => void;
}

/** A cluster's entries, as the picture was at a time in ms since the epoch. */
interface Source {
  readonly alias: string;
  readonly askedMs: number;
  readonly group: KeyValueGroup;
}

/** The reference's interval of the check (discovery reference, section 12). */
const PERIOD_MS = 60_000;
/** How many polls the first check waits for. */
const FIRST_POLLS = 3;
/** How long hooks wait for stores that haven't answered: what a hook sets off may read them. */
const HOOK_PATIENCE_MS = 1000;

/**
 * Tells key-value stores which server is the source of each cluster that has an alias (recovery reference, 8.10): at
 * once after a promotion, when asked, and once a minute where something differs. Baton's own store is part of its state.
 */
export class KeyValueService {
  private readonly deps: KeyValueDeps;
  private readonly writers: readonly StoreWriter[];
  /** When a promotion last wrote the entries of an alias; ms since the epoch. */
  private readonly promotedMs = new Map<string, number>();
  /** The last failure of each store that was logged, so that a store that is down fills no log. */
  private readonly logged = new Map<string, string>();
  private readonly startedMs: number;
  private checkedMs = 0;
  private isChecking = false;

  constructor(deps: KeyValueDeps) {
    this.deps = deps;
    this.startedMs = deps.clock.nowMs();
    this.checkedMs = this.startedMs;
    this.writers = deps.stores.map((store) => new StoreWriter(store, deps.clock));
  }

  stop(): void {
    for (const writer of this.writers) writer.stop();
  }

  /** Writes a new source's entries to all stores at once. Never rejects; what came of it is in the steps. */
  async promoted({ clusterName, clusterAlias, master, say }: Promotion): Promise<void> {
    const alias = clusterAlias === clusterName ? '' : clusterAlias;
    if (alias === '') {
      if (this.writers.length > 0) say(`Cluster ${clusterName} has no alias, so no key-value store is told.`);
      return;
    }
    const startedMs = this.deps.clock.monotonicMs();
    this.promotedMs.set(alias, this.deps.clock.nowMs());
    try {
      const group = await this.pairs(alias, master);
      const told = `${masterKey(this.prefix(), alias)} = ${keyText(master)}`;
      const kept = this.keep([group]).then(
        () => say(`Key-value entries: ${told}.`),
        (error: unknown) => say(`Key-value entries were not kept by Baton itself: ${reasonOf(error)}`),
      );
      const written = this.writers.map(async (writer) => {
        const failure = await this.write(writer, [group], { urgent: true, everywhere: this.everywhere() });
        const tookMs = Math.round(this.deps.clock.monotonicMs() - startedMs);
        const again = 'It is tried again every minute; at once with: submit-masters-to-kv-stores.';
        say(
          failure === null
            ? `Key-value entries were written to ${writer.name}, ${tookMs} ms after the promotion.`
            : `Key-value entries were not written to ${writer.name}: ${failure} ${again}`,
        );
      });
      await Promise.all([kept, ...written]);
    } catch (error) {
      this.deps.log.error('key-value.failed', `The entries of ${alias} could not be written: ${reasonOf(error)}`);
    }
  }

  /** Waits for `promoted`, but not for long: hooks go on without a store that is slow. */
  async soon(work: Promise<void>): Promise<void> {
    let cancel: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      cancel = this.deps.clock.after(HOOK_PATIENCE_MS, resolve);
    });
    await Promise.race([work, patience]);
    cancel();
  }

  /**
   * Writes the entries of one cluster, or of all that have an alias and a source, whether they have changed or not.
   * Rejects with BatonError when a store could not be written, or the one cluster has nothing to be written.
   */
  async submit(clusterName: string | null): Promise<KeyValueSubmission> {
    const { clusters } = this.deps.topology();
    const chosen = clusterName === null ? [...clusters.values()] : [clusters.get(clusterName) ?? null];
    const found = chosen.map((cluster) => {
      if (cluster === null) throw new BatonError('unknown-cluster', `No cluster is known as ${clusterName}.`);
      return this.masterOf(cluster);
    });
    const [first] = found;
    if (clusterName !== null && first?.found === false) {
      throw new BatonError('refused', `Nothing was written to key-value stores: ${first.reason}`);
    }
    const sources = await this.sourcesOf(found);
    await this.keep(this.current(sources));
    const groups = this.current(sources);
    const options = { urgent: false, everywhere: this.everywhere() };
    const failures = await Promise.all(
      this.writers.map(async (writer) => ({ writer, failure: await this.write(writer, groups, options) })),
    );
    const failed = failures.filter(({ failure }) => failure !== null);
    this.deps.audit('submit-masters-to-kv-stores', null, `${groups.length} clusters, ${failed.length} stores failed`);
    if (failed.length > 0) {
      const reasons = failed.map(({ writer, failure }) => `${writer.name}: ${failure}`).join(' ');
      throw new BatonError('not-available', `Not every key-value store could be written. ${reasons}`);
    }
    return { pairs: groups.flat(), clusters: groups.length };
  }

  /** Called once a second. Never rejects. */
  async tick(): Promise<void> {
    const { clock, settings, log } = this.deps;
    const nowMs = clock.nowMs();
    const graceMs = FIRST_POLLS * settings().InstancePollSeconds * 1000;
    const due = this.checkedMs === this.startedMs ? this.startedMs + graceMs : this.checkedMs + PERIOD_MS;
    if (this.isChecking || nowMs < due) return;
    this.isChecking = true;
    this.checkedMs = Math.max(nowMs, this.startedMs + 1);
    try {
      await this.check();
    } catch (error) {
      log.error('key-value.failed', `The entries of the key-value stores could not be checked: ${reasonOf(error)}`);
    } finally {
      this.isChecking = false;
    }
  }

  /** Writes what differs from what was written before. */
  private async check(): Promise<void> {
    const found = [...this.deps.topology().clusters.values()].map((cluster) => this.masterOf(cluster));
    const sources = await this.sourcesOf(found);
    await this.keep(this.current(sources));
    const groups = this.current(sources);
    const options = { urgent: false, everywhere: this.everywhere() };
    await Promise.all(
      this.writers.map(async (writer) => {
        const missing = writer.missing(groups);
        if (missing.length > 0) await this.write(writer, missing, options);
      }),
    );
  }

  private masterOf(cluster: Cluster): CurrentMaster {
    const state = this.deps.state();
    const alias = cluster.alias;
    const isRecovering = state.recoveries.some(
      ({ outcome, analysis }) =>
        outcome === 'running' && (analysis.clusterName === cluster.name || analysis.clusterAlias === alias),
    );
    return currentMaster(cluster, {
      told: state.keyValues.get(masterKey(this.prefix(), alias)) ?? null,
      promotedMs: this.promotedMs.get(alias) ?? 0,
      isRecovering,
      isShut: (id) => state.fences.has(id) || state.downtimes.get(id)?.reason === LOST_IN_RECOVERY,
    });
  }

  private async sourcesOf(found: readonly CurrentMaster[]): Promise<readonly Source[]> {
    const askedMs = this.deps.clock.nowMs();
    return await Promise.all(
      found
        .filter((each) => each.found)
        .map(async ({ alias, master }) => ({ alias, askedMs, group: await this.pairs(alias, master) })),
    );
  }

  /** Those that no promotion has replaced meanwhile; to be asked right before they are written. */
  private current(sources: readonly Source[]): readonly KeyValueGroup[] {
    return sources
      .filter(({ alias, askedMs }) => (this.promotedMs.get(alias) ?? Number.NEGATIVE_INFINITY) < askedMs)
      .map(({ group }) => group);
  }

  private async pairs(alias: string, master: InstanceKey): Promise<readonly KeyValue[]> {
    const addresses = await this.deps.addresses.addressesOf(master.hostname);
    return masterPairs(this.prefix(), alias, master, addresses);
  }

  /** Baton's own store. */
  private async keep(groups: readonly KeyValueGroup[]): Promise<void> {
    const { keyValues } = this.deps.state();
    const changed = groups.flat().filter(({ key, value }) => keyValues.get(key) !== value);
    await Promise.all(changed.map((entry) => this.deps.propose({ type: 'put-key-value', entry })));
  }

  private async write(
    writer: StoreWriter,
    groups: readonly KeyValueGroup[],
    options: WriteOptions,
  ): Promise<string | null> {
    const failure = await writer.write(groups, options);
    if (failure === null) {
      if (this.logged.delete(writer.name)) this.deps.log.info('key-value.written', `${writer.name} is written again.`);
    } else if (this.logged.get(writer.name) !== failure) {
      this.logged.set(writer.name, failure);
      this.deps.log.warn('key-value.failed', `Entries were not written to ${writer.name}: ${failure}`);
    }
    return failure;
  }

  private prefix(): string {
    return this.deps.settings().KVClusterMasterPrefix;
  }

  private everywhere(): boolean {
    return this.deps.settings().ConsulCrossDataCenterDistribution;
  }
}
