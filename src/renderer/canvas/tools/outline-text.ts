import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Names } from '../../ui/names.ts';
import type { Members } from '../canvas-types.ts';
import type { OutlineItem } from '../layout/layout-types.ts';
import { forestOf } from '../layout/outline.ts';

/** A line of a topology as text. */
export interface OutlineRow {
  readonly id: string;
  readonly kind: OutlineItem['kind'];
  /** 0 at the top. */
  readonly level: number;
  /** From 1, among those with the same one above. */
  readonly place: number;
  readonly siblings: number;
  readonly item: OutlineItem;
}

/** All members, each below what it replicates from, nothing folded away. */
export function outlineRows(members: Members): readonly OutlineRow[] {
  const rows: OutlineRow[] = [];
  const { roots } = forestOf(members);
  const open = roots.map((item, at) => rowOf(item, 0, at, roots.length)).reverse();
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    rows.push(row);
    const { children } = row.item;
    for (let at = children.length - 1; at >= 0; at -= 1) {
      const child = children[at];
      if (child !== undefined) open.push(rowOf(child, row.level + 1, at, children.length));
    }
  }
  return rows;
}

function rowOf(item: OutlineItem, level: number, at: number, siblings: number): OutlineRow {
  return { id: item.id, kind: item.kind, level, place: at + 1, siblings, item };
}

/** `+` for a replica that replicates, `-` for one that does not, as in the text form of a topology that DBAs know. */
export function signOf(member: Member | undefined): string {
  if (member === undefined) return '?';
  if (member.sourceKey === null) return '';
  return member.replicating ? '+' : '-';
}

/** `0s,ok,8.0.36,ro,ROW,GTID,downtimed`: what the text form tells of a server. */
export function factsOf(member: Member, names: Names): string {
  const { lagSeconds, status, version, readOnly, binlogFormat, gtid, downtime, maintenance, dataCenter } = member;
  const parts = [
    lagSeconds === null ? 'unknown' : `${Math.round(lagSeconds)}s`,
    status,
    names.version(version),
    readOnly === null ? '' : readOnly ? 'ro' : 'rw',
    binlogFormat === '' ? 'nobinlog' : binlogFormat,
    gtid === 'none' ? '' : gtid === 'pseudo' ? 'P-GTID' : 'GTID',
    names.word(dataCenter),
    downtime === null ? '' : 'downtimed',
    maintenance === null ? '' : 'maintenance',
  ];
  return parts.filter((part) => part !== '').join(',');
}

/** The topology as text, one line a server, indented by level. */
export function outlineText(members: Members, names: Names): string {
  return outlineRows(members)
    .map(({ level, item, id }) => {
      const member = members.get(id);
      const sign = level === 0 ? '' : `${signOf(member)} `;
      const name = names.server(member === undefined ? item.ghostOf : id);
      const facts = member === undefined ? '' : ` [${factsOf(member, names)}]`;
      return `${'  '.repeat(Math.max(0, level - 1))}${sign}${name}${facts}`;
    })
    .join('\n');
}
