import { describe, expect, it } from 'vitest';
import { configurationFiles } from '../../src/main/adapters/config/configuration-files.ts';
import { loadConfiguration } from '../../src/main/adapters/config/load-configuration.ts';
import { KeychainError } from '../../src/main/engine/ports/credentials.ts';
import { reloadConfiguration } from '../../src/main/engine/reconfiguration.ts';
import { BatonError } from '../../src/shared/errors/baton-error.ts';
import type { Settings } from '../../src/shared/settings/settings.ts';
import { FakeKeychain } from '../support/fake-keychain.ts';

const reference = (name: string) => `$\{${name}}`;

/** An engine's settings with the files that they came from; tests rewrite the files. */
class Reloading {
  readonly files: Record<string, string>;
  readonly audits: string[] = [];
  readonly keychain = new FakeKeychain();
  settings: Settings;
  private readonly port;

  constructor(files: Record<string, string>, env: Record<string, string> = {}) {
    this.files = files;
    const readFile = (path: string) => {
      const text = this.files[path];
      if (text === undefined) throw Object.assign(new Error('x'), { code: 'ENOENT' });
      return { text, mode: 0o600 };
    };
    const loaded = loadConfiguration({ defaultFiles: ['one', 'two'], env, readFile });
    this.settings = loaded.settings;
    this.port = configurationFiles({ files: loaded.files, env, readFile, keychain: this.keychain });
  }

  reload(extra: string | null = null) {
    const deps = {
      configuration: this.port,
      settings: () => this.settings,
      replaceSettings: (settings: Settings) => {
        this.settings = settings;
      },
      audit: (_: string, __: null, message: string) => void this.audits.push(message),
    };
    return reloadConfiguration(deps, extra, 'ann');
  }

  async refusal(extra: string | null = null): Promise<string> {
    try {
      await this.reload(extra);
    } catch (error) {
      if (error instanceof BatonError) return error.text;
    }
    throw new Error('was not refused');
  }
}

