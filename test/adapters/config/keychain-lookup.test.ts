import { describe, expect, it } from 'vitest';
import { loadWithKeychain } from '../../../src/main/adapters/config/keychain-lookup.ts';
import { loadConfiguration } from '../../../src/main/adapters/config/load-configuration.ts';
import { KeychainError } from '../../../src/main/engine/ports/credentials.ts';
import { keychainReference } from '../../../src/shared/settings/secret-reference.ts';
import { FakeKeychain } from '../../support/fake-keychain.ts';

const SECRETS = { 'topology:default': 'hunter2', web: 'hunter3' };

async function load(
  settings: object,
  keychain = new FakeKeychain(SECRETS),
  more: Readonly<Record<string, string>> = {},
) {
  const readFile = (path: string) => ({ text: more[path] ?? JSON.stringify(settings), mode: 0o644 });
  const loaded = await loadWithKeychain({ configFile: 'one', env: { PW: 'hunter4' }, readFile }, keychain);
  const errors = loaded.findings.filter(({ level }) => level === 'error').map(({ message }) => message);
  const secrets = loaded.findings.filter(({ message }) => /hunter|plain text/.test(message));
  expect(secrets).toEqual([]);
  return { ...loaded, errors, keychain };
}

describe('references to the keychain in a configuration', () => {
  it('are resolved in every secret, next to those to the environment', async () => {
    const { ok, settings, sources, keychain } = await load({
      MySQLTopologyPassword: keychainReference('topology:default'),
      HTTPAuthPassword: keychainReference('web'),
      ConsulAclToken: `$\{PW}`,
    });
    expect(ok).toBe(true);
    expect(settings).toMatchObject({
      MySQLTopologyPassword: 'hunter2',
      HTTPAuthPassword: 'hunter3',
      ConsulAclToken: 'hunter4',
    });
    expect(sources.get('HTTPAuthPassword')).toEqual({ kind: 'keychain', name: 'web', file: 'one' });
    expect(keychain.calls).toEqual(['get topology:default web']);
  });

  it('may stand in the credentials file of MySQL', async () => {
    const cnf = `[client]\nuser=u\npassword=${keychainReference('topology:default')}`;
    const { settings, sources } = await load({ MySQLTopologyCredentialsConfigFile: 'cnf' }, undefined, { cnf });
    expect(settings.MySQLTopologyPassword).toBe('hunter2');
    expect(sources.get('MySQLTopologyPassword')).toEqual({ kind: 'keychain', name: 'topology:default', file: 'cnf' });
  });

  it('leave the keychain alone when there are none', async () => {
    const { ok, keychain } = await load({
      MySQLTopologyPassword: `$\{PW}`,
      MySQLOrchestratorPassword: keychainReference('x'),
    });
    expect([ok, keychain.calls]).toEqual([true, []]);
  });

  it.each<[string, string, RegExp]>([
    [
      'one that is not there',
      keychainReference('none'),
      /refers to none in the keychain\. It is not there; .*baton credentials set none$/,
    ],
    ['a name that can not be', keychainReference('a b'), /by a name that no secret can have/],
    ['no name', keychainReference(''), /by a name that no secret can have/],
  ])('are errors for %s, also where the password is that of MySQL', async (_, value, message) => {
    for (const name of ['MySQLTopologyPassword', 'HTTPAuthPassword'] as const) {
      const { ok, errors, settings } = await load({ [name]: value });
      expect([ok, errors.length]).toEqual([false, 1]);
      expect(errors[0]).toMatch(message);
      if (value.includes('none')) expect(settings[name]).toBe('');
    }
  });

  it('say why the keychain gives no answer', async () => {
    const keychain = new FakeKeychain(SECRETS);
    keychain.problem = new KeychainError('no-answer', 'It did not answer within 10 s.', 'Unlock it.');
    const { errors } = await load({ HTTPAuthPassword: keychainReference('web') }, keychain);
    expect(errors).toEqual([
      'HTTPAuthPassword refers to web in the keychain. It did not answer within 10 s. Unlock it.',
    ]);
  });

  it('are left as they are where there is no keychain to ask', () => {
    const value = keychainReference('web');
    const readFile = () => ({ text: JSON.stringify({ HTTPAuthPassword: value, MySQLTopologyPassword: value }) });
    const { ok, settings } = loadConfiguration({ configFile: 'one', env: {}, readFile });
    expect(ok).toBe(true);
    expect(settings).toMatchObject({ HTTPAuthPassword: value, MySQLTopologyPassword: value });
  });

  it('end when a file names others at each reading', async () => {
    let readings = 0;
    const readFile = () => ({ text: JSON.stringify({ HTTPAuthPassword: keychainReference(`n${++readings}`) }) });
    const { findings } = await loadWithKeychain({ configFile: 'one', env: {}, readFile }, new FakeKeychain());
    expect(findings[0]?.message).toContain('the file kept changing');
    expect(readings).toBeLessThan(10);
  });
});
