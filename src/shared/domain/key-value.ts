/** An entry that tells clients which server is a cluster's source. Keys have no leading `/` unless the prefix is `/`. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** The addresses that a host name stands for; empty where it has none, or none is known. */
export interface HostAddresses {
  readonly ipv4: string;
  readonly ipv6: string;
}
