import { compareKeys } from '../../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../../shared/errors/baton-error.ts';
import { tagsOf } from '../../../../core/commands/labels.ts';
import type { Cluster, TopologyInstance } from '../../../../core/topology/topology.ts';
import type { ApiContext } from '../../api.ts';
import { clusterByHint } from '../../input.ts';
import { viewOf } from '../../view.ts';
import { givenCluster, givenInstance, givenKey, mustBeKnown, type V2Handler } from '../handler.ts';
import { clusterTopologyView, clusterView, isProblem, memberView } from '../views.ts';

function view({ engine, nowMs }: ApiContext) {
  return viewOf(engine, nowMs());
}

function clusterOf(context: ApiContext, hint: string): Cluster {
  const name = clusterByHint(context, hint);
  const cluster = context.engine.topology().clusters.get(name);
  if (cluster === undefined) throw new BatonError('unknown-cluster', `No cluster is known as ${name}.`);
  return cluster;
}

export const clusters: V2Handler<'clusters'> = (context) => {
  const seen = view(context);
  const sorted = [...seen.topology.clusters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map((one) => clusterView(one, seen));
};

export const cluster: V2Handler<'cluster'> = (context, { parameters }) =>
  clusterView(clusterOf(context, parameters.cluster), view(context));

export const topology: V2Handler<'topology'> = (context, { parameters }) =>
  clusterTopologyView(clusterOf(context, parameters.cluster), view(context));

export const instances: V2Handler<'instances'> = (context, { query }) => {
  const seen = view(context);
  const name = givenCluster(context, query.cluster);
  return [...seen.topology.instances.values()]
    .filter((one) => name === null || one.clusterName === name)
    .filter((one) => query.problems !== true || isProblem(one, seen))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map((one) => memberView(one, seen));
};

function instanceView(context: ApiContext, instance: TopologyInstance) {
  return {
    member: memberView(instance, view(context)),
    replicas: instance.replicas,
    tags: tagsOf(context.engine.state(), instance.key),
    snapshot: instance.snapshot,
  };
}

export const instance: V2Handler<'instance'> = async (context, { parameters }) =>
  instanceView(context, await givenInstance(context, parameters.instance));

export const discover: V2Handler<'discover'> = async (context, { body }) =>
  instanceView(context, await context.engine.discover(await givenKey(context, body.instance)));

export const forget: V2Handler<'forget'> = async (context, { parameters }) => {
  const key = await givenKey(context, parameters.instance);
  mustBeKnown(context, key);
  await context.engine.forget([key]);
};

export const forgetCluster: V2Handler<'forgetCluster'> = async (context, { parameters }) => {
  const members = clusterOf(context, parameters.cluster).instances.values();
  await context.engine.forget(Array.from(members, ({ key }) => key));
};

export const setAlias: V2Handler<'setAlias'> = async (context, { parameters, body }) => {
  await context.engine.setClusterAlias(clusterOf(context, parameters.cluster).name, body.alias);
};
