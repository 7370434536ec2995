import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AuditFile } from '../../../src/main/adapters/audit/audit-file.ts';
import { AuditSyslog } from '../../../src/main/adapters/audit/audit-syslog.ts';
import type { AuditNote } from '../../../src/main/engine/ports/audit.ts';
import { RecordingLog } from '../../engine/fakes/recording-log.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function note(message: string, over: Partial<AuditNote> = {}): AuditNote {
  const key = { hostname: 'db1', port: 3306 };
  return { atMs: Date.UTC(2024, 0, 31, 10, 20, 30), type: 'forget', key, clusterName: 'c:3306', message, ...over };
}

describe('the file', () => {
  test('gets a line for each entry, in order, after what is in it', async () => {
    const path = join(folder, 'audit.log');
    await writeFile(path, 'before\n');
    const file = new AuditFile(() => path, new RecordingLog());
    file.write(note('one'));
    file.write(note('two\nlines\tand a tab', { key: null, clusterName: '' }));
    await file.close();
    for (let i = 0; i < 50; i += 1) file.write(note(`${i}`));
    await file.close();
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'before',
      '2024-01-31 10:20:30\tforget\tdb1\t3306\t[c:3306]\tone\t',
      '2024-01-31 10:20:30\tforget\t\t0\t[]\ttwo lines and a tab\t',
    ]);
    expect(lines.slice(3, 53).map((line) => line.split('\t')[5])).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    expect(lines.slice(53)).toEqual(['']);
  });

  test('is made readable by owner and group only, also after it was rotated away', async () => {
    const path = join(folder, 'rotated.log');
    const file = new AuditFile(() => path, new RecordingLog());
    file.write(note('one'));
    await file.close();
    await rename(path, `${path}.1`);
    file.write(note('two'));
    await file.close();
    expect(await readFile(path, 'utf8')).toContain('two');
    expect((await stat(path)).mode & 0o007).toBe(0);
  });

  test('that can not be written is told of once, and when it can be again', async () => {
    const missing = join(folder, 'later');
    const path = join(missing, 'audit.log');
    const log = new RecordingLog();
    const file = new AuditFile(() => path, log);
    for (const message of ['one', 'two', 'three']) {
      file.write(note(message));
      await file.close();
    }
    expect(log.of('audit.file-failed')).toEqual([expect.stringContaining(`AuditLogFile: ${path} can't be written`)]);
    await mkdir(missing);
    file.write(note('four'));
    await file.close();
    expect(log.of('audit.file-again')).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toContain('four');
  });

  test('follows the setting, and none is written while that is empty', async () => {
    let path = '';
    const file = new AuditFile(() => path, new RecordingLog());
    file.write(note('nowhere'));
    path = join(folder, 'first.log');
    file.write(note('first'));
    path = join(folder, 'second.log');
    file.write(note('second'));
    await file.close();
    const texts = await Promise.all(['first', 'second'].map((name) => readFile(join(folder, `${name}.log`), 'utf8')));
    expect(texts.map((text) => text.split('\t')[5])).toEqual(['first', 'second']);
  });
});

describe('syslog', () => {
  async function program(name: string, script: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  test('gets a line for each entry through one program, which sees no passwords', async () => {
    const out = join(folder, 'syslog.txt');
    const command = await program('logger', `echo "start $* \${BATON_TEST_SECRET:-none}" >> ${out}; cat >> ${out}`);
    vi.stubEnv('BATON_TEST_SECRET', 'hunter2');
    const log = new RecordingLog();
    const syslog = new AuditSyslog({ wanted: () => true, log, program: { command, args: ['-t', 'baton'] } });
    syslog.write(note('one'));
    syslog.write(note('two\nlines', { key: null, clusterName: '' }));
    await syslog.close();
    vi.unstubAllEnvs();
    expect((await readFile(out, 'utf8')).split('\n')).toEqual([
      'start -t baton none',
      'auditType:forget instance:db1:3306 cluster:c:3306 message:one',
      'auditType:forget instance: cluster: message:two lines',
      '',
    ]);
    expect(log.errors).toEqual([]);
  });

  test('that is not there is told of once', async () => {
    const log = new RecordingLog();
    const missing = join(folder, 'no-such-logger');
    const syslog = new AuditSyslog({ wanted: () => true, log, program: { command: missing, args: [] } });
    for (let i = 0; i < 3; i += 1) {
      syslog.write(note(`${i}`));
      await vi.waitFor(() => expect(log.of('audit.syslog-failed')).toHaveLength(1));
    }
    await syslog.close();
    expect(log.of('audit.syslog-failed')).toEqual([expect.stringContaining('ENOENT')]);
  });

  test('a program that ended is started again with the next entry', async () => {
    const out = join(folder, 'again.txt');
    const command = await program('one-line', `read line; echo "$line" >> ${out}`);
    const log = new RecordingLog();
    const syslog = new AuditSyslog({ wanted: () => true, log, program: { command, args: [] } });
    for (const count of [1, 2]) {
      syslog.write(note(`entry ${count}`));
      await vi.waitFor(async () => expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(count), 3000);
      await vi.waitFor(() => expect(log.of('audit.syslog-failed')).toHaveLength(1));
      await vi.waitFor(() => expect(syslog.isIdle).toBe(true));
    }
    await syslog.close();
  });

  test('nothing is started while it is not wanted', async () => {
    const log = new RecordingLog();
    const syslog = new AuditSyslog({ wanted: () => false, log, program: { command: '/nonexistent', args: [] } });
    syslog.write(note('one'));
    await syslog.close();
    expect([syslog.isIdle, log.errors]).toEqual([true, []]);
  });
});
