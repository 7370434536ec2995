import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { EngineFollower } from '../../src/main/desktop/engine-follower.ts';
import { applyConsoleMessage, type ConsoleMessage, type ConsoleState } from '../../src/shared/contract/console.ts';
import type { TopologyFrame } from '../../src/shared/contract/topology-frame.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function engine(handler: Handler, port = 0): Promise<{ server: Server; url: string; port: number }> {
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

function stream(response: ServerResponse, ...frames: readonly unknown[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(': connected\n\n');
  for (const frame of frames) response.write(`event: topology\ndata: ${JSON.stringify(frame)}\n\n`);
  return response;
}

function frame(clusterName: string, text = `${clusterName} [ok]`): TopologyFrame {
  return { atMs: 1, clusterName, clusterAlias: clusterName, text };
}

/** A console's window, as far as it follows. */
class Follower {
  readonly messages: ConsoleMessage[] = [];
  readonly engine: EngineFollower;
  #state: ConsoleState | null = null;
  #check: (() => void) | null = null;

  constructor(url: string, headers: Record<string, string> = {}, silenceMs = 10_000) {
    this.engine = new EngineFollower([{ url, headers }], { pausesMs: [1], silenceMs });
    this.engine.subscribe((message) => {
      this.messages.push(message);
      this.#state = message.kind === 'snapshot' ? message.state : applyConsoleMessage(this.state, message);
      this.#check?.();
    });
    const run = this.engine.run();
    cleanups.push(async () => {
      this.engine.stop();
      await run;
    });
  }

  get state(): ConsoleState {
    if (this.#state === null) throw new Error('Nothing was told yet.');
    return this.#state;
  }

  until(wanted: (state: ConsoleState) => boolean): Promise<ConsoleState> {
    return new Promise((done) => {
      this.#check = () => {
        if (wanted(this.state)) done(this.state);
      };
      this.#check();
    });
  }

  reason(): Promise<string> {
    return this.until(({ link }) => link.state === 'lost').then(({ link }) =>
      link.state === 'lost' ? link.reason : '',
    );
  }
}

test('follows the clusters of an engine, until one is gone', async () => {
  const asked: string[] = [];
  const { url } = await engine((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    stream(response, frame('a'), frame('b'), frame('a', 'a [moved]'), frame('b', ''));
  });
  const follower = new Follower(url, { authorization: 'Basic eA==' });
  const state = await follower.until(({ clusters }) => clusters.get('a')?.text === 'a [moved]' && clusters.size === 1);
  expect(state).toMatchObject({ engineUrl: url.replace('/api', ''), link: { state: 'connected' } });
  expect(asked).toEqual(['GET /api/v2/watch Basic eA==']);
});

test('who subscribes later is told everything at once', async () => {
  const { url } = await engine((_request, response) => stream(response, frame('a')));
  const follower = new Follower(url);
  await follower.until(({ clusters }) => clusters.has('a'));
  const told: ConsoleMessage[] = [];
  follower.engine.subscribe((message) => told.push(message));
  expect(told).toEqual([{ kind: 'snapshot', state: follower.state }]);
});

test('keeps what it saw while the engine is away, and begins anew when it is back', async () => {
  const first = await engine((_request, response) => stream(response, frame('a'), frame('b')));
  const follower = new Follower(first.url);
  await follower.until(({ clusters }) => clusters.size === 2);
  await close(first.server);
  const away = await follower.until(({ link }) => link.state === 'lost');
  expect([...away.clusters.keys()]).toEqual(['a', 'b']);
  expect(away.link).toMatchObject({ heardMs: expect.any(Number) });
  await engine((_request, response) => stream(response, frame('b')), first.port);
  const back = await follower.until(({ link, clusters }) => link.state === 'connected' && clusters.size > 0);
  expect([...back.clusters.keys()]).toEqual(['b']);
});

test('gives up an engine that says nothing, before and after it has answered', async () => {
  const mute = await engine(() => undefined);
  expect(await new Follower(mute.url, {}, 30).reason()).toMatch(/^has said nothing for /);
  const falling = await engine((_request, response) => stream(response, frame('a')));
  const follower = new Follower(falling.url, {}, 30);
  await follower.until(({ clusters }) => clusters.has('a'));
  expect(await follower.reason()).toMatch(/^has said nothing for /);
});

test('says that nothing listens, once and not at every attempt', async () => {
  const { server, url, port } = await engine(() => undefined);
  await close(server);
  const follower = new Follower(url);
  expect(await follower.reason()).toMatch(/^can't be reached: the connection was refused/);
  await engine((_request, response) => stream(response, frame('a')), port);
  await follower.until(({ clusters }) => clusters.has('a'));
  expect(follower.messages.filter(({ kind }) => kind === 'link')).toHaveLength(2);
});

test.each<[string, Handler, RegExp]>([
  ['wants credentials', (_q, a) => a.writeHead(401).end(), /^asks for a user and password; .*ORCHESTRATOR_AUTH_USER/],
  ['has no such stream', (_q, a) => a.writeHead(404).end('<html>'), /status 404.*another program/],
  ['answers with a page', (_q, a) => a.writeHead(200, { 'content-type': 'text/html' }).end('hi'), /another program/],
  ['sends no frame', (_q, a) => stream(a, { clusterName: 7 }), /speaks another language/],
  ['ends the stream', (_q, a) => stream(a).end(), /^closed the connection$/],
])('says it when the other side %s', async (_name, handler, expected) => {
  const { url } = await engine(handler);
  expect(await new Follower(url).reason()).toMatch(expected);
});
