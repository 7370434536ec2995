import type { Settings } from '../../../shared/settings/settings.ts';
import { answerChange, answerRead, JSON_TYPE } from './answer-route.ts';
import type { ApiContext, Route } from './api.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import { FailedLogins } from './auth/failed-logins.ts';
import { tokenPage } from './auth/token-page.ts';
import type { UnixGroups } from './auth/unix-groups.ts';
import { Authorizer, authenticationMethod, type Credentials } from './authorization.ts';
import type { GuardOptions } from './browser-guard.ts';
import { goJson } from './go-json.ts';
import { metricsPage } from './handlers/metrics.ts';
import {
  compilePattern,
  matchPattern,
  type PathParameters,
  type PathPattern,
  pathParts,
  percentDecode,
} from './path-matching.ts';
import type { PlainReply, StreamReply } from './reply.ts';
import { ROUTES } from './routes.ts';
import { SharedAnswers } from './shared-answers.ts';
import { ProblemError, problemReply } from './v2/problem.ts';
import { answerV2, isV2, type V2Door } from './v2/router.ts';
import { WebDoor } from './web/web-door.ts';

/** A request as far as answering it goes. */
interface PlainRequest extends Credentials {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** The address of the other end; empty for a local socket. */
  readonly address: string;
  /** Reads the body, once. */
  readonly body: (mostBytes?: number) => Promise<Buffer>;
}

const TEXT_TYPE = 'text/plain; charset=utf-8';
const DEFAULT_STATUS_ENDPOINT = '/api/status';

interface CompiledRoute {
  readonly route: Route;
  readonly pattern: PathPattern;
}

export interface Dispatcher {
  answer(request: PlainRequest): Promise<PlainReply | StreamReply>;
}

export interface DispatcherOptions {
  /** Those that take effect at start only: prefix, status endpoint, authentication. */
  readonly settings: Settings;
  readonly groups: UnixGroups;
  readonly tokens: AccessTokens | null;
  /** Of the built page of the console; null where there is none. */
  readonly pageFolder: string | null;
}

