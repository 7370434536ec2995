import type { InstanceFacts, PromotionRule } from '../../../shared/domain/instance.ts';
import type { FailedPlace } from './contender.ts';

/** `must` and `prefer` stand out from the rest before anything else is looked at; among themselves they differ later. */
export const RULE_TIER: Readonly<Record<PromotionRule, number>> = {
  must: 0,
  prefer: 0,
  neutral: 1,
  prefer_not: 2,
  must_not: 3,
};
export const RULE_ORDER: Readonly<Record<PromotionRule, number>> = {
  must: 0,
  prefer: 1,
  neutral: 2,
  prefer_not: 3,
  must_not: 4,
};

export function inFailedPlace(facts: InstanceFacts, failed: FailedPlace): boolean {
  return facts.dataCenter === failed.dataCenter && facts.environment === failed.environment;
}

export function inFailedRegion(facts: InstanceFacts, failed: FailedPlace): boolean {
  return facts.region === failed.region;
}
