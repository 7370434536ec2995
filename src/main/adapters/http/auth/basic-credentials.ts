import { createHash, timingSafeEqual } from 'node:crypto';

export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** What an `Authorization` header of the basic scheme holds (RFC 7617); null for any other header. */
export function basicCredentials(header: string | undefined): BasicCredentials | null {
  const match = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '');
  if (match?.[1] === undefined) return null;
  const decoded = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return null;
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Whether both are as expected; the time that it takes tells neither which one is wrong nor how much of it. */
export function sameCredentials(given: BasicCredentials, expected: BasicCredentials): boolean {
  const userMatches = sameSecret(given.user, expected.user);
  const passwordMatches = sameSecret(given.password, expected.password);
  return userMatches && passwordMatches;
}

/** Compares without telling by the time taken how much of a guess is right. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
