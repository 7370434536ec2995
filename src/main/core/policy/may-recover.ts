import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { PollFailureKind } from '../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';
import { clusterIdentity, downtimeAt, runningRecovery } from '../commands/queries.ts';
import type { CommandState } from '../commands/state.ts';
import { blocks, type RecoveryScope, recoveryScope, scopeOf } from './scope.ts';

/**
 * "May we act now?" This folder decides whether a failure that was found may be recovered at this moment, and says
 * what stands in the way and how to lift it. It never decides what is wrong (analysis) or what to do (sagas).
 */
export interface RecoveryQuestion {
  readonly analysis: Analysis;
  readonly state: CommandState;
  readonly nowMs: number;
  /** Begun by an explicit request of a person. */
  readonly forced: boolean;
  /** A single console is its own quorum and leader. */
  readonly hasQuorum: boolean;
  readonly isLeader: boolean;
  /** When this process began to poll, and for how long it then only watches; ms. */
  readonly startedMs: number;
  readonly startUpGraceMs: number;
  /** When all instances of the cluster were last unreachable at once, ms; 0 for never. Our own network is suspect. */
  readonly clusterDarkMs: number;
  readonly darkGraceMs: number;
  /** How the last contact with the failed instance went; null when it answered well. */
  readonly failure: PollFailureKind | null;
  /** Reachable replicas that fail to connect to the failed instance; null where the code needs no such witness. */
  readonly confirmingReplicas: number | null;
  /** `RecoveryPeriodBlockSeconds` in ms: to say how long a block will last. */
  readonly recoveryBlockMs: number;
}

export type ObstacleCode =
  | 'no-recovery-for-code'
  | 'no-quorum'
  | 'not-leader'
  | 'globally-disabled'
  | 'downtimed'
  | 'cluster-filter'
  | 'instance-block'
  | 'cluster-block'
  | 'recovery-running'
  | 'fenced'
  | 'start-up'
  | 'cluster-dark'
  | 'source-refuses-us'
  | 'no-replica-confirms';

export interface Obstacle {
  readonly code: ObstacleCode;
  /** A sentence for a person that names the servers. */
  readonly reason: string;
  /** The command or the deed that removes it. */
  readonly lift: string;
  /** 0 when no earlier recovery is the cause. */
  readonly blockingRecoveryId: number;
}

export type Verdict = { readonly ok: true } | ({ readonly ok: false } & Obstacle);

/** The first of the obstacles, or leave to go ahead. */
export function mayRecover(question: RecoveryQuestion): Verdict {
  const [first] = recoveryObstacles(question);
  return first ? { ok: false, ...first } : { ok: true };
}

/**
 * Everything that stands in the way, in the order in which it is judged (recovery reference, sections 2, 4.1, 16).
 * `forced` passes over the global switch, downtime, cluster filters, block periods (not for a repair in place), the
 * waits after start-up and darkness, and missing witnesses. It never passes over quorum, a running recovery, the fence of
 * a replaced source, or a source that is alive and can't be fenced because it refuses Baton.
 */
export function recoveryObstacles(question: RecoveryQuestion): readonly Obstacle[] {
  const scope = recoveryScope(question.analysis.code);
  if (scope === null) return [noRecovery(question.analysis)];
  const checks = question.forced
    ? [leadership, fenced, ...(scope === 'in-place' ? [instanceBlock, clusterBlock] : []), running, refusesUs]
    : [
        leadership,
        fenced,
        globalSwitch,
        downtime,
        clusterFilter,
        instanceBlock,
        clusterBlock,
        running,
        startUp,
        dark,
      ].concat(refusesUs, witnesses);
  return checks.flatMap((check) => check(question, scope) ?? []);
}

type Check = (question: RecoveryQuestion, scope: RecoveryScope) => Obstacle | null;

function noRecovery({ key, code }: Analysis): Obstacle {
  return obstacle(
    'no-recovery-for-code',
    `${keyText(key)} is analysed as ${code}, for which there is no recovery: Baton only watches it.`,
    'Look at the server and its replicas; `force-master-failover` fails over a source whatever its analysis says.',
  );
}

