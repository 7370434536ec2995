import type { ShellState } from '../../../shared/contract/console/shell.ts';
import type { OperationName } from '../../../shared/domain/operation.ts';

/** Servers are named by id (`host:port`), as members are. */
export type ActionRequest = OperationAction | TakeoverAction | RecoverAction | UpkeepAction;

export interface OperationAction {
  readonly kind: 'operation';
  readonly name: OperationName;
  readonly instance: string;
  readonly destination?: string;
  /** Regular expression on `host:port`; only replicas that match are moved. */
  readonly pattern?: string;
  readonly text?: string;
  readonly number?: number;
  readonly force?: boolean;
}

export type TakeoverName =
  | 'graceful-master-takeover'
  | 'graceful-master-takeover-auto'
  | 'force-master-failover'
  | 'force-master-takeover'
  | 'cascade-master-takeover-auto';

export interface TakeoverAction {
  readonly kind: 'takeover';
  readonly name: TakeoverName;
  /** By its name. */
  readonly cluster: string;
  readonly designated?: string;
}

/** Recovers from a failure now. */
export interface RecoverAction {
  readonly kind: 'recover';
  readonly name: 'recover';
  readonly instance: string;
  readonly candidate?: string;
}

export type UpkeepName =
  | 'begin-downtime'
  | 'end-downtime'
  | 'begin-maintenance'
  | 'end-maintenance'
  | 'register-candidate'
  | 'tag'
  | 'untag'
  | 'discover'
  | 'forget';

/** What changes what Baton knows, and no server. */
export interface UpkeepAction {
  readonly kind: 'upkeep';
  readonly name: UpkeepName;
  readonly instance: string;
  /** A reason, or `name=value` of a tag, or a promotion rule. */
  readonly text?: string;
  readonly seconds?: number;
}

export type ActionName = ActionRequest['name'];

/** The server that an action is about; of a takeover, who is to take over. */
export function subjectOf(request: ActionRequest): string | null {
  return request.kind === 'takeover' ? (request.designated ?? null) : request.instance;
}

/** What has to be asked for before an action is complete. */
export type FieldName =
  | 'reason'
  | 'duration'
  | 'tag'
  | 'rule'
  | 'seconds'
  | 'log'
  | 'designated'
  | 'candidate'
  | 'pattern';

const FIELDS: Partial<Record<ActionName, readonly FieldName[]>> = {
  'begin-downtime': ['reason', 'duration'],
  'begin-maintenance': ['reason', 'duration'],
  'register-candidate': ['rule'],
  tag: ['tag'],
  untag: ['tag'],
  'delay-replication': ['seconds'],
  'purge-binary-logs': ['log'],
  'graceful-master-takeover': ['designated'],
  'graceful-master-takeover-auto': ['designated'],
  'force-master-takeover': ['designated'],
  recover: ['candidate'],
  'regroup-replicas': ['pattern'],
};

export function fieldsOf({ name }: ActionRequest): readonly FieldName[] {
  return FIELDS[name] ?? [];
}

/** The fields without which it can't be asked for. */
export function isComplete(request: ActionRequest): boolean {
  switch (request.name) {
    case 'begin-downtime':
    case 'begin-maintenance':
    case 'tag':
    case 'untag':
    case 'register-candidate':
      return (request.text ?? '').trim() !== '';
    case 'delay-replication':
      return request.number !== undefined;
    case 'purge-binary-logs':
      return (request.text ?? '').trim() !== '';
    case 'graceful-master-takeover':
    case 'force-master-takeover':
      return request.designated !== undefined;
    default:
      return true;
  }
}

/** Data can be lost by it, or clients notice it: it is asked for in red, and never without being confirmed. */
const DANGEROUS: ReadonlySet<ActionName> = new Set<ActionName>([
  'reset-replica',
  'skip-query',
  'gtid-errant-reset-master',
  'purge-binary-logs',
  'graceful-master-takeover',
  'graceful-master-takeover-auto',
  'force-master-failover',
  'force-master-takeover',
  'cascade-master-takeover-auto',
  'set-writeable',
  'forget',
  'recover',
]);

export function isDangerous({ name }: Pick<ActionRequest, 'name'>): boolean {
  return DANGEROUS.has(name);
}

/** In a production profile, the cluster's name has to be typed for what changes a server. */
export function needsTypedName(
  { kind }: Pick<ActionRequest, 'kind'>,
  shell: Pick<ShellState, 'profiles' | 'activeProfile'> | null,
): boolean {
  if (kind === 'upkeep' || shell === null) return false;
  return shell.profiles.some(({ id, production }) => id === shell.activeProfile && production);
}
