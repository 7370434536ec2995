import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { KeyText } from '../../../shared/domain/instance-key.ts';
import { isLastCheckInvalid, replicationThreadsExist } from './server-traits.ts';
import type { Downtime, Lookup, TopologyInstance } from './topology.ts';

/** Settings and time against which an instance's condition is judged. */
export interface ConditionContext {
  /** ms since the epoch. */
  readonly nowMs: number;
  /** `InstancePollSeconds`. */
  readonly instancePollSeconds: number;
  /** `ReasonableReplicationLagSeconds`. */
  readonly reasonableLagSeconds: number;
  /** `ReasonableMaintenanceReplicationLagSeconds`. */
  readonly reasonableMaintenanceLagSeconds: number;
  readonly downtimes: Lookup<Downtime>;
}

/** The labels of an instance's badges, as the compatible API spells them. */
export type ProblemFlag =
  | 'last_check_invalid'
  | 'not_recently_checked'
  | 'not_replicating'
  | 'replication_lag'
  | 'errant_gtid'
  | 'group_replication_member_not_online';

/** Polls that may be missed before what is known of an instance is too old to go by. */
const RECENT_POLLS = 5;

/** The downtime of an instance that hasn't ended yet. */
export function activeDowntime(context: Pick<ConditionContext, 'nowMs' | 'downtimes'>, id: KeyText): Downtime | null {
  const downtime = context.downtimes.get(id);
  return downtime !== undefined && downtime.endMs > context.nowMs ? downtime : null;
}

/** Polled, with whatever result, within five poll intervals (analysis reference, 2.2). */
export function isRecentlyChecked(
  snapshot: InstanceSnapshot,
  context: Pick<ConditionContext, 'nowMs' | 'instancePollSeconds'>,
): boolean {
  return context.nowMs - snapshot.lastCheckedMs <= RECENT_POLLS * context.instancePollSeconds * 1000;
}

/**
 * What is wrong with an instance, first things first (analysis reference, 14). Of the first four at most one is given;
 * with a configured delay, a replica that is too fresh lags as well.
 */
export function problemFlags(instance: TopologyInstance, context: ConditionContext): readonly ProblemFlag[] {
  const flags: ProblemFlag[] = [];
  const { snapshot, facts } = instance;
  if (isLastCheckInvalid(snapshot)) flags.push('last_check_invalid');
  else if (!isRecentlyChecked(snapshot, context)) flags.push('not_recently_checked');
  else if (replicationThreadsExist(facts?.replica) && !instance.isReplicating) flags.push('not_replicating');
  else if (isOff(facts?.lagSeconds, facts, context.reasonableLagSeconds)) flags.push('replication_lag');
  if (instance.gtidErrant !== '') flags.push('errant_gtid');
  if (isOffline(facts)) flags.push('group_replication_member_not_online');
  return flags;
}

/**
 * Whether an instance belongs in the list of problems (analysis reference, 14.1): a wider net than its flags, from
 * which downtimed instances are left out.
 * @param isIgnored `ProblemIgnoreHostnameFilters`, on `host:port`
 */
export function isListedAsProblem(
  instance: TopologyInstance,
  context: ConditionContext,
  isIgnored: (id: KeyText) => boolean = () => false,
): boolean {
  if (activeDowntime(context, instance.id) !== null || isIgnored(instance.id)) return false;
  const { snapshot, facts } = instance;
  const replica = facts?.replica;
  const thread = (state: number | undefined) => state !== undefined && state !== -1 && state !== 1;
  return (
    isLastCheckInvalid(snapshot) ||
    !isRecentlyChecked(snapshot, context) ||
    thread(replica?.sqlState) ||
    thread(replica?.ioState) ||
    isOff(replica?.secondsBehindSource, facts, context.reasonableLagSeconds) ||
    isOff(facts?.lagSeconds, facts, context.reasonableLagSeconds) ||
    instance.gtidErrant !== '' ||
    isOffline(facts)
  );
}

/**
 * Lag that an operation may be started with (topology operations reference, 1.2): by seconds behind the source, never
 * by the lag query, with the configured delay taken off. Unknown lag counts as none.
 */
function hasReasonableMaintenanceLag(facts: InstanceFacts, reasonableMaintenanceLagSeconds: number): boolean {
  const behind = facts.replica?.secondsBehindSource ?? 0;
  return !isOff(behind, facts, reasonableMaintenanceLagSeconds);
}

/** The first token of a description: `detached`, `unknown`, `null`, or the lag such as `3s` (analysis reference, 14.2). */
export function lagToken(instance: TopologyInstance, context: ConditionContext): string {
  const { snapshot, facts } = instance;
  if (instance.isDetached) return 'detached';
  if (isLastCheckInvalid(snapshot) || !isRecentlyChecked(snapshot, context)) return 'unknown';
  const isUnknown = !instance.isReplicating || facts?.replica?.secondsBehindSource === null;
  return instance.isReplica && isUnknown ? 'null' : `${facts?.lagSeconds ?? 0}s`;
}

/** The second token of a description, and the answer to `instance-status`. */
export function statusToken(
  instance: TopologyInstance,
  context: ConditionContext,
): 'invalid' | 'unchecked' | 'nonreplicating' | 'lag' | 'ok' {
  const { snapshot, facts } = instance;
  if (isLastCheckInvalid(snapshot)) return 'invalid';
  if (!isRecentlyChecked(snapshot, context)) return 'unchecked';
  if (!instance.isReplica || facts === null) return 'ok';
  if (!instance.isReplicating) return 'nonreplicating';
  return hasReasonableMaintenanceLag(facts, context.reasonableMaintenanceLagSeconds) ? 'ok' : 'lag';
}

/** Further from the configured delay than is reasonable, in either direction. */
function isOff(seconds: number | null | undefined, facts: InstanceFacts | null, reasonableSeconds: number): boolean {
  if (seconds === null || seconds === undefined) return false;
  return Math.abs(seconds - (facts?.replica?.sqlDelaySeconds ?? 0)) > reasonableSeconds;
}

function isOffline(facts: InstanceFacts | null): boolean {
  const group = facts?.group;
  return group !== null && group !== undefined && group.name !== '' && group.memberState !== 'ONLINE';
}
