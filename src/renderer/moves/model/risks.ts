import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { ActionRequest } from './requests.ts';
import { subjectOf } from './requests.ts';
import type { Outcome } from './run-request.ts';

/** Something to know before an action is confirmed; the text is `moves:risk.<code>`. */
export interface Risk {
  readonly code: RiskCode;
  readonly params: Readonly<Record<string, string>>;
}

export type RiskCode =
  | 'delayed'
  | 'lagging'
  | 'not-replicating'
  | 'errant'
  | 'semi-sync'
  | 'data-center'
  | 'several-channels'
  | 'writes-stop'
  | 'abandons-master'
  | 'forgets-source'
  | 'skips'
  | 'writeable-replica'
  | 'deletes-logs'
  | 'gives-up-gtid'
  | 'leaves-window'
  | 'forgotten'
  | 'recovers';

/** Seconds behind from which a move takes long enough to be told. */
const LATE_SECONDS = 10;

/** What could go wrong, from what the page knows of the servers; the dry run tells the rest. */
export function risksOf(
  request: ActionRequest,
  plan: Outcome | null,
  members: ReadonlyMap<string, Member>,
): readonly Risk[] {
  const subject = members.get(subjectOf(request) ?? '');
  const target = members.get(plan?.destination ?? (request.kind === 'operation' ? (request.destination ?? '') : ''));
  return [...byName(request, subject), ...ofMove(request, subject, target)];
}

function risk(code: RiskCode, params: Readonly<Record<string, string>> = {}): Risk {
  return { code, params };
}

function byName({ name }: ActionRequest, subject: Member | undefined): readonly Risk[] {
  const server = { server: subject?.id ?? '' };
  switch (name) {
    case 'graceful-master-takeover':
    case 'graceful-master-takeover-auto':
    case 'cascade-master-takeover-auto':
      return [risk('writes-stop')];
    case 'force-master-failover':
    case 'force-master-takeover':
      return [risk('abandons-master')];
    case 'reset-replica':
      return [risk('forgets-source', server)];
    case 'skip-query':
      return [risk('skips', server)];
    case 'set-writeable':
      return subject?.sourceKey == null ? [] : [risk('writeable-replica', server)];
    case 'gtid-errant-reset-master':
    case 'purge-binary-logs':
      return [risk('deletes-logs', server)];
    case 'disable-gtid':
      return [risk('gives-up-gtid', server)];
    case 'stop-replica':
    case 'stop-replica-nice':
    case 'detach-replica-master-host':
      return [risk('leaves-window', server)];
    case 'forget':
      return [risk('forgotten', server)];
    case 'recover':
      return [risk('recovers')];
    default:
      return [];
  }
}

const MOVES: ReadonlySet<string> = new Set([
  'relocate',
  'move-gtid',
  'move-up',
  'move-below',
  'move-equivalent',
  'match',
  'match-up',
  'repoint',
  'take-master',
  'relocate-replicas',
  'move-replicas-gtid',
  'match-replicas',
  'move-up-replicas',
  'take-siblings',
]);

function ofMove({ name }: ActionRequest, subject: Member | undefined, target: Member | undefined): readonly Risk[] {
  if (!MOVES.has(name) || subject === undefined) return [];
  const found: Risk[] = [];
  const server = subject.id;
  const group = name.includes('replicas') || name === 'take-siblings';
  if (!group) {
    if (subject.delaySeconds > 0) found.push(risk('delayed', { server, seconds: String(subject.delaySeconds) }));
    const late = (subject.lagSeconds ?? 0) - subject.delaySeconds;
    if (late > LATE_SECONDS) found.push(risk('lagging', { server, seconds: String(subject.lagSeconds) }));
    if (subject.sourceKey !== null && !subject.replicating) found.push(risk('not-replicating', { server }));
    if (subject.gtidErrant !== '') found.push(risk('errant', { server, gtids: subject.gtidErrant }));
    if (subject.semiSyncReplicaActive) found.push(risk('semi-sync', { server, source: subject.parent ?? '' }));
    if (subject.channels > 1) found.push(risk('several-channels', { server, channels: String(subject.channels) }));
  }
  const from = subject.dataCenter;
  if (target !== undefined && from !== '' && target.dataCenter !== '' && target.dataCenter !== from) {
    found.push(risk('data-center', { server, from, to: target.dataCenter }));
  }
  return found;
}
