import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { EmbeddedEngine } from '../../../src/main/desktop/engine/embedded-engine.ts';
import { embeddedProblem } from '../../../src/main/desktop/engine/embedded-runtime.ts';
import { SessionSecrets } from '../../../src/main/engine/credentials/session-secrets.ts';
import { FakeKeychain } from '../../support/fake-keychain.ts';
import { EngineFollower } from '../support/engine-follower.ts';

const cleanups: (() => Promise<void> | void)[] = [];
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'baton-embedded-'));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function follow(dataFolder: string, imported = join(dataFolder, 'none.json')): EngineFollower<EmbeddedEngine> {
  const engine = new EmbeddedEngine({
    dataFolder,
    configFile: '',
    imported,
    env: {},
    secrets: new SessionSecrets(new FakeKeychain()),
    timing: { pausesMs: [3_600_000] },
    log: SILENT,
  });
  cleanups.push(() => engine.stop());
  return new EngineFollower(engine);
}

test('runs the full engine, and answers as it does over the network', async () => {
  const data = folder();
  const follower = follow(data);
  await follower.until(() => follower.messages.length > 0);
  expect(follower.links).toEqual([
    { state: 'connecting', engine: '' },
    { state: 'connected', engine: '' },
  ]);
  expect(follower.messages[0]).toMatchObject({ type: 'snapshot', clusters: [] });
  const { engine } = follower;
  expect(await engine.call({ method: 'GET', path: 'v2/clusters' })).toMatchObject({ status: 200, body: [] });
  expect(await engine.call({ method: 'GET', path: 'v2/clusters/none' })).toMatchObject({
    status: 404,
    body: { code: 'unknown-cluster' },
  });
  const off = { method: 'PUT', path: 'v2/global-recoveries', body: { enabled: false } } as const;
  expect((await engine.call(off)).status).toBeLessThan(300);
  expect(await engine.call({ method: 'GET', path: 'v2/global-recoveries' })).toMatchObject({
    body: { enabled: false },
  });
  expect(await engine.call({ method: 'GET', path: 'clusters-info' })).toMatchObject({ status: 404 });
});

test('keeps its data from one start to the next', async () => {
  const data = folder();
  const first = follow(data);
  await first.until(() => first.messages.length > 0);
  await first.engine.call({ method: 'PUT', path: 'v2/global-recoveries', body: { enabled: false } });
  await first.engine.stop();
  const second = follow(data);
  await second.until(() => second.messages.length > 0);
  expect(await second.engine.call({ method: 'GET', path: 'v2/global-recoveries' })).toMatchObject({
    body: { enabled: false },
  });
});

test('says why it can not start, and starts when that is mended', async () => {
  const data = folder();
  const config = join(data, 'baton.conf.json');
  writeFileSync(config, '{ "RecoveryPeriodBlockSeconds": ');
  const follower = follow(data, config);
  await follower.until(() => follower.links.at(-1)?.state === 'lost');
  expect(follower.links.at(-1)).toMatchObject({
    engine: '',
    cause: 'refused',
    reason: expect.stringContaining(config),
  });
  const answer = await follower.engine.call({ method: 'GET', path: 'v2/clusters' });
  expect(answer).toMatchObject({ status: 0, body: { detail: expect.stringContaining('could not start') } });
  writeFileSync(config, '{ "RecoveryPeriodBlockSeconds": 1800 }');
  follower.engine.nudge();
  await follower.until(() => follower.links.at(-1)?.state === 'connected');
});

test('a second one on the same data is refused, and the first goes on', async () => {
  const data = folder();
  const first = follow(data);
  await first.until(() => first.messages.length > 0);
  const second = follow(data);
  await second.until(() => second.links.at(-1)?.state === 'lost');
  expect(second.links.at(-1)).toMatchObject({ reason: expect.stringMatching(/in use|another/i) });
  expect(await first.engine.call({ method: 'GET', path: 'v2/clusters' })).toMatchObject({ status: 200 });
});

test.each([
  ['18.15.0', /needs 22 or newer.*Connect to/],
  ['20.19.1', /needs 22 or newer/],
  ['22.0.0', null],
  ['24.21.0', null],
])('on Node %s', (version, problem) => {
  if (problem === null) expect(embeddedProblem(version)).toBeNull();
  else expect(embeddedProblem(version)).toMatch(problem);
});
