import type { Analysis } from '../../../../shared/domain/analysis.ts';
import type { AcknowledgeTarget } from '../../../../shared/domain/command.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { Detection, Recovery } from '../../../../shared/domain/recovery.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { listDetections, listRecoveries } from '../../../core/commands/queries.ts';
import { type Answer, type ApiContext, ApiError, type ApiRequest, parameter } from '../api.ts';
import { errorText } from '../error-text.ts';
import { timestamp } from '../go-json.ts';
import { acknowledgeComment, actor, clusterByAlias, instanceKey, pageNumber, pageOf } from '../input.ts';
import { analysisJson } from '../json/analysis-json.ts';
import { keyJson, nullIfEmpty } from '../json/key-json.ts';
import {
  auditJson,
  blockedRecoveryJson,
  detectionJson,
  recoveryJson,
  recoveryStepJson,
} from '../json/recovery-json.ts';
import { clusterNameOf } from './topologies.ts';

/** "Recently active" means ended within this time (http-api reference, section 5.9). */
const RECENT_MS = 5 * 60_000;

export function replicationAnalysis(
  select: (analysis: Analysis, context: ApiContext, request: ApiRequest) => boolean,
): (context: ApiContext, request: ApiRequest) => Answer {
  return (context, request) => {
    const found = context.engine.analyses().filter((analysis) => select(analysis, context, request));
    const { node } = context.engine;
    return {
      message: 'Analysis',
      details: found.toSorted(byWeight).map((analysis) => analysisJson(analysis, node, context.nowMs())),
    };
  };
}

/** Masters first, then those that name their cluster, then by number of replicas. */
function byWeight(a: Analysis, b: Analysis): number {
  const namesCluster = (analysis: Analysis) => Number(keyText(analysis.key) === analysis.clusterName);
  return (
    Number(b.facts.isMaster) - Number(a.facts.isMaster) ||
    namesCluster(b) - namesCluster(a) ||
    b.facts.replicas - a.facts.replicas
  );
}

export function ofCluster(analysis: Analysis, context: ApiContext, request: ApiRequest): boolean {
  const given = parameter(request, 'clusterName');
  return analysis.clusterName === (clusterByAlias(context, given) ?? given);
}

export function ofInstance(analysis: Analysis, context: ApiContext, request: ApiRequest): boolean {
  return sameKey(analysis.key, instanceKey(context, request));
}

/** Forced recovery; `details` of a failure name the instance that was not recovered. */
export function recover(options: { readonly hooks: boolean; readonly candidate: boolean }) {
  return async (context: ApiContext, request: ApiRequest): Promise<Answer> => {
    const key = instanceKey(context, request);
    const candidate = options.candidate ? instanceKey(context, request, 'candidateHost', 'candidatePort') : null;
    const skipHooks = !options.hooks || request.query.get('skipProcesses') === 'true';
    const recovery = await attempt(context, key, candidate, skipHooks);
    if (recovery === null) throw new ApiError(notAttempted(context, key), keyJson(key));
    const promoted = promotedBy(recovery, key);
    return {
      message: `Executed recovery on ${keyText(key)}; promoted ${keyText(promoted)}`,
      details: keyJson(promoted),
    };
  };
}

async function attempt(
  context: ApiContext,
  key: InstanceKey,
  candidate: InstanceKey | null,
  skipHooks: boolean,
): Promise<Recovery | null> {
  try {
    return await context.engine.recover(key, { candidate, skipHooks });
  } catch (error) {
    throw new ApiError(errorText(error), keyJson(key), { cause: error });
  }
}

function notAttempted(context: ApiContext, key: InstanceKey): string {
  const found = context.engine.analyses().find((analysis) => sameKey(analysis.key, key));
  const why =
    found === undefined || found.code === 'NoProblem'
      ? 'Baton sees no failure there'
      : `${found.code} is not a failure that a recovery could mend`;
  return `Recovery not attempted on ${keyText(key)}: ${why}.`;
}

function promotedBy(recovery: Recovery, key: InstanceKey): InstanceKey {
  if (recovery.successor !== null) return recovery.successor;
  const errors = recovery.errors.length === 0 ? '' : `: ${recovery.errors.join('; ')}`;
  throw new ApiError(`Recovery attempted on ${keyText(key)} but nothing was promoted${errors}`, keyJson(key));
}

/**
 * How the analyses of each server changed, oldest first, as `time;code,` (http-api reference, section 7.4). Servers that
 * nobody has watched change are not listed.
 */
export function analysisChangelog(context: ApiContext): readonly object[] | null {
  const byServer = Map.groupBy(context.engine.insight.analysisChanges(null), ({ key }) => keyText(key));
  const histories = [...byServer.values()].flatMap((changes) => {
    const Changelog = changes.map(({ atMs, code }) => `${timestamp(atMs)};${code},`);
    return changes[0] === undefined ? [] : [{ AnalyzedInstanceKey: keyJson(changes[0].key), Changelog }];
  });
  return nullIfEmpty(histories);
}

export function auditRecovery(
  select: (recovery: Recovery, request: ApiRequest) => boolean,
): (context: ApiContext, request: ApiRequest) => readonly object[] {
  return (context, request) => {
    const unacknowledged = request.query.get('unacknowledged') === 'true';
    const found = listRecoveries(context.engine.state()).filter(
      (recovery) => select(recovery, request) && !(unacknowledged && recovery.acknowledged),
    );
    return pageOf(found, pageNumber(request)).map(recoveryJson);
  };
}

