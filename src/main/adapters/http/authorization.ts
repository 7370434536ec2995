import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import { basicCredentials, sameCredentials } from './auth/basic-credentials.ts';
import { type ClientCertificate, unitRefusal } from './auth/client-certificate.ts';
import type { UnixGroups } from './auth/unix-groups.ts';

/** Who a request comes from, after the authentication layer (http-api reference, section 2, layer A). */
export interface Identity {
  /** Empty when no method tells. */
  readonly user: string;
  readonly readOnly: boolean;
}

/** Who asks, as far as the request and its connection tell. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** All values of a header that came more than once. */
  readonly headersDistinct: NodeJS.Dict<string[]>;
  readonly certificate: ClientCertificate | null;
}

export interface AuthorizerOptions {
  /** Those at start: the method, its user and password, and TLS stay as they are until the next. */
  readonly settings: Settings;
  /** Those in force now: ReadOnly and who may change things behind a proxy. */
  readonly inForce: () => Settings;
  readonly groups: UnixGroups;
  /** Null where there is no data folder to keep them in; then no token is valid. */
  readonly tokens: AccessTokens | null;
}

const READ_ONLY_USER = 'readonly';
const TOKEN_COOKIE = 'access-token';

type Method = 'none' | 'basic' | 'multi' | 'proxy' | 'token' | 'oauth';

/** The settings refuse unknown methods, so anything else is the empty one. */
export function authenticationMethod(settings: Settings): Method {
  const method = settings.AuthenticationMethod.toLowerCase();
  return method === 'basic' || method === 'multi' || method === 'proxy' || method === 'token' || method === 'oauth'
    ? method
    : 'none';
}

/** Who is let in, and who may change something. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  /**
   * One method for both layers: were the second reloaded alone, a change from proxy to basic would let everybody
   * change things, because being asked for no password, everybody would count as having given it.
   */
  readonly #method: Method;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#method = authenticationMethod(options.settings);
  }

  /**
   * Mutual TLS (http-api reference, section 2).
   * @param isStatus the status path, which is open to load balancers unless StatusOUVerify says otherwise
   * @returns the text of a 401, or null
   */
  certificateRefusal({ certificate }: Credentials, isStatus: boolean): string | null {
    const { UseMutualTLS, StatusOUVerify, SSLValidOUs } = this.#options.settings;
    if (!UseMutualTLS || (isStatus && !StatusOUVerify)) return null;
    return unitRefusal(certificate, SSLValidOUs);
  }

  /** @returns null when the request must be answered with 401. */
  authenticate(credentials: Credentials): Identity | null {
    if (this.#method === 'proxy') return { user: this.#proxyUser(credentials), readOnly: false };
    if (this.#method !== 'basic' && this.#method !== 'multi') return { user: '', readOnly: false };
    const given = basicCredentials(credentials.headers.authorization);
    if (given === null) return null;
    if (this.#method === 'multi' && given.user === READ_ONLY_USER) return { user: given.user, readOnly: true };
    const { HTTPAuthUser: user, HTTPAuthPassword: password } = this.#options.settings;
    return sameCredentials(given, { user, password }) ? { user: given.user, readOnly: false } : null;
  }

  /** Layer B of the reference: may this identity change something? */
  async mayWrite(identity: Identity, headers: IncomingHttpHeaders): Promise<boolean> {
    if (this.#options.inForce().ReadOnly) return false;
    switch (this.#method) {
      case 'none':
      case 'basic':
        return true;
      case 'multi':
        return !identity.readOnly;
      case 'proxy':
        return this.#hasPower(identity.user);
      case 'token':
        return this.#hasToken(headers);
      case 'oauth':
        return false;
    }
  }

  /**
   * The predecessor takes the first value of several. A proxy that adds the header to what a client sent, instead of
   * replacing it, would then let anyone be anyone; so values that differ name nobody.
   */
  #proxyUser({ headersDistinct }: Credentials): string {
    const name = this.#options.inForce().AuthUserHeader.toLowerCase();
    const [user, ...others] = new Set((headersDistinct[name] ?? []).map((value) => value.trim()));
    return others.length > 0 ? '' : (user ?? '');
  }

  async #hasPower(user: string): Promise<boolean> {
    const { PowerAuthUsers, PowerAuthGroups } = this.#options.inForce();
    if (PowerAuthUsers.includes('*')) return true;
    if (user === '') return false;
    if (PowerAuthUsers.includes(user)) return true;
    if (PowerAuthGroups.length === 0) return false;
    const groups = await this.#options.groups.of(user);
    return PowerAuthGroups.some((group) => groups.has(group));
  }

  async #hasToken({ cookie }: IncomingHttpHeaders): Promise<boolean> {
    const { tokens } = this.#options;
    if (tokens === null) return false;
    for (const [publicToken, secret] of tokenPairs(cookie ?? '')) {
      if (await tokens.isValid(publicToken, secret)) return true;
    }
    return false;
  }
}

/** What a browser is given to keep for a token that was picked up; a page of another site makes it send none. */
export function tokenCookie(publicToken: string, secret: string, overTls: boolean): string {
  return `${TOKEN_COOKIE}=${publicToken}:${secret}; Path=/; HttpOnly; SameSite=Strict${overTls ? '; Secure' : ''}`;
}

/** Browsers keep cookies by host without regard to the port, so that one of another program may be among them. */
function tokenPairs(cookie: string): readonly (readonly [string, string])[] {
  return cookie.split(';').flatMap((one) => {
    const match = /^\s*access-token="?([^":]+):([^":]+)"?\s*$/.exec(one);
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
  });
}
