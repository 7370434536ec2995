import type { RecoveryRoutine } from '../../../src/main/core/analysis/reactions.ts';
import type { RecoveryResult } from '../../../src/main/core/recoveries/recovery.ts';
import type { Picture } from '../../../src/main/core/routines/picture.ts';
import { type RoutineInput, startRoutine } from '../../../src/main/core/routines/routine.ts';
import type { Effect, Saga } from '../../../src/main/core/sagas/effects.ts';
import type { RoutineSettings } from '../../../src/main/core/sagas/routine-settings.ts';
import type { Analysis } from '../../../src/shared/domain/analysis.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { NO_KEY } from '../../../src/shared/domain/instance-key.ts';
import { defaultSettings } from '../../../src/shared/settings/settings.ts';
import { DEAD_MASTER } from '../../support/dead-master-analysis.ts';
import { plainPicture } from '../../support/picture.ts';
import { drive, type Run } from '../sagas/drive.ts';
import { key } from '../topology/fleet.ts';

export interface SceneOptions {
  readonly settings?: Partial<RoutineSettings>;
  readonly picture?: Partial<Picture>;
  readonly designated?: string;
}

/** The recovery of `failed`, from the picture of these servers, answered by a model. */
export function recoverScene(
  routine: RecoveryRoutine,
  failed: string,
  snapshots: readonly InstanceSnapshot[],
  answer: (effect: Effect) => unknown,
  options: SceneOptions = {},
): Run<RecoveryResult> {
  return drive(startRoutine(recoveryInput(routine, failed, snapshots, options)) as Saga<RecoveryResult>, answer);
}

/** What the recovery of `failed` begins from. */
export function recoveryInput(
  routine: RecoveryRoutine,
  failed: string,
  snapshots: readonly InstanceSnapshot[],
  options: SceneOptions = {},
): RoutineInput {
  const picture = { ...plainPicture(...snapshots), ...options.picture };
  return {
    kind: 'recovery',
    name: routine,
    args: {
      analysis: analysisOf(failed, snapshots),
      designated: options.designated === undefined ? null : key(options.designated),
      forced: false,
    },
    picture,
    settings: { ...defaultSettings(), ReasonableReplicationLagSeconds: 10, ...options.settings },
    owner: 'baton1',
    nodeToken: 'token',
  };
}

function analysisOf(failed: string, snapshots: readonly InstanceSnapshot[]): Analysis {
  const below = (each: InstanceSnapshot): boolean => each.facts?.replica?.source.hostname === failed;
  const own = snapshots.find((each) => each.key.hostname === failed);
  return {
    ...DEAD_MASTER,
    key: key(failed),
    sourceKey: own?.facts?.replica?.source ?? NO_KEY,
    replicas: snapshots.filter(below).map((each) => each.key),
  };
}
