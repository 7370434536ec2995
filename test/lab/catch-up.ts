import { setTimeout as delay } from 'node:timers/promises';
import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import type { LabServer } from './lab-server.ts';
import { type ChannelState, wordsFor } from './replication.ts';
import type { LabFlavor } from './servers/server-package.ts';

const POLL_MS = 10;

/** True when a replica of one flavour can follow a source of the other by GTID. */
export function shareGtids(replica: LabFlavor, source: LabFlavor): boolean {
  return (replica === 'mariadb') === (source === 'mariadb');
}

/** Waits until every running server with a channel runs both its threads. */
export async function awaitReplicating(servers: readonly LabServer[], deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (const server of running(servers)) {
    for (;;) {
      const channel = await server.replicaStatus();
      if (!channel || (channel.ioThread === 'Yes' && channel.sqlThread === 'Yes')) break;
      // A thread that has stopped with an error doesn't start again by itself.
      const stopped = channel.error !== '' && (channel.ioThread === 'No' || channel.sqlThread === 'No');
      if (stopped || performance.now() > deadline) {
        throw new Error(`${describe(server)} doesn't replicate: ${complaint(channel)}`);
      }
      await delay(POLL_MS);
    }
  }
}

/** Waits, from the sources down, until every running replica without a delay has applied what its source has. */
export async function catchUp(servers: readonly LabServer[], gtid: boolean, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  const links: { replica: LabServer; source: LabServer }[] = [];
  for (const replica of running(servers)) {
    const channel = await replica.replicaStatus();
    const source = channel && running(servers).find((server) => sameKey(server.key, channel.source));
    if (channel && source && channel.delaySeconds === 0) links.push({ replica, source });
  }
  for (const { replica, source } of sourcesFirst(links)) {
    const remaining = Math.max(1, Math.ceil((deadline - performance.now()) / 1000));
    await followSource(replica, source, gtid && shareGtids(replica.flavor, source.flavor), remaining);
  }
}

interface Link {
  readonly replica: LabServer;
  readonly source: LabServer;
}

function sourcesFirst(links: readonly Link[]): Link[] {
  const ordered: Link[] = [];
  const add = (link: Link, above: readonly Link[]): void => {
    if (ordered.includes(link) || above.includes(link)) return;
    const upper = links.find((other) => other.replica === link.source);
    if (upper) add(upper, [...above, link]);
    ordered.push(link);
  };
  for (const link of links) add(link, []);
  return ordered;
}

async function followSource(replica: LabServer, source: LabServer, gtid: boolean, seconds: number): Promise<void> {
  const words = wordsFor(replica.flavor);
  const wait = gtid
    ? words.waitForGtid(await gtidPosition(source), seconds)
    : await positionWait(words, source, seconds);
  const rows = await replica.query<{ reached: number | null }>(wait, seconds * 1000 + 5000);
  const reached = rows[0]?.reached;
  if (reached !== null && reached !== undefined && Number(reached) >= 0) return;
  const channel = await replica.replicaStatus();
  throw new Error(
    `${describe(replica)} didn't catch up with ${describe(source)} within ${seconds} s: ${channel ? complaint(channel) : 'no channel'}`,
  );
}

async function gtidPosition(server: LabServer): Promise<string> {
  const rows = await server.query<{ position: string }>(wordsFor(server.flavor).gtidPosition);
  return String(rows[0]?.position ?? '').replaceAll('\n', '');
}

/** The source's own place in its binary log, in the words of its flavour. */
export async function binlogPosition(server: LabServer): Promise<{ file: string; position: number }> {
  const rows = await server.query<{ File: string; Position: number | string }>(wordsFor(server.flavor).binlogStatus);
  const row = rows[0];
  if (!row) throw new Error(`${describe(server)} has no binary log to replicate from.`);
  return { file: row.File, position: Number(row.Position) };
}

async function positionWait(words: ReturnType<typeof wordsFor>, source: LabServer, seconds: number): Promise<string> {
  const { file, position } = await binlogPosition(source);
  return words.waitForPosition(file, position, seconds);
}

function running(servers: readonly LabServer[]): LabServer[] {
  return servers.filter((server) => server.state === 'running');
}

function describe(server: { readonly name: string; readonly key: InstanceKey }): string {
  return `${server.name} (${keyText(server.key)})`;
}

function complaint(channel: ChannelState): string {
  return `I/O thread ${channel.ioThread}, SQL thread ${channel.sqlThread}${channel.error ? `, ${channel.error}` : ''}`;
}
