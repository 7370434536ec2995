import { compareKeys, keyText } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { matchesHostFilters } from '../../../../shared/settings/host-filters.ts';
import { topologyTabulated, topologyText } from '../../../core/topology/ascii.ts';
import { activeDowntime, isListedAsProblem } from '../../../core/topology/condition.ts';
import { clusterMaster, writeableMaster } from '../../../core/topology/navigate.ts';
import type { Cluster, TopologyInstance } from '../../../core/topology/topology.ts';
import { type Answer, type ApiContext, type ApiRequest, parameter } from '../api.ts';
import { clusterByAliasOrFail, clusterByHint, instanceKey } from '../input.ts';
import { clusterJson } from '../json/cluster-json.ts';
import { instanceJson } from '../json/instance-json.ts';
import { keyJson, nullIfEmpty } from '../json/key-json.ts';
import { candidateJson } from '../json/recovery-json.ts';
import { matchesLike } from '../like-pattern.ts';
import { LongList } from '../long-list.ts';
import { conditionAt, instancesJson, viewOf } from '../view.ts';

/** What names a cluster in a route. */
export type ClusterParameter = 'hint' | 'alias' | 'instance';

/** @throws BatonError when the route's parameters name no known cluster */
export function clusterOf(context: ApiContext, request: ApiRequest, by: ClusterParameter): Cluster {
  const name = clusterNameOf(context, request, by);
  const cluster = context.engine.topology().clusters.get(name);
  if (cluster === undefined) throw new BatonError('unknown-cluster', `No cluster is known as ${name}.`);
  return cluster;
}

export function clusterNameOf(context: ApiContext, request: ApiRequest, by: ClusterParameter): string {
  if (by === 'alias') return clusterByAliasOrFail(context, parameter(request, 'clusterAlias'));
  if (by === 'instance') return clusterByHint(context, `${parameter(request, 'host')}:${parameter(request, 'port')}`);
  return clusterByHint(context, parameter(request, 'clusterHint'));
}

function listing(context: ApiContext, select: (instance: TopologyInstance) => boolean): readonly TopologyInstance[] {
  return [...context.engine.topology().instances.values()].filter(select).sort((a, b) => compareKeys(a.key, b.key));
}

function show(context: ApiContext, instances: Iterable<TopologyInstance>): readonly object[] {
  return instancesJson(instances, viewOf(context.engine, context.nowMs()));
}

/** As `show`, for what can be the whole fleet. */
function showMany(context: ApiContext, instances: readonly TopologyInstance[]): LongList<TopologyInstance> {
  const view = viewOf(context.engine, context.nowMs());
  return new LongList(instances, (instance) => instanceJson(instance, view));
}

export function allInstances(context: ApiContext): LongList<TopologyInstance> {
  return showMany(
    context,
    listing(context, () => true),
  );
}

export function instanceReplicas(context: ApiContext, request: ApiRequest): readonly object[] {
  const { instances } = context.engine.topology();
  const source = instances.get(keyText(instanceKey(context, request)));
  return show(context, source?.replicas.flatMap((id) => instances.get(id) ?? []) ?? []);
}

/**
 * A part of the host name, `host:port`, cluster name, version, version comment or suggested alias, without regard to
 * case; or exactly a server id or port (http-api reference, section 5.6).
 */
export function search(context: ApiContext, request: ApiRequest): LongList<TopologyInstance> {
  const text = (request.parameters.searchString ?? request.query.get('s') ?? '').trim().toLowerCase();
  return showMany(context, listing(context, (instance) => matchesSearch(instance, text)).toSorted(bySearchRank));
}

function matchesSearch({ id, key, clusterName, suggestedAlias, facts }: TopologyInstance, text: string): boolean {
  const texts = [id, clusterName, suggestedAlias, facts?.version ?? '', facts?.versionComment ?? ''];
  return (
    texts.some((one) => one.toLowerCase().includes(text)) ||
    String(key.port) === text ||
    (facts !== null && String(facts.serverId) === text)
  );
}

