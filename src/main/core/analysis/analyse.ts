import type { Analysis, AnalysisCode, AnalysisFacts } from '../../../shared/domain/analysis.ts';
import { DESCRIPTIONS } from '../../../shared/domain/analysis-descriptions.ts';
import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { compareKeys, keyText } from '../../../shared/domain/instance-key.ts';
import { activeDowntime } from '../topology/condition.ts';
import type { Cluster, TopologyInstance } from '../topology/topology.ts';
import type { AnalysisContext, AnalysisFilter } from './context.ts';
import { collectFacts } from './evidence.ts';
import { failureCode } from './failure-rules.ts';
import { structureCodes } from './structure-rules.ts';

/**
 * This folder decides what, if anything, is wrong with each instance of a cluster, from facts alone, and says from
 * which evidence. It never decides whether to act: that takes the policy, and a recovery.
 */

/** What the automated loop and the HTTP interface show: downtimed instances, but only where something is wrong. */
const PROBLEMS: AnalysisFilter = { includeDowntimed: true, includeNoProblem: false };

/** Failures that concern the replicas: their downtime, if it is that of all, counts as the source's. */
const EXCUSED_BY_REPLICAS: ReadonlySet<AnalysisCode> = new Set<AnalysisCode>([
  'AllMasterReplicasNotReplicating',
  'AllMasterReplicasNotReplicatingOrDead',
  'MasterSingleReplicaDead',
  'AllCoMasterReplicasNotReplicating',
  'DeadIntermediateMasterWithSingleReplica',
  'DeadIntermediateMasterWithSingleReplicaFailingToConnect',
  'DeadIntermediateMasterAndReplicas',
  'DeadIntermediateMasterAndSomeReplicas',
  'AllIntermediateMasterReplicasFailingToConnectOrDead',
  'AllIntermediateMasterReplicasNotReplicating',
]);

/** The analyses of a cluster that a caller wants to see, most important first. */
export function analyseCluster(
  cluster: Cluster,
  context: AnalysisContext,
  filter: AnalysisFilter = PROBLEMS,
): readonly Analysis[] {
  return analyseEveryInstance(cluster, context).filter((analysis) => isReported(analysis, context, filter));
}

/**
 * All analyses of a cluster, whether there is a problem or not, and whether downtime or a filter hides it: what the
 * changelog is kept of (analysis reference, 3 and 12).
 */
export function analyseEveryInstance(cluster: Cluster, context: AnalysisContext): readonly Analysis[] {
  const analyses: Analysis[] = [];
  for (const instance of cluster.instances.values()) {
    const analysis = analyseInstance(cluster, instance, context);
    if (analysis !== null && isInteresting(analysis.facts, context)) analyses.push(analysis);
  }
  return analyses.sort(compareAnalyses);
}

/**
 * The analysis of one instance, healthy or not.
 * @returns null when it has none: it is under maintenance, or what would be judged hasn't been polled yet
 */
function analyseInstance(cluster: Cluster, instance: TopologyInstance, context: AnalysisContext): Analysis | null {
  if (context.isInMaintenance(instance.id)) return null;
  const replicas = instance.replicas.map((id) => cluster.instances.get(id)).filter((replica) => replica !== undefined);
  if (!hasEvidence(instance, replicas, context)) return null;
  const facts = collectFacts(instance, replicas, context);
  const code = failureCode(facts, context.settings);
  const downtime = activeDowntime(context, instance.id);
  const isReplicasDowntimed = EXCUSED_BY_REPLICAS.has(code) && facts.downtimedReplicas === facts.replicas;
  return {
    key: instance.key,
    sourceKey: instance.sourceKey,
    clusterName: cluster.name,
    clusterAlias: cluster.alias,
    clusterDomain: cluster.domain === '' ? cluster.name : cluster.domain,
    code,
    description: DESCRIPTIONS[code],
    structure: structureCodes(facts),
    facts,
    replicas: replicas.map(({ key }) => key),
    dataCenter: instance.facts?.dataCenter ?? '',
    region: instance.facts?.region ?? '',
    environment: instance.facts?.environment ?? '',
    coordinates: instance.facts?.coordinates ?? null,
    isDowntimed: downtime !== null,
    isReplicasDowntimed,
    downtimeEndMs: downtime?.endMs ?? 0,
    skippableDueToDowntime: downtime !== null || isReplicasDowntimed,
    hasAutomatedMasterRecovery: context.hasAutomatedMasterRecovery(cluster),
    hasAutomatedIntermediateMasterRecovery: context.hasAutomatedIntermediateMasterRecovery(cluster),
    commandHint: '',
  };
}

/** Whether a caller gets to see an analysis (analysis reference, 10). */
export function isReported(analysis: Analysis, context: AnalysisContext, filter: AnalysisFilter): boolean {
  const hasProblem = analysis.code !== 'NoProblem' || analysis.structure.length > 0;
  if (!hasProblem && !filter.includeNoProblem) return false;
  if (context.isIgnored(analysis.key.hostname)) return false;
  return !analysis.skippableDueToDowntime || filter.includeDowntimed;
}

/** Masters first, then the tops of clusters, then by descending number of replicas, then by key. */
export function compareAnalyses(a: Analysis, b: Analysis): number {
  return (
    Number(b.facts.isMaster) - Number(a.facts.isMaster) ||
    Number(isTop(b)) - Number(isTop(a)) ||
    b.facts.replicas - a.facts.replicas ||
    compareKeys(a.key, b.key)
  );
}

function isTop(analysis: Analysis): boolean {
  return keyText(analysis.key) === analysis.clusterName;
}

/**
 * An instance is judged by polls of this process only. What the store remembers from before a restart, or a server that
 * was only just heard of, is no evidence of a failure. A server that could never be read is judged by its replicas and
 * not at all without any: it may be no more than a mistyped name.
 */
function hasEvidence(
  instance: TopologyInstance,
  replicas: readonly TopologyInstance[],
  context: AnalysisContext,
): boolean {
  if (awaitsFirstPoll(instance.snapshot)) return false;
  if (instance.facts === null && replicas.length === 0) return false;
  return context.nowMs >= context.evidenceDueMs || !replicas.some(({ snapshot }) => awaitsFirstPoll(snapshot));
}

function awaitsFirstPoll(snapshot: InstanceSnapshot): boolean {
  return snapshot.stale || snapshot.lastCheckedMs === 0;
}

/** With `ReduceReplicationAnalysisCount`, healthy leaves get no analysis (analysis reference, 3). */
function isInteresting(facts: AnalysisFacts, context: AnalysisContext): boolean {
  if (!context.settings.reduceReplicationAnalysisCount) return true;
  return facts.replicas > 0 || !facts.lastCheckValid || facts.isFailingToConnect;
}
