import type { HostAddresses, KeyValue } from '../../../shared/domain/key-value.ts';

/** The entries of one cluster; a store that can writes them together or not at all. */
export type KeyValueGroup = readonly KeyValue[];

export interface KeyValueWrite {
  readonly groups: readonly KeyValueGroup[];
  /** `ConsulCrossDataCenterDistribution`: in every data center that the store spans, not only in the nearest one. */
  readonly everywhere: boolean;
  /** Aborted when the time is up, or something more urgent is to be written. */
  readonly signal: AbortSignal;
}

/** A store outside of Baton that clients read. */
export interface KeyValueStore {
  /** As a person would call it, with its address and without any secret. */
  readonly name: string;
  /**
   * Writes the entries, whatever the store holds. Rejects with an Error whose message is a sentence without a secret;
   * then some entries may be written and others not. Ends soon after the signal.
   */
  write(request: KeyValueWrite): Promise<void>;
}

export interface AddressBook {
  /** The addresses of a host, from memory where it was asked for before. Never rejects, and takes a second at most. */
  addressesOf(host: string): Promise<HostAddresses>;
}
