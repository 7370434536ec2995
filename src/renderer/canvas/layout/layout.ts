import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Members } from '../canvas-types.ts';
import { fold } from './fold.ts';
import type { Folding, TopologyLayout } from './layout-types.ts';
import { forestOf } from './outline.ts';
import { place } from './tidy.ts';

/** Where everything of a topology is drawn. The same members and folding always give the same drawing. */
export function layoutTopology(members: Members, folding: Folding): TopologyLayout {
  return place(fold(forestOf(members), members, folding));
}

/** Whether members differ in what decides where boxes stand; everything else only changes what is in them. */
export function structureDiffers(before: Members, after: Members): boolean {
  if (before === after) return false;
  if (before.size !== after.size) return true;
  for (const [id, member] of after) {
    const old = before.get(id);
    if (old === undefined) return true;
    if (old !== member && differs(old, member)) return true;
  }
  return false;
}

function differs(a: Member, b: Member): boolean {
  return (
    a.parent !== b.parent ||
    a.sourceDetached !== b.sourceDetached ||
    a.groupRole !== b.groupRole ||
    a.groupState !== b.groupState ||
    a.dataCenter !== b.dataCenter ||
    a.sourceKey?.hostname !== b.sourceKey?.hostname ||
    a.sourceKey?.port !== b.sourceKey?.port ||
    serversOf(a) !== serversOf(b)
  );
}

function serversOf({ unknownReplicas }: Member): string {
  return unknownReplicas.length === 0
    ? ''
    : unknownReplicas.map(({ hostname, port }) => `${hostname}:${port}`).join(' ');
}
