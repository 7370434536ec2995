import { compareKeys, type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Handler } from './results.ts';
import type { Attribute, CommandState, InstanceTags, Tag, VirtualName } from './state.ts';

/** One value per name and server (discovery reference, section 12.2). Tags outlive the forgetting of their server. */
export const tag: Handler<'tag'> = (state, { key, name, value }) => {
  const before = tagsOf(state, key);
  if (before.some((one) => one.name === name && one.value === value)) return { state, result: { changed: false } };
  const tags = [...before.filter((one) => one.name !== name), { name, value }].sort(byName);
  return { state: { ...state, tags: state.tags.set(keyText(key), { key, tags }) }, result: { changed: true } };
};

export const untag: Handler<'untag'> = (state, { key, name, value }) => {
  const isMeant = (one: Tag): boolean => one.name === name && (value === null || one.value === value);
  const named = key === null ? state.tags.values() : [state.tags.get(keyText(key)) ?? []].flat();
  const having = named.filter((one) => one.tags.some(isMeant));
  if (having.length === 0) return { state, result: { untagged: [] } };
  let { tags } = state;
  for (const one of having) {
    const left = one.tags.filter((each) => !isMeant(each));
    const id = keyText(one.key);
    tags = left.length === 0 ? tags.delete(id) : tags.set(id, { key: one.key, tags: left });
  }
  return { state: { ...state, tags }, result: { untagged: having.map((one) => one.key).sort(compareKeys) } };
};

/** A submission replaces what was in the pool, and begins its time anew. */
export const submitPool: Handler<'submit-pool'> = (state, { pool, keys, atMs }) => {
  const before = state.pools.get(pool);
  if (keys.length === 0) {
    if (before === undefined) return { state, result: { changed: false } };
    return { state: { ...state, pools: state.pools.delete(pool) }, result: { changed: true } };
  }
  const members = withoutRepetitions(keys);
  const same = before?.keys.length === members.length && before.keys.every((key, at) => isAt(members, at, key));
  if (same && before.registeredMs === atMs) return { state, result: { changed: false } };
  return {
    state: { ...state, pools: state.pools.set(pool, { pool, keys: members, registeredMs: atMs }) },
    result: { changed: !same },
  };
};

/** A virtual name stands for one host: registered for another, it moves over. */
export const registerVirtualName: Handler<'register-virtual-name'> = (state, { hostname, virtualName, atMs }) => {
  const before = state.virtualNames.get(hostname);
  if (virtualName === '' || virtualName === hostname) {
    if (before === undefined) return { state, result: { changed: false } };
    return { state: { ...state, virtualNames: state.virtualNames.delete(hostname) }, result: { changed: true } };
  }
  if (before?.virtualName === virtualName && before.registeredMs === atMs) {
    return { state, result: { changed: false } };
  }
  const others = state.virtualNames.filter((one) => one.hostname === hostname || one.virtualName !== virtualName);
  const registered: VirtualName = { hostname, virtualName, registeredMs: atMs };
  return {
    state: { ...state, virtualNames: others.set(hostname, registered) },
    result: { changed: before?.virtualName !== virtualName },
  };
};

export const setAttribute: Handler<'set-attribute'> = (state, { subject, name, value, atMs }) => {
  const slot = attributeSlot(subject, name);
  const before = state.attributes.get(slot);
  if ((before?.value ?? '') === value) return { state, result: { changed: false } };
  return { state: withAttribute(state, { subject, name, value, atMs }), result: { changed: true } };
};

/** The state with an attribute set, or removed where its value is empty. */
export function withAttribute(state: CommandState, attribute: Attribute): CommandState {
  const slot = attributeSlot(attribute.subject, attribute.name);
  if (attribute.value === '') return { ...state, attributes: state.attributes.delete(slot) };
  return { ...state, attributes: state.attributes.set(slot, attribute) };
}

/** What makes two attributes the same. */
export function attributeSlot(subject: string, name: string): string {
  return JSON.stringify([subject, name]);
}

/** The attribute of a cluster's domain that holds who takes its writes, as `host:port`. */
export const DOMAIN_WRITER = 'heuristic-domain-instance';

/** In the order of their names. */
export function tagsOf(state: CommandState, key: InstanceKey): readonly Tag[] {
  return state.tags.get(keyText(key))?.tags ?? [];
}

/** All servers with tags, by host name, then port. */
export function listTagged(state: CommandState): readonly InstanceTags[] {
  return state.tags.values().toSorted((a, b) => compareKeys(a.key, b.key));
}

function byName(a: Tag, b: Tag): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

function withoutRepetitions(keys: readonly InstanceKey[]): readonly InstanceKey[] {
  const sorted = keys.toSorted(compareKeys);
  return sorted.filter((key, at) => !isAt(sorted, at - 1, key));
}

function isAt(keys: readonly InstanceKey[], at: number, key: InstanceKey): boolean {
  const other = keys[at];
  return other !== undefined && sameKey(other, key);
}
