import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import { type CommandResult, eventually, flag, isShut, Scene, takesWrites } from '../e2e/failover-scene.ts';
import { asWriteable, unlogged } from '../e2e/false-alarms-scene.ts';
import type { LabServer } from '../lab/index.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** As a user sees it: `kill -9` of the process, a new start, a look into the audit, and the command that it names. */
describe('a baton serve that is killed', () => {
  let scene: Scene;
  let db1: LabServer;
  let db2: LabServer;
  let db3: LabServer;

  beforeAll(async () => {
    scene = await Scene.open({ flavor: 'mysql97', shape: 'star', replicas: 2 });
    [db1, db2, db3] = [scene.lab.byName('db1'), scene.lab.byName('db2'), scene.lab.byName('db3')];
    const { user, password } = scene.lab.accounts.repl;
    const [hold, begun] = [scene.file('hold'), scene.file('begun')];
    await scene.reconfigure({
      RecoverMasterClusterFilters: [],
      ReplicationCredentialsQuery: `SELECT '${user}', '${password}'`,
      PostMasterFailoverProcesses: [`touch ${begun}; while [ -e ${hold} ]; do sleep 0.05; done`],
    });
    await scene.discoverAll(db1);
  });

  afterAll(async () => {
    if (scene) await flag(scene.file('hold'), false);
    await scene?.close();
  });

  /** Kills Baton while a command runs and starts it again. @returns what its newest entry in the audit says */
  async function killed(running: Promise<CommandResult>): Promise<string> {
    await scene.baton.kill('SIGKILL');
    expect((await running).code).not.toBe(0);
    await scene.relaunch();
    await scene.allKnown(3);
    const [newest] = (await scene.audit()).filter(({ Message }) => Message.startsWith('Interrupted: '));
    return newest?.Message ?? '';
  }

  /** Does what a note tells, as a shell would. */
  async function obey(note: string): Promise<void> {
    const line = /Repair it with: (.*)$/.exec(note)?.[1] ?? '';
    const ways: readonly (readonly string[])[] = line.split(' || ').map((way) => way.split(' && '));
    for (const way of ways) {
      const results: CommandResult[] = [];
      for (const command of way) results.push(await scene.cli(...command.replace(/^baton /, '').split(' ')));
      if (results.every(({ code }) => code === 0)) return;
    }
    throw new Error(`Nothing of this has worked: ${line}`);
  }

  test('in the middle of a relocate', async () => {
    // A source that doesn't know the account keeps the replica trying.
    await asWriteable(db2, () => unlogged(db2, "RENAME USER 'repl'@'%' TO 'gone'@'%'"));
    const moving = scene.cli('-c', 'relocate', '-i', keyText(db3.key), '-d', keyText(db2.key));
    await eventually('it to be pointed there', async () => {
      const channel = await db3.replicaStatus();
      return channel !== null && sameKey(channel.source, db2.key) && channel.ioThread === 'Connecting';
    });
    const note = await killed(moving);
    expect(note).toMatch(/relocate of .*Statements had gone to \S+; the last begun was "START REPLICA"/);
    await obey(note);
    await asWriteable(db2, () => unlogged(db2, "RENAME USER 'gone'@'%' TO 'repl'@'%'"));
    const channel = await db3.replicaStatus();
    expect(channel).toMatchObject({ source: db1.key, ioThread: 'Yes', sqlThread: 'Yes' });
  });

  test('in the middle of a graceful takeover, when the new master is open', async () => {
    await flag(scene.file('hold'), true);
    const taking = scene.cli('-c', 'graceful-master-takeover-auto', '-i', keyText(db1.key), '-d', keyText(db2.key));
    await eventually('the new master to be open', async () => !(await isShut(db2)));
    await eventually('it to have forgotten the old one', async () => (await db2.replicaStatus()) === null);
    const note = await killed(taking);
    expect(note).toContain(`do not open ${keyText(db1.key)}`);
    await flag(scene.file('hold'), false);
    await obey(note);
    expect([await isShut(db1), await takesWrites(db2)]).toEqual([true, true]);
    await scene.follow(db2, [db1, db3]);
  });
});
