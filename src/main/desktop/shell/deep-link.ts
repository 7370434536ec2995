import { parseKey } from '../../../shared/domain/instance-key.ts';
import { parsedUrl } from '../page/parsed-url.ts';

/** The scheme that the program is registered for. */
export const LINK_SCHEME = 'baton';

const LONGEST = 2048;
const DEFAULT_PORT = 3306;
/** `<nanoseconds since the epoch>:<64 hex digits>`. */
const UID = /^\d{1,20}:[0-9a-f]{64}$/;

/**
 * The place of the console that a link means, as the part of the page's address after `#`; null for what is no link of
 * this program. Anybody can make somebody follow such a link, so it only ever leads to a place.
 * `baton://cluster/NAME`, `baton://instance/HOST:PORT`, `baton://recovery/UID`, `baton://problems` and alike.
 */
export function placeOfLink(link: string): string | null {
  const url = link.length > LONGEST ? null : parsedUrl(link);
  if (
    url === null ||
    url.protocol !== `${LINK_SCHEME}:` ||
    url.username !== '' ||
    url.password !== '' ||
    url.port !== ''
  )
    return null;
  const argument = decoded(url.pathname.replace(/^\//, '').replace(/\/$/, ''));
  if (argument === null || hasControlCharacter(argument)) return null;
  switch (url.hostname) {
    case 'cluster':
      return argument === '' ? null : place('cluster', argument);
    case 'instance':
      return parseKey(argument, DEFAULT_PORT) === null ? null : place('instance', argument);
    case 'recovery':
      return UID.test(argument) ? place('recovery', argument) : null;
    case 'clusters':
    case 'problems':
    case 'recoveries':
    case 'detections':
      return argument === '' ? `/${url.hostname}` : null;
    default:
      return null;
  }
}

/** The part of the page's address after `#`. */
export function place(page: string, argument: string): string {
  return `/${page}/${encodeURIComponent(argument)}`;
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