export function auditDetection(
  select: (detection: Detection, request: ApiRequest) => boolean,
): (context: ApiContext, request: ApiRequest) => readonly object[] {
  return (context, request) => {
    const state = context.engine.state();
    const found = listDetections(state).filter((detection) => select(detection, request));
    const recoveryOf = new Map(state.recoveries.map((recovery) => [recovery.lastDetectionId, recovery.id]));
    return pageOf(found, pageNumber(request)).map((detection) =>
      detectionJson(detection, recoveryOf.get(detection.id) ?? 0),
    );
  };
}

export const everything = (): boolean => true;

export function byId(entry: { readonly id: number }, request: ApiRequest): boolean {
  return String(entry.id) === parameter(request, 'id');
}

export function byUid(recovery: Recovery, request: ApiRequest): boolean {
  return recovery.uid === parameter(request, 'uid');
}

export function byClusterName({ analysis }: Recovery, request: ApiRequest): boolean {
  return analysis.clusterName === parameter(request, 'clusterName');
}

export function byClusterAlias({ analysis }: Recovery | Detection, request: ApiRequest): boolean {
  return analysis.clusterAlias === parameter(request, 'clusterAlias');
}

export function auditRecoverySteps(context: ApiContext, request: ApiRequest): readonly object[] {
  return context.engine.recoverySteps(parameter(request, 'uid').trim()).map(recoveryStepJson);
}

function recoveries(context: ApiContext, select: (recovery: Recovery) => boolean): readonly object[] {
  return listRecoveries(context.engine.state()).filter(select).map(recoveryJson);
}

export function activeClusterRecovery(context: ApiContext, request: ApiRequest): readonly object[] {
  return recoveries(
    context,
    (recovery) => byClusterName(recovery, request) && recovery.inActivePeriod && recovery.outcome === 'running',
  );
}

function endedRecently(recovery: Recovery, nowMs: number): boolean {
  return recovery.endedMs > 0 && nowMs - recovery.endedMs <= RECENT_MS;
}

export function recentlyActiveClusterRecovery(context: ApiContext, request: ApiRequest): readonly object[] {
  const nowMs = context.nowMs();
  return recoveries(context, (recovery) => byClusterName(recovery, request) && endedRecently(recovery, nowMs));
}

export function recentlyActiveInstanceRecovery(context: ApiContext, request: ApiRequest): readonly object[] {
  const key = instanceKey(context, request);
  const nowMs = context.nowMs();
  return recoveries(
    context,
    ({ successor, ...recovery }) =>
      successor !== null && sameKey(successor, key) && endedRecently({ ...recovery, successor }, nowMs),
  );
}

/** A handler that acknowledges and answers with what the caller named. */
export function acknowledge<T>(
  target: (context: ApiContext, request: ApiRequest) => { readonly target: AcknowledgeTarget; readonly details: T },
): (context: ApiContext, request: ApiRequest) => Promise<Answer> {
  return async (context, request) => {
    const comment = acknowledgeComment(request);
    const { target: which, details } = target(context, request);
    const count = await context.engine.acknowledge(which, actor(context, request), comment);
    return { message: `${count} ${count === 1 ? 'recovery' : 'recoveries'} acknowledged`, details };
  };
}

export function targetCluster(by: 'hint' | 'alias') {
  return (context: ApiContext, request: ApiRequest) => {
    const clusterName = clusterNameOf(context, request, by);
    const alias = context.engine.topology().clusters.get(clusterName)?.alias ?? clusterName;
    return { target: { by: 'cluster', clusterName, alias } as const, details: clusterName };
  };
}

export function targetInstance(context: ApiContext, request: ApiRequest) {
  const key = instanceKey(context, request);
  return { target: { by: 'instance', key } as const, details: keyJson(key) };
}

export function targetId(_: ApiContext, request: ApiRequest) {
  const given = parameter(request, 'recoveryId');
  if (!/^\d{1,15}$/.test(given)) throw new BatonError('invalid-argument', `Invalid recovery id: ${given}`);
  return { target: { by: 'id', id: Number(given) } as const, details: given };
}

export function targetUid(_: ApiContext, request: ApiRequest) {
  const uid = parameter(request, 'uid').trim();
  return { target: { by: 'uid', uid } as const, details: uid };
}

export function targetAll(_: ApiContext, request: ApiRequest) {
  return { target: { by: 'all' } as const, details: acknowledgeComment(request) };
}

/** With `?reasons=true` each entry also says in a sentence what stands in the way; the surface has no such field. */
export function blockedRecoveries(
  select: (clusterName: string, request: ApiRequest) => boolean,
): (context: ApiContext, request: ApiRequest) => readonly object[] {
  return (context, request) => {
    const withReasons = request.query.get('reasons') === 'true';
    return context.engine
      .blockedRecoveries()
      .filter((blocked) => select(blocked.clusterName, request))
      .toSorted((a, b) => b.lastBlockedMs - a.lastBlockedMs)
      .map((blocked) => ({ ...blockedRecoveryJson(blocked), ...(withReasons && { Reason: blocked.reason }) }));
  };
}

export function isClusterName(clusterName: string, request: ApiRequest): boolean {
  return clusterName === parameter(request, 'clusterName');
}

export function audit(of: 'everything' | 'instance') {
  return (context: ApiContext, request: ApiRequest): readonly object[] => {
    const key = of === 'instance' ? instanceKey(context, request) : null;
    return context.engine.audit(pageNumber(request), key).map(auditJson);
  };
}
