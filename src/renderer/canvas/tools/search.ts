import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Members } from '../canvas-types.ts';
import { inOrder } from '../layout/order.ts';

/** What a member is found by. */
function wordsOf({ id, alias, version, flavor, dataCenter, role, tags, pools, problems }: Member): string {
  const labels = tags.map(({ name, value }) => `${name}=${value}`);
  return [id, alias, version, flavor, dataCenter, role, ...labels, ...pools, ...problems].join(' ').toLowerCase();
}

/** Members that have every word of a text in their name, alias, version, data center, tags, pools, role or problems. */
export function searchMembers(members: Members, text: string): readonly Member[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found = [...members.values()].filter((member) => {
    const all = wordsOf(member);
    return words.every((word) => all.includes(word));
  });
  return inOrder(found, ({ id }) => id);
}
