import type { OperationArgs } from '../../../../../shared/domain/operation.ts';
import { clusterByHint } from '../../input.ts';
import { givenInstance, givenKey, ownerOf, type V2Handler } from '../handler.ts';
import { ProblemError } from '../problem.ts';

/** A dry run answers what it found, whatever that is: to have been told is what it was asked for. */
export const operate: V2Handler<'operate'> = async (context, request) => {
  const { name, dryRun = false } = request.body;
  const { instance, destination, ...more } = request.body.args;
  const args: OperationArgs = {
    ...more,
    instance: await givenKey(context, instance),
    ...(destination === undefined ? {} : { destination: await givenKey(context, destination) }),
  };
  const report = await context.engine.operate(name, args, { dryRun, owner: ownerOf(context, request) });
  const { state, message } = report.result;
  if (dryRun || state === 'done') return report;
  throw new ProblemError(state === 'refused' ? 409 : 502, state, message, { report });
};

export const takeOver: V2Handler<'takeOver'> = async (context, request) => {
  const { kind, cluster, designated, killBlockers = false, dryRun = false } = request.body;
  const clusterName = clusterByHint(context, cluster);
  const report = await context.engine.takeOver({
    kind,
    clusterName,
    instance: null,
    designated: designated === undefined ? null : await givenKey(context, designated),
    killBlockers,
    dryRun,
    owner: ownerOf(context, request),
  });
  if (dryRun || report.ok) return report;
  const begun = report.recovery !== null;
  throw new ProblemError(begun ? 502 : 409, begun ? 'failed' : 'refused', report.message, { report });
};

export const dropTargets: V2Handler<'dropTargets'> = async (context, { parameters, query }) => {
  const { key } = await givenInstance(context, parameters.instance);
  const { mode = 'smart', replicas = false, elsewhere = false } = query;
  return context.engine.insight.dropTargets({ instance: key, mode, replicas }, elsewhere);
};
