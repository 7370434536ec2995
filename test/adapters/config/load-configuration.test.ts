import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCredentials } from '../../../src/main/adapters/config/credentials-file.ts';
import { type LoadOptions, loadConfiguration } from '../../../src/main/adapters/config/load-configuration.ts';
import { readTextFile, unreadable } from '../../../src/main/adapters/config/text-file.ts';

const reference = (name: string) => `$\{${name}}`;

/** Files by path: a text, an object to be written as JSON, or the code of the error that reading gives. */
type Files = Record<
  string,
  string | object | { readonly code: string } | { readonly text: string; readonly mode: number }
>;

function load(files: Files, options: Partial<LoadOptions> = {}) {
  return loadConfiguration({
    defaultFiles: ['one', 'two', 'three'],
    env: {},
    readFile: (path) => {
      const file = files[path] ?? { code: 'ENOENT' };
      if (typeof file === 'string') return { text: file, mode: 0o600 };
      if ('code' in file) throw Object.assign(new Error('x'), file);
      if ('text' in file && 'mode' in file) return { text: String(file.text), mode: Number(file.mode) };
      return { text: JSON.stringify(file), mode: 0o600 };
    },
    ...options,
  });
}

describe('which files are read', () => {
  it('reads all default files that exist, later ones over earlier ones', () => {
    const { ok, settings, files } = load({
      one: {
        InstancePollSeconds: 1,
        MySQLTopologyUser: 'one',
        DiscoverySeeds: ['a:1'],
        ClusterNameToAlias: { a: 'x' },
      },
      three: { InstancePollSeconds: 3, DiscoverySeeds: ['b:2'], ClusterNameToAlias: { b: 'y' } },
    });
    expect(ok).toBe(true);
    expect(files).toEqual(['one', 'three']);
    expect(settings).toMatchObject({
      InstancePollSeconds: 3,
      MySQLTopologyUser: 'one',
      DiscoverySeeds: ['b:2'],
      ClusterNameToAlias: { a: 'x', b: 'y' },
    });
  });

  it('derives after each file', () => {
    const { settings } = load({
      one: { ReasonableReplicationLagSeconds: 7 },
      two: { ReasonableReplicationLagSeconds: 8 },
    });
    expect(settings.ReasonableLockedSemiSyncMasterSeconds).toBe(7);
  });

  it('reads only the named file', () => {
    const { settings, files } = load(
      { one: { InstancePollSeconds: 1 }, mine: { Debug: true } },
      { configFile: 'mine' },
    );
    expect(files).toEqual(['mine']);
    expect(settings).toMatchObject({ InstancePollSeconds: 5, Debug: true });
  });

  it('says when there is none, and then behaves as with an empty file', () => {
    const none = load({});
    expect(none).toMatchObject({ ok: true, files: [] });
    expect(none.findings).toContainEqual({
      level: 'info',
      key: '',
      message: 'No configuration file was found; looked for one, two, three.',
    });
    expect(none.settings).toEqual(load({ one: {} }).settings);
    expect(none.settings.DetachLostReplicasAfterMasterFailover).toBe(true);
  });

  it.each([
    ['ENOENT', 'mine does not exist'],
    ['EACCES', 'mine may not be read by the user that Baton runs as'],
    ['EISDIR', 'mine is a folder'],
    ['EIO', 'mine cannot be read (EIO)'],
  ])('a named file that gives %s is an error', (code, message) => {
    const { ok, findings } = load({ mine: { code } }, { configFile: 'mine' });
    expect(ok).toBe(false);
    expect(findings).toMatchObject([{ level: 'error', file: 'mine', message: expect.stringContaining(message) }]);
  });

  it('a default file that is there and unreadable is an error, one that is absent is not', () => {
    expect(load({ one: { code: 'EACCES' } })).toMatchObject({ ok: false });
    expect(load({ one: { code: 'ENOTDIR' } })).toMatchObject({ ok: true });
  });

  it('lays a reload over the current settings: what a file no longer holds stays', () => {
    const first = load({ one: { Debug: true, InstancePollSeconds: 9 } });
    const { settings } = load({ one: { InstancePollSeconds: 8 } }, { base: first.settings, defaultFiles: first.files });
    expect(settings).toMatchObject({ Debug: true, InstancePollSeconds: 8 });
  });
});

