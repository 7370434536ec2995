import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/main/adapters/config/load-configuration.ts';
import { TestServer } from '../adapters/http/test-server.ts';
import { baton, type CliResult } from '../cli/test-io.ts';

const SAMPLES = fileURLToPath(new URL('../../resources/samples', import.meta.url));
const reference = (name: string) => `$\{${name}}`;

let folder = '';
const path = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(name: string, value: object | string, mode = 0o600): string {
  writeFileSync(path(name), typeof value === 'string' ? value : JSON.stringify(value, null, 2), { mode });
  return path(name);
}

describe('config check', () => {
  const check = (value: object | string, env = {}, ...more: string[]): Promise<CliResult> =>
    baton(env, 'config', 'check', written('a.json', value), ...more);

  it.each<[string, object | string, number, RegExp]>([
    ['an unknown name', { RecoverMasterClusterFilter: ['*'] }, 0, /did you mean RecoverMasterClusterFilters\?/],
    ['a wrong type', '{\n  "ReadOnly": "true"\n}', 2, /a\.json:2:3: ReadOnly wants true or false/],
    ['broken JSON', '{\n  "ReadOnly": true,\n}', 2, /a\.json:2:19: expected no ","/],
    ['a contradiction', { FailMasterPromotionOnLagMinutes: 5 }, 2, /needs ReplicationLagQuery/],
    ['weak detection', { BatonDetectionTimeoutMilliseconds: 60_000 }, 0, /warning: .*a frozen source is noticed only/],
    ['no filter', {}, 0, /nothing will be failed over automatically/],
    [
      'a missing variable',
      { HTTPAuthPassword: reference('NOT_SET') },
      2,
      /the environment variable NOT_SET, which is not set/,
    ],
    [
      'a quorum',
      { RaftEnabled: true, RaftDataDir: 'x', RaftNodes: ['a', 'b', 'c'] },
      0,
      /fails nothing over by itself/,
    ],
  ])('explains %s', async (_, value, code, message) => {
    const result = await check(value);
    expect(result.out).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.out).toMatch(code === 0 ? /Baton starts with it\.\n$/ : /Baton does not start with it\.\n$/);
  });

  it('puts errors first, and says how many there are', async () => {
    const { out } = await check({ ReadOnly: 1, Debug: 'x', Nonsense: 1 });
    expect(
      out
        .split('\n')
        .map((line) => line.split(':')[0])
        .slice(0, 2),
    ).toEqual(['error', 'error']);
    expect(out).toContain('2 errors, 1 warning. Baton does not start');
  });

  it('ends with 2 for a file that is not there, and wants a known second word', async () => {
    expect(await baton({}, 'config', 'check', path('none.json'))).toMatchObject({ code: 2 });
    expect(await baton({}, 'config')).toMatchObject({ code: 1, error: expect.stringContaining('config check') });
    expect((await baton({}, 'config', 'check', '--help')).out).toContain('Usage:   baton config check [--config FILE]');
  });

  describe('against an engine', () => {
    let server: TestServer;
    beforeEach(async () => {
      server = await TestServer.start();
    });
    afterEach(() => server.close());

    it.each<[readonly string[], RegExp | null]>([
      [['nothing-like-it'], /matches none of the clusters that the engine knows .*nothing fails over automatically/],
      [['*', 'nothing-like-it'], /The filter "nothing-like-it" .* matches none/],
      [['*'], null],
    ])('matches the filters %j with the clusters that there are', async (filters, message) => {
      const { out, code } = await check({ RecoverMasterClusterFilters: filters }, {}, '--api', server.url);
      expect(code).toBe(0);
      if (message === null) expect(out).not.toContain('the engine knows');
      else expect(out).toMatch(message);
    });
  });
});

describe('config show', () => {
  it('tells where each value comes from, and masks secrets', async () => {
    const cnf = written('cnf', '[client]\nuser=filed\npassword=hunter2\n');
    const file = written(
      'a.json',
      `{\n"InstancePollSeconds": 7,\n"MySQLTopologyCredentialsConfigFile": ${JSON.stringify(cnf)},\n"HTTPAuthPassword": "${reference('PW')}",\n"SlaveLagQuery": "select 1"\n}`,
    );
    const { out, code } = await baton({ PW: 'hunter2' }, 'config', 'show', file);
    expect(code).toBe(0);
    expect(out).not.toContain('hunter2');
    for (const line of [
      `InstancePollSeconds = 7  (${file}:2)`,
      `MySQLTopologyUser = "filed"  (credentials file ${cnf})`,
      `MySQLTopologyPassword = "********"  (credentials file ${cnf})`,
      `HTTPAuthPassword = "********"  (environment variable PW, named in ${file})`,
      'ReplicationLagQuery = "select 1"  (derived from other settings)',
    ]) {
      expect(out.split('\n')).toContain(line);
    }
    expect(out).not.toContain('DefaultInstancePort');
    expect((await baton({ PW: 'x' }, 'config', 'show', file, '--all')).out).toContain(
      'DefaultInstancePort = 3306  (default)',
    );
    const json: unknown = JSON.parse((await baton({ PW: 'x' }, 'config', 'show', file, '--json')).out);
    expect(json).toMatchObject({ InstancePollSeconds: { value: 7, source: `${file}:2` } });
  });

  it('dump-config is one line of JSON', async () => {
    const { out } = await baton(
      {},
      '-c',
      'dump-config',
      '-config',
      written('a.json', { MySQLTopologyPassword: 'hunter2' }),
    );
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({ MySQLTopologyPassword: '********' });
  });

  it('ends with 2 when Baton would not start', async () => {
    expect(await baton({}, 'config', 'show', written('a.json', { ReadOnly: 1 }))).toMatchObject({ code: 2, out: '' });
  });
});

