import { describe, expect, it } from 'vitest';
import { credentialGroups } from '../../../src/main/adapters/config/credential-groups.ts';
import { KeychainError } from '../../../src/main/engine/ports/credentials.ts';
import { keychainReference } from '../../../src/shared/settings/secret-reference.ts';
import { FakeKeychain } from '../../support/fake-keychain.ts';

const GROUP = { name: 'pay', servers: ['pay-*'], user: 'payer', password: keychainReference('topology:pay') };

function file(
  text: string | object | null,
  keychain = new FakeKeychain({ 'topology:pay': 'hunter2' }),
  mustExist = true,
) {
  return credentialGroups({
    path: 'file',
    mustExist,
    env: { PW: 'hunter3', EMPTY: '' },
    keychain,
    readFile: (path) => {
      const texts: Record<string, string | null> = {
        file: typeof text === 'object' && text !== null ? JSON.stringify(text) : text,
        'ca.pem': 'an authority',
      };
      const found = texts[path] ?? null;
      if (found === null) throw Object.assign(new Error('x'), { code: 'ENOENT' });
      return { text: found };
    },
  });
}

describe('the file of credentials', () => {
  it('is resolved, with what its groups have of their own for TLS', async () => {
    const other = { name: 'other', clusters: ['x'], user: 'u', password: `$\{PW}` };
    const tls = { mode: 'always', ca: 'ca.pem', skipVerify: false };
    expect(await file({ groups: [{ ...GROUP, tls }, other] }).read()).toEqual({
      groups: [
        { ...GROUP, clusters: [], password: 'hunter2', tls: { mode: 'always', ca: 'an authority', skipVerify: false } },
        { ...other, servers: [], password: 'hunter3', tls: {} },
      ],
      errors: [],
    });
  });

  it('need not be there, unless it was named', async () => {
    const keychain = new FakeKeychain();
    expect(await file(null, keychain, false).read()).toEqual({ groups: [], errors: [] });
    expect((await file(null, keychain).read()).errors).toEqual([expect.stringContaining('file does not exist')]);
    expect(keychain.calls).toEqual([]);
  });

  it.each<[string, object | string, RegExp]>([
    ['broken JSON', '{\n"groups": [', /^file:2:/],
    ['another name', { groups: [], more: 1 }, /file: .*more/],
    ['a wrong type', { groups: [{ ...GROUP, user: 1 }] }, /groups\[0\]\.user .*expected string/],
    ['nothing to fit', { groups: [{ ...GROUP, servers: [] }] }, /groups\[0\] names neither servers nor clusters/],
    ['a name that is there twice', { groups: [GROUP, GROUP] }, /two groups have the name "pay"/],
    [
      'a password in plain text',
      { groups: [{ ...GROUP, password: 'hunter9' }] },
      /group "pay": .*in plain text, and must not/,
    ],
    ['a variable that is not set', { groups: [{ ...GROUP, password: `$\{NOT}` }] }, /NOT, which is not set/],
    ['a variable that is empty', { groups: [{ ...GROUP, password: `$\{EMPTY}` }] }, /EMPTY, which is empty/],
    [
      'a secret that is not there',
      { groups: [{ ...GROUP, password: keychainReference('x') }] },
      /baton credentials set x/,
    ],
    [
      'an impossible name',
      { groups: [{ ...GROUP, password: keychainReference('x y') }] },
      /by a name that no secret can have/,
    ],
    [
      'a certificate that is not there',
      { groups: [{ ...GROUP, tls: { key: 'no.pem' } }] },
      /tls\.key: no\.pem does not exist/,
    ],
  ])('is refused for %s, without a secret in the message', async (_, text, message) => {
    const { errors } = await file(text).read();
    expect(errors.join('\n')).toMatch(message);
    expect(errors.join('\n')).not.toMatch(/hunter/);
  });

  it('says why the keychain did not answer', async () => {
    const keychain = new FakeKeychain();
    keychain.problem = new KeychainError('locked', 'It is locked.', 'Unlock it.');
    expect((await file({ groups: [GROUP] }, keychain).read()).errors).toEqual([
      'file, group "pay": the password refers to topology:pay in the keychain. It is locked. Unlock it.',
    ]);
    expect(keychain.calls).toEqual(['get topology:pay']);
  });
});
