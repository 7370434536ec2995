import type { Topology, TopologyInstance } from '../../../src/main/core/topology/topology.ts';
import type { NameEntry } from '../../../src/main/engine/ports/names.ts';
import type { ArchivedInstance } from '../../../src/main/engine/ports/state-store.ts';
import type { Discovery } from '../../../src/main/engine/services/discovery.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';

/** Writes down what it is asked to do, and answers what a test sets. */
export class FakeDiscovery implements Discovery {
  untagged: readonly InstanceKey[] = [];
  known: readonly NameEntry[] = [];
  writer: InstanceKey | null = null;
  archived: ReturnType<Discovery['archivedTopology']> = null;
  readonly prepared: string[] = [];
  readonly #note: (...call: unknown[]) => Promise<void>;
  readonly #topology: () => Topology;

  constructor(note: (...call: unknown[]) => Promise<void>, topology: () => Topology) {
    this.#note = note;
    this.#topology = topology;
  }

  tag(wanted: InstanceKey, name: string, value: string): Promise<void> {
    return this.#note('tag', keyText(wanted), name, value);
  }
  async untag(wanted: InstanceKey | null, name: string, value: string | null): Promise<readonly InstanceKey[]> {
    await this.#note('untag', wanted === null ? null : keyText(wanted), name, value);
    return this.untagged;
  }
  submitPool(pool: string, keys: readonly InstanceKey[]): Promise<void> {
    return this.#note('submit-pool', pool, keys.map(keyText));
  }
  registerVirtualName(wanted: InstanceKey, virtualName: string): Promise<void> {
    return this.#note('register-virtual-name', keyText(wanted), virtualName);
  }
  domainWriter(clusterName: string): InstanceKey | null {
    void this.#note('domain-writer', clusterName);
    return this.writer;
  }
  async recordDomainWriter(clusterName: string): Promise<InstanceKey> {
    await this.#note('record-domain-writer', clusterName);
    return this.#instance(clusterName).key;
  }
  async resolve(wanted: InstanceKey): Promise<InstanceKey> {
    await this.#note('resolve', keyText(wanted));
    return wanted;
  }
  async prepareHosts(hosts: readonly string[]): Promise<void> {
    this.prepared.push(...hosts);
  }
  names(): readonly NameEntry[] {
    return this.known;
  }
  resetNames(): Promise<void> {
    return this.#note('reset-names');
  }
  archiveTopologies(): number {
    void this.#note('archive-topologies');
    return this.#topology().instances.size;
  }
  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null {
    void this.#note('archived-topology', atMs);
    return this.archived;
  }
  async candidateReplica(wanted: InstanceKey): Promise<TopologyInstance> {
    await this.#note('candidate-replica', keyText(wanted));
    const [first = ''] = this.#instance(keyText(wanted)).replicas;
    return this.#instance(first);
  }

  #instance(id: string): TopologyInstance {
    const instance = this.#topology().instances.get(id);
    if (instance === undefined) throw new BatonError('unknown-instance', `${id} is not known.`);
    return instance;
  }
}
