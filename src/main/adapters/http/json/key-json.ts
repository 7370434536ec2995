import type { LogCoordinates } from '../../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey } from '../../../../shared/domain/instance-key.ts';

/** Small value types of the compatible surface (http-api reference, section 7.2). */

export interface KeyJson {
  readonly Hostname: string;
  readonly Port: number;
}

export interface CoordinatesJson {
  readonly LogFile: string;
  readonly LogPos: number;
  /** 0 for a binary log, 1 for a relay log. */
  readonly Type: 0 | 1;
}

export const NO_KEY_JSON: KeyJson = { Hostname: '', Port: 0 };
export const NO_COORDINATES_JSON: CoordinatesJson = { LogFile: '', LogPos: 0, Type: 0 };

export function keyJson(key: InstanceKey): KeyJson {
  return { Hostname: key.hostname, Port: key.port };
}

/** A list of keys, ordered by host name, then port. */
export function keysJson(keys: readonly InstanceKey[]): readonly KeyJson[] {
  return keys.toSorted(compareKeys).map(keyJson);
}

export function coordinatesJson(coordinates: LogCoordinates | null | undefined, type: 0 | 1 = 0): CoordinatesJson {
  return { LogFile: coordinates?.file ?? '', LogPos: coordinates?.position ?? 0, Type: type };
}

/** Go's nil slice: some listings are `null` when they are empty (http-api reference, section 1.3). */
export function nullIfEmpty<T>(items: readonly T[]): readonly T[] | null {
  return items.length === 0 ? null : items;
}
