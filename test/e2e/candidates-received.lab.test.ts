import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type LabServer } from '../lab/index.ts';
import type { Writer } from '../lab/writer.ts';
import { receivesAll, stopThread } from './candidates-lab.ts';
import { type RecoveryJson, Scene } from './failover-scene.ts';

const SCENE_MS = 180_000;
vi.setConfig({ testTimeout: 90_000 });

/** What any replica had received is on the new master, whichever is promoted (safety rule 2). */
describe.each(LAB_FLAVORS)('received transactions of %s', (flavor) => {
  let scene: Scene;
  let servers: { db1: LabServer; db2: LabServer; db3: LabServer; db4: LabServer };

  beforeAll(async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 3 }, { RecoveryPeriodBlockSeconds: 1 });
    const { lab } = scene;
    servers = { db1: lab.byName('db1'), db2: lab.byName('db2'), db3: lab.byName('db3'), db4: lab.byName('db4') };
    await scene.discoverAll(lab.master);
  }, SCENE_MS);

  afterAll(() => scene?.close(), 60_000);

  /** Writes to the master, and kills it once a replica has received the writes up to a point. */
  async function killWhileWriting(master: LabServer, best: LabServer): Promise<Loss> {
    const writer = scene.writer(() => master.key, 2);
    await writer.start();
    for (let count = 0; count < 30; count += 1) await writer.next();
    const received = writer.acknowledged.length;
    await receivesAll(best, master);
    await master.kill('SIGKILL');
    const recovery = await scene.recovered(master);
    await writer.stop();
    return { recovery, writer, received };
  }

  test('the replica that received more than the others is promoted', async () => {
    const { db1, db2, db3, db4 } = servers;
    await stopThread(db2, 'receiver');
    await stopThread(db4, 'receiver');
    const loss = await killWhileWriting(db1, db3);
    expect(scene.successor(loss.recovery).name).toBe('db3');
    expect(await lostOn(db3, loss)).toEqual([]);
    await scene.follow(db3, [db2, db4]);
    await scene.lab.catchUp();
    for (const replica of [db2, db4]) expect(await rowsOf(replica)).toEqual(await rowsOf(db3));
    expect(loss.recovery.LostReplicas).toEqual([]);
  });

  test('a preferred replica first gets what another received and never applied', async () => {
    const { db2, db3, db4 } = servers;
    await db3.query('DROP TABLE app.writes');
    await scene.lab.catchUp();
    expect(await scene.cli('register-candidate', '-i', keyText(db2.key), '-R', 'prefer')).toMatchObject({ code: 0 });
    await stopThread(db2, 'receiver');
    await stopThread(db4, 'applier');
    const loss = await killWhileWriting(db3, db4);
    expect(scene.successor(loss.recovery).name).toBe('db2');
    expect(await lostOn(db2, loss)).toEqual([]);
    const steps = await scene.steps(loss.recovery.UID);
    expect(steps.filter((step) => step.startsWith(`${keyText(db4.key)} received more`))).toHaveLength(1);
    await scene.follow(db2, [db4]);
    await scene.cli('start-replica', '-i', keyText(db4.key));
    await scene.lab.replicating();
    await scene.lab.catchUp();
    expect(await rowsOf(db4)).toEqual(await rowsOf(db2));
    expect(loss.recovery).toMatchObject({ LostReplicas: [], AllErrors: [''] });
  });

  test('the only replica left is promoted after its stopped applier has applied what it received', async () => {
    const { db2, db4 } = servers;
    await db2.query('DROP TABLE app.writes');
    await scene.lab.catchUp();
    await stopThread(db4, 'applier');
    const loss = await killWhileWriting(db2, db4);
    expect(scene.successor(loss.recovery).name).toBe('db4');
    expect(await lostOn(db4, loss)).toEqual([]);
  });
});

interface Loss {
  readonly recovery: RecoveryJson;
  readonly writer: Writer;
  /** So many of the acknowledged writes had certainly been received by the best replica. */
  readonly received: number;
}

/** Acknowledged and received writes that a server doesn't have. */
async function lostOn(server: LabServer, { writer, received }: Loss): Promise<readonly number[]> {
  const certain = new Set(writer.acknowledged.slice(0, received).map((each) => each.id));
  const missing = await writer.missingOn(server);
  return missing.map((each) => each.id).filter((id) => certain.has(id));
}

async function rowsOf(server: LabServer): Promise<readonly object[]> {
  return await server.query('SELECT id, token FROM app.writes ORDER BY id');
}
