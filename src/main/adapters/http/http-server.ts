import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import type { Engine } from '../../engine/services/engine.ts';
import { type ApiContext, errorEnvelope } from './api.ts';
import { createDispatcher, type Dispatcher, type PlainReply, type StreamReply } from './dispatcher.ts';
import { errorText } from './error-text.ts';
import { streamEvents, streamTopologies } from './event-streams.ts';
import { goJson } from './go-json.ts';
import { type BoundAddress, bind } from './listen.ts';
import { tlsOptions } from './tls.ts';

export type { BoundAddress } from './listen.ts';

export interface HttpServerOptions {
  readonly engine: Engine;
  /** Those in force at start: prefix, authentication, TLS. What can be reloaded is read from the engine. */
  readonly settings: Settings;
  readonly log: Log;
  /** Milliseconds since the epoch; the system's clock unless a test gives its own. */
  readonly nowMs?: () => number;
}

export interface HttpServer {
  /**
   * @param address `host:port`, `:port` for all interfaces, `unix:/path`, or an absolute path of a socket
   * @throws BatonError when the address can't be used, saying why
   */
  listen(address: string): Promise<BoundAddress>;
  /** Ends open streams, and resolves when every connection is closed. */
  close(): Promise<void>;
}

const compress = promisify(gzip);

/**
 * The network door: routes as orchestrator's clients know them, and Baton's own event streams.
 * @throws BatonError when the settings ask for a TLS that can't be had
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { engine, settings, log, nowMs = Date.now } = options;
  const context: ApiContext = { engine, log, nowMs, startedMs: nowMs() };
  const dispatcher = createDispatcher(context, settings);
  const https = tlsOptions(settings);
  const app = Fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Paths are matched by the rules of the compatible surface, so fastify's own router never sees them.
    rewriteUrl: () => '/',
    ...(https === null ? {} : { https }),
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  // No route reads a body; whatever its type, it is no reason for another answer.
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  app.addHook('onRequest', async (request, reply) => {
    await answer(context, dispatcher, reply, {
      method: request.raw.method ?? 'GET',
      url: request.originalUrl,
      headers: request.headers,
    });
    return reply;
  });
  return {
    listen: (address) => bind(app, address),
    close: () => app.close(),
  };
}

async function answer(
  context: ApiContext,
  dispatcher: Dispatcher,
  reply: FastifyReply,
  request: Parameters<Dispatcher['answer']>[0],
): Promise<void> {
  let result: PlainReply | StreamReply;
  try {
    result = await dispatcher.answer(request);
  } catch (error) {
    context.log.error('http.request-failed', `A request failed: ${errorText(error)}`);
    const body = goJson(errorEnvelope(errorText(error)));
    result = { status: 500, contentType: 'application/json; charset=UTF-8', body };
  }
  if ('stream' in result) openStream(context, reply, result);
  else await send(reply, result, request.headers['accept-encoding']);
}

function openStream(context: ApiContext, reply: FastifyReply, { stream, query }: StreamReply): void {
  reply.hijack();
  if (stream === 'events') streamEvents(context, reply.raw);
  else streamTopologies(context, query.get('cluster') ?? '', reply.raw);
}

async function send(reply: FastifyReply, result: PlainReply, accepted: string | string[] | undefined): Promise<void> {
  reply.code(result.status);
  reply.headers({ 'Content-Type': result.contentType, 'X-Content-Type-Options': 'nosniff', ...result.headers });
  const isText = typeof result.body === 'string';
  const takesGzip = isText && String(accepted ?? '').includes('gzip');
  if (takesGzip) reply.headers({ 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
  const body = Buffer.from(result.body);
  reply.send(takesGzip ? await compress(body) : body);
}
