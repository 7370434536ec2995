import { Exception } from 'node-zookeeper-client';
import type { KeyValue } from '../../../shared/domain/key-value.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { KeyValueGroup, KeyValueStore, KeyValueWrite } from '../../engine/ports/key-value.ts';
import type { ServerAddress } from './addresses.ts';
import { EachServer, Refusal } from './each-server.ts';
import { ZooKeeperSession } from './zookeeper-session.ts';

/** Answers after which no other server has to be asked. */
const REFUSALS: ReadonlySet<number> = new Set([Exception.NO_AUTH, Exception.BAD_ARGUMENTS, Exception.INVALID_ACL]);

/** ZooKeeper: each key is the path of a node, with a leading `/`, whose data is the value (recovery reference, 8.10). */
export class ZooKeeperStore implements KeyValueStore {
  readonly name: string;
  private readonly servers: EachServer<ServerAddress>;

  /** @param addresses servers of one ensemble, at least one */
  constructor(addresses: readonly ServerAddress[]) {
    this.name = `ZooKeeper at ${addresses.map(addressText).join(', ')}`;
    this.servers = new EachServer(addresses, addressText);
  }

  async write({ groups, signal }: KeyValueWrite): Promise<void> {
    await this.servers.attempt(signal, (address, limits) =>
      ZooKeeperSession.run(address, limits, async (session) => {
        for (const group of groups) await put(session, group);
      }),
    );
  }
}

/** Together where all nodes are there; where some aren't, nobody has read them together before. */
async function put(session: ZooKeeperSession, group: KeyValueGroup): Promise<void> {
  const nodes = group.map(({ key, value }) => ({ path: pathOf(key), data: value }));
  try {
    await session.setAll(nodes);
  } catch (error) {
    if (codeOf(error) !== Exception.NO_NODE) throw refusalOf(error, group);
    try {
      for (const { path } of nodes) await ensure(session, path);
      await session.setAll(nodes);
    } catch (failure) {
      throw refusalOf(failure, group);
    }
  }
}

/** Makes a node with those above it. */
async function ensure(session: ZooKeeperSession, path: string): Promise<void> {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const node = end === -1 ? path : path.slice(0, end);
    try {
      await session.create(node, '');
    } catch (error) {
      if (codeOf(error) !== Exception.NODE_EXISTS) throw error;
    }
    if (end === -1) return;
  }
}

function pathOf(key: string): string {
  return key.startsWith('/') ? key : `/${key}`;
}

function codeOf(error: unknown): number | null {
  return error instanceof Exception ? error.getCode() : null;
}

/** What the server says is said of a key; what isn't its word is handed on. */
function refusalOf(error: unknown, group: readonly KeyValue[]): unknown {
  const code = codeOf(error);
  const reason = reasonOf(error).replace(/\.$/, '');
  const what = `${pathOf(group[0]?.key ?? '')} was not set: ${reason}.`;
  if (code === Exception.NO_AUTH) return new Refusal(`${what} Its access list must let everyone set data and create.`);
  // The package itself refuses paths that can't be; that is no error of the server.
  if ((code !== null && REFUSALS.has(code)) || /path/i.test(reason)) return new Refusal(what);
  return error;
}

function addressText({ hostname, port }: ServerAddress): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}
