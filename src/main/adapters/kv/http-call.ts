import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly origin: URL;
  /** Sent as it is: a key may hold dots that a URL would resolve. */
  readonly path: string;
  /** May hold a secret, so it is in no message. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** With https: whether the server's certificate has to be one that this machine trusts. */
  readonly verify: boolean;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** More than any answer to a write; a server that sends more isn't what it is taken for. */
const ANSWER_LIMIT = 1_000_000;

/**
 * One request. Each opens a connection of its own: writes are rare, and a kept connection may be dead just when one
 * matters. Rejects with an Error that says what was wrong with the way to the server.
 */
export function httpCall(call: HttpCall): Promise<HttpAnswer> {
  const { method, origin, path, headers = {}, body = '', verify, signal } = call;
  const isTls = origin.protocol === 'https:';
  const options = {
    method,
    host: origin.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port || (isTls ? 443 : 80),
    path,
    headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
    agent: false,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    const request = isTls ? httpsRequest({ ...options, rejectUnauthorized: verify }) : httpRequest(options);
    request.on('error', (error) => reject(new Error(reasonOf(error), { cause: error })));
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > ANSWER_LIMIT) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', (error) => reject(new Error(reasonOf(error), { cause: error })));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body);
  });
}

/** A name that resolves to several addresses fails with an error for each, whose own message is empty. */
function reasonOf(error: Error & { readonly code?: string }): string {
  if (error.name === 'AbortError') return 'no answer in time';
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join(', ');
  return error.message === '' ? (error.code ?? 'it failed') : error.message;
}

/** An answer's text on one line, short enough for a message. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
