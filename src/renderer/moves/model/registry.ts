import type { ClusterSummary } from '../../../shared/contract/v2/cluster.ts';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { OperationName } from '../../../shared/domain/operation.ts';
import type { ActionRequest, TakeoverName, UpkeepName } from './requests.ts';

/** Opens the list of targets. */
export interface MoveRequest {
  readonly kind: 'move';
  readonly name: 'move' | 'move-replicas';
  readonly instance: string;
}

export type EntryRequest = ActionRequest | MoveRequest;

export type EntryGroup = 'move' | 'replication' | 'server' | 'gtid' | 'cluster' | 'upkeep';

/** Why something can't be done now; the text is `moves:cannot.<code>`. */
export interface Obstacle {
  readonly code:
    | 'not-a-replica'
    | 'no-replicas'
    | 'one-replica'
    | 'unread'
    | 'running'
    | 'stopped'
    | 'no-sql-error'
    | 'detached'
    | 'attached'
    | 'writeable'
    | 'read-only'
    | 'gtid-used'
    | 'gtid-unused'
    | 'no-errant'
    | 'semi-sync-on'
    | 'semi-sync-off'
    | 'not-in-pair'
    | 'not-master'
    | 'on-top'
    | 'second-level'
    | 'no-downtime'
    | 'no-maintenance'
    | 'in-maintenance'
    | 'no-tags'
    | 'no-binary-log'
    | 'healthy';
}

export type ObstacleCode = Obstacle['code'];

/** Something that can be done with a server, or can't be now. */
export interface Entry {
  readonly group: EntryGroup;
  readonly request: EntryRequest;
  /** Null when it can be done. */
  readonly why: ObstacleCode | null;
}

export interface Surroundings {
  readonly cluster: ClusterSummary;
  readonly members: ReadonlyMap<string, Member>;
}

/**
 * All that can be done with a server, in the order of a menu; what can't be done now says why. What a server itself
 * refuses is found out by the dry run.
 */
export function operationsFor(member: Member, { cluster, members }: Surroundings): readonly Entry[] {
  const facts = look(member, members);
  return [
    ...moves(member, facts),
    ...takeovers(member, facts, cluster),
    ...replication(member, facts),
    ...server(member, facts),
    ...gtid(member, facts),
    ...upkeep(member, facts),
  ];
}

interface Look {
  readonly isReplica: boolean;
  readonly source: Member | null;
  readonly replicas: readonly Member[];
  readonly onTop: boolean;
  readonly inPair: boolean;
}

function look(member: Member, members: ReadonlyMap<string, Member>): Look {
  const source = member.parent === null ? null : (members.get(member.parent) ?? null);
  return {
    isReplica: member.sourceKey !== null,
    source,
    replicas: [...members.values()].filter(({ parent, id }) => parent === member.id && id !== member.id),
    onTop: member.depth === 0 || member.role === 'co-master',
    inPair: member.role === 'co-master',
  };
}

function first(...whys: readonly (ObstacleCode | null | false)[]): ObstacleCode | null {
  for (const why of whys) if (why !== null && why !== false) return why;
  return null;
}

function operation(
  group: EntryGroup,
  name: OperationName,
  { id }: Member,
  ...whys: readonly (ObstacleCode | null | false)[]
): Entry {
  return { group, request: { kind: 'operation', name, instance: id }, why: first(...whys) };
}

const unread = ({ valid }: Member): ObstacleCode | false => !valid && 'unread';

function moves(member: Member, { isReplica, replicas, onTop, source }: Look): readonly Entry[] {
  const noReplica = !isReplica && 'not-a-replica';
  const none = replicas.length === 0 && 'no-replicas';
  return [
    { group: 'move', request: { kind: 'move', name: 'move', instance: member.id }, why: first(unread(member)) },
    { group: 'move', request: { kind: 'move', name: 'move-replicas', instance: member.id }, why: first(none) },
    operation('move', 'regroup-replicas', member, none, replicas.length < 2 && 'one-replica'),
    operation('move', 'take-siblings', member, unread(member), noReplica),
    operation(
      'move',
      'take-master',
      member,
      unread(member),
      noReplica,
      (source === null || isTop(source)) && 'second-level',
    ),
    operation('move', 'make-co-master', member, unread(member), noReplica, onTop && 'on-top'),
  ];
}

function isTop({ depth, role }: Member): boolean {
  return depth === 0 || role === 'co-master';
}

