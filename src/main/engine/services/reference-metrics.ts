import { keyText } from '../../../shared/domain/instance-key.ts';
import type { RecoveryKind } from '../../../shared/domain/recovery.ts';
import type { ReferenceMetric } from '../ports/metrics.ts';
import type { Engine } from './engine.ts';

/** What Baton has no counterpart of: it is asked for by name, and never counts. */
const WITHOUT_COUNTERPART = [
  'instance.read',
  'instance_tls.read',
  'instance_tls.write',
  'instance_tls.read_cache',
  'instance_tls.write_cache',
  'resolve.write_resolved',
  'resolve.write_unresolved',
  'resolve.read_resolved',
  'resolve.read_unresolved',
  'resolve.read_resolved_all',
] as const;

const RECOVERY_NAMES: readonly (readonly [name: string, kind: RecoveryKind])[] = [
  ['dead_master', 'MasterRecovery'],
  ['dead_intermediate_master', 'IntermediateMasterRecovery'],
  ['dead_co_master', 'CoMasterRecovery'],
  ['dead_replication_group_member', 'ReplicationGroupMemberRecovery'],
];

/**
 * All metrics under the names that the predecessor's users know (http-api reference, section 9; recovery reference,
 * 6.3); whole numbers. A node without peers is the elected one and has no quorum.
 */
export function referenceMetrics(engine: Engine, nowMs: number): readonly ReferenceMetric[] {
  return [
    ...discoveryMetrics(engine, nowMs),
    ...storeMetrics(engine),
    ...recoveryMetrics(engine),
    gauge('elect.is_elected', 1),
    gauge('health.is_healthy', engine.health().isHealthy ? 1 : 0),
    gauge('raft.is_healthy', 0),
    gauge('raft.is_leader', 0),
    ...WITHOUT_COUNTERPART.map((name) => counter(name, 0)),
  ];
}

function discoveryMetrics(engine: Engine, nowMs: number): readonly ReferenceMetric[] {
  const { measurements, settings } = engine;
  const { alive, dead } = measurements.queueNow;
  const recent = measurements.polls.since(nowMs - settings.InstancePollSeconds * 1000);
  const failing = [...engine.topology().instances.values()].filter(({ snapshot }) => snapshot.failure !== null);
  return [
    counter('discoveries.attempt', measurements.pollsEnded),
    counter('discoveries.fail', measurements.pollFailures.total),
    counter('discoveries.instance_poll_seconds_exceeded', measurements.slowPolls),
    gauge('discoveries.queue_length', alive.queued),
    gauge('discoveries.recent_count', new Set(recent.map(({ key }) => keyText(key))).size),
    gauge('discoveries.dead_instances', failing.length),
    gauge('discoveries.dead_instances_queue_length', dead.queued),
    counter('instance.access_denied', measurements.pollFailures.of('refused-by-server')),
    counter('instance.read_topology', measurements.pollsEnded),
  ];
}

function storeMetrics({ measurements }: Engine): readonly ReferenceMetric[] {
  return [
    counter('instance.write', measurements.instancesWritten),
    counter('analysis.change.write.attempt', measurements.analysesChecked),
    counter('analysis.change.write', measurements.analysesChanged),
    counter('audit.write', measurements.auditEntries),
  ];
}

function recoveryMetrics(engine: Engine): readonly ReferenceMetric[] {
  const { recoveriesStarted: started, recoveriesEnded: ended } = engine.measurements;
  const running = engine.state().recoveries.filter(({ outcome }) => outcome === 'running');
  return [
    gauge('recover.pending', running.length),
    ...RECOVERY_NAMES.flatMap(([name, kind]) => [
      counter(`recover.${name}.start`, started.of(kind)),
      counter(`recover.${name}.success`, ended.of(`${kind}/succeeded`)),
      counter(`recover.${name}.fail`, ended.of(`${kind}/failed`) + ended.of(`${kind}/interrupted`)),
    ]),
  ];
}

function counter(name: string, value: number): ReferenceMetric {
  return { name, kind: 'counter', value };
}

function gauge(name: string, value: number): ReferenceMetric {
  return { name, kind: 'gauge', value };
}
