import type { LogCoordinates } from '../../../shared/domain/instance.ts';

const COORDINATES = /^(.+):(\d{1,15})$/s;
const DETACHED_FILE = /^\/\/(.+):(\d{1,15})$/s;
const NUMBERED_FILE = /^(.*)\.(\d+)$/s;
/** Servers print log numbers with at least six digits. */
const USUAL_DIGITS = 6;

/**
 * Reads `file:position`, or a bare detach mark `//file:position` as it stands in the log file column of a replica that
 * was detached by coordinates.
 * @returns null when the text is neither
 */
export function parseCoordinates(text: string): LogCoordinates | null {
  const trimmed = text.trim();
  const found = COORDINATES.exec(trimmed);
  if (found === null) return null;
  const [, file = '', digits = ''] = found;
  const position = Number(digits);
  const isBareMark = file.startsWith('//') && !DETACHED_FILE.test(file);
  return { file: isBareMark ? trimmed : file, position };
}

/** `file:position`. */
export function coordinatesText(coordinates: LogCoordinates): string {
  return `${coordinates.file}:${coordinates.position}`;
}

export function sameCoordinates(a: LogCoordinates, b: LogCoordinates): boolean {
  return a.position === b.position && a.file === b.file;
}

/** Negative when `a` comes before `b` in the same log, positive after, 0 for the same place. A total order. */
export function compareCoordinates(a: LogCoordinates, b: LogCoordinates): number {
  return compareLogFiles(a.file, b.file) || Math.sign(a.position - b.position);
}

/**
 * Orders log files: by number where the base name is the same, so that `bin.999999` comes before `bin.1000000`, else by
 * base name. Only files of one base name are of one log; any other order just serves to be the same each time.
 */
export function compareLogFiles(a: string, b: string): number {
  const x = splitLogFile(a);
  const y = splitLogFile(b);
  return compare(x.base, y.base) || compare(x.number, y.number) || compare(a, b);
}

/** The file that a server opens after this one; null when the name has no number. */
export function nextLogFile(file: string): string | null {
  return fileAt(file, 1n);
}

/** The file before this one; null when the name has no number or is that of the first file. */
export function previousLogFile(file: string): string | null {
  return fileAt(file, -1n);
}

/** True when the replica was detached by an impossible log file name, `//file:position`, that remembers where it was. */
export function isDetached(coordinates: LogCoordinates): boolean {
  return DETACHED_FILE.test(coordinates.file);
}

/** The detach mark for these coordinates; a detached place is returned as it is. */
export function detachedCoordinates(coordinates: LogCoordinates): LogCoordinates {
  if (isDetached(coordinates)) return coordinates;
  return { file: `//${coordinatesText(coordinates)}`, position: coordinates.position };
}

/** The place that a detach mark remembers; null when the coordinates aren't detached. */
export function attachedCoordinates(coordinates: LogCoordinates): LogCoordinates | null {
  const found = DETACHED_FILE.exec(coordinates.file);
  if (found === null) return null;
  const [, file = '', digits = ''] = found;
  return { file, position: Number(digits) };
}

function splitLogFile(file: string): { readonly base: string; readonly number: bigint } {
  const [, base = file, digits] = NUMBERED_FILE.exec(file) ?? [];
  return { base, number: digits === undefined ? -1n : BigInt(digits) };
}

function fileAt(file: string, distance: bigint): string | null {
  const [, base, digits] = NUMBERED_FILE.exec(file) ?? [];
  if (base === undefined || digits === undefined) return null;
  const number = BigInt(digits) + distance;
  if (number < 1n) return null;
  // 1000000 is followed backwards by 999999, not 0999999; but a name that is padded stays so.
  const width = digits.startsWith('0') ? digits.length : Math.min(digits.length, USUAL_DIGITS);
  return `${base}.${String(number).padStart(width, '0')}`;
}

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
