import type { Members } from '../canvas-types.ts';
import type { TopologyLayout } from './layout-types.ts';

interface Folded {
  readonly members: Members;
  readonly layout: TopologyLayout;
  readonly collapsed: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
}

/** What has to be unfolded so that a member has a box of its own: the boxes above it, and the bundle it is in. */
export function openingOf(
  id: string,
  { members, layout, collapsed, opened }: Folded,
): Pick<Folded, 'collapsed' | 'opened'> {
  const closed = new Set(collapsed);
  const seen = new Set<string>();
  for (let at = members.get(id)?.parent ?? null; at !== null && !seen.has(at); at = members.get(at)?.parent ?? null) {
    seen.add(at);
    closed.delete(at);
  }
  const box = layout.byId.get(layout.boxOf.get(id) ?? '');
  if (box !== undefined && box.id !== id) {
    if (box.kind === 'bundle') return { collapsed: closed, opened: new Set(opened).add(box.id) };
    closed.delete(box.id);
  }
  return { collapsed: closed, opened };
}
