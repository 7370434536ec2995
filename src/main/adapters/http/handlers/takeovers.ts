import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { TakeoverReport, TakeoverRequest } from '../../../engine/services/engine.ts';
import { type Answer, type ApiContext, ApiError, type ApiRequest, type EnvelopeHandler, parameter } from '../api.ts';
import { clusterByHint, instanceKey, knownInstance, operationOwner, switchedOn, wantsDryRun } from '../input.ts';
import { planJson, plannedMessage } from '../json/operation-json.ts';
import { liveRecoveryJson } from '../json/recovery-json.ts';

type Kind = TakeoverRequest['kind'];

/** What is said of the outcome, as it always was (recovery reference, 15.3 and 15.4); the reason follows it. */
const OUTCOMES: Readonly<Record<Kind, readonly [good: string, bad: string]>> = {
  'graceful-master-takeover': outcomesOf('graceful-master-takeover'),
  'graceful-master-takeover-auto': outcomesOf('graceful-master-takeover-auto'),
  'cascade-master-takeover-auto': outcomesOf('cascade-master-takeover-auto'),
  'force-master-failover': ['Master failed over', 'Master not failed over'],
  'force-master-takeover': ['Master failed over', 'Master not failed over'],
};

function outcomesOf(name: string): readonly [string, string] {
  return [`${name}: successor promoted`, `${name}: no successor promoted`];
}

/**
 * A handler that hands a cluster over, or fails it over by force. The cluster is that of a member in the path, or the
 * one that a hint there names; `?kill-blockers=true` ends the sessions that keep the master from becoming read-only.
 */
export function takeover(kind: Kind): EnvelopeHandler {
  return async (context, request) => {
    const dryRun = wantsDryRun(request);
    const report = await context.engine.takeOver({
      kind,
      ...cluster(context, request),
      designated: designated(context, request),
      killBlockers: switchedOn(request.query, 'kill-blockers'),
      dryRun,
      owner: operationOwner(context, request),
    });
    return dryRun ? planned(report) : carriedOut(kind, report);
  };
}

function cluster(context: ApiContext, request: ApiRequest): Pick<TakeoverRequest, 'clusterName' | 'instance'> {
  if (request.parameters.clusterHint !== undefined) {
    return { clusterName: clusterByHint(context, parameter(request, 'clusterHint')), instance: null };
  }
  const instance = instanceKey(context, request);
  return { clusterName: knownInstance(context, instance).clusterName, instance };
}

function designated(context: ApiContext, request: ApiRequest): TakeoverRequest['designated'] {
  if (request.parameters.designatedHost === undefined) return null;
  return instanceKey(context, request, 'designatedHost', 'designatedPort');
}

function planned({ ok, successor, message, plan }: TakeoverReport): Answer {
  const to = successor === null ? {} : { Successor: keyText(successor) };
  return { message: plannedMessage(message), details: { ...planJson(ok ? 'done' : 'refused', plan), ...to } };
}

function carriedOut(kind: Kind, { recovery, coordinates, ok, message }: TakeoverReport): Answer {
  const details = recovery === null ? null : liveRecoveryJson(recovery, coordinates);
  const [good, bad] = OUTCOMES[kind];
  if (!ok) throw new ApiError(`${bad}: ${message}`, details);
  return { message: `${good}: ${message}`, details };
}
