import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialGroups } from '../../../src/main/adapters/config/credential-groups.ts';
import { CredentialBook } from '../../../src/main/engine/credentials/credential-book.ts';
import { CredentialService } from '../../../src/main/engine/credentials/credential-service.ts';
import { SessionSecrets } from '../../../src/main/engine/credentials/session-secrets.ts';
import { type CredentialsFile, KeychainError } from '../../../src/main/engine/ports/credentials.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { keychainReference } from '../../../src/shared/settings/secret-reference.ts';
import { FakeKeychain } from '../../support/fake-keychain.ts';

const LOCKED = new KeychainError('locked', 'It is locked.', 'Unlock it.');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(change: (file: CredentialsFile) => Partial<CredentialsFile> = () => ({})) {
  const keychain = new FakeKeychain();
  const secrets = new SessionSecrets(keychain);
  const path = join(folder, 'credentials.json');
  const real = credentialGroups({ path, mustExist: false, env: { PW: 'from the environment' }, keychain: secrets });
  const book = new CredentialBook();
  const audits: string[] = [];
  const service = new CredentialService({
    book,
    file: { ...real, ...change(real) },
    secrets,
    settingsUser: () => 'baton',
    audit: (type, message) => void audits.push(`${type}: ${message}`),
    logIn: async () => ({ ok: true, message: '', version: '', account: '' }),
  });
  const passwordFor = (hostname: string) => book.groupOf({ hostname, port: 3306 })?.password;
  return { keychain, service, book, audits, path, passwordFor, text: () => readFileSync(path, 'utf8') };
}

describe('accounts of groups of servers', () => {
  it('are the one of the settings at first', () => {
    expect(made().service.groups()).toEqual([{ name: '*', servers: ['*'], clusters: [], user: 'baton', kept: 'file' }]);
  });

  it('are kept in the keychain, named in a private file, and in force at once', async () => {
    const { keychain, service, passwordFor, path, text, audits } = made();
    expect(await service.save('pay-*', { user: 'payer', password: 'hunter2' })).toEqual({
      name: 'pay-*',
      servers: ['pay-*'],
      clusters: [],
      user: 'payer',
      kept: 'keychain',
      notice: '',
    });
    expect(keychain.secrets).toEqual(new Map([['topology:pay-*', 'hunter2']]));
    expect(passwordFor('pay-1')).toBe('hunter2');
    expect(text()).toContain(keychainReference('topology:pay-*'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.stringify([text(), service.groups(), audits])).not.toContain('hunter2');
    await service.save('pay-*', { user: 'payer', password: 'hunter3' });
    expect(passwordFor('pay-1')).toBe('hunter3');
    expect(service.groups().map(({ name }) => name)).toEqual(['pay-*', '*']);
  });

  it('stand before those that would take their servers', async () => {
    const { service, passwordFor } = made();
    for (const name of ['*', 'pay-*', 'pay-db*', 'shop']) await service.save(name, { user: 'u', password: name });
    expect(service.groups().map(({ name }) => name)).toEqual(['pay-db*', 'pay-*', 'shop', '*']);
    expect(['pay-db1', 'pay-1', 'shop', 'else'].map(passwordFor)).toEqual(['pay-db*', 'pay-*', 'shop', '*']);
  });

  it('are kept for the session, and say so, while the keychain is locked', async () => {
    const { keychain, service, passwordFor } = made();
    keychain.problem = LOCKED;
    const saved = await service.save('pay-*', { user: 'payer', password: 'hunter2' });
    expect(saved).toMatchObject({ kept: 'session', notice: expect.stringContaining('until Baton ends') });
    expect(saved.notice).toContain('It is locked. Unlock it.');
    expect(passwordFor('pay-1')).toBe('hunter2');
    expect(service.groups()[0]).toMatchObject({ kept: 'session' });
    expect(await service.keychainProblem()).toBe('It is locked. Unlock it.');
    keychain.problem = null;
    expect(await service.keychainProblem()).toBeNull();
    expect(await service.save('pay-*', { user: 'payer', password: 'hunter2' })).toMatchObject({ kept: 'keychain' });
    expect(keychain.secrets.get('topology:pay-*')).toBe('hunter2');
  });

  it('are removed with their passwords', async () => {
    const { keychain, service, passwordFor, audits } = made();
    await service.save('pay-*', { user: 'payer', password: 'hunter2' });
    await service.remove('pay-*');
    expect([keychain.secrets.size, passwordFor('pay-1')]).toEqual([0, undefined]);
    expect(audits).toEqual(['set-credentials: account payer for pay-*', 'remove-credentials: account payer for pay-*']);
    await expect(service.remove('pay-*')).rejects.toThrow(/no credentials for pay-\*/);
  });

  it('keep what a person wrote into the file', async () => {
    const { service, path, text, passwordFor } = made();
    const entry = {
      name: 'eu',
      servers: ['eu-*'],
      clusters: ['eu'],
      user: 'u',
      password: `$\{PW}`,
      tls: { mode: 'always' },
    };
    writeFileSync(path, JSON.stringify({ groups: [entry] }));
    await service.save('us-*', { user: 'v', password: 'w' });
    expect(JSON.parse(text())).toMatchObject({ groups: [entry, { name: 'us-*' }] });
    expect(passwordFor('eu-1')).toBe('from the environment');
    await service.save('eu', { user: 'u2', password: 'x' });
    expect(JSON.parse(text()).groups[0]).toMatchObject({
      ...entry,
      user: 'u2',
      password: keychainReference('topology:eu'),
    });
    expect(passwordFor('eu-1')).toBe('x');
  });

  it('leave the keychain as it was when the file can not be written', async () => {
    let full = false;
    const { keychain, service, passwordFor } = made((real) => ({
      write: (entries) => {
        if (full) throw new BatonError('refused', 'The disk is full.');
        real.write(entries);
      },
    }));
    await service.save('pay-*', { user: 'payer', password: 'old' });
    full = true;
    await expect(service.save('pay-*', { user: 'payer', password: 'new' })).rejects.toThrow('The disk is full.');
    await expect(service.save('shop', { user: 'u', password: 'new' })).rejects.toThrow('The disk is full.');
    expect(keychain.secrets).toEqual(new Map([['topology:pay-*', 'old']]));
    expect(passwordFor('pay-1')).toBe('old');
  });

  it.each(['', 'a b', 'a{b'])('have a name that fits a reference, and not %j', async (name) => {
    const { keychain, service } = made();
    await expect(service.save(name, { user: 'u', password: 'p' })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(keychain.calls).toEqual([]);
  });

  it('are changed one after the other', async () => {
    const { service } = made();
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => service.save(name, { user: 'u', password: 'p' })));
    expect(service.groups().map(({ name }) => name)).toEqual([...names, '*']);
  });
});
