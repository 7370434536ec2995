import type { RecoveryKind, RecoveryOutcome } from '../../../shared/domain/recovery.ts';
import type { Labelled, MetricFamily } from '../ports/metrics.ts';
import type { Engine } from '../services/engine.ts';
import { counter, gauge, single } from './family.ts';

/** How kinds of recoveries are called in labels; each is on the page from the start, so that a first one is seen as a rise. */
const KINDS: Readonly<Record<RecoveryKind, string>> = {
  MasterRecovery: 'master',
  CoMasterRecovery: 'co-master',
  IntermediateMasterRecovery: 'intermediate-master',
  ReplicationGroupMemberRecovery: 'group-member',
  '': 'in-place',
};

const OUTCOMES: readonly RecoveryOutcome[] = ['succeeded', 'failed', 'interrupted'];

/** Detections, recoveries, and what stands in the way of recoveries. */
export function recoveryFamilies(engine: Engine): readonly MetricFamily[] {
  const { detections, recoveriesStarted, recoveriesEnded } = engine.measurements;
  return [
    counter('baton_detections_total', 'Failures that were detected, by code.', ['code'], () =>
      detections.entries().map(([code, count]) => [{ code }, count]),
    ),
    counter('baton_recoveries_started_total', 'Recoveries that were begun, by kind.', ['kind'], () =>
      ofKinds((kind, label) => [[{ kind: label }, recoveriesStarted.of(kind)]]),
    ),
    counter(
      'baton_recoveries_ended_total',
      'Recoveries that have ended, by kind and outcome; interrupted are those that an earlier process had begun.',
      ['kind', 'outcome'],
      () =>
        ofKinds((kind, label) =>
          OUTCOMES.map((outcome) => [{ kind: label, outcome }, recoveriesEnded.of(`${kind}/${outcome}`)]),
        ),
    ),
    gauge('baton_recoveries_running', 'Recoveries under way.', [], () =>
      single(engine.state().recoveries.filter(({ outcome }) => outcome === 'running').length),
    ),
    gauge('baton_recoveries_blocked', 'Failures whose recovery something stands in the way of.', [], () =>
      single(engine.blockedRecoveries().length),
    ),
    gauge('baton_recoveries_enabled', '0 while automatic recoveries are disabled globally.', [], () =>
      single(engine.state().globalRecoveriesEnabled ? 1 : 0),
    ),
    gauge('baton_instances_downtimed', 'Servers that are in downtime.', [], () =>
      single([...engine.state().downtimes.values()].length),
    ),
    gauge('baton_instances_fenced', 'Old sources that are kept from taking writes.', [], () =>
      single([...engine.state().fences.values()].length),
    ),
  ];
}

function ofKinds(values: (kind: RecoveryKind, label: string) => readonly Labelled[]): readonly Labelled[] {
  return Object.entries(KINDS).flatMap(([kind, label]) => values(kind as RecoveryKind, label));
}
