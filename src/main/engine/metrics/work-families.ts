import type { MetricFamily } from '../ports/metrics.ts';
import { counter, gauge, single } from './family.ts';
import type { Measurements } from './measurements.ts';

/** Polling and Baton's own database. */
export function workFamilies(measurements: Measurements): readonly MetricFamily[] {
  const { pollFailures, storeCalls, storeFailures } = measurements;
  return [
    counter('baton_polls_total', 'Polls that have ended.', ['outcome'], () => [
      [{ outcome: 'ok' }, measurements.pollsEnded - pollFailures.total],
      [{ outcome: 'failed' }, pollFailures.total],
    ]),
    counter('baton_poll_failures_total', 'Polls that have failed, by kind of failure.', ['kind'], () =>
      pollFailures.entries().map(([kind, count]) => [{ kind }, count]),
    ),
    counter('baton_polls_slow_total', 'Polls that took longer than InstancePollSeconds.', [], () =>
      single(measurements.slowPolls),
    ),
    gauge(
      'baton_poll_queue_length',
      'Polls under way and those that wait for a place, in the last second; servers that fail may have places of their own.',
      ['queue', 'state'],
      () =>
        Object.entries(measurements.queueNow).flatMap(([queue, { active, queued }]) => [
          [{ queue, state: 'active' }, active],
          [{ queue, state: 'queued' }, queued],
        ]),
    ),
    counter('baton_store_calls_total', "Calls of Baton's own database.", ['operation'], () =>
      storeCalls.entries().map(([operation, count]) => [{ operation }, count]),
    ),
    counter('baton_store_failures_total', 'Those of them that failed.', ['operation'], () =>
      storeCalls.entries().map(([operation]) => [{ operation }, storeFailures.of(operation)]),
    ),
    counter('baton_instances_written_total', 'Pictures of servers written to the database.', [], () =>
      single(measurements.instancesWritten),
    ),
    counter('baton_audit_entries_total', 'Entries added to the audit.', [], () => single(measurements.auditEntries)),
  ];
}
