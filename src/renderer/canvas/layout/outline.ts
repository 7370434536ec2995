import type { Members } from '../canvas-types.ts';
import type { OutlineItem, Tie } from './layout-types.ts';
import { inOrder } from './order.ts';
import { isInGroup, type Places, placesOf } from './places.ts';
import { MOST_UNKNOWN_REPLICAS } from './sizes.ts';

/** What hangs below each box, before anything is folded away. */
export interface Forest {
  readonly roots: readonly OutlineItem[];
  readonly rings: readonly (readonly string[])[];
}

/** The id of the box that stands for a server that is no member. */
function ghostId(server: string): string {
  return `ghost ${server}`;
}

/**
 * Makes trees of the members of a cluster: every member once, rings side by side, and boxes for servers that others name
 * and that are no members. The order is that of names, so that it never depends on what the servers do.
 */
export function forestOf(members: Members): Forest {
  const places = placesOf(members);
  const inRing = new Set(places.rings.flat());
  const below = new Map<string, string[]>();
  const ghosts = new Map<string, string[]>();
  const roots: string[] = [];
  for (const id of places.ids) {
    const above = places.above.get(id);
    if (inRing.has(id) || above === undefined) continue;
    if (above.id !== null) append(below, above.id, id);
    else if (above.ghost !== null) append(ghosts, above.ghost, id);
    else roots.push(id);
  }
  const builder = new ItemBuilder(members, places, below);
  const trees = [
    ...places.rings.flatMap((ring) => ring.map((id) => builder.member(id))),
    ...roots.map((id) => builder.member(id)),
    ...inOrder([...ghosts], ([server]) => server).map(([server, ids]) =>
      ghostItem(
        server,
        'none',
        ids.map((id) => builder.member(id)),
      ),
    ),
  ];
  return { roots: withFirst(trees, inRing, members), rings: places.rings };
}

/** Rings first, then the trees that have something below them, then servers that stand alone. */
function withFirst(trees: readonly OutlineItem[], inRing: ReadonlySet<string>, members: Members): OutlineItem[] {
  const rank = (item: OutlineItem): number => {
    if (inRing.has(item.id)) return 0;
    const member = members.get(item.id);
    if (member !== undefined && isInGroup(member)) return 1;
    if (item.kind === 'member' && item.children.length > 0) return 2;
    return item.kind === 'ghost' ? 3 : 4;
  };
  return trees
    .map((item, at) => ({ item, at, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map(({ item }) => item);
}

class ItemBuilder {
  private readonly members: Members;
  private readonly places: Places;
  private readonly below: ReadonlyMap<string, readonly string[]>;

  constructor(members: Members, places: Places, below: ReadonlyMap<string, readonly string[]>) {
    this.members = members;
    this.places = places;
    this.below = below;
  }

  /** A member with all that hangs below it. Walks without recursion: a chain may be as long as it likes. */
  member(root: string): OutlineItem {
    const order = [root];
    for (let at = 0; at < order.length; at += 1) order.push(...(this.below.get(order[at] ?? '') ?? []));
    const made = new Map<string, OutlineItem>();
    for (let at = order.length - 1; at >= 0; at -= 1) {
      const id = order[at] ?? '';
      const ids = this.below.get(id) ?? [];
      const children = [...this.sorted(ids).map((child) => made.get(child)), ...this.unknownReplicas(id)];
      made.set(id, this.item(id, children.filter(present)));
    }
    return made.get(root) ?? this.item(root, []);
  }

  private item(id: string, children: readonly OutlineItem[]): OutlineItem {
    return {
      id,
      kind: 'member',
      memberIds: [id],
      tie: this.places.above.get(id)?.tie ?? 'none',
      ghostOf: '',
      children,
      hiddenIds: [],
      childCount: children.length,
    };
  }

  /** Those of the replication group first, that they stand together. */
  private sorted(ids: readonly string[]): readonly string[] {
    const inGroup = (id: string): boolean => this.places.above.get(id)?.tie === 'group';
    return [...ids.filter(inGroup), ...ids.filter((id) => !inGroup(id))];
  }

  private unknownReplicas(id: string): readonly OutlineItem[] {
    const named = (this.members.get(id)?.unknownReplicas ?? [])
      .map(({ hostname, port }) => `${hostname}:${port}`)
      .filter((server) => !this.members.has(server));
    const shown = inOrder([...new Set(named)], (server) => server);
    const items = shown.length > MOST_UNKNOWN_REPLICAS ? [shown.join(', ')] : shown;
    return items.map((server) => ({ ...ghostItem(server, 'unknown', []), id: `${ghostId(server)} below ${id}` }));
  }
}

function ghostItem(server: string, tie: Tie, children: readonly OutlineItem[]): OutlineItem {
  return {
    id: ghostId(server),
    kind: 'ghost',
    memberIds: [],
    tie,
    ghostOf: server,
    children,
    hiddenIds: [],
    childCount: children.length,
  };
}

function present<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function append(lists: Map<string, string[]>, key: string, id: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else list.push(id);
}
