import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { RoutineContext } from '../../sagas/context.ts';

/*
 * The gate checks (topology operations reference, 1.2) on facts that were read a moment ago, so that "last check valid"
 * and "recently checked" hold. Each gives the reason to refuse, as a sentence, or null.
 */

/** *Can move*, for moves by file and position: replicates, and lags no more than is reasonable for maintenance. */
export function whyNotMovable(context: RoutineContext, facts: InstanceFacts): string | null {
  const name = keyText(facts.key);
  const { replica } = facts;
  if (replica === null) return `${name} is not a replica.`;
  if (replica.sqlState !== 1 || replica.ioState !== 1) {
    const error = replica.lastSqlError || replica.lastIoError;
    return `${name} is not replicating${error === '' ? '' : `: ${error}`}.`;
  }
  if (replica.secondsBehindSource === null) return `It can't be told how far ${name} lags.`;
  return whyLagsTooMuch(context, facts);
}

/** *Reasonable maintenance lag*: unknown lag counts as none; a configured delay is what it should lag. */
export function whyLagsTooMuch({ settings }: RoutineContext, { key, replica }: InstanceFacts): string | null {
  if (replica === null) return null;
  const limit = settings.ReasonableMaintenanceReplicationLagSeconds;
  const off = Math.abs((replica.secondsBehindSource ?? replica.sqlDelaySeconds) - replica.sqlDelaySeconds);
  return off <= limit
    ? null
    : `${keyText(key)} lags too much: ${replica.secondsBehindSource} s; the limit is ${limit} s (ReasonableMaintenanceReplicationLagSeconds).`;
}

/** Secondaries of a replication group are moved by their group (1.10). */
export function whyGroupSecondary({ key, group }: InstanceFacts): string | null {
  return group !== null && group.memberRole.toUpperCase() === 'SECONDARY'
    ? `${keyText(key)} is a secondary of a replication group: its group decides what it replicates from.`
    : null;
}

/** Statements without a channel name stop or change all channels of a multi-source replica, or fail. */
export function whySeveralChannels({ key, replica }: InstanceFacts): string | null {
  return replica !== null && replica.channels > 1
    ? `${keyText(key)} replicates from ${replica.channels} sources (channels); only replicas with one source can be moved.`
    : null;
}

/** The first reason to refuse. */
export function firstReason(...reasons: readonly (string | null)[]): string | null {
  return reasons.find((each) => each !== null) ?? null;
}
