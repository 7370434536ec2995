import type { WatcherSettings } from './watcher-deps.ts';

/** A server that just failed is tried again after these pauses, in ms, before the poll interval rules. */
const QUICK_RETRIES_MS = [100, 200, 400, 800];
/** A fenced server that is away is tried at least so often: at its return Baton has to be early. */
const FENCED_RETRY_MS = 1000;

/**
 * Milliseconds until the next poll. After the quick retries the pause of a dead server grows by
 * `DeadInstancePollSecondsMultiplyFactor` with each failure, up to `DeadInstancePollSecondsMax`.
 * @param failures polls that failed in a row
 */
export function pauseBeforePoll(failures: number, settings: WatcherSettings, fenced: boolean): number {
  const { pollMs, deadFactor, deadMaxMs } = settings;
  if (failures === 0) return pollMs;
  const quick = QUICK_RETRIES_MS[failures - 1];
  if (quick !== undefined) return Math.min(quick, pollMs);
  if (fenced) return Math.min(pollMs, FENCED_RETRY_MS);
  const backedOff = pollMs * deadFactor ** (failures - QUICK_RETRIES_MS.length - 1);
  return Math.min(backedOff, Math.max(deadMaxMs, pollMs));
}
