import { request } from 'node:http';
import type { TestServer } from '../test-server.ts';

export interface V2Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly allow: string | undefined;
}

/** Sends a request of API v2; a body goes as JSON unless the headers say otherwise. */
export function callV2(
  server: TestServer,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<V2Reply> {
  const bytes = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const json = bytes === undefined ? {} : { 'content-type': 'application/json' };
  const { promise, resolve, reject } = Promise.withResolvers<V2Reply>();
  const options = {
    host: '127.0.0.1',
    port: server.port,
    path: `/api/v2/${path}`,
    method,
    headers: { ...json, ...headers },
  };
  const sent = request(options, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => {
      const type = response.headers['content-type'] ?? '';
      resolve({ status: response.statusCode ?? 0, type, text, allow: response.headers.allow });
    });
  });
  sent.on('error', reject);
  sent.end(bytes);
  return promise;
}
