import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runFolder } from './run-folder.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
const NAME = `cli-${process.pid}`;

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function lab(...args: string[]): Outcome {
  return spawnSync(process.execPath, ['--no-warnings', CLI, ...args], { encoding: 'utf8', timeout: 120_000 });
}

function states(): Record<string, string> {
  const found = JSON.parse(lab('status', '--json', '--name', NAME).stdout) as Record<
    string,
    { node: string; state: string }[]
  >;
  return Object.fromEntries((found[NAME] ?? []).map(({ node, state }) => [node, state]));
}

afterAll(() => {
  lab('down', '--name', NAME);
});

test('a lab outlives the command that started it, obeys, and goes down', { timeout: 180_000 }, () => {
  const up = lab('up', '--flavor', 'mysql56', '--shape', 'chain', '--no-gtid', '--delayed', '60', '--name', NAME);
  expect(up.stderr).toContain('Starting 3 servers');
  expect(up.stdout).toMatch(/db1\s+127\.\d+\.\d+\.1:3306\s+master/);
  expect(up.stdout).toMatch(/db3 .*replicates from db2, 60 s behind on purpose/);
  expect(up.status).toBe(0);
  expect(states()).toEqual({ db1: 'running', db2: 'running', db3: 'running' });

  const again = lab('up', '--flavor', 'mysql56', '--name', NAME);
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('exists already')]);

  expect(lab('freeze', 'db2', '--name', NAME).status).toBe(0);
  expect(lab('kill', '-9', 'db1', '--name', NAME).stdout).toContain('is killed');
  expect(states()).toEqual({ db1: 'dead', db2: 'frozen', db3: 'running' });
  const twice = lab('kill', '-9', 'db1', '--name', NAME);
  expect([twice.status, twice.stderr]).toEqual([1, expect.stringContaining("isn't running")]);

  expect(lab('thaw', 'db2', '--name', NAME).status).toBe(0);
  expect(lab('start', 'db1', '--name', NAME).status).toBe(0);
  expect(states()).toEqual({ db1: 'running', db2: 'running', db3: 'running' });

  const sql = lab('sql', 'db1', "SELECT 'ä' AS text, NULL AS nothing; DO 0", '--name', NAME, '--as', 'baton');
  expect(sql.stdout).toBe('text  nothing\nä     NULL\n(1 row)\nOK, 0 rows changed\n');
  const wrong = lab('sql', 'db1', 'SELEC 1', '--name', NAME);
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('SQL syntax')]);

  const accounts = JSON.parse(lab('accounts', '--json', '--name', NAME).stdout) as Record<string, { password: string }>;
  expect(Object.keys(accounts)).toEqual(['root', 'baton', 'repl', 'app']);
  for (const { password } of Object.values(accounts)) expect(up.stdout + up.stderr).not.toContain(password);

  expect(lab('down', '--name', NAME).status).toBe(0);
  expect(lab('status', '--name', NAME).stderr).toContain(runFolder(NAME));
});

test.each([
  [['up', '--flavor', 'oracle'], /mysql97, mysql56, mariadb/],
  [['up', '--replicas', 'two'], /whole number/],
  [['up', '--shape', 'single', '--replicas', '2'], /no replicas/],
  [['up', '--flavor', 'mysql56', '--semi-sync', '--name', `${NAME}-x`], /semi-sync plugins/],
  [['stop', 'db1', '--name', 'no-such-lab'], /no lab named no-such-lab/],
  [['dance'], /unknown command/],
])('%j fails and says why', (args, why) => {
  const outcome = lab(...args);
  expect(outcome.status).not.toBe(0);
  expect(outcome.stderr).toMatch(why);
});
