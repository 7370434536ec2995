import { type InstanceKey, keyText, parseKey } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { matchesHostFilters } from '../../../../shared/settings/host-filters.ts';
import { isFit, longestLag, oscReplicas } from '../../../core/topology/selections.ts';
import type { TopologyInstance } from '../../../core/topology/topology.ts';
import { type Answer, type ApiContext, type ApiRequest, parameter } from '../api.ts';
import { clusterByAliasOrFail, clusterByHint } from '../input.ts';
import { keysJson } from '../json/key-json.ts';
import { instancesJson, viewOf } from '../view.ts';
import { clusterOf } from './topologies.ts';

/** Members of a cluster that are in a pool, by the pool's name. */
type Pools = ReadonlyMap<string, readonly TopologyInstance[]>;

export async function submitPool(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const pool = parameter(request, 'pool').trim();
  const texts = (request.query.get('instances') ?? '').split(/[\s,]+/).filter((text) => text !== '');
  const keys = texts.map((text) => poolMember(context, text));
  await context.engine.discovery.submitPool(pool, keys);
  return { message: `Submitted ${pool} pool instances`, details: pool };
}

/** @throws BatonError: a list with a mistake in it must not replace a good one */
function poolMember(context: ApiContext, text: string): InstanceKey {
  const { settings } = context.engine;
  const key = parseKey(text, settings.DefaultInstancePort);
  if (key === null) throw new BatonError('invalid-argument', `"${text}" is no instance; write host:port.`);
  return settings.SupportFuzzyPoolHostnames ? context.engine.resolveInstance(key) : key;
}

/** The cluster goes by its exact name here (http-api reference, section 4). */
export function clusterPools(context: ApiContext, request: ApiRequest): Answer {
  const name = parameter(request, 'clusterName');
  const pools = poolsOf(context, name, request.parameters.pool);
  const details = Object.fromEntries(
    [...pools].map(([pool, members]) => [pool, keysJson(members.map(({ key }) => key))]),
  );
  return { message: `Pools of cluster ${name}`, details };
}

export function pooledInstances(context: ApiContext, request: ApiRequest): Answer {
  const name = clusterByHint(context, parameter(request, 'clusterName'));
  const found = fitMembers(poolsOf(context, name, request.parameters.pool));
  const view = viewOf(context.engine, context.nowMs());
  return { message: `Heuristic pool instances of cluster ${name}`, details: instancesJson(found, view) };
}

export function poolLag(context: ApiContext, request: ApiRequest): Answer {
  const name = clusterByAliasOrFail(context, parameter(request, 'clusterName'));
  const lag = longestLag(fitMembers(poolsOf(context, name, request.parameters.pool)));
  if (lag === null) throw new BatonError('refused', `No pooled instance of cluster ${name} tells its lag.`);
  return { message: `Heuristic pool lag of cluster ${name}: ${lag}`, details: lag };
}

function poolsOf(context: ApiContext, clusterName: string, wanted: string | undefined): Pools {
  const members = context.engine.topology().clusters.get(clusterName)?.instances;
  const found = new Map<string, readonly TopologyInstance[]>();
  for (const { pool, keys } of context.engine.state().pools.values()) {
    if (wanted !== undefined && pool !== wanted) continue;
    const inCluster = keys.flatMap((key) => members?.get(keyText(key)) ?? []);
    if (inCluster.length > 0) found.set(pool, inCluster);
  }
  return found;
}

function fitMembers(pools: Pools): readonly TopologyInstance[] {
  return [...new Set([...pools.values()].flat())].filter(isFit);
}

/** Whose lag an online schema change goes by. */
export function clusterOscReplicas(context: ApiContext, request: ApiRequest): readonly object[] {
  const filters = context.engine.settings.OSCIgnoreHostnameFilters;
  const found = oscReplicas(clusterOf(context, request, 'hint'), (key) => matchesHostFilters(filters, key));
  return instancesJson(found, viewOf(context.engine, context.nowMs()));
}
