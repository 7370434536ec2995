import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeychainError } from '../../src/main/engine/ports/credentials.ts';
import { checkConfiguration } from '../../src/main/headless/configuration.ts';
import { listSecrets, removeSecret, setSecret } from '../../src/main/headless/credentials.ts';
import { type ImportOptions, importConfiguration } from '../../src/main/headless/import-configuration.ts';
import { keychainReference } from '../../src/shared/settings/secret-reference.ts';
import { baton, TestIo } from '../cli/test-io.ts';
import { FakeKeychain } from '../support/fake-keychain.ts';

const CONF = { MySQLTopologyUser: 'orc', MySQLTopologyPassword: 'hunter2', HTTPAuthPassword: 'hunter3' };
const NO_SERVICE = new KeychainError('no-service', 'No keychain runs.', 'Start one.');

let folder = '';
let keychain = new FakeKeychain();
let io = new TestIo();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-credentials-'));
  keychain = new FakeKeychain();
  io = new TestIo();
});
afterEach(() => {
  expect(io.out.text + io.error.text).not.toMatch(/hunter/);
  rmSync(folder, { recursive: true });
});

function written(value: object, name = 'orchestrator.conf.json'): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value, null, 2), { mode: 0o644 });
  return path;
}

const newText = () => readFileSync(join(folder, 'baton.conf.json'), 'utf8');

