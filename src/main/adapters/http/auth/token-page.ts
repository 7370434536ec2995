import type { Settings } from '../../../../shared/settings/settings.ts';
import { type Envelope, errorEnvelope } from '../api.ts';
import { authenticationMethod, tokenCookie } from '../authorization.ts';
import type { AccessTokens } from './access-tokens.ts';

/** Either the browser has got its cookie and goes on to the front page, or the page says why not. */
export type TokenPage = { readonly cookie: string } | { readonly refusal: Envelope };

const HOW = "Ask for a new one with 'baton access-token' on the machine of the engine.";

/** `{prefix}/web/access-token?publicToken=…`: exchanges a token for a cookie, once (http-api reference, section 2). */
export async function tokenPage(
  settings: Settings,
  tokens: AccessTokens | null,
  query: URLSearchParams,
): Promise<TokenPage> {
  if (authenticationMethod(settings) !== 'token' || tokens === null) {
    return refusal('This Baton hands out no access tokens: its AuthenticationMethod is not "token".');
  }
  const publicToken = query.get('publicToken') ?? '';
  if (publicToken === '') return refusal(`The address has no publicToken. ${HOW}`);
  const secret = await tokens.pickUp(publicToken);
  if (secret === null) return refusal(`This access token was used before, is too old, or never was one. ${HOW}`);
  return { cookie: tokenCookie(publicToken, secret, settings.UseSSL) };
}

function refusal(message: string): TokenPage {
  return { refusal: errorEnvelope(message) };
}
