import { expect } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import type { Lab, LabServer } from '../lab/index.ts';
import { eventually, type Scene, takesWrites } from './failover-scene.ts';

interface AnalysisRow {
  readonly AnalyzedInstanceKey: { readonly Hostname: string; readonly Port: number };
  readonly Analysis: string;
}

/** What `replication-analysis` says of a server now; `NoProblem` when it says nothing. */
export async function analysisOf(scene: Scene, server: LabServer): Promise<string> {
  const rows = await scene.baton.ask<readonly AnalysisRow[]>('replication-analysis');
  const row = rows.find(({ AnalyzedInstanceKey: key }) => `${key.Hostname}:${key.Port}` === keyText(server.key));
  return row === undefined || row.Analysis === '' ? 'NoProblem' : row.Analysis;
}

export async function analysed(scene: Scene, server: LabServer, code: string | RegExp, limitMs = 30_000) {
  await scene.baton.until(
    async () => {
      const now = await analysisOf(scene, server);
      return typeof code === 'string' ? now === code : code.test(now);
    },
    limitMs,
    `${server.name} to be analysed as ${code}`,
  );
}

/** Waits until Baton says why it leaves a server alone. @returns the reason */
export async function blockedBecause(scene: Scene, server: LabServer, reason: RegExp, limitMs = 30_000) {
  const name = keyText(server.key);
  const event = await scene.baton.event(
    'recovery-blocked',
    (one) => keyText(one.key) === name && reason.test(one.reason),
    limitMs,
  );
  return event.reason;
}

/** The one thing that all these tests are about: nobody was failed over, and the master takes writes as before. */
export async function expectNoFailover(scene: Scene): Promise<void> {
  const { master, replicas } = scene.lab;
  expect(await scene.recoveries()).toEqual([]);
  expect(await takesWrites(master)).toBe(true);
  expect(await master.replicaStatus()).toBeNull();
  for (const replica of replicas) {
    const channel = await replica.replicaStatus();
    expect(channel === null ? '' : keyText(channel.source)).toBe(keyText(master.key));
  }
}

/** Waits until Baton finds nothing wrong any more, forgets what it told meanwhile, and looks that nothing was done. */
export async function expectPeace(scene: Scene): Promise<void> {
  try {
    await peace(scene);
  } catch (error) {
    const story = scene.baton.log.split('\n').filter((line) => /"level":[45]0|analysis\.changed/.test(line));
    throw new Error(`${(error as Error).message}\n${story.slice(-40).join('\n')}`, { cause: error });
  }
}

async function peace(scene: Scene): Promise<void> {
  const { servers, master } = scene.lab;
  for (const replica of scene.lab.replicas) {
    await eventually(`${replica.name} to replicate`, async () => {
      const channel = await replica.replicaStatus();
      return channel?.ioThread === 'Yes' && channel.sqlThread === 'Yes';
    });
  }
  await scene.baton.until(
    async () => {
      const instances = await scene.instances();
      return instances.length === servers.length && instances.every((one) => one.IsLastCheckValid);
    },
    40_000,
    'all servers to be read again',
  );
  await analysed(scene, master, 'NoProblem');
  await expectNoFailover(scene);
  scene.baton.events.length = 0;
}

/** Locks Baton's own account on one server only and ends its sessions: it is up, and Baton is outside. */
export async function lockOut(server: LabServer): Promise<void> {
  await unlogged(
    server,
    server.flavor === 'mysql56' ? "RENAME USER 'baton'@'%' TO 'locked'@'%'" : "ALTER USER 'baton'@'%' ACCOUNT LOCK",
  );
  const sessions = await server.query<{ id: number }>(
    "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = 'baton'",
  );
  for (const { id } of sessions) await server.query(`KILL ${id}`).catch(() => []);
}

export async function letIn(server: LabServer): Promise<void> {
  await unlogged(
    server,
    server.flavor === 'mysql56' ? "RENAME USER 'locked'@'%' TO 'baton'@'%'" : "ALTER USER 'baton'@'%' ACCOUNT UNLOCK",
  );
}

/** What is done to one server must not travel to its replicas. */
export async function unlogged(server: LabServer, sql: string): Promise<void> {
  await server.query(`SET SESSION sql_log_bin = 0; ${sql}; SET SESSION sql_log_bin = 1`);
}

export function replicaWord(server: LabServer): string {
  return server.flavor === 'mysql97' ? 'REPLICA' : 'SLAVE';
}

/** Makes the applier of a replica stop with an error, as a row that somebody wrote there by hand does. */
export async function breakApplier(lab: Lab, replica: LabServer): Promise<void> {
  await lab.master.query('CREATE TABLE IF NOT EXISTS app.conflict (id INT PRIMARY KEY)');
  await lab.catchUp();
  await asWriteable(replica, () => unlogged(replica, 'INSERT INTO app.conflict VALUES (1)'));
  await lab.master.query('INSERT INTO app.conflict VALUES (1)');
  await eventually(
    `${replica.name}'s applier to stop`,
    async () => (await replica.replicaStatus())?.sqlThread !== 'Yes',
  );
}

export async function mendApplier(lab: Lab, replica: LabServer): Promise<void> {
  await asWriteable(replica, () => unlogged(replica, 'DELETE FROM app.conflict'));
  await replica.query(`START ${replicaWord(replica)}`);
  await lab.master.query('DELETE FROM app.conflict');
  await lab.catchUp();
}

export async function asWriteable(server: LabServer, work: () => Promise<void>): Promise<void> {
  // On MySQL, root isn't above super_read_only.
  if (server.flavor === 'mysql97') await server.query('SET GLOBAL super_read_only = 0');
  await work();
  if (server.flavor === 'mysql97') await server.query('SET GLOBAL super_read_only = 1');
}