export function createDispatcher(context: ApiContext, options: DispatcherOptions): Dispatcher {
  const { settings, tokens } = options;
  const table = compileRoutes(settings);
  const authorizer = new Authorizer({ ...options, inForce: () => context.engine.settings });
  const shared = new SharedAnswers();
  const web = new WebDoor(context, settings.URLPrefix, options.pageFolder);
  const failedLogins = new FailedLogins(context.log, context.nowMs);
  const door: V2Door = { authorizer, guard: guardOptions(context, settings), urlPrefix: settings.URLPrefix, shared };
  return {
    async answer(request) {
      const target = readTarget(request.url);
      const uncertified = authorizer.certificateRefusal(
        request,
        target !== null && isStatusPath(target.path, settings),
      );
      if (uncertified !== null) return { status: 401, contentType: TEXT_TYPE, body: uncertified };
      const identity = authorizer.authenticate(request);
      if (identity === null) {
        if (request.headers.authorization !== undefined) failedLogins.add(request.address);
        return isV2(request.url, settings.URLPrefix) ? UNAUTHENTICATED_V2 : UNAUTHENTICATED;
      }
      const inV2 = isV2(request.url, settings.URLPrefix);
      if (inV2) {
        const reply = await answerV2(context, request, identity, door);
        if (reply !== null) return reply;
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') return inV2 ? NOT_FOUND_V2 : NOT_FOUND;
      if (target === null) return inV2 ? BAD_PATH_V2 : BAD_PATH;
      if (target.path === `${settings.URLPrefix}/web/access-token` && request.method === 'GET') {
        return exchangeToken(settings, tokens, target.query);
      }
      const console = await web.answer({ ...target, headers: request.headers });
      if (console !== null) return console;
      const page = await metricsPage(context, target.path, settings.URLPrefix);
      if (page !== null) return { status: 200, ...page };
      const stream = streamOf(target.path, settings.URLPrefix);
      if (stream !== null && request.method === 'GET') return { stream, query: target.query };
      const found = findRoute(table, target.path, settings);
      if (found === null) return inV2 ? NOT_FOUND_V2 : NOT_FOUND;
      const api = { parameters: found.parameters, query: target.query, headers: request.headers, user: identity.user };
      return found.route.auth === 'W'
        ? answerChange(context, found.route, api, identity, request.method, door)
        : answerRead(context, found.route, api, shared);
    },
  };
}

const NOT_FOUND: PlainReply = { status: 404, contentType: TEXT_TYPE, body: '404 page not found\n' };

const BAD_PATH: PlainReply = { status: 400, contentType: TEXT_TYPE, body: '400 Bad Request' };

const BAD_PATH_V2 = problemReply(
  new ProblemError(400, 'invalid-argument', 'A % in the path is not followed by two hexadecimal digits.'),
);

const UNAUTHENTICATED: PlainReply = {
  status: 401,
  contentType: TEXT_TYPE,
  body: 'Not Authorized\n',
  headers: { 'WWW-Authenticate': 'Basic realm="Authorization Required"' },
};

const NOT_FOUND_V2 = problemReply(
  new ProblemError(404, 'unknown-path', 'API v2 has no such path; GET /api/v2/openapi.json lists those that it has.'),
);

const UNAUTHENTICATED_V2 = problemReply(
  new ProblemError(401, 'unauthenticated', 'Baton wants a user and a password here.', {
    headers: UNAUTHENTICATED.headers ?? {},
  }),
);

/** The pages below `web/` answer with 200 whatever happens (http-api reference, section 1.2). */
async function exchangeToken(
  settings: Settings,
  tokens: AccessTokens | null,
  query: URLSearchParams,
): Promise<PlainReply> {
  const page = await tokenPage(settings, tokens, query);
  if ('refusal' in page) return { status: 200, contentType: JSON_TYPE, body: goJson(page.refusal) };
  const headers = { Location: `${settings.URLPrefix}/`, 'Set-Cookie': page.cookie, 'Cache-Control': 'no-store' };
  return { status: 302, contentType: TEXT_TYPE, body: '', headers };
}

/** Literals before parameters, so that the order of the table doesn't matter. */
function compileRoutes(settings: Settings): ReadonlyMap<string, readonly CompiledRoute[]> {
  const byName = new Map<string, CompiledRoute[]>();
  const servesStatus = settings.StatusEndpoint === DEFAULT_STATUS_ENDPOINT;
  for (const route of ROUTES) {
    if (route.path === 'status' && !servesStatus) continue;
    const [name = ''] = route.path.split('/');
    const compiled = { route, pattern: compilePattern(route.path) };
    byName.set(name, [...(byName.get(name) ?? []), compiled]);
  }
  for (const routes of byName.values()) routes.sort((a, b) => b.pattern.literals - a.pattern.literals);
  return byName;
}

function readTarget(url: string): { readonly path: string; readonly query: URLSearchParams } | null {
  const mark = url.indexOf('?');
  const path = percentDecode(mark < 0 ? url : url.slice(0, mark));
  return path === null ? null : { path, query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) };
}

function streamOf(path: string, prefix: string): StreamReply['stream'] | null {
  if (path === `${prefix}/api/v2/events`) return 'events';
  return path === `${prefix}/api/v2/watch` ? 'watch' : null;
}

/**
 * The path that load balancers ask. The predecessor looks for the text anywhere in the address, so that adding it to
 * the query of any other path would do.
 */
function isStatusPath(path: string, { StatusEndpoint, URLPrefix }: Settings): boolean {
  const status = StatusEndpoint === DEFAULT_STATUS_ENDPOINT ? `${URLPrefix}${StatusEndpoint}` : StatusEndpoint;
  return path === status || path === `${status}/`;
}

function findRoute(
  table: ReadonlyMap<string, readonly CompiledRoute[]>,
  path: string,
  settings: Settings,
): { readonly route: Route; readonly parameters: PathParameters } | null {
  const isStatus = settings.StatusEndpoint !== DEFAULT_STATUS_ENDPOINT && path === settings.StatusEndpoint;
  const base = `${settings.URLPrefix}/api/`;
  if (!isStatus && !path.startsWith(base)) return null;
  const parts = isStatus ? ['health'] : pathParts(path.slice(base.length));
  for (const { route, pattern } of table.get(parts[0] ?? '') ?? []) {
    const parameters = matchPattern(pattern, parts);
    if (parameters !== null) return { route, parameters };
  }
  return null;
}

function guardOptions(context: ApiContext, settings: Settings): GuardOptions {
  const { hostname } = context.engine.node;
  const names = [hostname, hostname.split('.')[0] ?? '', nameIn(settings.HTTPAdvertise)];
  return {
    checkHost: authenticationMethod(settings) === 'none',
    ownNames: new Set(names.filter((name) => name !== '').map((name) => name.toLowerCase())),
  };
}

function nameIn(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).hostname : '';
}
