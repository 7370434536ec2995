import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineHub, type HubListener } from '../../../src/main/desktop/engine/engine-hub.ts';
import type { StreamMessage } from '../../../src/shared/contract/v2/stream.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { cluster, delta, EVENTS, member, snapshot, told } from '../support/stream-messages.ts';

class Reader implements HubListener {
  readonly heard: (string | readonly string[])[] = [];

  link({ state }: { readonly state: string }): void {
    this.heard.push(state);
  }

  stream(messages: readonly StreamMessage[]): void {
    this.heard.push(messages.map(({ type }) => type));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function hubWith(engine: FakeEngine): Promise<{ hub: EngineHub; watcher: Reader }> {
  const watcher = new Reader();
  const hub = new EngineHub(watcher);
  await hub.enter(engine);
  return { hub, watcher };
}

test('tells what comes within a tenth of a second at once, and so at most ten times a second', async () => {
  const engine = new FakeEngine();
  const { hub, watcher } = await hubWith(engine);
  watcher.heard.length = 0;
  const reader = new Reader();
  hub.hold(reader);
  for (let ms = 0; ms < 1000; ms += 2) {
    engine.listener?.stream(delta(`1-${ms}`, cluster('a'), [member('a:1')]));
    vi.advanceTimersByTime(2);
  }
  const batches = reader.heard.filter((one) => Array.isArray(one));
  expect(batches.length).toBeLessThanOrEqual(10);
  vi.advanceTimersByTime(100);
  expect(reader.heard.filter((one) => Array.isArray(one)).flat()).toHaveLength(500);
});

test('hardly lets the first message after a pause wait', async () => {
  const engine = new FakeEngine();
  const { hub } = await hubWith(engine);
  const reader = new Reader();
  hub.hold(reader);
  vi.advanceTimersByTime(1000);
  reader.heard.length = 0;
  engine.listener?.stream(delta('1-1', cluster('a'), [member('a:1')]));
  vi.advanceTimersByTime(20);
  expect(reader.heard).toHaveLength(1);
});

test('a page that is loaded anew is told everything at once, and the engine is not asked', async () => {
  const engine = new FakeEngine();
  const { hub } = await hubWith(engine);
  engine.listener?.link({ state: 'connected', engine: engine.address });
  engine.listener?.stream(snapshot('1-1', [{ cluster: cluster('a'), members: [member('a:1')] }]));
  engine.listener?.stream(delta('1-2', cluster('a'), [member('a:2')]));
  const asked = engine.calls.length;
  const told: unknown[] = [];
  hub.hold({ link: (link) => told.push(link), stream: (messages) => told.push(messages) });
  expect(told).toEqual([
    { state: 'connected', engine: 'http://a:1' },
    [{ ...snapshot('1-2', [{ cluster: cluster('a'), members: [member('a:1'), member('a:2')] }]), atMs: 2 }],
  ]);
  expect(engine.calls).toHaveLength(asked);
});

test('what was told before the link was lost is told before that', async () => {
  const engine = new FakeEngine();
  const { hub } = await hubWith(engine);
  const reader = new Reader();
  hub.hold(reader);
  engine.listener?.stream(snapshot('1-1', []));
  engine.listener?.link({ state: 'lost', engine: '', cause: 'closed', reason: '', heardMs: 1 });
  expect(reader.heard).toEqual(['connecting', ['snapshot'], 'lost']);
});

test('nothing of one engine reaches the readers of another', async () => {
  const first = new FakeEngine('http://a:1');
  const { hub, watcher } = await hubWith(first);
  const reader = new Reader();
  const hold = hub.hold(reader);
  first.listener?.stream(snapshot('1-1', [{ cluster: cluster('a', { problems: 3 }), members: [] }]));
  const second = new FakeEngine('http://b:1');
  await hub.enter(second);
  expect(first.stopped).toBe(true);
  expect(hub.picture.problems()).toBe(0);
  first.listener?.stream(snapshot('1-2', []));
  vi.advanceTimersByTime(200);
  expect(reader.heard).toEqual(['connecting']);
  expect(watcher.heard.at(-1)).toBe('connecting');
  expect(await hold.call({ method: 'POST', path: 'v2/operations/relocate', body: {} })).toMatchObject({ status: 0 });
  expect(second.calls).toEqual([]);
});

test('knows what the engine is in the midst of: from its events, its list, and what was asked of it', async () => {
  const engine = new FakeEngine();
  engine.answer = async () => ({
    status: 200,
    contentType: 'application/json',
    body: [
      { uid: 'u0', outcome: 'running', analysis: { clusterName: 'z', code: 'DeadMaster' } },
      { uid: 'u9', outcome: 'failed', analysis: { clusterName: 'y', code: 'DeadMaster' } },
    ],
  });
  const { hub } = await hubWith(engine);
  engine.listener?.stream(snapshot('1-1', []));
  engine.listener?.stream(told('db1:3306', EVENTS.started));
  await vi.waitFor(() => expect(hub.work.recoveries.map(({ uid }) => uid).sort()).toEqual(['u0', 'u1']));
  engine.listener?.stream(told('db1:3306', EVENTS.ended));
  expect(hub.work.recoveries.map(({ uid }) => uid)).toEqual(['u0']);
  let finish = (): void => undefined;
  engine.answer = () => new Promise((done) => (finish = () => done({ status: 200, contentType: '', body: null })));
  const call = hub.hold(new Reader()).call({ method: 'POST', path: 'v2/operations/relocate' });
  expect(hub.work.changes).toBe(1);
  finish();
  await call;
  expect(hub.work.changes).toBe(0);
});

test('a list that was made before a recovery ended does not bring it back', async () => {
  const engine = new FakeEngine();
  let answer = (): void => undefined;
  const body = [{ uid: 'u1', outcome: 'running', analysis: { clusterName: 'a', code: 'DeadMaster' } }];
  engine.answer = () => new Promise((done) => (answer = () => done({ status: 200, contentType: '', body })));
  const { hub } = await hubWith(engine);
  engine.listener?.stream(snapshot('1-1', []));
  engine.listener?.stream(told('a', EVENTS.ended));
  answer();
  await vi.advanceTimersByTimeAsync(1);
  expect(hub.work.recoveries).toEqual([]);
});
