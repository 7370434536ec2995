import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readEvents, type ServerSentEvent } from '../../../src/main/client/server-sent-events.ts';
import { exampleSnapshots, key, NOW } from './example.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;
let stop: AbortController;

beforeEach(async () => {
  server = await TestServer.start();
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await server.close();
});

async function follow(path: string): Promise<(count?: number) => Promise<ServerSentEvent[]>> {
  const response = await fetch(`${server.url}${path}`, { signal: stop.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  if (response.body === null) throw new Error('no body');
  const events = readEvents(response.body);
  return async (count = 1) => {
    const found: ServerSentEvent[] = [];
    while (found.length < count) {
      const { value, done } = await events.next();
      if (done) throw new Error('the stream ended');
      if (value.name !== '') found.push(value);
    }
    return found;
  };
}

test('events are told by their type as they happen, and a reader that leaves is forgotten', async () => {
  const next = await follow('/api/v2/events');
  const event = {
    type: 'detection',
    atMs: NOW,
    key: key('db1'),
    clusterName: 'db1:3306',
    code: 'DeadMaster',
    actionable: true,
  } as const;
  server.engine.emit(event);
  expect(await next()).toEqual([{ name: 'detection', data: JSON.stringify(event) }]);
  expect(server.engine.listeners.size).toBe(1);
  stop.abort();
  await expect.poll(() => server.engine.listeners.size).toBe(0);
});

test('a watched cluster is shown at once, and again when it changes', async () => {
  const next = await follow('/api/v2/watch?cluster=main');
  const [first] = await next();
  expect(JSON.parse(first?.data ?? '')).toMatchObject({
    clusterName: 'db1:3306',
    clusterAlias: 'main',
    text: expect.stringMatching(/^db1:3306 /),
  });
  server.engine.emit({ type: 'cluster-changed', atMs: NOW, clusterName: 'db1:3306' });
  server.engine.downtime('db2:3306');
  server.engine.emit({ type: 'cluster-changed', atMs: NOW, clusterName: 'db1:3306' });
  const [second] = await next();
  expect([second?.name, JSON.parse(second?.data ?? '').text]).toEqual([
    'topology',
    expect.stringContaining('downtimed'),
  ]);
});

test('a look that finds nothing new sends nothing', async () => {
  const next = await follow('/api/v2/watch?cluster=main');
  await next();
  const looked = vi.spyOn(server.engine, 'topology');
  server.engine.emit({ type: 'cluster-changed', atMs: NOW, clusterName: 'db1:3306' });
  await expect.poll(() => looked.mock.calls.length).toBeGreaterThan(0);
  server.engine.emit({ type: 'fenced', atMs: NOW, key: key('db1'), message: 'm' });
  expect((await next())[0]?.name).toBe('activity');
});

test('only what happens in the watched cluster is told, its recoveries included', async () => {
  const next = await follow('/api/v2/watch?cluster=main');
  await next();
  const step = { type: 'recovery-step', atMs: NOW, uid: 'u', message: 'm' } as const;
  const started = {
    type: 'recovery-started',
    atMs: NOW,
    key: key('db1'),
    clusterName: 'db1:3306',
    code: 'DeadMaster',
    uid: 'u',
  } as const;
  server.engine.emit({ ...step, uid: 'other' });
  server.engine.emit({ ...started, clusterName: 'x:1', uid: 'other' });
  server.engine.emit(started);
  server.engine.emit(step);
  const told = await next(2);
  expect(told).toEqual([started, step].map((event) => ({ name: 'activity', data: JSON.stringify(event) })));
});

test('a cluster that is renamed by a failover is followed, and one that is gone is taken away', async () => {
  const next = await follow('/api/v2/watch');
  await next();
  const [, ...others] = exampleSnapshots();
  server.engine.show(others.slice(2));
  server.engine.emit({ type: 'cluster-changed', atMs: NOW, clusterName: 'db4:3306' });
  const frames = (await next(2)).map((event) => JSON.parse(event.data) as { clusterName: string; text: string });
  expect(frames.map(({ clusterName, text }) => [clusterName, text === ''])).toEqual([
    ['db4:3306', false],
    ['db1:3306', true],
  ]);
});

test('a cluster that is not known yet is said to be missing, once, and shown when it comes', async () => {
  const next = await follow('/api/v2/watch?cluster=later');
  const [missing] = await next();
  expect([missing?.name, JSON.parse(missing?.data ?? '').message]).toEqual([
    'missing',
    expect.stringContaining('later'),
  ]);
  const [db1, ...rest] = exampleSnapshots();
  if (db1?.facts === null || db1 === undefined) throw new Error('no example');
  server.engine.show([{ ...db1, facts: { ...db1.facts, suggestedClusterAlias: 'later' } }, ...rest]);
  server.engine.emit({ type: 'cluster-changed', atMs: NOW, clusterName: 'db1:3306' });
  expect((await next())[0]?.name).toBe('topology');
});
