import type { KeyValueGroup, KeyValueStore, KeyValueWrite } from '../../engine/ports/key-value.ts';
import { EachServer, Refusal } from './each-server.ts';
import { excerpt, httpCall } from './http-call.ts';

/**
 * etcd 3.4 or newer, through its JSON gateway (etcd.io/docs, "Why gRPC gateway"). A cluster's entries are put in one
 * transaction. Entries have no lease: they stay when Baton is gone.
 */
export class EtcdStore implements KeyValueStore {
  readonly name: string;
  private readonly servers: EachServer<URL>;

  /** @param origins members of one etcd cluster, at least one */
  constructor(origins: readonly URL[]) {
    this.name = `etcd at ${origins.map(({ host }) => host).join(', ')}`;
    this.servers = new EachServer(origins, ({ host }) => host);
  }

  async write({ groups, signal }: KeyValueWrite): Promise<void> {
    for (const group of groups) {
      await this.servers.attempt(signal, (origin, limits) => this.put(origin, group, limits));
    }
  }

  private async put(origin: URL, group: KeyValueGroup, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({
      success: group.map(({ key, value }) => ({ request_put: { key: base64(key), value: base64(value) } })),
    });
    const headers = { 'Content-Type': 'application/json' };
    const path = '/v3/kv/txn';
    const answer = await httpCall({ method: 'POST', origin, path, headers, body, verify: true, signal });
    if (answer.status === 200) return;
    const said = `HTTP ${answer.status}: ${reasonIn(answer.text)}`;
    if (answer.status === 404) {
      const need = 'etcd 3.4 or newer is needed, with enable-grpc-gateway: true where it has a configuration file';
      throw new Refusal(`${origin.host} has no ${path} (${said}): ${need}.`);
    }
    // A member that has lost the others may be of no use while they go on.
    if (answer.status >= 500) throw new Error(said);
    throw new Refusal(`${origin.host} refused to put ${group[0]?.key ?? 'nothing'} (${said}).`);
  }
}

function reasonIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return excerpt(typeof message === 'string' ? message : text);
  } catch {
    return excerpt(text);
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