const leadership: Check = ({ hasQuorum, isLeader }) => {
  if (!hasQuorum) {
    const reason = 'This Baton is not part of a quorum, and without quorum nobody recovers.';
    return obstacle('no-quorum', reason, 'Bring back enough of the other Batons, or their network.');
  }
  if (isLeader) return null;
  return obstacle('not-leader', 'Only the leader of the quorum recovers, and this Baton is not it.', 'Ask the leader.');
};

const globalSwitch: Check = ({ state }) =>
  state.globalRecoveriesEnabled
    ? null
    : obstacle('globally-disabled', 'Recoveries are disabled globally.', '`enable-global-recoveries`');

const downtime: Check = ({ analysis, state, nowMs }) => {
  const server = keyText(analysis.key);
  const own = downtimeAt(state, analysis.key, nowMs);
  if (own) {
    const reason = `${server} is in downtime by ${own.owner}: ${own.reason}.`;
    return obstacle('downtimed', reason, `\`end-downtime -i ${server}\``);
  }
  if (!analysis.skippableDueToDowntime) return null;
  const reason = analysis.isReplicasDowntimed
    ? `All replicas of ${server} are in downtime.`
    : `${server} is in downtime.`;
  const servers = analysis.isReplicasDowntimed ? analysis.replicas : [analysis.key];
  return obstacle('downtimed', reason, servers.map((key) => `\`end-downtime -i ${keyText(key)}\``).join(', '));
};

/** A source that was shut for good must not be opened as one that is read-only by mistake (safety rule 1). */
const fenced: Check = ({ analysis, state }, scope) => {
  const fence = scope === 'in-place' ? state.fences.get(keyText(analysis.key)) : undefined;
  if (fence === undefined) return null;
  const server = keyText(analysis.key);
  const by = fence.successor === null ? 'in a failover' : `because ${keyText(fence.successor)} took its place`;
  const lift = `Point it at its successor, or \`set-writeable -i ${server}\` if nobody else takes writes`;
  return obstacle('fenced', `${server} is kept read-only by a fence, ${by}.`, lift);
};

const clusterFilter: Check = ({ analysis }, scope) => {
  if (scope === 'in-place') return null;
  const matches =
    scope === 'source' ? analysis.hasAutomatedMasterRecovery : analysis.hasAutomatedIntermediateMasterRecovery;
  if (matches) return null;
  const setting = scope === 'source' ? 'RecoverMasterClusterFilters' : 'RecoverIntermediateMasterClusterFilters';
  const reason = `Cluster ${clusterText(analysis)} matches no element of ${setting}.`;
  return obstacle(
    'cluster-filter',
    reason,
    `Add the cluster to ${setting}, or \`recover -i ${keyText(analysis.key)}\``,
  );
};

const instanceBlock: Check = ({ analysis, state, nowMs, recoveryBlockMs }, scope) => {
  const server = keyText(analysis.key);
  const blocking = newestBlocking(
    state,
    scope,
    ({ successor, analysis: earlier }) =>
      (successor !== null && sameKey(successor, analysis.key)) || sameKey(earlier.key, analysis.key),
  );
  if (!blocking) return null;
  const promoted = blocking.successor !== null && sameKey(blocking.successor, analysis.key);
  const what = promoted
    ? `${server} was itself promoted by recovery ${blocking.id} of ${keyText(blocking.analysis.key)}`
    : `${server} was already recovered by recovery ${blocking.id}${outcomeText(blocking)}`;
  const reason = `${what}, ${sinceText(blocking, nowMs, recoveryBlockMs)}.`;
  return obstacle('instance-block', reason, ackText(blocking), blocking.id);
};

const clusterBlock: Check = ({ analysis, state, nowMs, recoveryBlockMs }, scope) => {
  const blocking = newestBlocking(state, scope, clusterIdentity(state.recoveries, analysis));
  if (!blocking) return null;
  const earlier = `recovery ${blocking.id} of ${keyText(blocking.analysis.key)}${outcomeText(blocking)}`;
  const reason = `Cluster ${clusterText(analysis)} had ${earlier}, ${sinceText(blocking, nowMs, recoveryBlockMs)}.`;
  return obstacle('cluster-block', reason, ackText(blocking), blocking.id);
};

