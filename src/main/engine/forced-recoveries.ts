import type { Analysis } from '../../shared/domain/analysis.ts';
import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import type { Recovery } from '../../shared/domain/recovery.ts';
import { BatonError } from '../../shared/errors/baton-error.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { REACTIONS } from '../core/analysis/reactions.ts';
import type { CommandState } from '../core/commands/state.ts';
import { mayRecover, obstacleText } from '../core/policy/may-recover.ts';
import type { Topology } from '../core/topology/topology.ts';
import type { Clock } from './ports/runtime.ts';
import type { RecoveryRequest } from './recovery/recovery-run.ts';
import type { RecoveryAnswer } from './recovery/recovery-service.ts';
import type { RecoverOptions } from './services/engine.ts';

export interface ForcedRecoveriesDeps {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly analysisOf: (key: InstanceKey) => Analysis | null;
  /** Registers the detection and waits for its hooks. */
  readonly detect: (analysis: Analysis) => Promise<void>;
  readonly recover: (request: RecoveryRequest) => Promise<RecoveryAnswer>;
}

/**
 * Recovers a failed instance because a person says so: block periods and filters don't keep it from that, what is
 * unsafe does (recovery reference, section 4.1).
 * @returns null when nothing is wrong with the instance that a recovery could mend
 * @throws BatonError `refused`, saying why it must not be
 */
export async function forceRecovery(
  deps: ForcedRecoveriesDeps,
  key: InstanceKey,
  options: RecoverOptions,
): Promise<Recovery | null> {
  const analysis = deps.analysisOf(key);
  if (analysis === null || !REACTIONS[analysis.code].actionable) return null;
  const { clock } = deps;
  const instance = deps.topology().instances.get(keyText(key));
  const verdict = mayRecover({
    analysis,
    state: deps.state(),
    nowMs: clock.nowMs(),
    forced: true,
    hasQuorum: true,
    isLeader: true,
    startedMs: 0,
    startUpGraceMs: 0,
    clusterDarkMs: 0,
    darkGraceMs: 0,
    failure: instance?.snapshot.failure?.kind ?? null,
    confirmingReplicas: null,
    recoveryBlockMs: deps.settings().RecoveryPeriodBlockSeconds * 1000,
  });
  if (!verdict.ok) throw new BatonError('refused', obstacleText(verdict));
  const { candidate, skipHooks } = options;
  if (!skipHooks) await deps.detect(analysis);
  const answer = await deps.recover({ analysis, noticedMs: clock.nowMs(), candidate, skipHooks, forced: true });
  if (!answer.attempted) throw new BatonError('refused', answer.reason);
  return answer.recovery;
}
