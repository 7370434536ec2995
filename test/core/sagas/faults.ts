import { expect } from 'vitest';
import { key } from '../topology/fleet.ts';
import type { Fault, FaultPlan, ModelCluster } from './model.ts';
import type { Outcome } from './scenario.ts';

export const HUNDRED = { executed: '1-100' };

/** Something goes wrong at the first effects of one kind on one server. */
export function failing(server: string, action: string, fault: Fault, times = 1): { faultAt: FaultPlan } {
  let left = times;
  return {
    faultAt: (_, effect) => {
      const isIt =
        effect.type === 'perform'
          ? effect.facts.key.hostname === server && describeAction(effect.action) === action
          : effect.type === 'read' && action === 'read' && effect.key.hostname === server;
      if (!isIt || left === 0) return null;
      left -= 1;
      return fault;
    },
  };
}

export function slowly(server: string): (cluster: ModelCluster) => void {
  return (cluster) => {
    cluster.server(key(server)).applier = 'slow';
  };
}

/** Something happens in the cluster just before a server is told something for the first time. */
export function before(
  server: string,
  action: string,
  happen: (cluster: ModelCluster) => void,
): { faultAt: FaultPlan } {
  let happened = false;
  return {
    faultAt: (_, effect, cluster) => {
      if (happened || effect.type !== 'perform') return null;
      if (effect.facts.key.hostname !== server || describeAction(effect.action) !== action) return null;
      happened = true;
      happen(cluster);
      return null;
    },
  };
}

function describeAction(action: { readonly kind: string; readonly on?: boolean }): string {
  return action.on === undefined ? action.kind : `${action.kind} ${action.on ? 'on' : 'off'}`;
}

export function successor(outcome: Outcome): string | null {
  return outcome.result.successor?.key.hostname ?? null;
}

export function expectGivenUp(outcome: Outcome): void {
  expect(successor(outcome)).toBeNull();
  expect(outcome.cluster.fence).toBe('lowered');
}
