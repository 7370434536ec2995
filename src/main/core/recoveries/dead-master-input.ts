import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Contender } from '../candidates/contender.ts';
import { lastKnownPlace } from '../candidates/last-known-place.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import type { DeadMasterInput } from '../sagas/dead-master-input.ts';
import type { RecoveryArgs } from './recovery.ts';

/** How long a server may take for one statement of a recovery before it is left behind. */
export const STATEMENT_TIMEOUT_MS = 3000;

/** Collects what the recovery of a dead master decides from: the replicas as last read, and the rules. */
export function deadMasterInput(
  context: RoutineContext,
  { analysis, designated, forced }: Pick<RecoveryArgs, 'analysis' | 'designated' | 'forced'>,
): DeadMasterInput {
  const { settings } = context;
  const failed = known(context, analysis.key)?.facts ?? null;
  const { contenders, unreachable } = replicasOf(context, analysis.replicas);
  const flavor = failed?.flavor ?? contenders[0]?.facts.flavor ?? 'unknown';
  return {
    failed: { key: analysis.key, ...lastKnownPlace(failed), flavor },
    contenders,
    unreachable,
    policy: {
      designated,
      allowsUnlogged: forced,
      preventCrossDataCenter: settings.PreventCrossDataCenterMasterFailover,
      preventCrossRegion: settings.PreventCrossRegionMasterFailover,
      failOnLagMinutes: settings.FailMasterPromotionOnLagMinutes,
      failIfApplierBehind: settings.FailMasterPromotionIfSQLThreadNotUpToDate,
    },
    useSuperReadOnly: settings.UseSuperReadOnly,
    promote: settings.ApplyMySQLPromotionAfterMasterFailover,
    detachPromoted: settings.MasterFailoverDetachReplicaMasterHost,
    postponeLagSeconds: settings.PostponeReplicaRecoveryOnLagMinutes * 60,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applierStallMs: settings.ReasonableReplicationLagSeconds * 1000,
    fenceOldSource: settings.BatonFenceEnabled,
  };
}

function replicasOf(
  context: RoutineContext,
  keys: readonly InstanceKey[],
): Pick<DeadMasterInput, 'contenders' | 'unreachable'> {
  const contenders: Contender[] = [];
  const unreachable: InstanceKey[] = [];
  for (const key of keys) {
    const replica = known(context, key);
    if (replica?.valid !== true || replica.facts === null) {
      unreachable.push(key);
      continue;
    }
    contenders.push({
      facts: replica.facts,
      rule: replica.promotionRule,
      downtimed: context.isDowntimed(keyText(key)),
      ignoredByFilter: context.isPromotionIgnored(keyText(key)),
    });
  }
  return { contenders, unreachable };
}
