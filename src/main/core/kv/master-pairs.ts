import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { HostAddresses, KeyValue } from '../../../shared/domain/key-value.ts';

/**
 * This folder decides what key-value stores are told of a cluster's source (recovery reference, 8.10), and which
 * server that is. It writes nothing.
 */

/** `KVClusterMasterPrefix` with one `/` at its end; `/` stays `/` (configuration reference, rule 13). */
export function keyPrefix(configured: string): string {
  return configured === '/' ? '/' : `${configured.replace(/\/+$/, '')}/`;
}

/**
 * The entries of one cluster: `P+alias` is `host:port`, and below it are its parts. Addresses that aren't known are
 * empty texts rather than left out, because those of the previous source would stay.
 * @param alias empty for none, and then there are no entries
 */
export function masterPairs(
  prefix: string,
  alias: string,
  master: InstanceKey,
  { ipv4, ipv6 }: HostAddresses,
): readonly KeyValue[] {
  if (alias === '') return [];
  const key = masterKey(prefix, alias);
  return [
    { key, value: keyText(master) },
    { key: `${key}/hostname`, value: master.hostname },
    { key: `${key}/port`, value: String(master.port) },
    { key: `${key}/ipv4`, value: ipv4 },
    { key: `${key}/ipv6`, value: ipv6 },
  ];
}

/** The key whose value is a cluster's source. */
export function masterKey(prefix: string, alias: string): string {
  return `${keyPrefix(prefix)}${alias}`;
}

/** A cluster's alias; empty where it goes by its name for want of one. */
export function aliasOrNone({ name, alias }: { readonly name: string; readonly alias: string }): string {
  return alias === name ? '' : alias;
}
