import { expect, test } from 'vitest';
import { engineChoice } from '../../src/main/desktop/engine-choice.ts';

const urls = (args: readonly string[], env: Record<string, string> = {}) =>
  engineChoice(args, env).map((engine) => engine.url);

test.each([
  ['the flag', ['--engine', 'http://db-ops:4000'], { BATON_API: 'http://x:1' }, ['http://db-ops:4000/api']],
  ['the flag with an equals sign', ['--engine=db-ops:4000'], {}, ['http://db-ops:4000/api']],
  ['among flags of Chromium', ['--no-sandbox', '--engine', 'http://a:1', '--disable-gpu'], {}, ['http://a:1/api']],
  ['BATON_API', [], { BATON_API: 'http://x:1/api', ORCHESTRATOR_API: 'http://y:2' }, ['http://x:1/api']],
  ['ORCHESTRATOR_API', [], { BATON_API: ' ', ORCHESTRATOR_API: 'http://y:2' }, ['http://y:2/api']],
  ['a quorum', [], { BATON_API: 'http://x:1 http://y:2' }, ['http://x:1/api', 'http://y:2/api']],
  ['this machine, not "localhost", which may be ::1', [], {}, ['http://127.0.0.1:3000/api']],
])('attaches to the engine of %s', (_name, args, env, expected) => {
  expect(urls(args, env)).toEqual(expected);
});

test('takes credentials from the environment and keeps those of an address out of it', () => {
  const [engine] = engineChoice(['--engine', 'http://ann:s3cret@db-ops:4000'], {});
  expect(engine?.url).not.toContain('s3cret');
  expect(engine?.headers).toEqual({ authorization: `Basic ${Buffer.from('ann:s3cret').toString('base64')}` });
  const [other] = engineChoice([], { ORCHESTRATOR_AUTH_USER: 'bob', ORCHESTRATOR_AUTH_PASSWORD: 'p' });
  expect(other?.headers).toEqual({ authorization: `Basic ${Buffer.from('bob:p').toString('base64')}` });
});

test.each([[['--engine', 'ftp://x']], [['--engine', 'http://']], [['--engine']]])('refuses %j', (args) => {
  expect(() => engineChoice(args, {})).toThrow(/engine/);
});
