import type { ConditionContext } from '../../../src/main/core/topology/condition.ts';
import { NOW } from './fleet.ts';

/** Nothing is under a downtime, and settings are plain. */
export const CONTEXT: ConditionContext = {
  nowMs: NOW,
  instancePollSeconds: 5,
  reasonableLagSeconds: 10,
  reasonableMaintenanceLagSeconds: 20,
  downtimes: new Map(),
};
