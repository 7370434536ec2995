import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { PlannedStep } from '../../../shared/domain/operation.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { ResultOfKind, RoutineInput } from '../../core/routines/routine.ts';
import type { Cluster, Topology } from '../../core/topology/topology.ts';
import type { KeyValueService } from '../kv/key-value-service.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { RecoveryLogStore } from '../ports/state-store.ts';
import type { HookLists } from '../recovery/hook-lists.ts';
import type { RecoveryRequest } from '../recovery/recovery-run.ts';
import type { RecoveryAnswer } from '../recovery/recovery-service.ts';
import type { RoutineRunner } from '../routines/routine-runner.ts';

export type TakeoverInput = Extract<RoutineInput, { readonly kind: 'takeover' }>;

export interface TakeoverDeps {
  readonly runner: RoutineRunner;
  readonly hooks: HookLists;
  readonly keyValues: Pick<KeyValueService, 'promoted' | 'soon'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RecoveryLogStore;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly emit: (event: EngineEvent) => void;
  /** The analysis of a server, with a problem or without; null where it has none. */
  readonly analysisOf: (key: InstanceKey) => Analysis | null;
  /** As `analysisOf`, of a healthy server without replicas too. */
  readonly analysisEvenOf: (cluster: Cluster, key: InstanceKey) => Analysis | null;
  readonly recover: (request: RecoveryRequest) => Promise<RecoveryAnswer>;
  /** Reads these servers anew, each for a limited time. */
  readonly refresh: (keys: readonly InstanceKey[]) => Promise<void>;
  readonly dryRun: <I extends RoutineInput>(
    input: I,
  ) => Promise<{
    readonly result: ResultOfKind<I['kind']>;
    readonly plan: readonly PlannedStep[];
  }>;
  readonly audit: (type: string, key: InstanceKey, message: string) => void;
  readonly node: { readonly hostname: string; readonly token: string };
  readonly isStopping: () => boolean;
}
