import type { KeyValue } from '../../../shared/domain/key-value.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { KeyValueGroup, KeyValueStore, KeyValueWrite } from '../../engine/ports/key-value.ts';
import { excerpt, type HttpAnswer, type HttpCall, httpCall } from './http-call.ts';

export interface ConsulOptions {
  readonly origin: URL;
  /** Empty for none. */
  readonly token: string;
  /** `consul-txn`: a cluster's entries are set together or not at all. */
  readonly transactions: boolean;
  /** Entries in one transaction, 5 to 64. */
  readonly transactionSize: number;
}

/**
 * Consul, through its HTTP API (developer.hashicorp.com/consul/api-docs: kv, txn, catalog). As with the predecessor, an
 * https certificate is not verified (configuration reference, 3.11).
 */
export class ConsulStore implements KeyValueStore {
  readonly name: string;
  private readonly options: ConsulOptions;

  constructor(options: ConsulOptions) {
    this.options = options;
    this.name = `Consul at ${options.origin.host}`;
  }

  /** Through the agent first, as if there were one data center: what is wrong there is wrong everywhere. */
  async write({ groups, everywhere, signal }: KeyValueWrite): Promise<void> {
    await this.writeTo('', groups, signal);
    if (!everywhere) return;
    const dataCenters = await this.dataCenters(signal);
    const ends = await Promise.allSettled(dataCenters.map((one) => this.writeTo(one, groups, signal)));
    const failures = ends.filter((end) => end.status === 'rejected').map((end) => reasonOf(end.reason));
    if (failures.length > 0) throw new Error(failures.join(' '));
  }

  private async writeTo(dataCenter: string, groups: readonly KeyValueGroup[], signal: AbortSignal): Promise<void> {
    const { transactions, transactionSize } = this.options;
    if (transactions) {
      for (const batch of batches(groups, transactionSize)) await this.transaction(dataCenter, batch, signal);
    } else {
      for (const pair of groups.flat()) await this.put(dataCenter, pair, signal);
    }
  }

  private async put(dataCenter: string, { key, value }: KeyValue, signal: AbortSignal): Promise<void> {
    const path = `/v1/kv/${consulKey(key).split('/').map(encodeURIComponent).join('/')}${query(dataCenter)}`;
    const { text } = await this.call({ method: 'PUT', path, body: value, signal }, `set ${key}`, dataCenter);
    if (text.trim() !== 'true') throw new Error(`It did not set ${key}${inCenter(dataCenter)}: ${excerpt(text)}`);
  }

  private async transaction(dataCenter: string, pairs: readonly KeyValue[], signal: AbortSignal): Promise<void> {
    const operations = pairs.map(({ key, value }) => ({
      KV: { Verb: 'set', Key: consulKey(key), Value: Buffer.from(value).toString('base64') },
    }));
    const call = {
      method: 'PUT',
      path: `/v1/txn${query(dataCenter)}`,
      body: JSON.stringify(operations),
      signal,
    } as const;
    await this.call(call, `set ${pairs[0]?.key ?? 'nothing'} and what belongs to it`, dataCenter);
  }

  /** The agent's own is among them and is written twice: to find out which it is takes a right of its own. */
  private async dataCenters(signal: AbortSignal): Promise<readonly string[]> {
    const what = 'list the data centers';
    const { text } = await this.call({ method: 'GET', path: '/v1/catalog/datacenters', signal }, what, '');
    const names = parsed(text);
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
      throw new Error(`It did not ${what}: ${excerpt(text)}`);
    }
    return names;
  }

  private async call(
    call: Pick<HttpCall, 'method' | 'path' | 'signal'> & { readonly body?: string },
    what: string,
    dataCenter: string,
  ): Promise<HttpAnswer> {
    const { origin, token } = this.options;
    const headers = token === '' ? {} : { 'X-Consul-Token': token };
    let answer: HttpAnswer;
    try {
      answer = await httpCall({ ...call, origin, headers, verify: false });
    } catch (error) {
      throw new Error(`It could not be asked to ${what}${inCenter(dataCenter)}: ${reasonOf(error)}.`);
    }
    if (answer.status === 200) return answer;
    const advice = answer.status === 403 ? ` Give ConsulAclToken a policy that allows it.` : '';
    const said = excerpt(answer.text).replaceAll(token === '' ? '\0' : token, '…');
    throw new Error(`It refused to ${what}${inCenter(dataCenter)} (HTTP ${answer.status}): ${said}${advice}`);
  }
}

/** Groups stay whole: a group is no longer than the smallest transaction (configuration reference, rule 16). */
export function batches(groups: readonly KeyValueGroup[], size: number): readonly KeyValueGroup[] {
  const all: KeyValue[][] = [];
  for (const group of groups) {
    const last = all.at(-1);
    if (last !== undefined && last.length + group.length <= size) last.push(...group);
    else all.push([...group]);
  }
  return all;
}

/** Consul's keys don't begin with `/`; with the prefix `/` ours would. */
function consulKey(key: string): string {
  return key.replace(/^\/+/, '');
}

function query(dataCenter: string): string {
  return dataCenter === '' ? '' : `?dc=${encodeURIComponent(dataCenter)}`;
}

function inCenter(dataCenter: string): string {
  return dataCenter === '' ? '' : ` in data center ${dataCenter}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
