import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from '../../../shared/settings/settings.ts';

/** Who a request comes from, after the authentication layer (http-api reference, section 2, layer A). */
export interface Identity {
  /** Empty when no method tells. */
  readonly user: string;
  readonly readOnly: boolean;
}

const READ_ONLY_USER = 'readonly';

type Method = 'none' | 'basic' | 'multi' | 'proxy' | 'token' | 'oauth';

/** An unknown method counts as none, as it always has; the settings warn of it. */
export function authenticationMethod(settings: Settings): Method {
  const method = settings.AuthenticationMethod.toLowerCase();
  return method === 'basic' || method === 'multi' || method === 'proxy' || method === 'token' || method === 'oauth'
    ? method
    : 'none';
}

/** @returns null when the request must be answered with 401. */
export function authenticate(
  settings: Settings,
  headers: IncomingHttpHeaders,
  userHeader = settings.AuthUserHeader,
): Identity | null {
  const method = authenticationMethod(settings);
  if (method === 'proxy') return { user: proxyUser(userHeader, headers), readOnly: false };
  if (method !== 'basic' && method !== 'multi') return { user: '', readOnly: false };
  const given = basicCredentials(headers.authorization);
  if (given === null) return null;
  if (method === 'multi' && given.user === READ_ONLY_USER) return { user: given.user, readOnly: true };
  // Both comparisons always run, so that the time taken doesn't tell a right user from a wrong one.
  const userMatches = sameSecret(given.user, settings.HTTPAuthUser);
  const passwordMatches = sameSecret(given.password, settings.HTTPAuthPassword);
  return userMatches && passwordMatches ? { user: given.user, readOnly: false } : null;
}

/** Layer B of the reference: may this identity change something? */
export function mayWrite(settings: Settings, identity: Identity): boolean {
  if (settings.ReadOnly) return false;
  switch (authenticationMethod(settings)) {
    case 'none':
    case 'basic':
      return true;
    case 'multi':
      return !identity.readOnly;
    case 'proxy':
      return settings.PowerAuthUsers.includes('*') || settings.PowerAuthUsers.includes(identity.user);
    case 'token':
    case 'oauth':
      return false;
  }
}

function basicCredentials(header: string | undefined): { user: string; password: string } | null {
  const match = /^Basic ([A-Za-z0-9+/=]*)$/i.exec(header ?? '');
  if (match?.[1] === undefined) return null;
  const decoded = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return null;
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function proxyUser(userHeader: string, headers: IncomingHttpHeaders): string {
  const value = headers[userHeader.toLowerCase()];
  return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim() ?? '';
}
