import type { IncomingHttpHeaders } from 'node:http';
import type { Endpoint } from '../../../../shared/contract/v2/endpoint.ts';
import { ENDPOINTS, type EndpointName } from '../../../../shared/contract/v2/endpoints.ts';
import type { ApiContext, Download } from '../api.ts';
import type { Authorizer, Identity } from '../authorization.ts';
import { foreignPageRefusal, type GuardOptions } from '../browser-guard.ts';
import { errorText } from '../error-text.ts';
import { packedOnce } from '../packing.ts';
import { percentDecode } from '../path-matching.ts';
import type { PlainReply, StreamReply } from '../reply.ts';
import type { SharedAnswers } from '../shared-answers.ts';
import { parseBody } from './body.ts';
import type { V2Request } from './handler.ts';
import { V2_HANDLERS } from './handlers/index.ts';
import { invalidRequest, ProblemError, problemReply } from './problem.ts';

export interface V2Target {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Reads the body, once; it may have so many bytes, or as many as most have. */
  readonly body: (mostBytes?: number) => Promise<Buffer>;
}

interface Found {
  readonly name: EndpointName;
  readonly endpoint: Endpoint;
  readonly parameters: Readonly<Record<string, string>>;
}

const PREFIX = '/api/v2/';
const BY_PATH = Object.entries<Endpoint>(ENDPOINTS).map(([name, endpoint]) => ({
  name: name as EndpointName,
  endpoint,
  segments: endpoint.path.split('/'),
}));

/** Whether an address is one of API v2, which answers failures with problem documents. */
export function isV2(url: string, urlPrefix: string): boolean {
  return url.startsWith(`${urlPrefix}${PREFIX}`);
}

/** Who is let in, and under which addresses. */
export interface V2Door {
  readonly authorizer: Pick<Authorizer, 'mayWrite'>;
  readonly guard: GuardOptions;
  /** `URLPrefix`, as it was at start. */
  readonly urlPrefix: string;
  /** Where answers are that many ask for at one time; without it, each is made for itself. */
  readonly shared?: SharedAnswers;
}

/** Long lists, which are the same for all who ask under one address. */
const SHARED: ReadonlySet<EndpointName> = new Set(['clusters', 'instances']);

/**
 * Answers a request of API v2.
 * @returns null when no endpoint has this path
 */
export async function answerV2(
  context: ApiContext,
  target: V2Target,
  identity: Identity,
  door: V2Door,
): Promise<PlainReply | StreamReply | null> {
  const mark = target.url.indexOf('?');
  const path = (mark < 0 ? target.url : target.url.slice(0, mark)).slice(door.urlPrefix.length + PREFIX.length);
  try {
    const candidates = find(path.replace(/\/$/, '').split('/'));
    if (candidates.length === 0) return null;
    const found = byMethod(candidates, target.method);
    if (found.endpoint.auth === 'W') await mustBeAllowed(context, target.headers, identity, door);
    const query = new URLSearchParams(mark < 0 ? '' : target.url.slice(mark + 1));
    const request = await validated(found, target, query, identity);
    const { name, endpoint } = found;
    if (name === 'stream') return stream(target, query, door.guard);
    const made = async () => reply(endpoint, await V2_HANDLERS[name](context, request as never));
    if (door.shared === undefined || !SHARED.has(name)) return await made();
    return await door.shared.get(target.url, async () => packedOnce(await made()));
  } catch (error) {
    logUnexpected(context, path, error);
    return problemReply(error);
  }
}

/** Literal segments before parameters isn't needed: no two endpoints of a method match the same path. */
function find(parts: readonly string[]): readonly Found[] {
  return BY_PATH.flatMap(({ name, endpoint, segments }) => {
    if (segments.length !== parts.length) return [];
    const parameters: Record<string, string> = {};
    for (const [index, segment] of segments.entries()) {
      const part = parts[index] ?? '';
      if (!segment.startsWith('{')) {
        if (segment !== part) return [];
      } else {
        const text = percentDecode(part)?.trim() ?? '';
        if (text === '') return [];
        parameters[segment.slice(1, -1)] = text;
      }
    }
    return [{ name, endpoint, parameters }];
  });
}