function takeovers(member: Member, { isReplica, inPair, source }: Look, cluster: ClusterSummary): readonly Entry[] {
  const takeover = (
    name: TakeoverName,
    designated: string | null,
    ...whys: readonly (ObstacleCode | false)[]
  ): Entry => ({
    group: 'cluster',
    request: { kind: 'takeover', name, cluster: cluster.name, ...(designated === null ? {} : { designated }) },
    why: first(...whys),
  });
  if (inPair) {
    return [takeover('cascade-master-takeover-auto', member.readOnly === true ? member.id : null)];
  }
  if (member.depth === 0 && !isReplica) {
    return [takeover('graceful-master-takeover-auto', null, unread(member)), takeover('force-master-failover', null)];
  }
  const direct = source?.depth === 0;
  return [
    takeover('graceful-master-takeover-auto', member.id, unread(member), !direct && 'not-master'),
    takeover('graceful-master-takeover', member.id, unread(member), !direct && 'not-master'),
    takeover('force-master-takeover', member.id, unread(member), !direct && 'not-master'),
  ];
}

function replication(member: Member, { isReplica }: Look): readonly Entry[] {
  const noReplica = first(unread(member), !isReplica && 'not-a-replica');
  const both = member.replicating;
  return [
    operation('replication', 'start-replica', member, noReplica, both && 'running'),
    operation('replication', 'stop-replica', member, noReplica),
    operation('replication', 'stop-replica-nice', member, noReplica, !both && 'stopped'),
    operation('replication', 'restart-replica', member, noReplica),
    operation('replication', 'skip-query', member, noReplica, member.lastSqlError === '' && 'no-sql-error'),
    operation('replication', 'delay-replication', member, noReplica),
    operation('replication', 'detach-replica-master-host', member, noReplica, member.sourceDetached && 'detached'),
    operation('replication', 'reattach-replica-master-host', member, noReplica, !member.sourceDetached && 'attached'),
    operation('replication', 'reset-replica', member, noReplica),
  ];
}

function server(member: Member, { replicas, isReplica }: Look): readonly Entry[] {
  const away = unread(member);
  const noLog = member.binlogFormat === '' && 'no-binary-log';
  return [
    operation('server', 'set-read-only', member, away, member.readOnly === true && 'read-only'),
    operation('server', 'set-writeable', member, away, member.readOnly === false && 'writeable'),
    operation('server', 'enable-semi-sync-master', member, away, member.semiSyncSource && 'semi-sync-on'),
    operation('server', 'disable-semi-sync-master', member, away, !member.semiSyncSource && 'semi-sync-off'),
    operation('server', 'enable-semi-sync-replica', member, away, member.semiSyncReplica && 'semi-sync-on'),
    operation('server', 'disable-semi-sync-replica', member, away, !member.semiSyncReplica && 'semi-sync-off'),
    operation('server', 'flush-binary-logs', member, away, noLog),
    operation('server', 'purge-binary-logs', member, away, noLog),
    {
      group: 'cluster',
      request: { kind: 'recover', name: 'recover', instance: member.id },
      why: first(
        replicas.length === 0 && 'no-replicas',
        member.valid && (isReplica || replicas.length > 0) && 'healthy',
      ),
    },
  ];
}

function gtid(member: Member, { isReplica }: Look): readonly Entry[] {
  const away = unread(member);
  const uses = member.gtid === 'mysql' || member.gtid === 'mariadb';
  const noErrant = member.gtidErrant === '' && 'no-errant';
  return [
    operation('gtid', 'enable-gtid', member, away, !isReplica && 'not-a-replica', uses && 'gtid-used'),
    operation('gtid', 'disable-gtid', member, away, !isReplica && 'not-a-replica', !uses && 'gtid-unused'),
    operation('gtid', 'locate-gtid-errant', member, away, noErrant),
    operation('gtid', 'gtid-errant-inject-empty', member, away, noErrant),
    operation('gtid', 'gtid-errant-reset-master', member, away, noErrant),
  ];
}

function upkeep(member: Member, _: Look): readonly Entry[] {
  const act = (name: UpkeepName, ...whys: readonly (ObstacleCode | false)[]): Entry => ({
    group: 'upkeep',
    request: { kind: 'upkeep', name, instance: member.id },
    why: first(...whys),
  });
  return [
    act('begin-downtime'),
    act('end-downtime', member.downtime === null && 'no-downtime'),
    act('begin-maintenance', member.maintenance !== null && 'in-maintenance'),
    act('end-maintenance', member.maintenance === null && 'no-maintenance'),
    act('register-candidate'),
    act('tag'),
    act('untag', member.tags.length === 0 && 'no-tags'),
    act('discover'),
    act('forget'),
  ];
}