function bySearchRank(a: TopologyInstance, b: TopologyInstance): number {
  return (
    a.depth - b.depth ||
    b.replicas.length - a.replicas.length ||
    compareTexts(a.clusterName, b.clusterName) ||
    compareKeys(a.key, b.key)
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sortedClusters(context: ApiContext): readonly Cluster[] {
  return [...context.engine.topology().clusters.values()].sort((a, b) => compareTexts(a.name, b.name));
}

export function clusters(context: ApiContext): readonly string[] | null {
  return nullIfEmpty(sortedClusters(context).map((cluster) => cluster.name));
}

export function clustersInfo(context: ApiContext): readonly object[] {
  return sortedClusters(context).map((cluster) => clusterJson(cluster, context.engine.settings));
}

export function cluster(by: ClusterParameter) {
  return (context: ApiContext, request: ApiRequest): readonly object[] =>
    show(context, clusterOf(context, request, by).instances.values());
}

export function clusterInfo(by: ClusterParameter) {
  return (context: ApiContext, request: ApiRequest): object =>
    clusterJson(clusterOf(context, request, by), context.engine.settings);
}

export function master(context: ApiContext, request: ApiRequest): object {
  const cluster = clusterOf(context, request, 'hint');
  const found = clusterMaster(cluster);
  if (found === null) throw new BatonError('unknown-instance', `No master found for cluster ${cluster.name}.`);
  return instanceJson(found, viewOf(context.engine, context.nowMs()));
}

export function masters(context: ApiContext): readonly object[] | null {
  return nullIfEmpty(
    show(
      context,
      sortedClusters(context).flatMap((one) => writeableMaster(one) ?? []),
    ),
  );
}

/** The text tree, by `topologyText` or `topologyTabulated`. */
export function topology(by: ClusterParameter, layout: typeof topologyText | typeof topologyTabulated) {
  return (context: ApiContext, request: ApiRequest): Answer => {
    const cluster = clusterOf(context, request, by);
    const details = layout(cluster, conditionAt(context.engine, context.nowMs()));
    return { message: `Topology for cluster ${cluster.name}`, details };
  };
}

export const TREE = topologyText;
export const TABLE = topologyTabulated;

export function downtimed(context: ApiContext): readonly object[] {
  return downtimedOf(context, () => true);
}

export function downtimedInCluster(context: ApiContext, request: ApiRequest): readonly object[] {
  const name = clusterNameOf(context, request, 'hint');
  return downtimedOf(context, (instance) => instance.clusterName === name);
}

function downtimedOf(context: ApiContext, select: (instance: TopologyInstance) => boolean): readonly object[] {
  const condition = conditionAt(context.engine, context.nowMs());
  return show(
    context,
    listing(context, (instance) => activeDowntime(condition, instance.id) !== null && select(instance)),
  );
}

export function problems(context: ApiContext): readonly object[] | null {
  return problemsOf(context, () => true);
}

/** The cluster is a pattern as SQL's `LIKE` has it, not a hint (http-api reference, section 4). */
export function problemsInCluster(context: ApiContext, request: ApiRequest): readonly object[] | null {
  const pattern = parameter(request, 'clusterName');
  return problemsOf(context, (instance) => matchesLike(instance.clusterName, pattern));
}

function problemsOf(context: ApiContext, select: (instance: TopologyInstance) => boolean): readonly object[] | null {
  const condition = conditionAt(context.engine, context.nowMs());
  const ignored = context.engine.settings.ProblemIgnoreHostnameFilters;
  const found = listing(
    context,
    (instance) =>
      select(instance) && isListedAsProblem(instance, condition, () => matchesHostFilters(ignored, instance.key)),
  );
  return nullIfEmpty(show(context, found));
}

export function bulkInstances(context: ApiContext): readonly object[] | null {
  return nullIfEmpty(listing(context, () => true).map((instance) => keyJson(instance.key)));
}

export function bulkPromotionRules(context: ApiContext): readonly object[] | null {
  const lifetimeMs = context.engine.settings.CandidateInstanceExpireMinutes * 60_000;
  const candidates = context.engine.state().candidates.values();
  return nullIfEmpty(candidates.map((candidate) => candidateJson(candidate, candidate.registeredMs + lifetimeMs)));
}
