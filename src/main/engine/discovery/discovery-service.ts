import type { Command } from '../../../shared/domain/command.ts';
import { type InstanceKey, keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { attributeSlot, DOMAIN_WRITER } from '../../core/commands/labels.ts';
import type { ResultOf } from '../../core/commands/results.ts';
import type { CommandState } from '../../core/commands/state.ts';
import { writeableMaster } from '../../core/topology/navigate.ts';
import type { Cluster, Topology, TopologyInstance } from '../../core/topology/topology.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { HostNames, NameEntry } from '../ports/names.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { ArchivedInstance, ArchiveStore } from '../ports/state-store.ts';
import type { Discovery } from '../services/discovery.ts';
import { candidateReplica } from './candidate-replica.ts';
import type { NameKeeper } from './name-keeper.ts';
import type { VirtualNames } from './virtual-names.ts';

export interface DiscoveryDeps {
  readonly mysql: MysqlPort;
  readonly names: HostNames;
  readonly keeper: NameKeeper;
  readonly virtual: VirtualNames;
  readonly store: ArchiveStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly isStopping: () => boolean;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: <C extends Command>(command: C) => Promise<ResultOf<C>>;
  readonly audit: (type: string, key: InstanceKey | null, message: string) => void;
  /** Reads servers now, and doesn't reject when one can't be read. */
  readonly refresh: (keys: readonly InstanceKey[]) => Promise<void>;
}

const CONFIRM_EVERY_MS = 60_000;
const HOUR_MS = 3600 * 1000;

/** Tags, pools, names and the archive of topologies. */
export class DiscoveryService implements Discovery {
  private readonly deps: DiscoveryDeps;
  private lastConfirmMs = Number.NEGATIVE_INFINITY;
  private lastArchiveMs: number;
  private busy = false;

  constructor(deps: DiscoveryDeps) {
    this.deps = deps;
    this.lastArchiveMs = deps.clock.nowMs();
  }

  start(): void {
    const nowMs = this.nowMs();
    this.lastArchiveMs = this.deps.store.archivedTopology(nowMs)?.atMs ?? nowMs;
    this.deps.keeper.start();
    this.deps.virtual.apply();
  }

  /** Called once a second. Servers that don't answer may keep it busy for longer, which holds nothing else up. */
  tick(): void {
    if (this.busy) return;
    this.busy = true;
    this.look()
      .catch((error: unknown) => {
        if (this.deps.isStopping()) return;
        const reason = reasonOf(error);
        this.deps.log.error('discovery.failed', `Names and archives could not be seen to: ${reason}`);
      })
      .finally(() => {
        this.busy = false;
      });
  }

  private async look(): Promise<void> {
    const nowMs = this.deps.clock.nowMs();
    const everyMs = this.deps.settings().SnapshotTopologiesIntervalHours * HOUR_MS;
    if (everyMs > 0 && nowMs - this.lastArchiveMs >= everyMs) this.archiveTopologies();
    await this.deps.keeper.tick();
    if (nowMs - this.lastConfirmMs < CONFIRM_EVERY_MS) return;
    this.lastConfirmMs = nowMs;
    await this.deps.virtual.confirm(this.sourcesWithVirtualNames());
  }

  /** A command was applied. */
  applied(command: Command): void {
    if (command.type === 'register-virtual-name') {
      this.deps.virtual.apply();
      this.lastConfirmMs = Number.NEGATIVE_INFINITY;
    } else if (command.type === 'expire') {
      this.deps.virtual.apply();
    }
  }

  /** Writes the names down; Baton is being stopped. */
  stop(): void {
    this.deps.keeper.save();
  }

  async tag(key: InstanceKey, name: string, value: string): Promise<void> {
    await this.deps.propose({ type: 'tag', key, name, value, atMs: this.nowMs() });
    this.deps.audit('tag', key, value === '' ? name : `${name}=${value}`);
  }

  async untag(key: InstanceKey | null, name: string, value: string | null): Promise<readonly InstanceKey[]> {
    const { untagged } = await this.deps.propose({ type: 'untag', key, name, value, atMs: this.nowMs() });
    for (const one of untagged) this.deps.audit('untag', one, value === null ? name : `${name}=${value}`);
    return untagged;
  }

  async submitPool(pool: string, keys: readonly InstanceKey[]): Promise<void> {
    await this.deps.propose({ type: 'submit-pool', pool, keys, atMs: this.nowMs() });
    this.deps.audit('submit-pool', null, `${pool}: ${keys.map(keyText).join(', ')}`);
  }

  async registerVirtualName(key: InstanceKey, virtualName: string): Promise<void> {
    const name = virtualName.trim();
    if (/[\s,/]/.test(name)) throw new BatonError('invalid-argument', `"${name}" is no host name.`);
    const { hostname } = key;
    if (name !== '' && this.deps.topology().instances.has(keyText({ hostname: name, port: key.port }))) {
      throw new BatonError('refused', `${keyText({ hostname: name, port: key.port })} is a server that Baton knows.`, {
        hint: 'A virtual name is one by which no server is known; forget that server first if it is only a name.',
      });
    }
    const command = { type: 'register-virtual-name', hostname, virtualName: name, atMs: this.nowMs() } as const;
    await this.deps.propose(command);
    this.deps.audit(name === '' ? 'deregister-virtual-name' : 'register-virtual-name', key, name);
    await this.deps.virtual.confirm(this.sourcesOn(hostname));
  }

  domainWriter(clusterName: string): InstanceKey | null {
    const { domain } = this.clusterOf(clusterName);
    const text = this.deps.state().attributes.get(attributeSlot(domain, DOMAIN_WRITER))?.value;
    return text === undefined ? null : parseKey(text, this.deps.settings().DefaultInstancePort);
  }

  async recordDomainWriter(clusterName: string): Promise<InstanceKey> {
    const cluster = this.clusterOf(clusterName);
    if (cluster.domain === '') {
      throw new BatonError('refused', `The domain of cluster ${cluster.alias} is not known.`, {
        hint: 'It comes from DetectClusterDomainQuery.',
      });
    }
    const writer = writeableMaster(cluster);
    if (writer === null) throw new BatonError('refused', `Cluster ${cluster.alias} has no writeable source.`);
    const attribute = { subject: cluster.domain, name: DOMAIN_WRITER, value: writer.id };
    await this.deps.propose({ type: 'set-attribute', ...attribute, atMs: this.nowMs() });
    return writer.key;
  }

  async resolve(key: InstanceKey): Promise<InstanceKey> {
    const resolved = { hostname: await this.deps.names.resolve(key.hostname), port: key.port };
    await this.deps.mysql.knock(resolved, this.deps.settings().MySQLConnectTimeoutSeconds * 1000);
    return resolved;
  }

  async prepareHosts(hosts: readonly string[]): Promise<void> {
    await Promise.all(hosts.map((host) => this.deps.names.resolve(host)));
  }

  names(): readonly NameEntry[] {
    return this.deps.names.entries();
  }

  async resetNames(): Promise<void> {
    await this.deps.keeper.reset();
    this.deps.audit('reset-hostname-resolve-cache', null, '');
  }

  archiveTopologies(): number {
    const nowMs = this.nowMs();
    const instances = [...this.deps.topology().instances.values()].map((each) => ({
      key: each.key,
      source: each.sourceKey,
      clusterName: each.clusterName,
      version: each.facts?.version ?? '',
    }));
    this.deps.store.archiveTopology(nowMs, instances);
    this.lastArchiveMs = nowMs;
    return instances.length;
  }

  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null {
    return this.deps.store.archivedTopology(atMs);
  }

  async candidateReplica(key: InstanceKey): Promise<TopologyInstance> {
    const known = this.deps.topology().instances.get(keyText(key));
    if (known === undefined) throw new BatonError('unknown-instance', `${keyText(key)} is not known.`);
    const replicas = known.replicas.flatMap((id) => this.deps.topology().instances.get(id)?.key ?? []);
    await this.deps.refresh(replicas);
    const topology = this.deps.topology();
    const about = { settings: this.deps.settings(), state: this.deps.state(), nowMs: this.nowMs() };
    return candidateReplica(topology.instances.get(known.id) ?? known, topology, about);
  }

  private sourcesWithVirtualNames(): readonly InstanceKey[] {
    return this.deps
      .state()
      .virtualNames.values()
      .flatMap(({ hostname }) => this.sourcesOn(hostname));
  }

  private sourcesOn(hostname: string): readonly InstanceKey[] {
    return [...this.deps.topology().instances.values()].flatMap(({ key }) => (key.hostname === hostname ? [key] : []));
  }

  private clusterOf(name: string): Cluster {
    const cluster = this.deps.topology().clusters.get(name);
    if (cluster === undefined) throw new BatonError('unknown-cluster', `No cluster is known as ${name}.`);
    return cluster;
  }

  private nowMs(): number {
    return this.deps.clock.nowMs();
  }
}
