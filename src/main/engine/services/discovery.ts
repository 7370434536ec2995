import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { TopologyInstance } from '../../core/topology/topology.ts';
import type { NameEntry } from '../ports/names.ts';
import type { ArchivedInstance } from '../ports/state-store.ts';

/**
 * What doors call about the servers themselves and their names. All reject with BatonError, or with ServerError where a
 * server is asked.
 */
export interface Discovery {
  tag(key: InstanceKey, name: string, value: string): Promise<void>;
  /**
   * @param key null for all servers
   * @param value null for any
   * @returns the servers that had the tag
   */
  untag(key: InstanceKey | null, name: string, value: string | null): Promise<readonly InstanceKey[]>;
  /** Replaces what is in a pool; no keys empty it. */
  submitPool(pool: string, keys: readonly InstanceKey[]): Promise<void>;
  /** The virtual name that replicas are to be pointed at for the server's host; an empty one takes it away. */
  registerVirtualName(key: InstanceKey, virtualName: string): Promise<void>;
  /** Whom clients of the cluster's domain write to; null when that isn't recorded. */
  domainWriter(clusterName: string): InstanceKey | null;
  /** Records the cluster's writeable source as the writer of its domain. @returns that source */
  recordDomainWriter(clusterName: string): Promise<InstanceKey>;
  /** The canonical name, once a server was seen to answer there. */
  resolve(key: InstanceKey): Promise<InstanceKey>;
  /** Looks host names up, so that what follows finds them in memory. */
  prepareHosts(hosts: readonly string[]): Promise<void>;
  names(): readonly NameEntry[];
  resetNames(): Promise<void>;
  /** Archives who replicates from whom now. @returns how many servers that were */
  archiveTopologies(): number;
  /** The newest archived topology of that time or before; null when there is none. */
  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null;
  /** The direct replica that its siblings would best be put below. Reads them; nothing is changed. */
  candidateReplica(key: InstanceKey): Promise<TopologyInstance>;
}