describe('what is told about a file', () => {
  it('gives the place of a mistake in the JSON', () => {
    const { ok, findings } = load({ one: '{\n  "Debug": true\n  "ReadOnly": false\n}' });
    expect(ok).toBe(false);
    expect(findings).toEqual([
      {
        level: 'error',
        key: '',
        message: 'one:3:3: expected "," or "}" after the value of "Debug".',
        file: 'one',
        line: 3,
        column: 3,
      },
    ]);
  });

  it('gives the place of a wrong value, an unknown name and a repeated one', () => {
    const { ok, findings } = load({
      one: '{\n "readonly": "true",\n "Debugg": 1,\n "Debug": true,\n "Debug": false\n}',
    });
    expect(ok).toBe(false);
    expect(findings).toMatchObject([
      { level: 'error', key: 'ReadOnly', file: 'one', line: 2, column: 2 },
      { level: 'warning', key: 'Debugg', file: 'one', line: 3 },
      { level: 'warning', key: 'Debug', file: 'one', line: 5, message: expect.stringContaining('more than once') },
    ]);
  });

  it('finds the problems of all files at once, and then gives no advice', () => {
    const { findings } = load({ one: { Debug: 1 }, two: { ReadOnly: 'x' }, three: '[' });
    expect(findings.map(({ file, level }) => `${file} ${level}`)).toEqual(['one error', 'two error', 'three error']);
  });

  it('advises once, on the final settings', () => {
    const { findings } = load({ one: {}, two: {}, three: { RecoverIntermediateMasterClusterFilters: ['*'] } });
    expect(findings.filter(({ key }) => key === 'RecoverMasterClusterFilters')).toHaveLength(1);
    const set = load({ one: {}, two: { RecoverMasterClusterFilters: ['*'] } });
    expect(set.findings.filter(({ key }) => key === 'RecoverMasterClusterFilters')).toEqual([]);
  });

  it.each([
    [0o644, 'hunter2', true],
    [0o604, 'hunter2', true],
    [0o640, 'hunter2', false],
    [0o600, 'hunter2', false],
    [0o644, reference('PW'), false],
    [0o644, '', false],
  ])('mode %o with password %s: warned %s', (mode, password, warned) => {
    const text = JSON.stringify({ MySQLTopologyPassword: password });
    const { findings } = load({ one: { text, mode } }, { env: { PW: 'x' } });
    expect(findings.some(({ message }) => message.includes('every user of this machine'))).toBe(warned);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});

describe('credentials files', () => {
  const config = {
    MySQLTopologyCredentialsConfigFile: 'cnf',
    MySQLTopologyUser: 'plain',
    MySQLTopologyPassword: 'plain',
  };

  it('override user and password, and may name a variable', () => {
    const cnf = `[client]\nuser = baton\npassword = "${reference('PW')}"\n`;
    const { settings, findings } = load({ one: config, cnf }, { env: { PW: 'secret' } });
    expect(settings).toMatchObject({ MySQLTopologyUser: 'baton', MySQLTopologyPassword: 'secret' });
    expect(findings.filter(({ level, key }) => level !== 'info' && key.startsWith('MySQLTopology'))).toEqual([]);
  });

  it('are an error when they cannot be read, at the place that names them', () => {
    const { ok, findings } = load({ one: config });
    expect(ok).toBe(false);
    expect(findings).toMatchObject([
      {
        key: 'MySQLTopologyCredentialsConfigFile',
        file: 'one',
        line: 1,
        message: expect.stringContaining('cnf does not exist'),
      },
    ]);
  });

  it('are warned about when every user may read them', () => {
    const { findings } = load({ one: config, cnf: { text: '[client]\nuser=u\npassword=hunter2', mode: 0o644 } });
    expect(findings.filter(({ message }) => message.includes('chmod 600 cnf'))).toHaveLength(1);
  });

  it.each<[text: string, credentials: object, warnings: number]>([
    ['[client]\nuser=u\npassword=p', { user: 'u', password: 'p' }, 0],
    ['[client]\r\nuser = u \r\npassword = p \r\n', { user: 'u', password: 'p' }, 0],
    [
      '# c\n; c\n[mysql]\npassword=no\n[client]\nUser=u\nPASSWORD=p\n[mysqld]\nuser=mysql',
      { user: 'u', password: 'p' },
      0,
    ],
    ['[Client] # c\nuser=u # c\npassword="a#b;c" ; c', { user: 'u', password: 'a#b;c' }, 0],
    ['[client]\nuser=u\npassword="a\\"b\\\\c\\n"', { user: 'u', password: 'a"b\\c\n' }, 0],
    ["[client]\nuser='u'\npassword=' p '", { user: 'u', password: ' p ' }, 0],
    ['[client]\nuser=u\npassword=a#b', { user: 'u', password: 'a' }, 1],
    ['[client]\nuser=u\npassword="ab', { user: 'u', password: 'ab' }, 1],
    ['[client]\nuser=u\npassword="a"b', { user: 'u', password: 'a' }, 1],
    ['[client]\nuser=u\npassword=', { user: 'u', password: '' }, 0],
    ['[client]\nuser=u\nport=3306', { user: 'u' }, 1],
    ['user=u\npassword=p', {}, 2],
    ['', {}, 2],
  ])('%j', (text, credentials, warnings) => {
    const parsed = parseCredentials('cnf', text);
    expect(parsed.credentials).toEqual(credentials);
    expect(parsed.warnings).toHaveLength(warnings);
  });
});

describe('the file system', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read with the permission bits', () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, '{"Debug": true}');
    chmodSync(path, 0o640);
    expect(readTextFile(path)).toEqual(
      process.platform === 'win32' ? { text: '{"Debug": true}' } : { text: '{"Debug": true}', mode: 0o640 },
    );
    expect(loadConfiguration({ configFile: path, env: {} }).settings.Debug).toBe(true);
  });

  it('tells a missing file, a folder, and a path through a file apart', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    mkdirSync(join(folder, 'sub'));
    const reason = (path: string) => loadConfiguration({ configFile: path, env: {} }).findings[0]?.message;
    expect(reason(join(folder, 'none'))).toContain('does not exist');
    expect(reason(join(folder, 'sub'))).toContain('is a folder');
    expect(reason(join(file, 'below'))).toContain('a part of its path is a file');
  });

  it('gives a reason for any error', () => {
    expect(unreadable('/x', new Error('odd'))).toBe('/x cannot be read (unknown error).');
    expect(unreadable('/x', 'odd')).toBe('/x cannot be read (unknown error).');
  });
});
