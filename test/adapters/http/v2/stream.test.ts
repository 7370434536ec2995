import { afterEach, beforeEach, expect, test } from 'vitest';
import { Ring } from '../../../../src/main/adapters/http/v2/stream/ring.ts';
import { readEvents } from '../../../../src/main/client/server-sent-events.ts';
import { type StreamMessage, streamMessageSchema } from '../../../../src/shared/contract/v2/stream.ts';
import { exampleSnapshots, key, NOW } from '../example.ts';
import { TestServer } from '../test-server.ts';

let server: TestServer;
const cleanups: (() => void)[] = [];

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  await server.close();
});

type Next = () => Promise<StreamMessage>;

async function overEvents(query: string, headers: Record<string, string> = {}): Promise<Next> {
  const stop = new AbortController();
  cleanups.push(() => stop.abort());
  const response = await fetch(`${server.url}/api/v2/stream${query}`, { signal: stop.signal, headers });
  if (response.body === null) throw new Error('no body');
  const events = readEvents(response.body);
  return async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('the stream ended');
      if (value.name !== '') return streamMessageSchema.parse(JSON.parse(value.data));
    }
  };
}

async function overSocket(query: string): Promise<Next> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v2/stream${query}`);
  cleanups.push(() => socket.close());
  const read: StreamMessage[] = [];
  socket.addEventListener('message', ({ data }) => read.push(streamMessageSchema.parse(JSON.parse(String(data)))));
  return async () => {
    await expect.poll(() => read.length).toBeGreaterThan(0);
    const message = read.shift();
    if (message === undefined) throw new Error('nothing was read');
    return message;
  };
}

const changed = { type: 'cluster-changed', atMs: NOW, clusterName: 'db1:3306' } as const;
const started = {
  type: 'recovery-started',
  atMs: NOW,
  key: key('db1'),
  clusterName: 'db1:3306',
  code: 'DeadMaster',
  uid: 'u',
} as const;
const step = { type: 'recovery-step', atMs: NOW, uid: 'u', message: 'm' } as const;

test.each([
  ['server-sent events', overEvents],
  ['a WebSocket', overSocket],
] as const)('over %s: everything once, then only what changed', async (_, open) => {
  const next = await open('?cluster=main');
  expect(await next()).toMatchObject({ type: 'snapshot', clusters: [{ cluster: { alias: 'main', members: 4 } }] });
  server.engine.downtime('db2:3306');
  server.engine.emit(changed);
  expect(await next()).toMatchObject({
    type: 'topology',
    changed: [{ id: 'db2:3306', downtime: { reason: 'repair' } }],
    gone: [],
  });
  server.engine.emit({ ...started, clusterName: 'x:1', uid: 'other' });
  server.engine.emit({ ...step, uid: 'other' });
  server.engine.emit(started);
  server.engine.emit(step);
  expect(await next()).toMatchObject({ type: 'event', event: started });
  expect(await next()).toMatchObject({ type: 'event', clusterName: 'db1:3306', event: step });
});

test('a tag or a pool that changes is told with its member', async () => {
  const next = await overEvents('');
  await next();
  const { engine } = server;
  const tags = [{ name: 'role', value: 'backup' }];
  engine.commands = { ...engine.commands, tags: engine.commands.tags.set('db2:3306', { key: key('db2'), tags }) };
  engine.emit(changed);
  expect(await next()).toMatchObject({ type: 'topology', changed: [{ id: 'db2:3306', tags, pools: [] }] });
  const readers = { pool: 'readers', keys: [key('db3')], registeredMs: NOW };
  engine.commands = { ...engine.commands, pools: engine.commands.pools.set('readers', readers) };
  engine.emit(changed);
  expect(await next()).toMatchObject({ type: 'topology', changed: [{ id: 'db3:3306', pools: ['readers'] }] });
});

test('a renamed cluster is told before its old name goes', async () => {
  const next = await overEvents('');
  await next();
  server.engine.show(exampleSnapshots().slice(3));
  server.engine.emit(changed);
  expect([await next(), await next()].map(({ type }) => type)).toEqual(['topology', 'cluster-gone']);
});

test('a reader that comes back goes on where it was; one of another process begins anew', async () => {
  const first = await overEvents('');
  await first();
  server.engine.emit(started);
  const last = await first();
  const id = 'id' in last ? last.id : '';
  server.engine.emit(step);
  expect(await (await overEvents('', { 'Last-Event-ID': id }))()).toMatchObject({ type: 'event', event: step });
  expect(await (await overSocket(`?after=${id}`))()).toMatchObject({ type: 'event', event: step });
  expect(await (await overEvents('?after=abc-1'))()).toMatchObject({ type: 'snapshot' });
});

test('a page of another site gets no WebSocket', async () => {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', Origin: 'http://evil.example' };
  const handshake = { 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  expect((await server.send('/api/v2/stream', { ...headers, ...handshake })).status).toBe(403);
});

test('the ring forgets the oldest, and knows that it did', () => {
  const ring = new Ring<number>();
  for (let number = 1; number <= 5001; number++) ring.add(number, 1);
  expect([ring.after(0), ring.after(4999), ring.after(5001), ring.after(5002), ring.after(Number.NaN)]).toEqual([
    null,
    [5000, 5001],
    [],
    null,
    null,
  ]);
  ring.forget();
  expect(ring.after(5001)).toBeNull();
});