describe('config import to the keychain', () => {
  const run = (file: string, more: Partial<ImportOptions> = {}) =>
    importConfiguration({ file, out: null, form: null, force: false, ...more }, {}, io, keychain);

  it('is the default where a keychain runs, and leaves the old file as it was', async () => {
    const old = written(CONF);
    expect(await run(old)).toBe(0);
    expect(JSON.parse(newText())).toEqual({
      ...CONF,
      MySQLTopologyPassword: keychainReference('topology:default'),
      HTTPAuthPassword: keychainReference('setting:HTTPAuthPassword'),
    });
    expect(statSync(join(folder, 'baton.conf.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['baton.conf.json', 'orchestrator.conf.json']);
    expect(Object.fromEntries(keychain.secrets)).toEqual({
      'topology:default': 'hunter2',
      'setting:HTTPAuthPassword': 'hunter3',
    });
    expect(JSON.parse(readFileSync(old, 'utf8'))).toEqual(CONF);
    for (const said of [
      'MySQLTopologyPassword is now',
      'on this machine: topology:default, setting:',
      `chmod 600 ${old}`,
    ]) {
      expect(io.out.text).toContain(said);
    }
  });

  it('gives way to the environment where none runs, and says so', async () => {
    keychain.problem = NO_SERVICE;
    expect(await run(written(CONF))).toBe(0);
    expect(newText()).toContain(`$\{MYSQL_TOPOLOGY_PASSWORD}`);
    expect(io.out.text).toContain('and not to the keychain: No keychain runs.');
    expect(readdirSync(folder)).toContain('baton.env');
  });

  it('fails when somebody asked for the keychain and none runs, and writes nothing', async () => {
    keychain.problem = NO_SERVICE;
    expect(await run(written(CONF), { form: 'keychain' })).toBe(1);
    expect(io.error.text).toBe('baton: No keychain runs. Start one.\n');
    expect(readdirSync(folder)).toEqual(['orchestrator.conf.json']);
  });

  it('does not touch the keychain for a file without passwords, nor for other places', async () => {
    expect(await run(written({ InstancePollSeconds: 7 }))).toBe(0);
    expect(await run(written(CONF), { form: 'environment', force: true })).toBe(0);
    expect(keychain.calls).toEqual([]);
  });

  it('writes over another secret only with --force', async () => {
    keychain.secrets.set('topology:default', 'hunter9');
    const old = written(CONF);
    expect(await run(old)).toBe(1);
    expect(io.error.text).toContain(
      'The keychain has another secret as topology:default already, and nothing was written.',
    );
    expect(readdirSync(folder)).toEqual(['orchestrator.conf.json']);
    expect([...keychain.secrets]).toEqual([['topology:default', 'hunter9']]);
    expect(await run(old, { force: true })).toBe(0);
    expect(keychain.secrets.get('topology:default')).toBe('hunter2');
  });

  it('changes the old file itself when that is asked for', async () => {
    const old = written(CONF);
    expect(await run(old, { out: old })).toBe(1);
    expect(await run(old, { out: old, force: true })).toBe(0);
    expect(readFileSync(old, 'utf8')).toContain(keychainReference('topology:default'));
    expect(statSync(old).mode & 0o777).toBe(0o600);
    expect(io.out.text).not.toContain('still holds');
    expect(readdirSync(folder)).toEqual(['orchestrator.conf.json']);
  });

  it('takes the secrets out again when the new file can not be written', async () => {
    keychain.secrets.set('setting:HTTPAuthPassword', 'hunter3');
    expect(await run(written(CONF), { out: join(folder, 'none', 'baton.conf.json') })).toBe(1);
    expect(io.error.text).toContain('could not be written');
    expect([...keychain.secrets]).toEqual([['setting:HTTPAuthPassword', 'hunter3']]);
  });

  it('takes a password that no environment file can hold', async () => {
    expect(await run(written({ MySQLTopologyPassword: 'a\nb' }))).toBe(0);
    expect(keychain.secrets.get('topology:default')).toBe('a\nb');
  });
});

describe('config check', () => {
  const check = (file: string) => checkConfiguration(file, {}, null, io, keychain);

  it('resolves what the configuration and the groups of servers refer to', async () => {
    const group = { name: 'pay', servers: ['pay-*'], user: 'u', password: keychainReference('topology:pay') };
    const groups = written({ groups: [group] }, 'groups.json');
    const file = written({ HTTPAuthPassword: keychainReference('web'), BatonCredentialsFile: groups });
    expect(await check(file)).toBe(2);
    expect(io.out.text).toContain('HTTPAuthPassword refers to web in the keychain. It is not there');
    keychain.secrets.set('web', 'hunter3');
    expect(await check(file)).toBe(2);
    expect(io.out.text).toContain(
      `${groups}, group "pay": the password refers to topology:pay in the keychain. It is not there`,
    );
    keychain.secrets.set('topology:pay', 'hunter4');
    expect(await check(file)).toBe(0);
  });
});

describe('baton credentials', () => {
  it('lists what is there, and what the configuration misses', async () => {
    const config = written({ MySQLTopologyPassword: keychainReference('a'), HTTPAuthPassword: keychainReference('b') });
    keychain.secrets.set('a', 'hunter2').set('c', 'hunter3');
    expect(await listSecrets(config, {}, keychain, io)).toBe(0);
    expect(io.out.text.split('\n').slice(0, 3)).toEqual([
      'a',
      'c  (the configuration does not use it)',
      'b  (missing: the configuration refers to it; baton credentials set b)',
    ]);
  });

  it('stores and removes, and says what came of it', async () => {
    expect(await setSecret('a', 'hunter2', keychain, io)).toBe(0);
    expect(keychain.secrets.get('a')).toBe('hunter2');
    expect(await removeSecret('a', keychain, io)).toBe(0);
    expect(await removeSecret('a', keychain, io)).toBe(1);
    expect(io.error.text).toBe('baton: The keychain holds no secret a of Baton.\n');
    keychain.problem = NO_SERVICE;
    expect(await setSecret('a', 'hunter2', keychain, io)).toBe(1);
    expect(io.error.text).toContain('No keychain runs. Start one.');
  });

  it('takes no secret as an argument, and does not repeat one', async () => {
    for (const words of [
      ['a', 'hunter2'],
      ['a', 'hunter2', 'hunter3'],
      ['--name', 'a', 'hunter2'],
    ]) {
      const { code, error, out } = await baton({}, 'credentials', 'set', ...words);
      expect(code).toBe(1);
      expect(error).toContain('credentials set takes one name and nothing else');
      expect(error + out).not.toMatch(/hunter/);
    }
  });

  it('wants a name, and a keychain', async () => {
    expect(await baton({}, 'credentials', 'set')).toMatchObject({
      code: 1,
      error: expect.stringContaining('--name NAME'),
    });
    expect(await baton({}, 'credentials', 'list')).toMatchObject({
      code: 1,
      error: expect.stringContaining('BATON_KEYCHAIN'),
    });
  });
});
