import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { RemoteEngine } from '../../../src/main/desktop/engine/remote-engine.ts';
import { EngineFollower } from '../support/engine-follower.ts';
import { EVENTS, snapshot, told } from '../support/stream-messages.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serving(handler: Handler, port = 0): Promise<{ server: Server; url: string; port: number }> {
  const server = createServer(handler);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  cleanups.push(() => close(server));
  const bound = (server.address() as AddressInfo).port;
  return { server, url: `http://127.0.0.1:${bound}/api`, port: bound };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

function stream(response: ServerResponse, ...messages: readonly unknown[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(': connected\n\n');
  for (const message of messages) response.write(`event: x\nid: 1\ndata: ${JSON.stringify(message)}\n\n`);
  return response;
}

function follow(
  url: string,
  headers: Record<string, string> = {},
  silenceMs = 10_000,
  pausesMs: readonly number[] = [1],
): EngineFollower<RemoteEngine> {
  const timing = { pausesMs, silenceMs };
  const engine = new RemoteEngine({
    address: url.replace('/api', ''),
    endpoints: async () => [{ url, headers }],
    timing,
    nowMs: () => 77,
  });
  cleanups.push(() => engine.stop());
  return new EngineFollower(engine);
}

test('follows the stream with its credentials, and takes no address with them for people', async () => {
  const asked: string[] = [];
  const { url } = await serving((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    stream(response, snapshot('1-0', []), told('a', EVENTS.detection, '1-1'));
  });
  const follower = follow(url, { authorization: 'Basic eA==' });
  await follower.until(() => follower.messages.length === 2);
  expect(follower.messages.map(({ type }) => type)).toEqual(['snapshot', 'event']);
  expect(follower.links.map(({ state }) => state)).toEqual(['connecting', 'connected']);
  expect(follower.engine.address).toBe(url.replace('/api', ''));
  expect(asked).toEqual(['GET /api/v2/stream Basic eA==']);
});

test('goes on where it was when the engine comes back', async () => {
  const first = await serving((_request, response) => stream(response, snapshot('1-7', [])));
  const follower = follow(first.url);
  await follower.until(() => follower.messages.length === 1);
  await close(first.server);
  expect(await follower.lost()).toMatchObject({ heardMs: 77 });
  const asked: (string | undefined)[] = [];
  await serving((request, response) => {
    asked.push(request.url);
    stream(response, told('a', EVENTS.detection, '1-8'));
  }, first.port);
  await follower.until(() => follower.links.at(-1)?.state === 'connected' && follower.messages.length === 2);
  expect(asked[0]).toBe('/api/v2/stream?after=1-7');
});

test('gives up an engine that says nothing, before and after it has answered', async () => {
  const mute = await serving(() => undefined);
  expect(await follow(mute.url, {}, 30).lost()).toMatchObject({ cause: 'silent', heardMs: null });
  const falling = await serving((_request, response) => stream(response, snapshot('1-0', [])));
  const follower = follow(falling.url, {}, 300);
  await follower.until(() => follower.links.some((link) => link.state === 'lost' && link.heardMs === 77));
});

test('says that nothing listens, once and not at every attempt, and tries at once when told to', async () => {
  const { server, url, port } = await serving(() => undefined);
  await close(server);
  const follower = follow(url, {}, 10_000, [1, 1, 3_600_000]);
  expect(await follower.lost()).toMatchObject({ cause: 'unreachable', reason: expect.stringMatching(/was refused/) });
  await serving((_request, response) => stream(response, snapshot('1-0', [])), port);
  const nudging = setInterval(() => follower.engine.nudge(), 20);
  await follower.until(() => follower.messages.length === 1);
  clearInterval(nudging);
  expect(follower.links.map(({ state }) => state)).toEqual(['connecting', 'lost', 'connected']);
});

test.each<[string, Handler, string, RegExp]>([
  ['wants credentials', (_q, a) => a.writeHead(401).end(), 'refused', /^asks for a user and password$/],
  ['has no such stream', (_q, a) => a.writeHead(404).end('<html>'), 'refused', /status 404.*another program/],
  [
    'answers with a page',
    (_q, a) => a.writeHead(200, { 'content-type': 'text/html' }).end('hi'),
    'refused',
    /another program/,
  ],
  ['sends no message', (_q, a) => stream(a, { type: 'snapshot', clusters: 7 }), 'refused', /speaks another language/],
  ['ends the stream', (_q, a) => stream(a).end(), 'closed', /^closed the connection$/],
])('says it when the other side %s', async (_name, handler, cause, reason) => {
  const { url } = await serving(handler);
  expect(await follow(url).lost()).toMatchObject({ cause, reason: expect.stringMatching(reason) });
});

test('hands on calls and brings back what was answered: JSON, a file, nothing', async () => {
  const asked: string[] = [];
  const { url } = await serving((request, response) => {
    if (request.url === '/api/v2/stream') {
      stream(response);
      return;
    }
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
      if (request.method === 'PUT') response.writeHead(204).end();
      else if (request.method === 'POST')
        response.writeHead(409, { 'content-type': 'application/problem+json' }).end('{"detail":"no"}');
      else response.writeHead(200, { 'content-type': 'application/gzip' }).end(Buffer.from([1, 2]));
    });
  });
  const { engine } = follow(url);
  expect(await engine.call({ method: 'PUT', path: 'v2/x' })).toMatchObject({ status: 204 });
  expect(await engine.call({ method: 'POST', path: 'v2/y?z=1', body: { a: 1 } })).toEqual({
    status: 409,
    contentType: 'application/problem+json',
    body: { detail: 'no' },
  });
  expect(await engine.call({ method: 'GET', path: 'v2/f' })).toMatchObject({ body: new Uint8Array([1, 2]) });
  expect(asked).toEqual(['PUT /api/v2/x - ', 'POST /api/v2/y?z=1 application/json {"a":1}', 'GET /api/v2/f - ']);
});

test('a call that nobody answers is answered in words, with status 0', async () => {
  const { server, url } = await serving(() => undefined);
  await close(server);
  const answer = await follow(url).engine.call({ method: 'GET', path: 'v2/node' });
  expect(answer).toMatchObject({ status: 0, body: { detail: expect.stringMatching(/can't be reached: .*refused/) } });
});
