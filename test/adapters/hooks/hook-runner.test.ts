// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template here is text for the shell.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHookRunner, type HookRunnerOptions } from '../../../src/main/adapters/hooks/hook-runner.ts';
import type { HookResult } from '../../../src/main/engine/ports/hooks.ts';

let root = '';
let folder = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-hooks-'));
  folder = mkdtempSync(join(root, 'files-'));
});

afterEach(() => expect(readdirSync(folder)).toEqual([]));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(command: string, options: Partial<HookRunnerOptions> & CallData = {}): Promise<HookResult> {
  const { placeholders = {}, variables = {}, ...rest } = options;
  const runner = createHookRunner({ shell: 'bash', timeoutMs: 20_000, outputLimitBytes: 65_536, folder, ...rest });
  return runner.run({ command, placeholders, environment: variables });
}

interface CallData {
  readonly placeholders?: Record<string, string>;
  readonly variables?: Record<string, string>;
}

/** Resolves when a file with this name is in the folder. */
function appeared(inFolder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(inFolder, check);
    check();
    function check(): void {
      if (!existsSync(join(inFolder, name))) return;
      watcher.close();
      resolve();
    }
  });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('a hook that ends by itself', () => {
  it('reports success, output of both kinds and how long it took', async () => {
    const result = await run('echo out; echo err >&2');
    expect(result).toMatchObject({
      ok: true,
      exitCode: 0,
      signal: null,
      timedOut: false,
      background: false,
      error: '',
    });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it('receives placeholders as text and variables beside what Baton has', async () => {
    const result = await run('echo {failedHost}; echo "$ORC_FAILED_HOST"; echo "$INHERITED"', {
      placeholders: { failedHost: '$(echo pwned)' },
      variables: { ORC_FAILED_HOST: '`x`' },
      environment: { PATH: process.env.PATH, INHERITED: 'yes' },
    });
    expect(result.output).toBe('$(echo pwned)\n`x`\nyes\n');
  });

  it("doesn't see Baton's own secrets", async () => {
    const result = await run('env', {
      environment: { PATH: process.env.PATH, DB_PASSWORD: 'hunter2', OTHER: 'kept' },
      secretEnvironment: ['DB_PASSWORD'],
    });
    expect(result.output).toContain('OTHER=kept');
    expect(result.output).not.toContain('hunter2');
  });

  it('has nothing to read', async () => {
    expect(await run('cat; echo end')).toMatchObject({ ok: true, output: 'end\n' });
  });

  it('is run from a file that only this user can read', async () => {
    expect(await run('stat -c %a "$0"')).toMatchObject({ ok: true, output: '600\n' });
  });

  it.each([
    ['exit 3', 3, 'exited with 3, and printed nothing'],
    ['echo first; echo "no such VIP"; exit 3', 3, 'exited with 3: no such VIP'],
    ['echo reason >&2; echo; exit 1', 1, 'exited with 1: reason'],
  ])('reports the failure of %s', async (command, exitCode, error) => {
    expect(await run(command)).toMatchObject({ ok: false, exitCode, error });
  });

  it('reports a command that does not exist', async () => {
    const result = await run('/no/such/command --now');
    expect(result).toMatchObject({ ok: false, exitCode: 127 });
    expect(result.error).toMatch(/^exited with 127: .*\/no\/such\/command: No such file/);
  });

  it('reports the signal that ended it', async () => {
    const result = await run('echo going; kill -9 $$');
    expect(result).toMatchObject({ ok: false, exitCode: null, signal: 'SIGKILL', timedOut: false });
    expect(result.error).toBe('was ended by SIGKILL: going');
  });

  it('does not wait for children that it leaves behind, nor end them', async () => {
    const result = await run('sleep 20 & echo $!');
    const pid = Number(result.output);
    expect(result).toMatchObject({ ok: true, timedOut: false });
    expect(result.durationMs).toBeLessThan(5_000);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

describe('a hook that cannot be run', () => {
  it.each([
    ['/no/such/shell', 'could not be started: the shell "/no/such/shell" was not found.'],
    ['/etc/passwd', 'could not be started: the shell "/etc/passwd" may not be executed by this user.'],
  ])('names the shell %s', async (shell, error) => {
    const result = await run('true', { shell });
    expect(result).toMatchObject({ ok: false, exitCode: null, signal: null });
    expect(result.error).toContain(error);
    expect(result.error).toContain('ProcessesShellCommand');
  });

  it('names the temporary file that could not be written', async () => {
    const result = await run('true', { folder: join(root, 'missing') });
    expect(result.ok).toBe(false);
    expect(result.error).toMatch(/^could not be written to the temporary file .*missing/);
  });

  it('names the placeholder that it would be dangerous to fill in', async () => {
    const result = await run('echo $(( {alias} ))', { placeholders: { alias: 'a[$(reboot)]' } });
    expect(result).toMatchObject({ ok: false, exitCode: null });
    expect(result.error).toMatch(/^was not run: \{alias\} stands where the shell calculates/);
  });
});

describe('a hook that does not end', () => {
  it('is asked to end, together with its children', async () => {
    const pidFile = join(root, 'child');
    const result = await run(`sleep 60 & echo $! > ${pidFile}; echo waiting; wait`, { timeoutMs: 300 });
    expect(result).toMatchObject({ ok: false, timedOut: true, signal: 'SIGTERM', output: 'waiting\n' });
    expect(result.error).toBe('did not end within 0.3 seconds and was killed: waiting');
    expect(result.durationMs).toBeLessThan(2_000);
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('is ended when it does not listen, and so are children that do not', async () => {
    const pidFile = join(root, 'stubborn');
    const child = `bash -c 'trap "" TERM; echo $$ > ${pidFile}; while :; do sleep 0.2; done'`;
    const result = await run(`trap 'exit 0' TERM; ${child} & while :; do sleep 0.2; done`, {
      timeoutMs: 500,
      killGraceMs: 300,
    });
    expect(result).toMatchObject({ ok: false, timedOut: true });
    expect(result.durationMs).toBeGreaterThan(750);
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('is ended when it ignores being asked', async () => {
    const result = await run('trap "" TERM; while :; do sleep 0.1; done', { timeoutMs: 300, killGraceMs: 200 });
    expect(result).toMatchObject({ ok: false, timedOut: true, signal: 'SIGKILL' });
  });
});

describe('output', () => {
  it('of any size is read to its end, and its beginning and end are kept', async () => {
    const before = process.memoryUsage().rss;
    const result = await run('echo begin; yes | head -c 20M; echo; echo "the end" >&2; exit 4', {
      outputLimitBytes: 10_000,
    });
    expect(result).toMatchObject({ ok: false, exitCode: 4, outputTruncated: true, error: 'exited with 4: the end' });
    expect(result.output.startsWith('begin\ny\n')).toBe(true);
    expect(result.output).toContain('bytes left out');
    expect(Buffer.byteLength(result.output)).toBeLessThan(10_100);
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });

  it('is whole below the limit', async () => {
    const result = await run('head -c 9999 /dev/zero | tr "\\0" x', { outputLimitBytes: 10_000 });
    expect(result).toMatchObject({ ok: true, outputTruncated: false, output: 'x'.repeat(9_999) });
  });

  it('is not cut within a character', async () => {
    const result = await run('for i in {1..3000}; do printf 数据; done', { outputLimitBytes: 1_000 });
    expect(result.outputTruncated).toBe(true);
    expect(result.output.replace(/\n\[.*\]\n/, '')).toMatch(/^[数据]+$/);
  });
});

describe('a hook in the background', () => {
  it.each([['&'], ['&&'], ['  & \n']])('is not waited for (%j)', async (ending) => {
    const name = `mark-${ending.length}`;
    const gate = join(root, `gate-${ending.length}`);
    const seen = appeared(root, name);
    const result = await run(`until [ -e ${gate} ]; do sleep 0.02; done; echo {host} > ${join(root, name)} ${ending}`, {
      placeholders: { host: 'a b' },
    });
    expect(result).toMatchObject({ ok: true, background: true, exitCode: null, output: '' });
    writeFileSync(gate, '');
    await seen;
    await vanished();
  });

  it('is not bound by the time limit', async () => {
    const gate = join(root, 'late-gate');
    const seen = appeared(root, 'late');
    expect(await run(`until [ -e ${gate} ]; do sleep 0.02; done; : > ${root}/late &`, { timeoutMs: 1 })).toMatchObject({
      background: true,
      timedOut: false,
    });
    await run('sleep 0.1');
    writeFileSync(gate, '');
    await seen;
    await vanished();
  });

  it('is recognised by the text of the command, not by a value in it', async () => {
    expect(await run('echo {value}', { placeholders: { value: 'x &' } })).toMatchObject({
      background: false,
      output: 'x &\n',
    });
  });

  it('says so when it could not even be started', async () => {
    const result = await run('true &', { shell: '/no/such/shell' });
    expect(result).toMatchObject({ ok: false, background: true });
    expect(result.error).toContain('"/no/such/shell" was not found');
  });

  it('has its file removed when the runner is closed first', async () => {
    const gate = join(root, 'close-gate');
    const ready = appeared(root, 'ready');
    const done = appeared(root, 'done');
    const runner = createHookRunner({ shell: 'bash', timeoutMs: 1_000, outputLimitBytes: 1_000, folder });
    const command = `: > ${root}/ready; until [ -e ${gate} ]; do sleep 0.02; done; : > ${root}/done &`;
    await runner.run({ command, placeholders: {}, environment: {} });
    await ready;
    runner.close();
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(gate, '');
    await done;
  });

  /** The file of a background hook goes when the hook has ended. */
  async function vanished(): Promise<void> {
    await expect.poll(() => readdirSync(folder)).toEqual([]);
  }
});

describe('values that a process cannot receive', () => {
  it('are cut behind the last whole item, and the output says so', async () => {
    const hosts = Array.from({ length: 10_000 }, (_, index) => `db${index}.example.com:3306`).join(',');
    const result = await run('echo "${#ORC_REPLICA_HOSTS} ${ORC_REPLICA_HOSTS: -17}"', {
      variables: { ORC_REPLICA_HOSTS: hosts },
    });
    expect(result.ok).toBe(true);
    expect(result.output).toMatch(/^Baton: ORC_REPLICA_HOSTS was cut: it has \d+ bytes/);
    expect(result.output).toMatch(/\n13\d{4} \S+\.com:3306\n$/);
  });

  it('lose their NUL characters', async () => {
    const result = await run('echo {a} "$B"', { placeholders: { a: 'x;\0y' }, variables: { B: 'p\0q' } });
    expect(result).toMatchObject({ ok: true, output: 'x;y pq\n' });
  });
});

describe('files of processes that were killed while a hook ran', () => {
  const NOBODY = 2 ** 22 + 1;
  const name = (pid: number): string => `baton-hook-${pid}-${'0'.repeat(24)}`;
  const OLD = new Date(Date.now() - 3_600_000);

  it.each([
    ['goes', name(NOBODY), OLD, false],
    ['stays while its process runs', name(process.pid), OLD, true],
    ['stays while a shell may still be about to open it', name(NOBODY), new Date(), true],
    ['stays when it is something else', 'baton-hook-notes', OLD, true],
  ])('%s', (_, file, at, stays) => {
    const path = join(folder, file);
    writeFileSync(path, 'true');
    utimesSync(path, at, at);
    createHookRunner({ shell: 'bash', timeoutMs: 1000, outputLimitBytes: 1000, folder }).close();
    expect(existsSync(path)).toBe(stays);
    rmSync(path, { force: true });
  });
});
