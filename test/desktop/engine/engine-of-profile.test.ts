import { expect, test } from 'vitest';
import type { EngineSources } from '../../../src/main/desktop/engine/engine-of-profile.ts';
import { checkAddresses, engineOfProfile, environmentApi } from '../../../src/main/desktop/engine/engine-of-profile.ts';
import type { Profile } from '../../../src/shared/contract/console/shell.ts';
import { EngineFollower } from '../support/engine-follower.ts';
import { FakeEngine } from '../support/fake-engine.ts';

const EMBEDDED: Profile = { id: 'a', name: 'A', colour: 'gray', production: false, engine: { kind: 'embedded' } };
const remote = (api: string): Profile => ({ ...EMBEDDED, engine: { kind: 'remote', api } });

function sources(more: Partial<EngineSources> = {}): EngineSources {
  return {
    env: {},
    authOf: async () => '',
    embeddedProblem: null,
    embedded: async () => new FakeEngine('', 'embedded'),
    ...more,
  };
}

test('a profile of this computer is its own engine', async () => {
  expect(await engineOfProfile(EMBEDDED, sources())).toBeInstanceOf(FakeEngine);
});

test.each([
  ['a runtime that is too old', EMBEDDED, sources({ embeddedProblem: 'Node 18 is too old.' }), /too old/],
  [
    'an engine that can not be loaded',
    EMBEDDED,
    sources({ embedded: () => Promise.reject(new Error('no module')) }),
    /no module/,
  ],
  ['what is no address', remote('ftp://x'), sources(), /no address of an engine/],
])('%s is said, and tried no further', async (_name, profile, from, reason) => {
  const follower = new EngineFollower(await engineOfProfile(profile, from));
  expect(await follower.lost()).toMatchObject({ cause: 'refused', reason: expect.stringMatching(reason) });
  expect(await follower.engine.call({ method: 'GET', path: 'v2/node' })).toMatchObject({ status: 0 });
});

test('a keychain that somebody has yet to unlock holds up the engine, and not the console', async () => {
  const engine = await engineOfProfile(
    remote('http://127.0.0.1:1'),
    sources({ authOf: () => new Promise(() => undefined) }),
  );
  const follower = new EngineFollower(engine);
  expect(follower.links).toEqual([{ state: 'connecting', engine: 'http://127.0.0.1:1' }]);
  await engine.stop();
});

test.each([
  [{}, null],
  [{ BATON_API: 'http://x:1', ORCHESTRATOR_API: 'http://y:2' }, 'http://x:1'],
  [{ BATON_API: ' ', ORCHESTRATOR_API: 'http://y:2 ' }, 'http://y:2'],
])('the environment %j names %s', (env, api) => {
  expect(environmentApi(env)).toBe(api);
});

test('tells addresses from others', () => {
  expect(() => checkAddresses('http://a:1 b:2')).not.toThrow();
  expect(() => checkAddresses('http://a:1 ftp://b')).toThrow(/ftp:\/\/b/);
});
