import { expect, test } from 'vitest';
import { EngineCredentials, withoutCredentials } from '../../../src/main/desktop/shell/engine-credentials.ts';
import { SessionSecrets } from '../../../src/main/engine/credentials/session-secrets.ts';
import { KeychainError } from '../../../src/main/engine/ports/credentials.ts';
import { FakeKeychain } from '../../support/fake-keychain.ts';

test.each([
  ['http://ops:3000', 'http://ops:3000', ''],
  ['http://ann:s3cret@ops:3000/api', 'http://ops:3000/api', 'ann:s3cret'],
  ['ann:s%40x@ops:3000', 'ops:3000', 'ann:s@x'],
  ['https://ann:a@h1:1  https://bob:b@h2:2', 'https://h1:1 https://h2:2', 'ann:a'],
  ['http://ops:3000/a@b', 'http://ops:3000/a@b', ''],
])('takes the credentials out of %s', (api, without, auth) => {
  expect(withoutCredentials(api)).toEqual({ api: without, auth });
});

test('keeps accounts in the keychain, by the address', async () => {
  const keychain = new FakeKeychain();
  const credentials = new EngineCredentials(new SessionSecrets(keychain));
  expect(await credentials.keep('https://h1:1 https://h2:2', 'ann:x')).toEqual({ kept: 'keychain', problem: '' });
  expect([...keychain.secrets]).toEqual([['engine:https://h1:1,https://h2:2', 'ann:x']]);
  expect(await credentials.of('https://h1:1 https://h2:2')).toBe('ann:x');
  expect(await credentials.of('https://h1:1')).toBe('');
  await credentials.forget('https://h1:1 https://h2:2');
  expect(keychain.secrets.size).toBe(0);
});

test('keeps them for the session where no keychain runs, and says so', async () => {
  const keychain = new FakeKeychain();
  keychain.problem = new KeychainError('no-service', 'No keychain runs in this session.', 'Start one.');
  const credentials = new EngineCredentials(new SessionSecrets(keychain));
  const keeping = await credentials.keep('http://a:1', 'ann:x');
  expect(keeping.kept).toBe('session');
  expect(keeping.problem).toMatch(/No keychain runs.*Start one/);
  expect(await credentials.of('http://a:1')).toBe('ann:x');
  expect(await credentials.of('http://b:1')).toBe('');
});

test('a keychain takes every address', async () => {
  const keychain = new FakeKeychain();
  const credentials = new EngineCredentials(new SessionSecrets(keychain));
  const long = `http://${'a'.repeat(500)}:1`;
  await credentials.keep(long, 'ann:x');
  await credentials.keep('http://{a}:1', 'bob:x');
  for (const name of keychain.secrets.keys()) expect(name).toMatch(/^[^\s{}]{1,255}$/);
  expect(await credentials.of(long)).toBe('ann:x');
});
