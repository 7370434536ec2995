import { type RoutineContext, statementTimeoutMs } from '../sagas/context.ts';

/**
 * How long the master may take to become read-only, ms. Its clients' writes wait meanwhile (MySQL manual, `read_only`:
 * while the attempt is pending, new transactions wait too), so this is the longest outage that a takeover which is
 * given up can cause.
 */
export const SHUT_LIMIT_MS = 2000;

export { LATE_SWITCH_MS } from '../sagas/late-switch.ts';

/** How long one server may take for one short statement while the cluster takes no writes, ms. */
export const URGENT_LIMIT_MS = 5000;

/** How long one server may take for any other statement, ms. */
export function patientLimitMs(context: RoutineContext): number {
  return Math.min(statementTimeoutMs(context), 10_000);
}

/** How long the designated server may take to apply what it lacks, ms (recovery reference 15.4, step 12). */
export function catchUpLimitMs({ settings }: RoutineContext): number {
  return settings.ReasonableMaintenanceReplicationLagSeconds * 1000;
}
