import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keychainReference } from '../../src/shared/settings/secret-reference.ts';
import { type Lab, startTopology } from '../lab/index.ts';
import { type KeyringLab, keyringLab } from '../lab/keychain/index.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));

let keyring: KeyringLab | null = null;
let lab: Lab | null = null;
let folder = '';
const machine = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baton-keychain-'));
  keyring = await keyringLab();
  if (keyring === null) return;
  lab = await startTopology({ shape: 'star', replicas: 1 });
  // What is started from here on, Baton included, belongs to the session with the keychain.
  Object.assign(process.env, keyring.env);
});
afterAll(async () => {
  for (const name of Object.keys(keyring?.env ?? {})) delete process.env[name];
  Object.assign(process.env, machine);
  await lab?.stop();
  await keyring?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(({ skip }) => skip(keyring === null, 'gnome-keyring can not be had on this machine'));

function there(): { readonly keyring: KeyringLab; readonly lab: Lab; readonly password: string } {
  if (keyring === null || lab === null) throw new Error('skipped');
  return { keyring, lab, password: lab.accounts.baton.password };
}

/** Runs the command line as a process of its own. */
async function baton(words: readonly string[], input = '') {
  const child = spawn(process.execPath, [ENTRY, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, error, code };
}

function written(name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value, null, 2), { mode: 0o600 });
  return path;
}

/** Every file below a folder as one text. */
function everything(path: string): string {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return files.map((each) => readFileSync(join(each.parentPath, each.name), 'latin1')).join('\n');
}

describe('passwords in the keychain of a session', () => {
  it('are moved there by an import, and taken from there by a Baton that starts', async () => {
    const { keyring, lab, password } = there();
    await keyring.start('unlocked');
    const old = written('orchestrator.conf.json', labSettings(lab));
    const imported = await baton(['config', 'import', old]);
    expect(imported).toMatchObject({ code: 0, error: '' });
    expect(imported.out).toContain('Stored in the keychain');
    const now = readFileSync(join(folder, 'baton.conf.json'), 'utf8');
    expect(now).toContain(keychainReference('topology:default'));
    expect((await baton(['credentials', 'list', '--config', join(folder, 'baton.conf.json')])).out).toBe(
      'topology:default\n',
    );
    const process_ = await BatonProcess.start(JSON.parse(now) as Record<string, unknown>);
    try {
      for (const server of lab.servers) await process_.discover(server.key);
      const line = readFileSync(`/proc/${process_.pid}/cmdline`, 'latin1');
      const shown = [imported.out, now, line, process_.log, everything(process_.folder)].join('\n');
      expect(shown).not.toContain(password);
    } finally {
      await process_.stop();
    }
  });

  it('are given to the servers of a group, and a new one is taken by a reload', async () => {
    const { keyring, lab, password } = there();
    await keyring.start('unlocked');
    expect(await baton(['credentials', 'set', 'topology:lab'], 'wrong\n')).toMatchObject({ code: 0 });
    const { hostname, port } = lab.master.key;
    const group = { name: 'lab', servers: [`${hostname}:*`], clusters: [], user: lab.accounts.baton.user };
    const file = written('groups.json', { groups: [{ ...group, password: keychainReference('topology:lab') }] });
    const settings = labSettings(lab, { MySQLTopologyUser: 'nobody', MySQLTopologyPassword: 'nothing' });
    const process_ = await BatonProcess.start({ ...settings, BatonCredentialsFile: file });
    try {
      await expect(process_.discover({ hostname, port })).rejects.toThrow(/denied/i);
      expect(await baton(['credentials', 'set', 'topology:lab'], `${password}\n`)).toMatchObject({ code: 0 });
      const { Message } = await process_.get<{ readonly Message: string }>('reload-configuration');
      const details = JSON.stringify(Message) + JSON.stringify(await process_.get('audit'));
      expect(details).toContain('Credentials in force for new connections: lab.');
      await process_.discover({ hostname, port });
      expect([details, process_.log, everything(process_.folder)].join('\n')).not.toContain(password);
    } finally {
      await process_.stop();
    }
  });

  it('keep Baton from starting while the keychain is locked, and it says why', async () => {
    const { keyring, lab } = there();
    await keyring.start('locked');
    const settings = labSettings(lab, { MySQLTopologyPassword: keychainReference('topology:default') });
    const config = written('locked.conf.json', settings);
    const why = 'MySQLTopologyPassword refers to topology:default in the keychain. The keychain is locked';
    expect(await baton(['config', 'check', config])).toMatchObject({ code: 2, out: expect.stringContaining(why) });
    const served = await baton(['serve', '--config', config, '--data-dir', join(folder, 'data')]);
    expect(served).toMatchObject({ code: 2, error: expect.stringContaining(why) });
    const listed = await baton(['credentials', 'list']);
    expect(listed).toMatchObject({ code: 1, error: expect.stringContaining('Unlock it') });
  });

  it('go to the environment where no keychain runs, and the import says so', async () => {
    const { keyring, lab, password } = there();
    await keyring.end();
    const old = written('other.conf.json', labSettings(lab));
    const imported = await baton(['config', 'import', old, '--out', join(folder, 'elsewhere.json')]);
    expect(imported).toMatchObject({ code: 0, error: '' });
    expect(imported.out).toContain('Passwords go to the environment, and not to the keychain: No keychain runs');
    expect(imported.out).not.toContain(password);
    expect(readFileSync(join(folder, 'elsewhere.json'), 'utf8')).toContain(`$\{MYSQL_TOPOLOGY_PASSWORD}`);
  });
});
