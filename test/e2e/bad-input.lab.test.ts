import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { type Lab, type LabFlavor, startTopology } from '../lab/index.ts';
import { BatonProcess, type Envelope } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';
import { canMount } from './bad-input-process.ts';
import { type InstanceJson, isShut, Scene, takesWrites } from './failover-scene.ts';
import { unlogged } from './false-alarms-scene.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe.each(['mysql97', 'mariadb'] as const)("%s: Baton's account", (flavor: LabFlavor) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startTopology({ flavor, shape: 'star', replicas: 1 });
  });

  afterAll(() => lab?.stop());

  async function withBaton(settings: Readonly<Record<string, unknown>>, work: (baton: BatonProcess) => Promise<void>) {
    const baton = await BatonProcess.start(labSettings(lab, settings));
    try {
      await work(baton);
    } finally {
      await baton.stop();
    }
  }

  const discover = (baton: BatonProcess): Promise<Envelope> =>
    baton.get<Envelope>(`discover/${lab.master.key.hostname}/${lab.master.key.port}`);

  test('with a wrong password: discover says so and nothing is remembered', async () => {
    await withBaton({ MySQLTopologyPassword: 'Wrong & 0ld' }, async (baton) => {
      const { Code, Message } = await discover(baton);
      expect(Code).toBe('ERROR');
      expect(Message).toContain(
        `${keyText(lab.master.key)} denies Baton's account the log-in: check the user, its host pattern and the password`,
      );
      expect(await baton.get('all-instances')).toEqual([]);
      expect(baton.log + Message).not.toContain('Wrong & 0ld');
    });
  });

  test('whose password is changed while Baton runs: the log says it once for each server', async () => {
    await withBaton({}, async (baton) => {
      expect((await discover(baton)).Code).toBe('OK');
      await baton.until(
        async () => (await baton.get<readonly InstanceJson[]>('all-instances')).length === 2,
        20_000,
        'both',
      );
      const [replica] = lab.replicas;
      if (replica === undefined) throw new Error('The lab has no replica.');
      await unlogged(replica, 'SET GLOBAL read_only = 0');
      await unlogged(replica, "ALTER USER 'baton'@'%' IDENTIFIED BY 'another'");
      for (const { id } of await replica.query<{ id: number }>(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = 'baton'",
      ))
        await replica.query(`KILL ${id}`);
      await baton.until(() => baton.log.includes('instance.not-read'), 20_000, 'the log to say it');
      await unlogged(replica, `ALTER USER 'baton'@'%' IDENTIFIED BY '${lab.accounts.baton.password}'`);
      await baton.until(() => baton.log.includes('instance.read-again'), 20_000, 'the log to say that it is over');
      const lines = baton.log.split('\n').filter((line) => line.includes('instance.not-read'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`${keyText(replica.key)} denies Baton's account the log-in`);
    });
  });

  test('without grants: the log names what is missing and what for, once for each server', async () => {
    const grants = flavor === 'mysql97' ? 'REPLICATION CLIENT' : 'SLAVE MONITOR, BINLOG MONITOR';
    await lab.master.query(`CREATE USER 'poor'@'%' IDENTIFIED BY 'poor'; GRANT ${grants} ON *.* TO 'poor'@'%'`);
    await lab.catchUp();
    const settings = { MySQLTopologyUser: 'poor', MySQLTopologyPassword: 'poor', DiscoverySeeds: seeds() };
    await withBaton({ ...settings, BatonFullPollEvery: 1 }, async (baton) => {
      await baton.until(
        async () => {
          const all = await baton.get<readonly InstanceJson[]>('all-instances');
          return all.length === 2 && all.every((one) => one.IsLastCheckValid);
        },
        20_000,
        'both servers to be read',
      );
      for (const { key } of lab.servers) {
        const told = baton.log
          .split('\n')
          .filter((line) => line.includes(`account on ${keyText(key)} has no PROCESS:`));
        expect(told).toHaveLength(1);
        expect(told[0]).toContain('replicas cannot be found in the process list');
      }
      expect(baton.log).toMatch(/has no .*: read-only switches(,| and) fencing/);
      const { hostname, port } = lab.master.key;
      const shut = await baton.get<Envelope>(`set-read-only/${hostname}/${port}`);
      expect([shut.Code, shut.Message]).toEqual(['ERROR', expect.stringMatching(/lacks a privilege/)]);
      expect(await takesWrites(lab.master)).toBe(true);
    });
  });

  const seeds = (): readonly string[] => lab.servers.map((server) => keyText(server.key));
});

