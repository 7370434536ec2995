import type { LogCoordinates } from '../../../shared/domain/instance.ts';

/** Where a suspected semi-sync source stood, and since when. */
export interface CoordinatesSighting {
  readonly coordinates: LogCoordinates;
  /** ms since the epoch. */
  readonly firstSeenMs: number;
}

/** `ReasonableLockedSemiSyncMasterSeconds`, or the reasonable lag when that is 0. */
export function lockedAfterSeconds(
  reasonableLockedSemiSyncMasterSeconds: number,
  reasonableLagSeconds: number,
): number {
  return reasonableLockedSemiSyncMasterSeconds > 0 ? reasonableLockedSemiSyncMasterSeconds : reasonableLagSeconds;
}

/** Records where a suspect stands now; a place that hasn't changed keeps its first time (analysis reference, 8). */
export function sightCoordinates(
  before: CoordinatesSighting | undefined,
  coordinates: LogCoordinates,
  nowMs: number,
): CoordinatesSighting {
  return before !== undefined && isSamePlace(before.coordinates, coordinates)
    ? before
    : { coordinates, firstSeenMs: nowMs };
}

/** True when the binary log has stood still for longer than `seconds`. */
export function areCoordinatesStale(
  sighting: CoordinatesSighting | undefined,
  coordinates: LogCoordinates,
  nowMs: number,
  seconds: number,
): boolean {
  if (sighting === undefined || !isSamePlace(sighting.coordinates, coordinates)) return false;
  return sighting.firstSeenMs < nowMs - seconds * 1000;
}

/**
 * How long a sighting is kept, in ms. The reference keeps it for the larger of twice the reasonable lag and a minute
 * and can so forget a lock before it is confirmed; here it is kept for at least twice the time that confirms it.
 */
export function sightingRetentionMs(lockedSeconds: number, reasonableLagSeconds: number): number {
  return Math.max(2 * reasonableLagSeconds, 2 * lockedSeconds, 60) * 1000;
}

function isSamePlace(a: LogCoordinates, b: LogCoordinates): boolean {
  return a.file === b.file && a.position === b.position;
}
