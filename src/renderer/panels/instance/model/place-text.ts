import type { LogCoordinates } from '../../../../shared/domain/instance.ts';

/**
 * `binlog.000004:1234`; empty for no place.
 * @param masked leaves out the name before the number: by default a relay log's begins with the host's name
 */
export function placeText({ file, position }: LogCoordinates, masked: boolean): string {
  if (file === '') return '';
  return `${masked ? `…${/\.\d+$/.exec(file)?.[0] ?? ''}` : file}:${position}`;
}
