import { PROMOTION_RULES, type PromotionRule } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../../shared/errors/reason-of.ts';
import type { TopologyInstance } from '../../../core/topology/topology.ts';
import { type Answer, type ApiContext, type ApiRequest, parameter } from '../api.ts';
import { actor, clusterByHint, durationOr, instanceKey, knownInstance, textOf } from '../input.ts';
import { instanceJson } from '../json/instance-json.ts';
import { keyJson } from '../json/key-json.ts';
import { viewOf } from '../view.ts';

/** Downtime without a duration, or with a zero one (http-api reference, trap 6: as the living fork has it). */
const DEFAULT_DOWNTIME_MS = 10 * 60_000;

function answer(message: string, details: unknown = null): Answer {
  return { message, details };
}

function instanceAnswer(context: ApiContext, message: string, instance: TopologyInstance): Answer {
  return answer(message, instanceJson(instance, viewOf(context.engine, context.nowMs())));
}

export async function discover(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const instance = await context.engine.discover(instanceKey(context, request));
  return instanceAnswer(context, `Instance discovered: ${instance.id}`, instance);
}

export function discoverInBackground(context: ApiContext, request: ApiRequest): Answer {
  const key = instanceKey(context, request);
  context.engine.discover(key).catch((error: unknown) => {
    const reason = reasonOf(error);
    context.log.warn('http.async-discover-failed', `Discovery of ${keyText(key)} failed: ${reason}`);
  });
  return answer(`Asynchronous discovery initiated for Instance: ${keyText(key)}`);
}

export async function refresh(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const instance = await context.engine.discover(instanceKey(context, request));
  return answer(`Instance refreshed: ${instance.id}`, keyJson(instance.key));
}

export async function forget(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  const isKnown =
    context.engine.topology().instances.has(keyText(key)) || context.engine.state().known.has(keyText(key));
  if (!isKnown) throw new BatonError('unknown-instance', `Cannot forget ${keyText(key)}: Baton does not know it.`);
  await context.engine.forget([key]);
  return answer(`Instance forgotten: ${keyText(key)}`, keyJson(key));
}

export async function forgetCluster(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const name = clusterByHint(context, parameter(request, 'clusterHint'));
  const members = context.engine.topology().clusters.get(name)?.instances.values() ?? [];
  await context.engine.forget(Array.from(members, (member) => member.key));
  return answer(`Cluster forgotten: ${name}`);
}

export async function beginDowntime(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  const owner = textOf(request, 'owner', 'No owner given for the downtime');
  const reason = textOf(request, 'reason', 'No reason given for the downtime');
  await context.engine.beginDowntime(key, owner, reason, durationOr(request, DEFAULT_DOWNTIME_MS));
  return answer(`Instance downtimed: ${keyText(key)}`, keyJson(key));
}

export async function endDowntime(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  await context.engine.endDowntime(key);
  return answer(`Instance downtime ended: ${keyText(key)}`, keyJson(key));
}

export async function registerCandidate(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  const rule = promotionRule(parameter(request, 'promotionRule').trim());
  await context.engine.registerCandidate(key, rule);
  return answer(`Registered candidate: ${keyText(key)} as ${rule}`, keyJson(key));
}

function promotionRule(given: string): PromotionRule {
  const rule = PROMOTION_RULES.find((one) => one === given);
  if (rule !== undefined && rule !== 'must') return rule;
  throw new BatonError('invalid-argument', `Invalid promotion rule: ${given}.`, {
    hint: 'The rules are prefer, neutral, prefer_not and must_not.',
  });
}

export async function setClusterAlias(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const name = parameter(request, 'clusterName');
  const alias = (request.query.get('alias') ?? '').trim();
  if (alias === '') throw new BatonError('invalid-argument', 'No alias given: say ?alias=NAME.');
  await context.engine.setClusterAlias(name, alias);
  return answer(`Cluster ${name} now has alias '${alias}'`);
}

export async function switchGlobalRecoveries(
  context: ApiContext,
  request: ApiRequest,
  enabled: boolean,
): Promise<Answer> {
  await context.engine.setGlobalRecoveries(enabled, actor(context, request));
  const state = enabled ? 'enabled' : 'disabled';
  return answer(`Globally ${state} recoveries`, state);
}

export function instance(context: ApiContext, request: ApiRequest): object {
  return instanceJson(knownInstance(context, instanceKey(context, request)), viewOf(context.engine, context.nowMs()));
}
