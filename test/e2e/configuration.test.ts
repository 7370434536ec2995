import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { BatonProcess, type Envelope } from '../support/baton-process.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../resources/samples', import.meta.url));

describe('reloading the configuration of a running Baton', () => {
  let baton: BatonProcess | null = null;
  afterEach(async () => {
    await baton?.stop();
    baton = null;
  });

  const configFile = (of: BatonProcess): string => join(of.folder, 'baton.conf.json');
  const rewrite = (of: BatonProcess, settings: object | string): void =>
    writeFileSync(configFile(of), typeof settings === 'string' ? settings : JSON.stringify(settings));
  const filters = async (of: BatonProcess): Promise<unknown> =>
    (await of.ask<{ RecoverMasterClusterFilters: unknown }>('automated-recovery-filters')).RecoverMasterClusterFilters;
  const reloads = async (of: BatonProcess): Promise<readonly string[]> =>
    (await of.get<readonly { AuditType: string; Message: string }[]>('audit'))
      .filter(({ AuditType }) => AuditType === 'reload-configuration')
      .map(({ Message }) => Message);

  it('puts in force what can change, names what needs a restart, and refuses a bad file', async () => {
    baton = await BatonProcess.start({ MySQLTopologyUser: 'u', RecoverMasterClusterFilters: ['one'] });
    rewrite(baton, { MySQLTopologyUser: 'u', RecoverMasterClusterFilters: ['two'], URLPrefix: '/x' });
    const answer = await baton.get<Envelope>('reload-configuration');
    expect(answer).toMatchObject({ Code: 'OK', Details: '' });
    expect(answer.Message).toContain('In force now: RecoverMasterClusterFilters.');
    expect(answer.Message).toContain('In force after a restart of Baton only: URLPrefix.');
    expect(await filters(baton)).toEqual(['two']);

    rewrite(baton, '{"RecoverMasterClusterFilters": ["three"], "ReadOnly": "yes"}');
    const refused = await baton.get<Envelope>('reload-configuration');
    expect(refused.Code).toBe('ERROR');
    expect(refused.Message).toMatch(/baton\.conf\.json:1:44: ReadOnly wants true or false.*goes on with the settings/);
    expect(await filters(baton)).toEqual(['two']);

    rewrite(baton, {});
    const extra = join(baton.folder, 'extra.json');
    const missing = await baton.get<Envelope>(`reload-configuration?config=${encodeURIComponent(extra)}`);
    expect(missing).toMatchObject({ Code: 'ERROR', Message: expect.stringContaining('extra.json does not exist') });
    writeFileSync(extra, '{"RecoverMasterClusterFilters": ["four"]}');
    const added = await baton.get<Envelope>(`reload-configuration?config=${encodeURIComponent(extra)}`);
    expect(added).toMatchObject({ Code: 'OK', Details: extra });
    expect(await filters(baton)).toEqual(['four']);
    expect(await reloads(baton)).toHaveLength(4);
  });

  it('reads it again at SIGHUP, and goes on when it can not', async () => {
    const of = await BatonProcess.start({ MySQLTopologyUser: 'u', RecoverMasterClusterFilters: ['one'] });
    baton = of;
    rewrite(of, { RecoverMasterClusterFilters: ['two'], Debug: true });
    process.kill(of.pid, 'SIGHUP');
    await of.until(async () => (await reloads(of)).length === 1, 10_000, 'the reload');
    expect(await filters(of)).toEqual(['two']);
    rewrite(of, '{');
    process.kill(of.pid, 'SIGHUP');
    await of.until(async () => (await reloads(of)).length === 2, 10_000, 'the refused reload');
    expect((await reloads(of))[0]).toMatch(/^refused, asked for by SIGHUP/);
    await of.until(() => of.log.includes('configuration.not-reloaded'), 10_000, 'the log line');
    expect(await filters(of)).toEqual(['two']);
  });
});

describe('each sample configuration', () => {
  let folder = '';
  let child: ChildProcess | null = null;
  afterEach(async () => {
    if (child !== null && child.exitCode === null) {
      const ended = new Promise((settled) => child?.once('exit', settled));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(readdirSync(SAMPLES))('%s starts Baton, which says once what it does not support', async (name) => {
    folder = mkdtempSync(join(tmpdir(), 'baton-sample-'));
    const args = ['serve', '--config', join(SAMPLES, name), '--listen', '127.0.0.1:0', '--data-dir', folder];
    const env = { ...process.env, MYSQL_TOPOLOGY_PASSWORD: 'x', HTTP_AUTH_PASSWORD: 'y' };
    const started = spawn(process.execPath, [ENTRY, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let told = '';
    const listening = new Promise<void>((settled, failed) => {
      started.stderr.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes('engine.started')) settled();
      });
      started.once('exit', (code) => failed(new Error(`ended with ${code}:\n${told}`)));
    });
    await listening;
    expect(told).not.toContain('baton: error');
    expect(told.match(/not used by this version yet/g)?.length ?? 0).toBeLessThanOrEqual(1);
    if (name === 'quorum.conf.json') expect(told).toContain('fails nothing over by itself');
  });
});
