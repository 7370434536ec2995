import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Members } from '../canvas-types.ts';
import type { Tie } from './layout-types.ts';
import { inOrder } from './order.ts';

/** What a member hangs below: another member, or a server that is none (`host:port` in `ghost`). */
interface Above {
  readonly id: string | null;
  readonly ghost: string | null;
  readonly tie: Tie;
}

/** Where the members stand to each other, whatever they say: each once, and nothing in a circle but the rings. */
export interface Places {
  /** All ids, in the order of names. */
  readonly ids: readonly string[];
  readonly above: ReadonlyMap<string, Above>;
  /** Members that replicate from each other in a circle, each after its source. */
  readonly rings: readonly (readonly string[])[];
}

/** Finds out what each member hangs below, and the circles among them. */
export function placesOf(members: Members): Places {
  const ids = inOrder([...members.keys()], (id) => id);
  const above = new Map<string, Above>();
  for (const [id, member] of members) above.set(id, aboveOf(member, members));
  return { ids, above, rings: ringsOf(ids, above) };
}

function aboveOf(member: Member, members: Members): Above {
  const { parent, id } = member;
  if (parent !== null && parent !== id) {
    const tie = isGroupSecondary(member, members.get(parent)) ? 'group' : 'replicates';
    return members.has(parent) ? { id: parent, ghost: null, tie } : { id: null, ghost: parent, tie };
  }
  const { sourceKey, sourceDetached } = member;
  if (sourceKey === null) return { id: null, ghost: null, tie: 'none' };
  const source = `${sourceKey.hostname.replace(/^\/\//, '')}:${sourceKey.port}`;
  if (source === id || sourceKey.hostname === '' || sourceKey.hostname === '_') {
    return { id: null, ghost: null, tie: 'none' };
  }
  const tie = sourceDetached ? 'detached' : 'replicates';
  return members.has(source) ? { id: source, ghost: null, tie } : { id: null, ghost: source, tie };
}

function isGroupSecondary(member: Member, parent: Member | undefined): boolean {
  return isInGroup(member) && parent !== undefined && isInGroup(parent) && member.groupRole !== 'PRIMARY';
}

/** Whether it is in a replication group, or was and has been expelled. */
export function isInGroup({ groupRole, groupState }: Pick<Member, 'groupRole' | 'groupState'>): boolean {
  return groupRole !== '' || groupState !== '';
}

/** Circles, each from the first of its ids by name, each id after its source. A detached replica closes none. */
function ringsOf(ids: readonly string[], above: Map<string, Above>): readonly (readonly string[])[] {
  const rings: string[][] = [];
  const seenIn = new Map<string, number>();
  ids.forEach((start, round) => {
    let at: string | null = start;
    while (at !== null && !seenIn.has(at)) {
      seenIn.set(at, round);
      at = above.get(at)?.id ?? null;
    }
    if (at === null || seenIn.get(at) !== round) return;
    const upwards: string[] = [];
    for (let one: string | null = at; one !== null && !upwards.includes(one); one = above.get(one)?.id ?? null) {
      upwards.push(one);
    }
    cutOrKeep(upwards, ids, above, rings);
  });
  return rings;
}

/** A circle that a detached connection closes is none: that connection is left out, and it is a tree. */
function cutOrKeep(
  upwards: readonly string[],
  ids: readonly string[],
  above: Map<string, Above>,
  rings: string[][],
): void {
  const cut = upwards.find((id) => above.get(id)?.tie === 'detached');
  if (cut !== undefined) {
    above.set(cut, { id: null, ghost: null, tie: 'detached' });
    return;
  }
  const circle = new Set(upwards);
  const first = ids.find((id) => circle.has(id)) ?? '';
  const downwards = [...upwards].reverse();
  const begin = downwards.indexOf(first);
  rings.push([...downwards.slice(begin), ...downwards.slice(0, begin)]);
}
