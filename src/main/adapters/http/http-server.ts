import type { IncomingMessage } from 'node:http';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { Exposition } from '../../engine/ports/metrics.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import type { Credentials } from '../../engine/services/credentials.ts';
import type { Engine } from '../../engine/services/engine.ts';
import { type ApiContext, errorEnvelope } from './api.ts';
import { AccessTokens, tokenLifetimes } from './auth/access-tokens.ts';
import { clientCertificate } from './auth/client-certificate.ts';
import { createUnixGroups, type UnixGroups } from './auth/unix-groups.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { errorText } from './error-text.ts';
import { streamEvents, streamTopologies } from './event-streams.ts';
import { goJson } from './go-json.ts';
import { type BoundAddress, bind } from './listen.ts';
import { pack, takesGzip } from './packing.ts';
import type { PlainReply, StreamReply } from './reply.ts';
import { tlsOptions } from './tls.ts';
import { readBody } from './v2/body.ts';
import { problemReply } from './v2/problem.ts';
import { isV2 } from './v2/router.ts';
import { StreamDoor } from './v2/stream/stream-door.ts';
import type { TextSocket } from './v2/stream/web-socket-reader.ts';
import { refusalWithoutHost, refuseBrokenRequest, refuseExpectations } from './wire-errors.ts';

export type { BoundAddress } from './listen.ts';

export interface HttpServerOptions {
  readonly engine: Engine;
  /** Those in force at start: prefix, authentication, TLS. What can be reloaded is read from the engine. */
  readonly settings: Settings;
  readonly log: Log;
  /** Where access tokens are kept; without it, none is valid. */
  readonly dataFolder?: string;
  /** The page `/metrics`; without it there is none. */
  readonly exposition?: Exposition;
  /** Manages the accounts for the servers; without it, nobody can. */
  readonly credentials?: Credentials | null;
  /** Of the built page of the console; without it, a text says how to build it. */
  readonly pageFolder?: string;
  /** Milliseconds since the epoch; the system's clock unless a test gives its own. */
  readonly nowMs?: () => number;
  /** Of this machine unless a test gives its own. */
  readonly groups?: UnixGroups;
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

/** How long a request may take to arrive, body included. */
const REQUEST_MS = 60_000;
/** How long a client may take none of its answer before the connection is cut. */
const STALLED_REPLY_MS = 60_000;
/** Readers of a stream have nothing to say. */
const READER_BYTES = 1024;

/**
 * The network door: routes as orchestrator's clients know them, and Baton's own event streams.
 * @throws BatonError when the settings ask for a TLS that can't be had
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { engine, settings, log, dataFolder, nowMs = Date.now } = options;
  const exposition = options.exposition ?? null;
  const credentials = options.credentials ?? null;
  const context: ApiContext = { engine, log, exposition, credentials, nowMs, startedMs: nowMs() };
  const https = tlsOptions(settings);
  const lifetimes = () => tokenLifetimes(engine.settings);
  const dispatcher = createDispatcher(context, {
    settings,
    pageFolder: options.pageFolder ?? null,
    groups: options.groups ?? createUnixGroups({ log, nowMs }),
    tokens: dataFolder === undefined ? null : new AccessTokens({ dataFolder, lifetimes, nowMs }),
  });
  const door = new StreamDoor(context);
  const upgrades = new WeakMap<IncomingMessage, URLSearchParams>();
  // An offer of another protocol than WebSocket is one that a server may pass over (RFC 9110, section 7.8).
  const serving = { shouldUpgradeCallback: isUpgrade, requireHostHeader: false };
  const app = Fastify({
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    requestTimeout: REQUEST_MS,
    clientErrorHandler: refuseBrokenRequest,
    // Paths are matched by the rules of the compatible surface, so fastify's own router never sees them.
    rewriteUrl: () => '/',
    ...(https === null ? { http: serving } : { https: { ...https, ...serving } }),
  }) as unknown as FastifyInstance;
  refuseExpectations(app.server);
  app.removeAllContentTypeParsers();
  // API v2 reads bodies by itself; elsewhere one is no reason for another answer, whatever its type.
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  app.addHook('onRequest', async (request, reply) => {
    // Nothing else closes the socket of an upgrade that is refused: the HTTP server has let go of it.
    if (hasLeftHttp(request.raw)) reply.raw.once('finish', () => request.raw.socket.destroySoon());
    const result =
      refusalWithoutHost(request.raw) ??
      (await answer(context, dispatcher, {
        method: request.raw.method ?? 'GET',
        url: request.originalUrl,
        headers: request.headers,
        headersDistinct: request.raw.headersDistinct,
        certificate: clientCertificate(request.raw.socket),
        address: request.raw.socket.remoteAddress ?? '',
        body: (mostBytes) => readBody(request.raw, mostBytes),
      }));
    if (!('stream' in result)) await send(reply, result, request.headers['accept-encoding']);
    else if (result.stream === 'stream' && isUpgrade(request.raw)) {
      // The answer is the upgrade, by the route below.
      upgrades.set(request.raw, result.query);
      return;
    } else openStream(context, door, reply, result);
    return reply;
  });
  app.register(async (scope) => {
    await scope.register(websocket, { options: { maxPayload: READER_BYTES } });
    scope.get('/', { websocket: true }, (socket: TextSocket, { raw }) => {
      door.webSocket(upgrades.get(raw) ?? new URLSearchParams(), socket);
    });
  });
  return {
    listen: (address) => bind(app, address),
    close: async () => {
      door.close();
      await app.close();
    },
  };
}

async function answer(
  context: ApiContext,
  dispatcher: Dispatcher,
  request: Parameters<Dispatcher['answer']>[0],
): Promise<PlainReply | StreamReply> {
  try {
    return await dispatcher.answer(request);
  } catch (error) {
    context.log.error('http.request-failed', `A request failed: ${errorText(error)}`);
    if (isV2(request.url, context.engine.settings.URLPrefix)) return problemReply(error);
    const body = goJson(errorEnvelope(errorText(error)));
    return { status: 500, contentType: 'application/json; charset=UTF-8', body };
  }
}

/** The server itself sees to it that an upgrade has the headers for it. */
function isUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Whether Node has handed the connection over, as it does with every offer where it can't be told which to take. */
function hasLeftHttp(request: IncomingMessage & { readonly upgrade?: boolean | null }): boolean {
  return request.upgrade === true;
}

function openStream(context: ApiContext, door: StreamDoor, reply: FastifyReply, { stream, query }: StreamReply): void {
  reply.hijack();
  if (stream === 'stream') door.serverSentEvents(query, reply.raw);
  else if (stream === 'events') streamEvents(context, reply.raw);
  else streamTopologies(context, query.get('cluster') ?? '', reply.raw);
}

async function send(reply: FastifyReply, result: PlainReply, accepted: string | string[] | undefined): Promise<void> {
  // While an answer is sent only: the next one in the connection may take its time before it begins.
  reply.raw.setTimeout(STALLED_REPLY_MS);
  reply.raw.prependOnceListener('finish', () => reply.raw.setTimeout(0));
  reply.code(result.status);
  reply.headers({ 'Content-Type': result.contentType, 'X-Content-Type-Options': 'nosniff', ...result.headers });
  const isText = result.packed !== undefined || typeof result.body === 'string';
  const packs = isText && result.body.length > 0 && takesGzip(accepted);
  if (packs) reply.headers({ 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
  const { body, packed = () => pack(body) } = result;
  reply.send(packs ? await packed() : asBuffer(body));
}

/** Of bytes, another look at them and no copy. */
function asBuffer(body: string | Uint8Array): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