describe('config import', () => {
  const PASSWORD = 'hunter2 "$(x)\\ `y` ${Z';
  const TEXT = [
    '{',
    '  "#": "kept",',
    '  "mysqltopologyuser": "orc",',
    `  "MySQLTopologyPassword":   ${JSON.stringify(PASSWORD)},`,
    '  "MySQLOrchestratorPassword": "hunter3",',
    '  "HTTPAuthPassword": "hunter4",',
    '  "InstancePollSeconds": 5',
    '}',
  ].join('\n');

  it('moves passwords to an environment file that means the same', async () => {
    const old = written('orchestrator.conf.json', TEXT, 0o644);
    const { code, out, error } = await baton({}, 'config', 'import', old);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const now = readFileSync(path('baton.conf.json'), 'utf8');
    expect(now).toBe(
      TEXT.replace(JSON.stringify(PASSWORD), `"${reference('MYSQL_TOPOLOGY_PASSWORD')}"`)
        .replace('hunter3', '')
        .replace('hunter4', reference('HTTP_AUTH_PASSWORD')),
    );
    for (const name of ['baton.conf.json', 'baton.env']) expect(statSync(path(name)).mode & 0o777).toBe(0o600);
    expect(out).toContain(`chmod 600 ${old}`);
    expect(out).not.toMatch(/hunter/);
    expect(readFileSync(old, 'utf8')).toBe(TEXT);
    const { execFileSync } = await import('node:child_process');
    const shell = `set -a; . ${path('baton.env')}; printf %s "$MYSQL_TOPOLOGY_PASSWORD"`;
    expect(execFileSync('sh', ['-c', shell], { encoding: 'utf8' })).toBe(PASSWORD);
  });

  it('moves that of MySQL to a credentials file, and the rest to the environment', async () => {
    const old = written('orchestrator.conf.json', TEXT);
    expect(await baton({}, 'config', 'import', old, '--secrets', 'file')).toMatchObject({ code: 0 });
    const loaded = loadConfiguration({ configFile: path('baton.conf.json'), env: { HTTP_AUTH_PASSWORD: 'hunter4' } });
    expect(loaded.settings).toMatchObject({
      MySQLTopologyUser: 'orc',
      MySQLTopologyPassword: PASSWORD,
      HTTPAuthPassword: 'hunter4',
    });
    expect(loaded.findings.filter(({ key }) => key.startsWith('MySQLTopology'))).toEqual([]);
    expect(readFileSync(path('baton.conf.json'), 'utf8')).not.toContain('hunter');
  });

  it('writes over nothing without --force, and then with the permissions of a secret', async () => {
    const old = written('orchestrator.conf.json', TEXT);
    written('baton.env', 'other', 0o644);
    const refused = await baton({}, 'config', 'import', old);
    expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('baton.env exists already') });
    expect(readdirSync(folder).sort()).toEqual(['baton.env', 'orchestrator.conf.json']);
    expect(await baton({}, 'config', 'import', old, '--force')).toMatchObject({ code: 0 });
    expect(statSync(path('baton.env')).mode & 0o777).toBe(0o600);
  });

  it.each<[string, string[], number, string]>([
    ['a keychain that it must not use', ['--to', 'keychain'], 1, 'BATON_KEYCHAIN is "none"'],
    ['a place that is none', ['--to', 'paper'], 1, 'not "paper"'],
    ['itself', ['--out', 'SELF'], 1, 'is the file to import'],
  ])('refuses %s', async (_, flags, code, message) => {
    const old = written('orchestrator.conf.json', TEXT);
    const words = flags.map((each) => (each === 'SELF' ? old : each));
    expect(await baton({}, 'config', 'import', old, ...words)).toMatchObject({
      code,
      error: expect.stringContaining(message),
    });
  });

  it('refuses a file that Baton would not start with, and a password that no environment file can hold', async () => {
    expect(await baton({}, 'config', 'import', written('bad.json', { ReadOnly: 1 }))).toMatchObject({ code: 2 });
    const lines = written('lines.json', { MySQLTopologyPassword: 'a\nb' });
    expect(await baton({}, 'config', 'import', lines)).toMatchObject({
      code: 1,
      error: expect.stringContaining('line break'),
    });
    expect(await baton({}, 'config', 'import', lines, '--secrets', 'file')).toMatchObject({ code: 0 });
  });
});

describe('the samples', () => {
  it.each(readdirSync(SAMPLES))('%s is taken without an error or an unknown name', (name) => {
    const env = { MYSQL_TOPOLOGY_PASSWORD: 'x', HTTP_AUTH_PASSWORD: 'y' };
    const { ok, findings } = loadConfiguration({ configFile: join(SAMPLES, name), env });
    expect(ok).toBe(true);
    expect(findings.filter(({ message }) => message.includes('no setting that Baton knows'))).toEqual([]);
  });
});
