import type { RoutineContext } from '../../../../src/main/core/sagas/context.ts';
import type { RoutineSettings } from '../../../../src/main/core/sagas/routine-settings.ts';
import { buildTopology } from '../../../../src/main/core/topology/build-topology.ts';
import type { InstanceFacts } from '../../../../src/shared/domain/instance.ts';
import { keyText } from '../../../../src/shared/domain/instance-key.ts';
import { defaultSettings } from '../../../../src/shared/settings/settings.ts';
import { NOW, server } from '../../topology/fleet.ts';
import { MARK_PATTERN } from './log-model.ts';

/** What a routine decides from, with these servers in its picture and Pseudo-GTID as Baton itself injects it. */
export function contextOf(
  servers: readonly InstanceFacts[],
  settings: Partial<RoutineSettings> = {},
  more: Partial<RoutineContext> = {},
): RoutineContext {
  const snapshots = servers.map((facts) => server(keyText(facts.key), { snapshot: { facts } }));
  return {
    topology: buildTopology(snapshots),
    settings: {
      ...defaultSettings(),
      PseudoGTIDPattern: MARK_PATTERN,
      PseudoGTIDPatternIsFixedSubstring: true,
      PseudoGTIDMonotonicHint: 'asc:',
      InstanceBulkOperationsWaitTimeoutSeconds: 2,
      ...settings,
    },
    owner: 'dba',
    nodeToken: 'token',
    startedMs: NOW,
    isDowntimed: () => false,
    isPromotionIgnored: () => false,
    equivalents: () => [],
    ...more,
  };
}
