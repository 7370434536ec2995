import type { GroupFacts } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, NO_KEY, sameKey } from '../../../shared/domain/instance-key.ts';
import type { HostResolver } from './options.ts';
import type { ResultSet } from './wire/decode-response.ts';

const LOOPBACK = /^(localhost|127\..*|::1)$/i;

/**
 * Which replicas a server knows to be connected. What replicas announce (`report_host`, `report_port`) is the only
 * way to tell several servers on one host apart, so it goes first; dump threads in the process list stand in for
 * those that announce nothing, with the source's own port assumed (reference discovery.md, section 5).
 * @param announced result of the dialect's replica list; null when it could not be read
 * @param dumpThreads peers as `host:port`; null when they could not be read
 */
export async function connectedReplicas(
  own: InstanceKey,
  announced: ResultSet | null,
  dumpThreads: ResultSet | null,
  onlyAnnounced: boolean,
  resolver: HostResolver,
): Promise<readonly InstanceKey[]> {
  const keys: InstanceKey[] = [];
  for (const { hostname, port } of announcedKeys(announced)) {
    keys.push({ hostname: await resolver.resolve(hostname), port });
  }
  const peers = (dumpThreads?.rows ?? []).map((row) => peerHost(row[0] ?? '')).filter((host) => host !== '');
  if (peers.length > keys.length && !(onlyAnnounced && keys.length > 0)) {
    const known = new Set(keys.map((key) => key.hostname));
    for (const host of new Set(peers)) {
      const hostname = LOOPBACK.test(host) ? own.hostname : await resolver.resolve(host);
      const key = { hostname, port: own.port };
      if (!known.has(hostname) && !sameKey(key, own)) keys.push(key);
    }
  }
  return keys.sort(compareKeys).filter((key, index) => index === 0 || !sameKey(key, keys[index - 1] ?? NO_KEY));
}

function announcedKeys(announced: ResultSet | null): readonly InstanceKey[] {
  if (announced === null) return [];
  const host = announced.columns.findIndex((column) => column.toLowerCase() === 'host');
  const port = announced.columns.findIndex((column) => column.toLowerCase() === 'port');
  return announced.rows
    .map((row) => ({ hostname: row[host] ?? '', port: Number(row[port] ?? 0) }))
    .filter((key) => key.hostname !== '' && key.port > 0);
}

/** The host of `host:port`; IPv6 addresses hold colons themselves. */
function peerHost(peer: string): string {
  const colon = peer.lastIndexOf(':');
  return colon < 0 ? peer : peer.slice(0, colon);
}

/** Reads the dialect's group query; null when this server is no member of a group. */
export async function groupFacts(
  result: ResultSet,
  ownUuid: string,
  resolver: HostResolver,
): Promise<GroupFacts | null> {
  const own = result.rows.find((row) => row[0] === ownUuid);
  if (!own?.[5]) return null;
  const singlePrimary = own[6] === '1' || own[6] === 'ON';
  const members: InstanceKey[] = [];
  let primary = NO_KEY;
  for (const row of result.rows) {
    const key = { hostname: await resolver.resolve(row[1] ?? ''), port: Number(row[2] ?? 0) };
    if (row !== own) members.push(key);
    if (singlePrimary && row[4] === 'PRIMARY') primary = key;
  }
  const [memberState, memberRole] = [own[3] ?? '', own[4] ?? ''];
  return { name: own[5], singlePrimary, memberState, memberRole, members: members.sort(compareKeys), primary };
}
