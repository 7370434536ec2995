import { sameKey } from '../../src/shared/domain/instance-key.ts';
import { binlogPosition, shareGtids } from '../lab/catch-up.ts';
import type { Lab, LabServer } from '../lab/index.ts';
import { DEFAULT_CHANNEL, wordsFor } from '../lab/replication.ts';

/**
 * Brings running servers back into the shape that their lab was made with, on the servers themselves. All of them have
 * the same data afterwards, if what replicates can replicate.
 */
export async function restoreBase(lab: Lab): Promise<void> {
  const running = lab.nodes.filter(({ name }) => lab.byName(name).state === 'running');
  const strays = await Promise.all(running.map(async (node) => await isStray(lab, node.name, node.source)));
  await Promise.all(running.map(({ name }) => startThreads(lab.byName(name))));
  // By GTID each finds its place; else all must have the same data before they are placed.
  if (!lab.gtid) {
    await lab.replicating();
    await lab.catchUp();
  }
  // With the same data everywhere and nobody who writes, each is where its new source's log ends now.
  for (const [index, { name, source }] of running.entries()) {
    if (strays[index] === true) await pointAt(lab, lab.byName(name), source === null ? null : lab.byName(source));
  }
  await Promise.all(running.map(({ name, readOnly }) => switches(lab.byName(name), readOnly === true)));
  await lab.replicating();
  await lab.catchUp();
}

async function isStray(lab: Lab, name: string, source: string | null): Promise<boolean> {
  const server = lab.byName(name);
  const [row] = await server.query(wordsFor(server.flavor).replicaStatus);
  if (row === undefined || source === null) return (row === undefined) !== (source === null);
  const channel = await server.replicaStatus();
  const auto = String(row.Auto_Position ?? row.Using_Gtid ?? '');
  const usesGtid = auto !== '0' && auto !== 'No';
  const wanted = lab.gtid && shareGtids(server.flavor, lab.byName(source).flavor);
  const isThere = channel !== null && sameKey(channel.source, lab.byName(source).key) && channel.delaySeconds === 0;
  return !isThere || usesGtid !== wanted;
}

async function startThreads(server: LabServer): Promise<void> {
  const channel = await server.replicaStatus();
  if (channel === null) return;
  const words = wordsFor(server.flavor);
  if (channel.delaySeconds > 0) await server.query(`${words.stopReplica}; ${words.changeDelay(0)}`);
  await server.query(words.startReplica);
}

async function pointAt(lab: Lab, server: LabServer, source: LabServer | null): Promise<void> {
  const words = wordsFor(server.flavor);
  if (source === null) {
    const reset = server.flavor === 'mysql97' ? 'RESET REPLICA ALL' : 'RESET SLAVE ALL';
    await server.query(`${words.stopReplica}; ${reset}`);
    return;
  }
  const from = lab.gtid && shareGtids(server.flavor, source.flavor) ? 'gtid' : await binlogPosition(source);
  const off =
    server.flavor === 'mysql97' && from !== 'gtid' ? 'CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION = 0;' : '';
  const change = words.changeSource(source.key, lab.accounts.repl, DEFAULT_CHANNEL, from);
  await server.query(`${words.stopReplica}; ${off} ${change}; ${words.startReplica}`);
}

async function switches(server: LabServer, readOnly: boolean): Promise<void> {
  const variable = server.flavor === 'mysql97' && readOnly ? 'super_read_only' : 'read_only';
  await server.query(`SET GLOBAL ${variable} = ${readOnly ? 1 : 0}`);
}
