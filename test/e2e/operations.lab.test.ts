import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer } from '../lab/index.ts';
import type { Envelope } from '../support/baton-process.ts';
import { eventually, type InstanceJson, isShut, Scene, takesWrites } from './failover-scene.ts';
import { analysed, asWriteable, blockedBecause, unlogged } from './false-alarms-scene.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/baton.mjs', import.meta.url));

vi.setConfig({ testTimeout: 60_000 });

/** One source with two replicas; the tests of a flavour are chapters that build on each other. */
describe.each(LAB_FLAVORS)('operations on %s', (flavor) => {
  let scene: Scene;
  let db1: LabServer;
  let db2: LabServer;
  let db3: LabServer;

  beforeAll(async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 2 });
    db1 = scene.lab.byName('db1');
    db2 = scene.lab.byName('db2');
    db3 = scene.lab.byName('db3');
    await scene.discoverAll(db1);
  }, 120_000);

  afterAll(() => scene?.close(), 60_000);

  const path = ({ hostname, port }: InstanceKey): string => `${hostname}/${port}`;
  const ask = (call: string): Promise<Envelope<InstanceJson>> => scene.baton.get<Envelope<InstanceJson>>(call);
  const failure = async (call: string): Promise<string> => {
    const response = await fetch(`${scene.baton.url}/api/${call}`);
    const { Code, Message } = (await response.json()) as Envelope;
    expect([response.status, Code]).toEqual([500, 'ERROR']);
    return Message;
  };
  const sourceOf = async (server: LabServer): Promise<string> => {
    const channel = await server.replicaStatus();
    return channel === null ? '' : `${keyText(channel.source)} ${channel.ioThread} ${channel.sqlThread}`;
  };
  const running = (source: LabServer): string => `${keyText(source.key)} Yes Yes`;
  const arrives = async (note: string): Promise<void> => {
    await db1.query(`CREATE TABLE app.${note} (id INT PRIMARY KEY)`);
    await scene.lab.catchUp();
    for (const replica of [db2, db3]) await replica.query(`SELECT * FROM app.${note}`);
  };

  describe('relocate', () => {
    test('moves a replica below another that has never seen the replication account log in', async () => {
      if (flavor === 'mysql97')
        await db3.query('STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_SSL = 0; START REPLICA');
      // Empties the cache of caching_sha2_password: without TLS the log-in then needs the source's public key.
      await db2.query('FLUSH LOCAL PRIVILEGES');
      const answer = await ask(`relocate/${path(db3.key)}/${path(db2.key)}`);
      expect(answer.Message).toBe(`${keyText(db3.key)} replicates from ${keyText(db2.key)}.`);
      expect(answer.Details.MasterKey).toEqual({ Hostname: db2.key.hostname, Port: db2.key.port });
      expect(await sourceOf(db3)).toBe(running(db2));
      await arrives('below');
      expect((await scene.audit())[0]).toMatchObject({ AuditType: 'relocate-below' });
    });

    test('refuses what would make a circle, and leaves everything as it is', async () => {
      expect(await failure(`relocate/${path(db2.key)}/${path(db3.key)}`)).toMatch(
        /is below .*; moving .* below it would make a circle/,
      );
      expect(await failure(`relocate/${path(db2.key)}/${path(db2.key)}`)).toMatch(/can't replicate from itself/);
      const byCommand = await scene.cli('relocate', '-i', keyText(db1.key), '-d', keyText(db3.key));
      expect(byCommand).toMatchObject({ code: 1, out: '' });
      expect(byCommand.err).toMatch(/^baton: .*would make a circle/);
      expect([await sourceOf(db1), await sourceOf(db2), await sourceOf(db3)]).toEqual(['', running(db1), running(db2)]);
    });

    test('refuses servers that nobody knows', async () => {
      expect(await failure(`relocate/${path(db3.key)}/nowhere.invalid/3306`)).toMatch(
        /nowhere\.invalid:3306 is not known.*Discover it first/,
      );
      const unknown = await scene.cli('relocate', '-i', 'nowhere.invalid:3306', '-d', keyText(db1.key));
      expect(unknown.code).toBe(1);
      expect(unknown.err).toContain('nowhere.invalid:3306 is not known.');
    });

    test('and back, as a command', async () => {
      const moved = await scene.cli('relocate', '-i', keyText(db3.key), '-d', keyText(db1.key));
      expect(moved).toEqual({ code: 0, out: `${keyText(db3.key)}<${keyText(db1.key)}`, err: '' });
      expect(await sourceOf(db3)).toBe(running(db1));
      await arrives('back');
    });

    // Each takes the ten seconds in which a new source may still let the replica in.
    test.skipIf(flavor === 'mysql56')('goes back to where it was when the new source does not let it in', async () => {
      await asWriteable(db2, () => unlogged(db2, "RENAME USER 'repl'@'%' TO 'gone'@'%'"));
      const message = await failure(`relocate/${path(db3.key)}/${path(db2.key)}`);
      expect(message).toContain(`${keyText(db3.key)} could not connect to ${keyText(db2.key)}: `);
      expect(message).toMatch(/ replicates from .* again, as before\.$/);
      expect(message).toContain(`${keyText(db3.key)} replicates from ${keyText(db1.key)} again`);
      await asWriteable(db2, () => unlogged(db2, "RENAME USER 'gone'@'%' TO 'repl'@'%'"));
      expect(await sourceOf(db3)).toBe(running(db1));
      await arrives('undone');
      const audited = (await scene.audit())[0]?.Message ?? '';
      expect(audited.startsWith(message)).toBe(true);
      expect(audited).toMatch(/ \(log: \d+:[0-9a-f]{64}\)$/);
    });
  });

  test('stop-replica and start-replica, by command and by call', async () => {
    const stopped = await scene.cli('stop-replica', '-i', keyText(db2.key));
    expect(stopped).toEqual({ code: 0, out: keyText(db2.key), err: '' });
    expect(await sourceOf(db2)).toBe(`${keyText(db1.key)} No No`);
    const started = await ask(`start-slave/${path(db2.key)}`);
    expect(started.Message).toBe(`${keyText(db2.key)} replicates from ${keyText(db1.key)}.`);
    await eventually('replication to run', async () => (await sourceOf(db2)) === running(db1));
    expect(await failure(`stop-replica/${path(db1.key)}`)).toBe(
      `${keyText(db1.key)} is not a replica: there is no replication to stop.`,
    );
  });

  test('set-read-only and set-writeable, by command and by call', async () => {
    const shut = await scene.cli('set-read-only', '-i', keyText(db1.key));
    expect(shut).toEqual({ code: 0, out: keyText(db1.key), err: '' });
    expect(await takesWrites(db1)).toBe(false);
    const opened = await ask(`set-writeable/${path(db1.key)}`);
    expect([opened.Code, opened.Details.ReadOnly]).toEqual(['OK', false]);
    expect(await takesWrites(db1)).toBe(true);
    await ask(`set-read-only/${path(db1.key)}`);
    expect((await scene.cli('set-writeable', '-i', keyText(db1.key))).code).toBe(0);
    expect(await takesWrites(db1)).toBe(true);
    expect(await isShut(db2)).toBe(true);
  });

  test('downtime with and without a duration', async () => {
    const lasting = (server: LabServer): Promise<number> =>
      scene.baton.get<InstanceJson & { readonly DowntimeEndTimestamp: string }>(`instance/${path(server.key)}`).then(
        ({ DowntimeEndTimestamp: end }) => Math.round((Date.parse(`${end.replace(' ', 'T')}Z`) - Date.now()) / 60_000),
        () => Number.NaN,
      );
    await ask(`begin-downtime/${path(db2.key)}/mona/disk`);
    expect(await lasting(db2)).toBe(10);
    const begun = await scene.cli(
      'begin-downtime',
      '-i',
      keyText(db3.key),
      '-o',
      'mona',
      '-r',
      'why / how?',
      '-u',
      '2h',
    );
    expect(begun).toEqual({ code: 0, out: keyText(db3.key), err: '' });
    expect(await lasting(db3)).toBe(120);
    expect((await scene.cli('downtimed')).out.split('\n')).toEqual([keyText(db2.key), keyText(db3.key)]);
    expect(await scene.instance(db3)).toMatchObject({ IsDowntimed: true, DowntimeReason: 'why / how?' });
    expect((await scene.cli('end-downtime', '-i', keyText(db2.key))).code).toBe(0);
    await ask(`end-downtime/${path(db3.key)}`);
    expect((await scene.cli('downtimed')).out).toBe('');
    expect(await failure(`begin-downtime/${path(db2.key)}/mona/disk/soon`)).toMatch(/^Invalid duration: soon/);
    expect((await scene.cli('begin-downtime', '-i', keyText(db2.key))).err).toMatch(/begin-downtime needs -r/);
  });

  test('register-candidate knows all rules but must', async () => {
    expect((await scene.cli('register-candidate', '-i', keyText(db2.key), '-R', 'prefer')).out).toBe(keyText(db2.key));
    expect(await scene.instance(db2)).toMatchObject({ PromotionRule: 'prefer', IsCandidate: true });
    await ask(`register-candidate/${path(db2.key)}/neutral`);
    expect((await scene.instance(db2)).PromotionRule).toBe('neutral');
    expect(await failure(`register-candidate/${path(db2.key)}/must`)).toMatch(/^Invalid promotion rule: must/);
    const must = await scene.cli('register-candidate', '-i', keyText(db2.key), '-R', 'must');
    expect([must.code, must.err]).toEqual([1, expect.stringContaining('Invalid promotion rule: must')]);
    expect((await scene.instance(db2)).PromotionRule).toBe('neutral');
  });

  test('what one asks where things are', async () => {
    const all = scene.lab.servers.map((server) => keyText(server.key));
    const [first, second] = [keyText(db1.key), keyText(db2.key)];
    const lines = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { code, out, err } = await scene.cli(...args);
      expect([code, err]).toEqual([0, '']);
      return out.split('\n');
    };
    expect(await lines('clusters')).toEqual([first]);
    expect(await lines('all-instances')).toEqual(all);
    expect(await lines('all-clusters-masters')).toEqual([first]);
    expect(await lines('which-cluster', '-a', second)).toEqual([first]);
    expect(await lines('which-cluster-instances', '-a', first)).toEqual(all);
    expect(await lines('which-master', '-i', second)).toEqual([first]);
    expect(await lines('which-master', '-i', first)).toEqual([':0']);
    expect(await lines('which-replicas', '-i', first)).toEqual(all.slice(1));
    expect(await lines('which-instance', '-i', second)).toEqual([second]);
    expect(await lines('search', '-i', String(db3.key.port))).toEqual([keyText(db3.key)]);
    expect(await lines('search', '-i', db1.key.hostname.slice(0, -1))).toEqual(all);
    expect((await scene.cli('which-instance', '-i', 'nowhere.invalid:3306')).err).toMatch(/Cannot read instance/);
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, '-c', 'clusters'], {
      env: { ...process.env, ORCHESTRATOR_API: `${scene.baton.url}/api` },
    });
    expect(stdout).toBe(`${first}\n`);
  });

  test('forget forgets for three polls; a server that is still in use comes back then', async () => {
    const forgottenMs = performance.now();
    expect(await scene.cli('forget', '-i', keyText(db3.key))).toEqual({ code: 0, out: '', err: '' });
    expect(await scene.instances()).toHaveLength(2);
    await scene.baton.until(
      async () => (await scene.instances()).length === 3,
      20_000,
      `${keyText(db3.key)} to be met`,
    );
    expect(performance.now() - forgottenMs).toBeGreaterThan(2900);
    expect(await failure(`forget/nowhere.invalid/3306`)).toMatch(/^Cannot forget nowhere\.invalid:3306/);
    await scene.allKnown(3);
  });

  test('with recoveries disabled a dead master is detected and left, and recovered once they are enabled', async () => {
    expect((await scene.cli('check-global-recoveries')).out).toBe('enabled');
    expect(await scene.cli('disable-global-recoveries')).toEqual({ code: 0, out: 'disabled', err: '' });
    expect((await scene.cli('check-global-recoveries')).out).toBe('disabled');
    await db1.kill('SIGKILL');
    await analysed(scene, db1, 'DeadMaster');
    const reason = await blockedBecause(scene, db1, /Recoveries are disabled globally/);
    expect(reason).toContain('`enable-global-recoveries`');
    expect((await scene.cli('blocked-recoveries')).out).toContain('Recoveries are disabled globally');
    expect(await scene.recoveries()).toEqual([]);
    expect((await scene.detections()).map((one) => one.AnalysisEntry.Analysis)).toContain('DeadMaster');
    expect((await scene.cli('enable-global-recoveries')).out).toBe('enabled');
    const recovery = await scene.recovered(db1);
    expect(await takesWrites(scene.successor(recovery))).toBe(true);
  });
});
