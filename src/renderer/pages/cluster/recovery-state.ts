import type { EngineEventMessage } from '../../stores/fleet.ts';
import type { Recovery } from './recovery-types.ts';

export interface LiveStep {
  readonly id: string;
  readonly atMs: number;
  readonly message: string;
}

/** What the stream has told of a recovery's steps, oldest first. */
export function stepsOf(events: readonly EngineEventMessage[], uid: string): readonly LiveStep[] {
  return events.flatMap(({ id, event }) =>
    event.type === 'recovery-step' && event.uid === uid ? [{ id, atMs: event.atMs, message: event.message }] : [],
  );
}

/** After so long a recovery is history: the block period of the default settings. */
const RECENT_MS = 3_600_000;

export interface RecoveryNews {
  readonly running: readonly Recovery[];
  /** Ended lately, or still blocking others; not acknowledged. */
  readonly recent: readonly Recovery[];
}

/** What of a cluster's recoveries somebody who looks at it has to know. */
export function newsOf(recoveries: readonly Recovery[], nowMs: number): RecoveryNews {
  return {
    running: recoveries.filter(({ outcome }) => outcome === 'running'),
    recent: recoveries.filter(
      ({ outcome, acknowledged, endedMs, inActivePeriod }) =>
        outcome !== 'running' && !acknowledged && (inActivePeriod || nowMs - endedMs < RECENT_MS),
    ),
  };
}