describe('hooks that are no good', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(
      { flavor: 'mariadb', shape: 'star', replicas: 2 },
      {
        OnFailureDetectionProcesses: ['/nowhere/detected.sh'],
        PreFailoverProcesses: ['echo not today; exit 3', 'touch {failedHost}.must-not-run'],
        BatonCrashConfirmMilliseconds: 0,
      },
    );
    await scene.discoverAll(scene.lab.master);
  });

  afterAll(() => scene?.close());

  test('one that fails before the failover prevents it, and nothing is half done', async () => {
    const { master, replicas } = scene.lab;
    await master.kill('SIGKILL');
    const recovery = await scene.recovered(master);
    expect([recovery.IsSuccessful, recovery.SuccessorKey?.Hostname]).toEqual([false, '']);
    expect(recovery.AllErrors?.join()).toMatch(/PreFailoverProcesses.*exit/i);
    const steps = (await scene.steps(recovery.UID)).join('\n');
    expect(steps).toContain('not today');
    expect(steps).not.toContain('Running hook 3 of 3 of PreFailoverProcesses');
    for (const replica of replicas) {
      expect(await isShut(replica)).toBe(true);
      expect(keyText((await replica.replicaStatus())?.source ?? { hostname: '', port: 0 })).toBe(keyText(master.key));
    }
    expect(scene.hooks().map((run) => run.list)).toContain('PostUnsuccessfulFailoverProcesses');
    await master.start();
    await scene.baton.until(async () => (await scene.instance(master)).IsLastCheckValid, 20_000, 'the master');
    await scene.lab.replicating();
    expect(await takesWrites(master)).toBe(true);
  });

  test('those that do not exist, fail, say too much or never end do not hold up what is done already', async () => {
    const { master } = scene.lab;
    await scene.reconfigure({
      OnFailureDetectionProcesses: ['/nowhere/detected.sh'],
      PostMasterFailoverProcesses: ['/nowhere/promoted.sh', 'exit 1', 'head -c 20000000 /dev/zero | tr "\\0" x'],
      PostFailoverProcesses: ['sleep 600', 'echo after all'],
      BatonHookTimeoutSeconds: 2,
    });
    await scene.allKnown(3);
    await scene.baton.ask('ack-all-recoveries?comment=hooks%20mended');
    await scene.baton.ask(`end-downtime/${master.key.hostname}/${master.key.port}`);
    await master.kill('SIGKILL');
    const recovery = await scene.recovered(master);
    expect([recovery.IsSuccessful, await takesWrites(scene.successor(recovery))]).toEqual([true, true]);
    const steps = await scene.steps(recovery.UID);
    const all = steps.join('\n');
    expect(all).toMatch(/hook 2 of PostMasterFailoverProcesses exited with 127: .*\/nowhere\/promoted\.sh/);
    expect(all).toMatch(/Output: x{1000,}\n\[… \d+ bytes left out …\]\nx+/);
    expect(all).toMatch(/hook 2 of PostFailoverProcesses did not end within 2 seconds and was killed/);
    expect(all).toContain('after all');
    expect(Math.max(...steps.map((step) => step.length))).toBeLessThan(100_000);
    expect(scene.baton.log).toContain('/nowhere/detected.sh');
  });
});

describe.skipIf(!canMount())('a full disk', () => {
  let place: string;
  let lab: Lab;
  let baton: BatonProcess;

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'baton-full-'));
    const disk = join(place, 'disk');
    await mkdir(disk);
    execFileSync('sh', ['-c', `mount -t tmpfs -o size=4m none "${disk}"`]);
    lab = await startTopology({ flavor: 'mariadb', shape: 'star', replicas: 2 });
    const before = process.env.TMPDIR;
    process.env.TMPDIR = disk;
    try {
      baton = await BatonProcess.start(labSettings(lab));
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    await baton.discover(lab.master.key);
    await baton.until(async () => (await valid()) === 3, 20_000, 'all servers');
  });

  afterAll(async () => {
    try {
      await baton?.stop();
      await lab?.stop();
    } finally {
      execFileSync('sh', ['-c', `umount "${join(place, 'disk')}"`]);
      await rm(place, { recursive: true, force: true });
    }
  });

  const valid = async (): Promise<number> =>
    (await baton.get<readonly InstanceJson[]>('all-instances')).filter((one) => one.IsLastCheckValid && one.IsUpToDate)
      .length;
  const downtime = (): Promise<Envelope> =>
    baton.get(`begin-downtime/${lab.master.key.hostname}/${lab.master.key.port}/mona/test/1m`);
  const filler = (): string => join(place, 'disk', 'filler');
  const fill = (): void => {
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) appendFileSync(filler(), Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  };

  test('commands are refused with the reason, and Baton goes on watching', async () => {
    fill();
    await baton.until(
      async () => {
        // SQLite's files have room for some more pages.
        const { Code, Message } = await downtime();
        if (Code === 'OK')
          await baton.ask(`end-downtime/${lab.master.key.hostname}/${lab.master.key.port}`).catch(() => 0);
        return /the disk of .*baton\.sqlite3 is full.*Free some space there/.test(Message);
      },
      20_000,
      'a change to be refused',
    );
    const [replica] = lab.replicas;
    await replica?.kill('SIGKILL');
    await baton.until(async () => (await valid()) === 2, 20_000, 'a dead replica to be noticed');
    await replica?.start();
    await baton.until(async () => (await valid()) === 3, 20_000, 'it to be back');
  });

  test('a failure that can not be recorded is not acted on, and the reason shows; with space again it is', async () => {
    const isDowntimed = (await baton.get<readonly unknown[]>('downtimed')).length > 0;
    expect(isDowntimed).toBe(false);
    await lab.master.kill('SIGKILL');
    const blocked = await baton.event('recovery-blocked', (event) => /is full/.test(event.reason));
    expect(blocked.reason).toMatch(/The recovery could not be run: .*the disk of .* is full.*Free some space/);
    expect(await baton.get('audit-recovery')).toEqual([]);
    await rm(filler());
    await baton.event('recovery-ended', (event) => event.successor !== null, 30_000);
    expect(existsSync(join(baton.folder, 'data', 'baton.sqlite3'))).toBe(true);
    expect(readFileSync(join(baton.folder, 'baton.conf.json'), 'utf8')).toContain('MySQLTopologyUser');
  });
});
