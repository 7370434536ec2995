import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Severity } from '../../ui/severity.ts';

/** The kinds of badge; the text of each is `canvas:badge.<kind>`, the few letters on most `canvas:badgeShort.<kind>`. */
export type BadgeKind =
  | 'unreachable'
  | 'unchecked'
  | 'ioError'
  | 'sqlError'
  | 'stopped'
  | 'lag'
  | 'errant'
  | 'groupState'
  | 'detached'
  | 'fenced'
  | 'finding'
  | 'downtime'
  | 'maintenance'
  | 'writeable'
  | 'readOnly'
  | 'superReadOnly'
  | 'gtid'
  | 'pseudoGtid'
  | 'coordinates'
  | 'semiSource'
  | 'semiSourceIdle'
  | 'semiReplica'
  | 'semiReplicaIdle'
  | 'delayed'
  | 'groupRole'
  | 'binlogServer'
  | 'noBinlog'
  | 'channels'
  | 'mustPromote'
  | 'preferPromote'
  | 'preferNot'
  | 'mustNot'
  | 'tags'
  | 'pools';

export interface Badge {
  readonly kind: BadgeKind;
  readonly severity: Severity;
  /** What goes into the texts. Names in it are to be masked by whoever shows it. */
  readonly values: Readonly<Record<string, string | number>>;
  /** A sentence of a server or a person; not shown while names are masked. */
  readonly detail: string;
}

/** All that is to be seen on the box of a member, what matters most first. */
export function badgesOf(
  member: Member,
  {
    showPools,
    findings,
  }: { readonly showPools: boolean; readonly findings: readonly { readonly code: string; readonly text: string }[] },
): readonly Badge[] {
  return [
    ...problemBadges(member),
    ...findings.map(({ code, text }) => badge('finding', 'trouble', { code }, text)),
    ...upkeepBadges(member),
    ...modeBadges(member),
    ...rankBadges(member),
    ...labelBadges(member, showPools),
  ];
}

function badge(kind: BadgeKind, severity: Severity, values: Badge['values'] = {}, detail = ''): Badge {
  return { kind, severity, values, detail };
}

function problemBadges(member: Member): readonly Badge[] {
  const found: Badge[] = [];
  if (member.fenced) found.push(badge('fenced', 'trouble'));
  for (const problem of member.problems) {
    if (problem === 'last_check_invalid') found.push(badge('unreachable', 'dead', {}, member.failure));
    else if (problem === 'not_recently_checked') found.push(badge('unchecked', 'idle'));
    else if (problem === 'not_replicating') found.push(...brokenBadges(member));
    else if (problem === 'replication_lag') found.push(badge('lag', 'warn', { seconds: member.lagSeconds ?? 0 }));
    else if (problem === 'errant_gtid') found.push(badge('errant', 'trouble', {}, member.gtidErrant));
    else found.push(badge('groupState', 'trouble', { state: member.groupState }));
  }
  if (member.sourceDetached) found.push(badge('detached', 'warn'));
  return found;
}

function brokenBadges({ lastIoError, lastSqlError }: Member): readonly Badge[] {
  const found: Badge[] = [];
  if (lastSqlError !== '') found.push(badge('sqlError', 'trouble', {}, lastSqlError));
  if (lastIoError !== '') found.push(badge('ioError', 'trouble', {}, lastIoError));
  return found.length > 0 ? found : [badge('stopped', 'trouble')];
}

function upkeepBadges({ downtime, maintenance }: Member): readonly Badge[] {
  const found: Badge[] = [];
  if (downtime !== null) found.push(badge('downtime', 'idle', {}, `${downtime.owner}: ${downtime.reason}`));
  if (maintenance !== null) found.push(badge('maintenance', 'info', {}, `${maintenance.owner}: ${maintenance.reason}`));
  return found;
}

function modeBadges(member: Member): readonly Badge[] {
  const found: Badge[] = [];
  if (member.readOnly === false) found.push(badge('writeable', 'info'));
  else if (member.superReadOnly === true) found.push(badge('superReadOnly', 'idle'));
  else if (member.readOnly === true) found.push(badge('readOnly', 'idle'));
  if (member.role !== 'unknown') found.push(badge(gtidKind(member.gtid), 'idle'));
  if (member.semiSyncSource) {
    found.push(member.semiSyncSourceActive ? badge('semiSource', 'ok') : badge('semiSourceIdle', 'warn'));
  }
  if (member.semiSyncReplica) {
    found.push(member.semiSyncReplicaActive ? badge('semiReplica', 'ok') : badge('semiReplicaIdle', 'warn'));
  }
  if (member.delaySeconds > 0) found.push(badge('delayed', 'info', { seconds: member.delaySeconds }));
  if (member.groupRole !== '') found.push(badge('groupRole', 'info', { role: member.groupRole }));
  if (member.binlogServer) found.push(badge('binlogServer', 'info'));
  else if (member.binlogFormat === '' && member.role !== 'unknown') found.push(badge('noBinlog', 'idle'));
  if (member.channels > 1) found.push(badge('channels', 'info', { count: member.channels }));
  return found;
}

function gtidKind(gtid: Member['gtid']): BadgeKind {
  if (gtid === 'pseudo') return 'pseudoGtid';
  return gtid === 'none' ? 'coordinates' : 'gtid';
}

function rankBadges({ promotionRule }: Member): readonly Badge[] {
  switch (promotionRule) {
    case 'must':
      return [badge('mustPromote', 'ok')];
    case 'prefer':
      return [badge('preferPromote', 'ok')];
    case 'neutral':
      return [];
    case 'prefer_not':
      return [badge('preferNot', 'idle')];
    case 'must_not':
      return [badge('mustNot', 'warn')];
  }
}

function labelBadges({ tags, pools }: Member, showPools: boolean): readonly Badge[] {
  const found: Badge[] = [];
  if (tags.length > 0) {
    const list = tags.map(({ name, value }) => (value === '' ? name : `${name}=${value}`)).join(', ');
    found.push(badge('tags', 'idle', { count: tags.length }, list));
  }
  if (showPools && pools.length > 0) found.push(badge('pools', 'info', { count: pools.length }, pools.join(', ')));
  return found;
}