describe('a reload', () => {
  it('says when nothing has changed', async () => {
    const baton = new Reloading({ one: '{"InstancePollSeconds": 7}' });
    const before = baton.settings;
    expect(await baton.reload()).toMatchObject({
      message: 'Read one. Nothing has changed.',
      inForce: [],
      needRestart: [],
    });
    expect(baton.settings).toBe(before);
  });

  it('puts in force what can change, and keeps the rest as it is until the restart, however often it is asked', async () => {
    const baton = new Reloading({ one: '{"InstancePollSeconds": 7, "ListenAddress": "a:1"}', two: '{}' });
    baton.files.two = '{"InstancePollSeconds": 8, "ListenAddress": "b:2"}';
    expect(await baton.reload()).toMatchObject({ inForce: ['InstancePollSeconds'], needRestart: ['ListenAddress'] });
    expect(baton.settings).toMatchObject({ InstancePollSeconds: 8, ListenAddress: 'a:1' });
    expect(await baton.reload()).toMatchObject({ inForce: [], needRestart: ['ListenAddress'] });
    expect(baton.audits[0]).toBe(
      'asked for by ann: Read one, two. In force now: InstancePollSeconds. In force after a restart of Baton only: ListenAddress.',
    );
  });

  it('keeps what a file no longer holds, as the predecessor does', async () => {
    const baton = new Reloading({ one: '{"InstancePollSeconds": 7, "ReadOnly": true}' });
    baton.files.one = '{"InstancePollSeconds": 8}';
    await baton.reload();
    expect(baton.settings).toMatchObject({ InstancePollSeconds: 8, ReadOnly: true });
  });

  it.each<[string, string, RegExp]>([
    ['broken JSON', '{', /one:1:2: expected/],
    ['a wrong type', '{"ReadOnly": 1}', /ReadOnly wants true or false/],
    ['a contradiction', '{"FailMasterPromotionOnLagMinutes": 1}', /needs ReplicationLagQuery/],
  ])('changes nothing for %s', async (_, text, reason) => {
    const baton = new Reloading({ one: '{"InstancePollSeconds": 7}' });
    const before = baton.settings;
    baton.files.one = text;
    expect(await baton.refusal()).toMatch(reason);
    expect(baton.settings).toBe(before);
    expect(baton.audits).toHaveLength(1);
  });

  it('refuses when a file of the start is gone, and when the extra file is not there', async () => {
    const baton = new Reloading({ one: '{}', two: '{"ReadOnly": true}' });
    expect(await baton.refusal('three')).toContain('three does not exist');
    delete baton.files.two;
    expect(await baton.refusal()).toContain('two does not exist');
    expect(baton.settings.ReadOnly).toBe(true);
  });

  it('reads the extra file last, and does not remember it', async () => {
    const baton = new Reloading({ one: '{"InstancePollSeconds": 7}', extra: '{"InstancePollSeconds": 9}' });
    expect((await baton.reload('extra')).files).toEqual(['one', 'extra']);
    expect(baton.settings.InstancePollSeconds).toBe(9);
    expect((await baton.reload()).files).toEqual(['one']);
    expect(baton.settings.InstancePollSeconds).toBe(7);
  });

  it('takes a new password from the credentials file', async () => {
    const baton = new Reloading({
      one: '{"MySQLTopologyCredentialsConfigFile": "cnf"}',
      cnf: '[client]\nuser=u\npassword=old',
    });
    baton.files.cnf = '[client]\nuser=u\npassword=new';
    const { message } = await baton.reload();
    expect(message).toContain('In force now: MySQLTopologyPassword.');
    expect(message).not.toContain('new');
    expect(baton.settings.MySQLTopologyPassword).toBe('new');
  });

  it('keeps a password that is in the environment', async () => {
    const baton = new Reloading({ one: `{"HTTPAuthPassword": "${reference('PW')}"}` }, { PW: 'secret' });
    expect((await baton.reload()).message).toContain('Nothing has changed');
    expect(baton.settings.HTTPAuthPassword).toBe('secret');
  });

  it('takes a new password from the keychain, and keeps the old one while the keychain is locked', async () => {
    const baton = new Reloading({ one: '{}' });
    baton.keychain.secrets.set('topology:default', 'first');
    baton.files.one = `{"MySQLTopologyPassword": "${reference('keychain:topology:default')}"}`;
    const { message } = await baton.reload();
    expect(message).toContain('In force now: MySQLTopologyPassword.');
    expect(baton.settings.MySQLTopologyPassword).toBe('first');
    baton.keychain.secrets.set('topology:default', 'second');
    baton.keychain.problem = new KeychainError('locked', 'It is locked.', 'Unlock it.');
    expect(await baton.refusal()).toContain('topology:default in the keychain. It is locked. Unlock it.');
    expect(baton.settings.MySQLTopologyPassword).toBe('first');
    baton.keychain.problem = null;
    await baton.reload();
    expect(baton.settings.MySQLTopologyPassword).toBe('second');
    expect(JSON.stringify(baton.audits)).not.toMatch(/first|second/);
  });

  it('takes a new value under either of two names', async () => {
    const baton = new Reloading({ one: '{"SlaveLagQuery": "select 1", "PostponeSlaveRecoveryOnLagMinutes": 1}' });
    baton.files.one = '{"SlaveLagQuery": "select 2", "PostponeSlaveRecoveryOnLagMinutes": 2}';
    await baton.reload();
    expect(baton.settings).toMatchObject({ ReplicationLagQuery: 'select 2', PostponeReplicaRecoveryOnLagMinutes: 2 });
    baton.files.one = '{"ReplicationLagQuery": "select 3", "PostponeReplicaRecoveryOnLagMinutes": 3}';
    await baton.reload();
    expect(baton.settings).toMatchObject({ ReplicationLagQuery: 'select 3', PostponeReplicaRecoveryOnLagMinutes: 3 });
  });

  it('is not to be had without files', async () => {
    const deps = { configuration: null, settings: () => new Reloading({}).settings, replaceSettings: () => undefined };
    const reload = reloadConfiguration({ ...deps, audit: () => undefined }, null, 'ann');
    await expect(reload).rejects.toThrow(/not started from/);
  });
});
