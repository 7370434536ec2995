import { compareKeys, type InstanceKey, keyText, sameKey } from '../../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../../shared/errors/baton-error.ts';
import type { TopologyInstance } from '../../../../core/topology/topology.ts';
import type { ApiContext } from '../../api.ts';
import { pageOf } from '../../input.ts';
import { discoveryState } from '../discovery-state.ts';
import { givenCluster, givenInstance, givenKey, type V2Handler } from '../handler.ts';

const HOUR_MS = 3_600_000;
/** As many as a sparkline beside a server's name has room for. */
const SPARKLINE_POLLS = 60;
/** Unless the question says otherwise. */
const LONG_SECONDS = 60;

export const instanceHistory: V2Handler<'instanceHistory'> = async (context, { parameters, query }) => {
  const { key } = await givenInstance(context, parameters.instance);
  const sinceMs = context.nowMs() - (query.hours ?? 1) * HOUR_MS;
  return { key, samples: context.engine.insight.history(key, sinceMs) };
};

export const lags: V2Handler<'lags'> = (context, { parameters }) =>
  membersOf(context, givenCluster(context, parameters.cluster)).map(({ id, key }) => {
    const samples = context.engine.insight.recentPolls(key, SPARKLINE_POLLS);
    return { id, atMs: samples.map(({ atMs }) => atMs), lagSeconds: samples.map(({ lagSeconds }) => lagSeconds) };
  });

export const equivalents: V2Handler<'equivalents'> = async (context, { parameters }) => {
  const { key, facts } = await givenInstance(context, parameters.instance);
  const { replica } = facts ?? {};
  if (replica === undefined || replica === null) {
    throw new BatonError('refused', `${keyText(key)} is not a replica: it has no place in another server's log.`);
  }
  const { file, position } = replica.executed;
  const known = context.engine.topology().instances;
  return context.engine
    .state()
    .equivalences.values()
    .flatMap(({ one, other }) => [[one, other] as const, [other, one] as const])
    .filter(([from]) => sameKey(from.key, replica.source) && from.file === file && from.position === position)
    .map(([, to]) => ({ key: to.key, coordinates: { file: to.file, position: to.position } }))
    .filter((each) => known.has(keyText(each.key)) && !sameKey(each.key, key))
    .sort((a, b) => compareKeys(a.key, b.key));
};

export const longQueries: V2Handler<'longQueries'> = async (context, { query }) => {
  const keys: readonly InstanceKey[] =
    query.instance === undefined
      ? membersOf(context, givenCluster(context, query.cluster)).map(({ key }) => key)
      : [(await givenInstance(context, query.instance)).key];
  return context.engine.insight.longQueries(keys, query.seconds ?? LONG_SECONDS);
};

function membersOf({ engine }: ApiContext, clusterName: string | null): readonly TopologyInstance[] {
  return [...engine.topology().instances.values()]
    .filter((one) => clusterName === null || one.clusterName === clusterName)
    .sort((a, b) => compareKeys(a.key, b.key));
}

export const analysisChanges: V2Handler<'analysisChanges'> = async (context, { query }) => {
  const { engine } = context;
  const key = query.instance === undefined ? null : await givenKey(context, query.instance);
  const wanted = givenCluster(context, query.cluster);
  const { until = Number.POSITIVE_INFINITY, page = 0 } = query;
  const { instances } = engine.topology();
  const found = engine.insight
    .analysisChanges(key)
    .filter(({ atMs }) => atMs <= until)
    .map((one) => ({ ...one, clusterName: instances.get(keyText(one.key))?.clusterName ?? '' }))
    .filter(({ clusterName }) => wanted === null || clusterName === wanted)
    .sort((a, b) => b.id - a.id);
  return pageOf(found, page);
};

export const discovery: V2Handler<'discovery'> = ({ engine, nowMs }) => discoveryState(engine, nowMs());

export const hostNames: V2Handler<'hostNames'> = ({ engine }) => engine.discovery.names();
