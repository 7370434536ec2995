import {
  type ApiContext,
  ApiError,
  type ApiRequest,
  type Download,
  type Envelope,
  errorEnvelope,
  okEnvelope,
  type Route,
} from './api.ts';
import type { Identity } from './authorization.ts';
import { foreignPageRefusal } from './browser-guard.ts';
import { errorText } from './error-text.ts';
import { goJson } from './go-json.ts';
import { wantsDryRun } from './input.ts';
import { LongList } from './long-list.ts';
import { messagePrefix } from './message-identity.ts';
import { pack, packedOnce } from './packing.ts';
import type { PlainReply } from './reply.ts';
import type { SharedAnswers } from './shared-answers.ts';
import type { V2Door } from './v2/router.ts';

/** Answers a request once its route is found and its sender known. */

export const JSON_TYPE = 'application/json; charset=UTF-8';

/**
 * A request that changes something. HEAD answers without changing anything: only crawlers, previews and probes send
 * it, and none of them means to fail over.
 */
export async function answerChange(
  context: ApiContext,
  route: Route,
  request: ApiRequest,
  identity: Identity,
  method: string,
  { authorizer, guard }: V2Door,
): Promise<PlainReply> {
  const refusal = foreignPageRefusal(request.headers, guard);
  if (refusal !== null) {
    context.log.warn('http.foreign-page-refused', refusal, { path: route.path });
    return { status: 403, contentType: JSON_TYPE, body: goJson(errorEnvelope(refusal)) };
  }
  if (!(await authorizer.mayWrite(identity, request.headers))) return failure(context, 'Unauthorized');
  if (route.dryRun !== true && asksForDryRun(request)) {
    const [name = ''] = route.path.split('/');
    return failure(context, `${name} has no dry run, so nothing was done.`);
  }
  if (method === 'HEAD') return { status: 200, contentType: JSON_TYPE, body: '' };
  return run(context, route, request);
}

/** A value that is neither yes nor no was meant as something: not to be taken for a no. */
function asksForDryRun(request: ApiRequest): boolean {
  try {
    return wantsDryRun(request);
  } catch {
    return true;
  }
}

/**
 * A request that only reads.
 * @param shared where the answers of routes are that have the same one for all
 */
export function answerRead(
  context: ApiContext,
  route: Route,
  request: ApiRequest,
  shared: SharedAnswers,
): Promise<PlainReply> {
  return route.shared === true
    ? shared.get(route.path, async () => packedOnce(await run(context, route, request)))
    : run(context, route, request);
}

async function run(context: ApiContext, route: Route, request: ApiRequest): Promise<PlainReply> {
  try {
    await context.engine.discovery.prepareHosts(hostsIn(request));
    if (route.style === 'download') return download(await route.handler(context, request));
    const body =
      route.style === 'bare'
        ? await route.handler(context, request)
        : identified(context, okEnvelope(await route.handler(context, request)));
    return jsonReply(body instanceof LongList ? await body.bytes() : goJson(body));
  } catch (error) {
    logUnexpected(context, route, error);
    const known = error instanceof ApiError ? error : null;
    return failure(context, errorText(error), known?.details, known?.status);
  }
}

function jsonReply(body: string | Buffer): PlainReply {
  return { status: 200, contentType: JSON_TYPE, body, packed: () => pack(body) };
}

/** The parameters that name hosts; handlers look them up in memory. */
const HOST_PARAMETERS = ['host', 'belowHost', 'designatedHost', 'candidateHost'] as const;

function hostsIn({ parameters }: ApiRequest): readonly string[] {
  return HOST_PARAMETERS.flatMap((name) => parameters[name] ?? []);
}

function download({ contentType, fileName, bytes }: Download): PlainReply {
  const headers = { 'Content-Disposition': `attachment; filename="${fileName}"` };
  return { status: 200, contentType, body: bytes, headers };
}

function failure(context: ApiContext, message: string, details: unknown = null, status = 500): PlainReply {
  const envelope = identified(context, errorEnvelope(message, details));
  return { status, contentType: JSON_TYPE, body: goJson(envelope) };
}

function identified({ engine }: ApiContext, envelope: Envelope): Envelope {
  const prefix = messagePrefix(engine.settings, engine.node.hostname);
  return prefix === '' ? envelope : { ...envelope, Message: `${prefix}${envelope.Message}` };
}

const EXPECTED: ReadonlySet<string> = new Set(['BatonError', 'ServerError', 'ApiError']);

function logUnexpected(context: ApiContext, route: Route, error: unknown): void {
  if (error instanceof Error && EXPECTED.has(error.name)) return;
  const stack = error instanceof Error ? error.stack : undefined;
  context.log.error('http.handler-failed', `${route.path} failed: ${errorText(error)}`, { stack });
}
