import type { AcknowledgeTarget } from '../../../../../shared/domain/command.ts';
import { type InstanceKey, keyText } from '../../../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../../../shared/domain/recovery.ts';
import { BatonError } from '../../../../../shared/errors/baton-error.ts';
import { findRecovery, listDetections, listRecoveries } from '../../../../core/commands/queries.ts';
import type { ApiContext } from '../../api.ts';
import { exportRecovery as download, readinessOfAll as readAll, readinessOfOne } from '../../handlers/readiness.ts';
import { clusterByHint, pageOf } from '../../input.ts';
import { givenCluster, givenKey, ownerOf, type V2Handler } from '../handler.ts';
import { ProblemError } from '../problem.ts';

export const analyses: V2Handler<'analyses'> = (context, { query }) => {
  const name = givenCluster(context, query.cluster);
  const found = context.engine.analyses({ all: query.all === true });
  return found.filter((one) => name === null || one.clusterName === name);
};

/** A cluster is renamed by each failover: its past is found by the alias too. */
function about(context: ApiContext, hint: string | undefined) {
  if (hint === undefined) return () => true;
  const name = clusterByHint(context, hint);
  const alias = context.engine.topology().clusters.get(name)?.alias ?? '';
  return ({ analysis, successor }: Pick<Recovery, 'analysis'> & { readonly successor?: InstanceKey | null }) =>
    analysis.clusterName === name ||
    (alias !== '' && analysis.clusterAlias === alias) ||
    (successor !== undefined && successor !== null && keyText(successor) === name);
}

export const detections: V2Handler<'detections'> = (context, { query }) => {
  const state = context.engine.state();
  const page = pageOf(listDetections(state).filter(about(context, query.cluster)), query.page ?? 0);
  const recoveryUids = new Map(state.recoveries.map(({ lastDetectionId, uid }) => [lastDetectionId, uid]));
  return page.map((one) => ({ ...one, recoveryUid: recoveryUids.get(one.id) ?? null }));
};

export const recoveries: V2Handler<'recoveries'> = (context, { query }) =>
  pageOf(listRecoveries(context.engine.state()).filter(about(context, query.cluster)), query.page ?? 0);

function recoveryOf({ engine }: ApiContext, uid: string): Recovery {
  const found = findRecovery(engine.state(), uid);
  if (found !== null) return found;
  throw new ProblemError(404, 'unknown-recovery', `No recovery has the uid ${uid}.`);
}

export const recovery: V2Handler<'recovery'> = (context, { parameters }) => recoveryOf(context, parameters.uid);

/** Operations keep a log too, without being recoveries. */
export const recoverySteps: V2Handler<'recoverySteps'> = (context, { parameters }) => {
  const steps = context.engine.recoverySteps(parameters.uid);
  if (steps.length === 0) recoveryOf(context, parameters.uid);
  return steps;
};

export const exportRecovery: V2Handler<'exportRecovery'> = async (context, { parameters, headers, user }) => {
  try {
    return await download(context, { parameters, query: new URLSearchParams(), headers, user });
  } catch (error) {
    if (!(error instanceof BatonError) || error.code !== 'invalid-argument') throw error;
    throw new ProblemError(404, 'unknown-recovery', error.text);
  }
};

export const blockedRecoveries: V2Handler<'blockedRecoveries'> = (context, { query }) => {
  const name = givenCluster(context, query.cluster);
  return context.engine
    .blockedRecoveries()
    .filter((one) => name === null || one.clusterName === name)
    .toSorted((a, b) => b.lastBlockedMs - a.lastBlockedMs);
};

export const readinessOfAll: V2Handler<'readinessOfAll'> = (context) => readAll(context);

export const readiness: V2Handler<'readiness'> = (context, { parameters, headers, user }) => {
  const hint = { clusterHint: parameters.cluster };
  return readinessOfOne(context, { parameters: hint, query: new URLSearchParams(), headers, user });
};

export const recover: V2Handler<'recover'> = async (context, { body }) => {
  const key = await givenKey(context, body.instance);
  const candidate = body.candidate === undefined ? null : await givenKey(context, body.candidate);
  const found = await context.engine.recover(key, { candidate, skipHooks: body.skipHooks === true });
  if (found === null) {
    throw new BatonError('refused', `There was nothing to recover from on ${keyText(key)}.`, {
      hint: 'Its analysis says what Baton sees: GET /api/v2/analyses?all=true.',
    });
  }
  if (found.outcome === 'succeeded') return found;
  const why = found.errors.length === 0 ? '' : `: ${found.errors.join(' ')}`;
  throw new ProblemError(502, 'failed', `The recovery of ${keyText(key)} did not succeed${why}`, { report: found });
};

export const acknowledge: V2Handler<'acknowledge'> = async (context, request) => {
  const { uid } = recoveryOf(context, request.parameters.uid);
  const { comment } = request.body;
  return { acknowledged: await context.engine.acknowledge({ by: 'uid', uid }, ownerOf(context, request), comment) };
};

export const acknowledgeMany: V2Handler<'acknowledgeMany'> = async (context, request) => {
  const { of, comment } = request.body;
  let target: AcknowledgeTarget;
  if (of === 'all') target = { by: 'all' };
  else if ('instance' in of) target = { by: 'instance', key: await givenKey(context, of.instance) };
  else {
    const clusterName = clusterByHint(context, of.cluster);
    const alias = context.engine.topology().clusters.get(clusterName)?.alias ?? clusterName;
    target = { by: 'cluster', clusterName, alias };
  }
  return { acknowledged: await context.engine.acknowledge(target, ownerOf(context, request), comment) };
};

export const globalRecoveries: V2Handler<'globalRecoveries'> = ({ engine }) => ({
  enabled: engine.state().globalRecoveriesEnabled,
});

export const switchGlobalRecoveries: V2Handler<'switchGlobalRecoveries'> = async (context, { body, user }) => {
  await context.engine.setGlobalRecoveries(body.enabled, ownerOf(context, { user }));
  return { enabled: context.engine.state().globalRecoveriesEnabled };
};
