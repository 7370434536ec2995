import { describe, expect, it } from 'vitest';
import {
  areCoordinatesStale,
  lockedAfterSeconds,
  sightCoordinates,
  sightingRetentionMs,
} from '../../../src/main/core/analysis/stale-coordinates.ts';

const at = (position: number, file = 'binlog.000001') => ({ file, position });

describe('coordinates that stand still', () => {
  it.each([
    ['stands still', [at(4), at(4), at(4)], true],
    ['moves', [at(4), at(5), at(6)], false],
    ['moved a moment ago', [at(4), at(4), at(5)], false],
    ['moved to another file at the same position', [at(4), at(4), at(4, 'binlog.000002')], false],
    ['came back', [at(4), at(5), at(4)], false],
  ])('a log that %s, seen every six seconds: %3$s', (_, places, stale) => {
    let sighting: ReturnType<typeof sightCoordinates> | undefined;
    places.forEach((place, i) => {
      sighting = sightCoordinates(sighting, place, i * 6000);
    });
    expect(areCoordinatesStale(sighting, places.at(-1) ?? at(0), 12_000, 10)).toBe(stale);
  });

  it('are stale only after the full time', () => {
    const sighting = sightCoordinates(undefined, at(4), 1000);
    expect(areCoordinatesStale(sighting, at(4), 11_000, 10)).toBe(false);
    expect(areCoordinatesStale(sighting, at(4), 11_001, 10)).toBe(true);
    expect(areCoordinatesStale(undefined, at(4), 11_001, 10)).toBe(false);
  });

  it('count as a lock after the time set for it, else after the reasonable lag', () => {
    expect([lockedAfterSeconds(0, 10), lockedAfterSeconds(45, 10)]).toEqual([10, 45]);
  });

  it.each([
    [10, 10, 60_000],
    [10, 100, 200_000],
    [300, 10, 600_000],
  ])('locked after %d s, lag %d s: kept for %d ms', (locked, lag, kept) => {
    expect(sightingRetentionMs(locked, lag)).toBe(kept);
  });
});
