/**
 * An immutable map from text to values whose copies are cheap: a change copies one of its shards, so that ten
 * thousand discoveries don't copy ten thousand entries each.
 */
export class KeyedMap<V> {
  readonly size: number;
  readonly #shards: readonly (ReadonlyMap<string, V> | undefined)[];

  private constructor(shards: readonly (ReadonlyMap<string, V> | undefined)[], size: number) {
    this.#shards = shards;
    this.size = size;
  }

  static empty<V>(): KeyedMap<V> {
    return new KeyedMap<V>(new Array(SHARDS).fill(undefined), 0);
  }

  static from<V>(entries: Iterable<readonly [string, V]>): KeyedMap<V> {
    const shards: (Map<string, V> | undefined)[] = new Array(SHARDS).fill(undefined);
    for (const [key, value] of entries) {
      const at = shardOf(key);
      const shard = shards[at] ?? new Map<string, V>();
      shards[at] = shard;
      shard.set(key, value);
    }
    return new KeyedMap<V>(
      shards,
      shards.reduce((sum, shard) => sum + (shard?.size ?? 0), 0),
    );
  }

  get(key: string): V | undefined {
    return this.#shards[shardOf(key)]?.get(key);
  }

  has(key: string): boolean {
    return this.#shards[shardOf(key)]?.has(key) ?? false;
  }

  /** A map with the entry added or replaced; this one stays as it is. */
  set(key: string, value: V): KeyedMap<V> {
    const at = shardOf(key);
    const shard = new Map(this.#shards[at]);
    const grown = shard.has(key) ? 0 : 1;
    shard.set(key, value);
    return new KeyedMap(this.#shards.with(at, shard), this.size + grown);
  }

  /** A map without the entry; this one itself when it has none. */
  delete(key: string): KeyedMap<V> {
    if (!this.has(key)) return this;
    const at = shardOf(key);
    const shard = new Map(this.#shards[at]);
    shard.delete(key);
    return new KeyedMap(this.#shards.with(at, shard.size === 0 ? undefined : shard), this.size - 1);
  }

  /** A map of the entries that `keep` accepts; this one itself when it accepts all. */
  filter(keep: (value: V, key: string) => boolean): KeyedMap<V> {
    const kept: [string, V][] = [];
    for (const shard of this.#shards) {
      for (const [key, value] of shard ?? []) if (keep(value, key)) kept.push([key, value]);
    }
    return kept.length === this.size ? this : KeyedMap.from(kept);
  }

  /** Entries in the order of their keys, whatever the order in which they came. */
  entries(): readonly (readonly [string, V])[] {
    const all: [string, V][] = [];
    for (const shard of this.#shards) if (shard) all.push(...shard);
    return all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** Values in the order of their keys. */
  values(): readonly V[] {
    return this.entries().map(([, value]) => value);
  }

  toJSON(): readonly (readonly [string, V])[] {
    return this.entries();
  }
}

const SHARDS = 128;

/** FNV-1a, folded to the number of shards. */
function shardOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}