function byMethod(candidates: readonly Found[], method: string): Found {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = candidates.find(({ endpoint }) => endpoint.method === wanted);
  if (found !== undefined) return found;
  const allowed = candidates.map(({ endpoint }) => endpoint.method).join(', ');
  throw new ProblemError(405, 'method-not-allowed', `${method} is not possible here, only ${allowed}.`, {
    headers: { Allow: allowed },
  });
}

async function mustBeAllowed(
  context: ApiContext,
  headers: IncomingHttpHeaders,
  identity: Identity,
  { authorizer, guard }: V2Door,
): Promise<void> {
  const refusal = foreignPageRefusal(headers, guard);
  if (refusal !== null) {
    context.log.warn('http.foreign-page-refused', refusal);
    throw new ProblemError(403, 'foreign-page', refusal);
  }
  if (await authorizer.mayWrite(identity, headers)) return;
  const who = identity.user === '' ? 'This request' : identity.user;
  const why = context.engine.settings.ReadOnly ? 'this node is read-only (ReadOnly)' : 'the user has no right to';
  throw new ProblemError(403, 'unauthorized', `${who} may not change anything: ${why}.`);
}

async function validated(
  { endpoint, parameters }: Found,
  { headers, body }: V2Target,
  query: URLSearchParams,
  { user }: Identity,
): Promise<V2Request> {
  const given = endpoint.query?.safeParse(Object.fromEntries(query));
  if (given?.success === false) throw invalidRequest('query', given.error);
  if (endpoint.query === undefined && query.size > 0) {
    const [name = ''] = query.keys();
    throw new ProblemError(400, 'invalid-argument', `There is no query parameter "${name}" here.`);
  }
  const sent = endpoint.body?.safeParse(parseBody(headers['content-type'], await body(endpoint.bodyBytes)));
  if (sent?.success === false) throw invalidRequest('body', sent.error);
  const read = { parameters, query: given?.data, body: sent?.data, headers, user };
  return read as V2Request;
}

/** Browsers open WebSockets to any site, and send the user's credentials along. */
function stream({ method, headers }: V2Target, query: URLSearchParams, guard: GuardOptions): StreamReply | PlainReply {
  if (method === 'HEAD') return { status: 200, contentType: 'text/event-stream; charset=utf-8', body: '' };
  const refusal = headers.upgrade === undefined ? null : foreignPageRefusal(headers, guard);
  if (refusal !== null) throw new ProblemError(403, 'foreign-page', refusal);
  const last = headers['last-event-id'];
  if (typeof last === 'string' && last !== '') query.set('after', last);
  return { stream: 'stream', query };
}

function reply({ reply: { kind } }: Endpoint, result: unknown): PlainReply {
  const headers = { 'Cache-Control': 'no-store' };
  if (kind === 'nothing') return { status: 204, contentType: 'application/json', body: '', headers };
  if (kind === 'file') {
    const { contentType, fileName, bytes } = result as Download;
    const disposition = { 'Content-Disposition': `attachment; filename="${fileName}"` };
    return { status: 200, contentType, body: bytes, headers: { ...headers, ...disposition } };
  }
  return { status: 200, contentType: 'application/json; charset=utf-8', body: JSON.stringify(result), headers };
}

const EXPECTED: ReadonlySet<string> = new Set(['BatonError', 'ServerError', 'ProblemError', 'ApiError']);

function logUnexpected({ log }: ApiContext, path: string, error: unknown): void {
  if (error instanceof Error && EXPECTED.has(error.name)) return;
  const stack = error instanceof Error ? error.stack : undefined;
  log.error('http.handler-failed', `v2/${path} failed: ${errorText(error)}`, { stack });
}
