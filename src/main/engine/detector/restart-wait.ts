import type { PollFailure } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { durationText } from '../../core/policy/may-recover.ts';
import type { ShutdownPicture } from '../poller/shutdown-signs.ts';

/** A verdict that has to wait. */
export interface Wait {
  /** When to look again; infinite when something else than time will tell. */
  readonly ms: number;
  /** For people: why nothing is done yet; null when it takes but a moment. */
  readonly reason: string | null;
}

export type RestartSettings = Pick<Settings, 'BatonRestartGraceMilliseconds' | 'BatonCrashConfirmMilliseconds'>;

/** A connection that is open still may be closed the next moment, and then it was a crash. */
const MOMENT_MS = 10;
const WATCH_MS = 100;

/**
 * Whether a failed server may be about to come back by itself: one that is shut down in order gets the restart grace
 * from the end of its connections on, one that crashed the time to confirm it.
 * @returns null when there is nothing to wait for
 */
export function restartWait(
  key: InstanceKey,
  failure: PollFailure,
  shutdown: ShutdownPicture,
  settings: RestartSettings,
  nowMs: number,
): Wait | null {
  // It is up; that it doesn't let Baton in is no restart.
  if (failure.kind === 'refused-by-server') return null;
  const name = keyText(key);
  const { BatonRestartGraceMilliseconds: graceMs, BatonCrashConfirmMilliseconds: confirmMs } = settings;
  if (graceMs > 0 && shutdown.isGoingDown) {
    const reason = `${name} is shutting down in order, and then has ${durationText(graceMs)} to come back (BatonRestartGraceMilliseconds).`;
    return { ms: WATCH_MS, reason };
  }
  if (graceMs > 0 && shutdown.holdsConnections) return { ms: MOMENT_MS, reason: null };
  const graceLeftMs = shutdown.saidMs > 0 ? shutdown.saidMs + graceMs - nowMs : 0;
  const confirmLeftMs = shutdown.goneSinceMs > 0 ? shutdown.goneSinceMs + confirmMs - nowMs : 0;
  if (graceLeftMs <= 0 && confirmLeftMs <= 0) return null;
  return graceLeftMs >= confirmLeftMs
    ? {
        ms: graceLeftMs,
        reason: `${name} was shut down in order and has ${durationText(graceMs)} to come back (BatonRestartGraceMilliseconds).`,
      }
    : {
        ms: confirmLeftMs,
        reason: `${name} refuses connections and has ${durationText(confirmMs)} to come back (BatonCrashConfirmMilliseconds).`,
      };
}
