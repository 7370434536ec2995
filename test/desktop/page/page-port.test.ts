import { expect, test } from 'vitest';
import { EngineHub } from '../../../src/main/desktop/engine/engine-hub.ts';
import { PagePort } from '../../../src/main/desktop/page/page-port.ts';
import type { ProgramMessage } from '../../../src/shared/contract/console/bridge.ts';
import { FakeEngine } from '../support/fake-engine.ts';

const NOBODY = { link: () => undefined, stream: () => undefined };

async function opened(): Promise<{ port: PagePort; engine: FakeEngine; told: ProgramMessage[]; shellCalls: string[] }> {
  const engine = new FakeEngine();
  const hub = new EngineHub(NOBODY);
  await hub.enter(engine);
  const told: ProgramMessage[] = [];
  const shellCalls: string[] = [];
  const port = new PagePort({ postMessage: (message) => void told.push(message) }, hub, async (method, path) => {
    shellCalls.push(`${method} ${path}`);
    return { status: 200, contentType: 'application/json', body: 'shell' };
  });
  return { port, engine, told, shellCalls };
}

const call = (path: string, more: object = {}) => ({ kind: 'call', call: { id: 4, method: 'GET', path, ...more } });

test('tells how things stand first, and answers by the number of the call', async () => {
  const { port, engine, told, shellCalls } = await opened();
  expect(told).toEqual([{ kind: 'link', link: { state: 'connecting', engine: 'http://a:1' } }]);
  await port.take(call('v2/clusters'));
  await port.take(call('shell/state'));
  expect(engine.calls).toEqual([{ method: 'GET', path: 'v2/clusters' }]);
  expect(shellCalls).toEqual(['GET state']);
  expect(told.slice(1)).toEqual([
    { kind: 'answer', answer: { id: 4, status: 200, contentType: 'application/json', body: [] } },
    { kind: 'answer', answer: { id: 4, status: 200, contentType: 'application/json', body: 'shell' } },
  ]);
});

test.each([
  ['a path outside of API v2', 'clusters-info'],
  ['a step out of it', 'v2/../topology'],
  ['a stream', 'v2/stream'],
])('%s goes no further', async (_name, path) => {
  const { port, engine, told, shellCalls } = await opened();
  await port.take(call(path));
  expect(told.at(-1)).toMatchObject({ kind: 'answer', answer: { id: 4, status: 404 } });
  expect([...engine.calls, ...shellCalls]).toEqual([]);
});

test.each([
  ['nothing', undefined],
  ['a text', 'v2/clusters'],
  ['another kind', { kind: 'eval', code: '1' }],
  ['a method that there is not', call('v2/clusters', { method: 'TRACE' })],
  ['no number', call('v2/clusters', { id: 'x' })],
  ['more than a call has', call('v2/clusters', { headers: { authorization: 'x' } })],
  ['an endless path', call(`v2/clusters?cluster=${'x'.repeat(9000)}`)],
])('%s is passed over', async (_name, message) => {
  const { port, engine, told } = await opened();
  await port.take(message);
  expect(engine.calls).toEqual([]);
  expect(told).toHaveLength(1);
});

test('a page that is gone is told nothing more', async () => {
  const { port, engine, told } = await opened();
  port.close();
  engine.listener?.link({ state: 'connected', engine: '' });
  port.tell({ type: 'go', to: '/problems' });
  await port.take(call('v2/clusters'));
  expect(told).toHaveLength(1);
});