const running: Check = ({ analysis, state, nowMs }) => {
  const other = runningRecovery(state, analysis);
  if (!other) return null;
  const age = durationText(nowMs - other.startedMs);
  const reason = `Recovery ${other.id} of ${keyText(other.analysis.key)} is still running on ${other.node}, begun ${age} ago.`;
  return obstacle('recovery-running', reason, 'Wait for it to end.', other.id);
};

const startUp: Check = ({ nowMs, startedMs, startUpGraceMs }) => {
  const leftMs = startedMs + startUpGraceMs - nowMs;
  if (leftMs <= 0) return null;
  const reason = `Baton has just started and watches for another ${durationText(leftMs)} before it recovers anything.`;
  return obstacle('start-up', reason, 'Wait, or force the recovery.');
};

const dark: Check = ({ analysis, nowMs, clusterDarkMs, darkGraceMs }) => {
  const leftMs = clusterDarkMs + darkGraceMs - nowMs;
  if (clusterDarkMs === 0 || leftMs <= 0) return null;
  const reason =
    `All instances of cluster ${clusterText(analysis)} were unreachable ${durationText(nowMs - clusterDarkMs)} ago, ` +
    `which looks like Baton's own network; it watches for another ${durationText(leftMs)}.`;
  return obstacle('cluster-dark', reason, 'Wait, or force the recovery.');
};

const refusesUs: Check = ({ analysis, failure, forced }, scope) => {
  if (failure !== 'refused-by-server' || (forced && scope !== 'source')) return null;
  const server = keyText(analysis.key);
  const reason =
    `${server} answers but refuses Baton (account, grant or connection limit), so it is alive and may take writes ` +
    'that Baton could not stop.';
  return obstacle('source-refuses-us', reason, `Give Baton access to ${server}, or stop that server.`);
};

const witnesses: Check = ({ analysis, confirmingReplicas }, scope) => {
  if (scope === 'in-place' || confirmingReplicas === null || confirmingReplicas > 0) return null;
  const server = keyText(analysis.key);
  const reason =
    `No replica of ${server} fails to connect to it: those that Baton reaches have their replication stopped, ` +
    'so none confirms that it is gone.';
  const lift = `\`start-replica\` on a replica of ${server}, or \`recover -i ${server}\``;
  return obstacle('no-replica-confirms', reason, lift);
};

function obstacle(code: ObstacleCode, reason: string, lift: string, blockingRecoveryId = 0): Obstacle {
  return { code, reason, lift, blockingRecoveryId };
}

function newestBlocking(
  state: CommandState,
  wanted: RecoveryScope,
  concerns: (recovery: Recovery) => boolean,
): Recovery | null {
  return (
    state.recoveries.findLast(
      (recovery) =>
        recovery.inActivePeriod &&
        recovery.outcome !== 'running' &&
        blocks(scopeOf(recovery), wanted) &&
        concerns(recovery),
    ) ?? null
  );
}

function clusterText({ clusterName, clusterAlias }: Analysis): string {
  return clusterAlias === '' || clusterAlias === clusterName ? clusterName : `${clusterAlias} (${clusterName})`;
}

function outcomeText({ outcome }: Recovery): string {
  return outcome === 'succeeded' ? '' : ` (${outcome})`;
}

function ackText({ analysis }: Recovery): string {
  return `\`ack-instance-recoveries -i ${keyText(analysis.key)}\` with a reason`;
}

function sinceText({ startedMs }: Recovery, nowMs: number, recoveryBlockMs: number): string {
  const leftMs = Math.max(0, startedMs + recoveryBlockMs - nowMs);
  return `${durationText(nowMs - startedMs)} ago, which blocks it for another ${durationText(leftMs)} unless acknowledged`;
}

/** Reason and remedy as one text, for the list of blocked recoveries. */
export function obstacleText({ reason, lift }: Pick<Obstacle, 'reason' | 'lift'>): string {
  return `${reason} To lift it: ${lift}${lift.endsWith('.') ? '' : '.'}`;
}

/** A length of time as a person says it; never less than a second. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
