import type { TFunction } from 'i18next';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Names } from '../../ui/names.ts';
import { lagText } from '../../ui/times.ts';
import type { Badge } from './badges.ts';
import type { Connection } from './connection.ts';

export type CanvasText = TFunction<'canvas'>;

/** What a box is titled: what the server calls itself where that is wanted and known, else its host and port. */
export function titleOf(
  member: Member,
  names: Names,
  showAliases: boolean,
): { readonly host: string; readonly port: string } {
  if (showAliases && member.alias !== '' && !names.masked) return { host: member.alias, port: '' };
  const shown = names.server(member.id);
  const colon = shown.lastIndexOf(':');
  return colon < 0 ? { host: shown, port: '' } : { host: shown.slice(0, colon), port: shown.slice(colon) };
}

/** What a badge tells in full: for its tooltip and for screen readers. */
export function badgeText(t: CanvasText, badge: Badge, names: Names): string {
  const text = t(`badge.${badge.kind}`, textValues(badge));
  const detail = names.sentence(badge.detail);
  return detail === '' ? text : `${text}: ${detail}`;
}

/** What the texts of badges have places for. */
function textValues({ values }: Badge): {
  readonly lag: string;
  readonly count: number;
  readonly state: string;
  readonly role: string;
  readonly code: string;
} {
  const text = (name: string): string => String(values[name] ?? '');
  return {
    lag: typeof values.seconds === 'number' ? lagText(values.seconds) : '',
    count: Number(values.count ?? 0),
    state: text('state'),
    role: text('role'),
    code: text('code'),
  };
}

/** The few letters on a badge; empty for those that are known by their icon. */
export function shortText(t: CanvasText, badge: Badge): string {
  const { kind } = badge;
  if (kind === 'finding' || kind === 'preferPromote' || kind === 'preferNot' || kind === 'mustNot') return '';
  return t(`badgeShort.${kind}`, textValues(badge));
}

/** What a screen reader says of a member: what it is, how it is, and what it hangs below. */
export function spokenLabel(
  t: CanvasText,
  facts: {
    readonly member: Member;
    readonly names: Names;
    readonly badges: readonly Badge[];
    readonly connection: Connection | null;
    readonly aboveId: string | null;
    readonly replicas: number;
    readonly mark: string;
  },
): string {
  const { member, names, badges, connection, aboveId, replicas, mark } = facts;
  const parts = [`${t(`role.${member.role}`)} ${names.server(member.id)}`];
  if (member.lagSeconds !== null && aboveId !== null)
    parts.push(t('spoken.lag', { count: Math.round(member.lagSeconds) }));
  if (aboveId !== null) parts.push(t('spoken.below', { source: names.server(aboveId) }));
  if (connection !== null && connection.state !== 'running') parts.push(t(`connection.${connection.state}`));
  if (replicas > 0) parts.push(t('spoken.replicas', { count: replicas }));
  if (member.dataCenter !== '') parts.push(t('spoken.dataCenter', { name: names.word(member.dataCenter) }));
  parts.push(`${member.flavor} ${names.version(member.version)}`);
  for (const badge of badges) parts.push(badgeText(t, badge, names));
  if (mark !== '') parts.push(mark);
  return parts.join(', ');
}
