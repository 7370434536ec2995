import type { Analysis } from '../../../shared/domain/analysis.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Contender } from '../../core/candidates/contender.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { DeadMasterInput } from '../../core/sagas/dead-master-input.ts';
import type { Cluster } from '../../core/topology/topology.ts';

/** How long a server may take for one statement of a recovery before it is left behind. */
const STATEMENT_TIMEOUT_MS = 3000;

/** Collects what the recovery of a dead master decides from: the replicas as last read, and the rules. */
export function deadMasterInput(
  cluster: Cluster,
  analysis: Analysis,
  settings: Settings,
  state: CommandState,
  designated: InstanceKey | null,
): DeadMasterInput {
  const failed = cluster.instances.get(keyText(analysis.key))?.facts ?? null;
  const contenders: Contender[] = [];
  const unreachable: InstanceKey[] = [];
  for (const key of analysis.replicas) {
    const replica = cluster.instances.get(keyText(key));
    if (replica?.valid !== true || replica.facts === null) {
      unreachable.push(key);
      continue;
    }
    contenders.push({
      facts: replica.facts,
      rule: replica.promotionRule,
      downtimed: state.downtimes.get(keyText(key)) !== undefined,
      ignoredByFilter: matchesHostFilters(settings.PromotionIgnoreHostnameFilters, key),
    });
  }
  return {
    failed: {
      key: analysis.key,
      flavor: failed?.flavor ?? contenders[0]?.facts.flavor ?? 'unknown',
      serverUuid: failed?.serverUuid ?? '',
      gtidExecuted: failed?.gtidExecuted ?? '',
      dataCenter: failed?.dataCenter ?? '',
      region: failed?.region ?? '',
      environment: failed?.environment ?? '',
    },
    contenders,
    unreachable,
    policy: {
      designated,
      preventCrossDataCenter: settings.PreventCrossDataCenterMasterFailover,
      preventCrossRegion: settings.PreventCrossRegionMasterFailover,
      failOnLagMinutes: settings.FailMasterPromotionOnLagMinutes,
      failIfApplierBehind: settings.FailMasterPromotionIfSQLThreadNotUpToDate,
    },
    useSuperReadOnly: settings.UseSuperReadOnly,
    promote: settings.ApplyMySQLPromotionAfterMasterFailover,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applierStallMs: settings.ReasonableReplicationLagSeconds * 1000,
    fenceOldSource: settings.BatonFenceEnabled,
  };
}
