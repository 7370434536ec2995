import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { JSON_TYPE } from './answer-route.ts';
import { errorEnvelope } from './api.ts';
import { goJson } from './go-json.ts';
import type { PlainReply } from './reply.ts';

/** How long a connection may go on after its request was refused, so that its client can read why; ms. */
const LINGER_MS = 1000;

const PHRASES: Readonly<Record<number, string>> = {
  400: 'This is no HTTP request that Baton understands.',
  408: 'The request took too long to arrive.',
  413: 'The request is too large.',
  417: 'Baton does not do what the Expect header asks for.',
  431: 'The request line and headers are too long; the path and the query count.',
};

const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

const refused = new WeakSet<Socket>();

/**
 * Answers what never became a request: Node's parser gave up on it, so there is no path, and both surfaces are told in
 * the envelope that the older one knows.
 */
export function refuseBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  // What follows in the same connection is refused too, and said no word of.
  if (refused.has(socket)) return;
  refused.add(socket);
  if (answersAlready(socket)) socket.destroy();
  else lingeringEnd(socket, refusalText(STATUS_OF.get(error.code ?? '') ?? 400));
}

/** Expectations other than 100-continue, which Node answers without a word (RFC 9110, section 10.1.1). */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) => {
    const body = bodyOf(417);
    const length = Buffer.byteLength(body);
    response.writeHead(417, { 'Content-Type': JSON_TYPE, 'Content-Length': length, Connection: 'close' });
    response.end(body);
  });
}

/** Since HTTP/1.1 every request says whom it is for (RFC 9112, section 3.2); Node would refuse it without a word. */
export function refusalWithoutHost({ httpVersion, headers }: IncomingMessage): PlainReply | null {
  if (headers.host !== undefined || httpVersion === '1.0') return null;
  return { status: 400, contentType: JSON_TYPE, body: bodyOf(400), headers: { Connection: 'close' } };
}

/** The beginning of another answer would be taken for the rest of the one that is being sent. */
function answersAlready(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

/** A connection that is closed while bytes arrive is reset, and its client may lose what it was told. */
function lingeringEnd(socket: Socket, text: string): void {
  socket.end(text);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function refusalText(status: number): string {
  const body = bodyOf(status);
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${JSON_TYPE}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}

function bodyOf(status: number): string {
  return goJson(errorEnvelope(PHRASES[status] ?? PHRASES[400] ?? ''));
}
