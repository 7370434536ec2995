import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Clock, Log } from '../../engine/ports/runtime.ts';
import { openSession, TlsMemory } from './connect.ts';
import { name as quoteName } from './dialects/quote.ts';
import type { Credentials, MetadataAnswers, MetadataSource, NamedQuery, TlsOptions } from './options.ts';
import { askAll } from './wire/ask.ts';
import type { Response } from './wire/decode-response.ts';
import type { WireSession } from './wire/wire-session.ts';

/** A database that holds what the Detect…Queries ask for, about all servers (`MetaDBHost` and its like). */
export interface MetadataTarget {
  readonly key: InstanceKey;
  /** Schema; empty for none. */
  readonly database: string;
  readonly credentials: Credentials;
}

export interface MetadataOptions {
  /** Null where none is configured; asked at each use. */
  readonly target: () => MetadataTarget | null;
  readonly tls: TlsOptions;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What stands for the instance in these queries, spelt as in the in-house fork that has them. */
const HOST_PLACEHOLDER = 'dc_vaild_host_flag';
const PORT_PLACEHOLDER = 'dc_vaild_port_flag';
const CENTRAL_QUERIES: ReadonlySet<string> = new Set([
  'DetectDataCenterQuery',
  'DetectClusterDomainQuery',
  'DetectClusterAliasQuery',
]);
/** A poll waits for the metadata for so long; then it goes by what was last known. */
const PATIENCE_MS = 500;
const READ_TIMEOUT_MS = 5000;
/** After a failure nobody tries for so long. */
const PAUSE_MS = 5000;
const NOTHING: MetadataAnswers = { responses: new Map(), warnings: [] };

/**
 * Asks the central metadata database instead of each server. What it has once said about a server holds until it says
 * otherwise: a cluster doesn't lose its alias or data center because the metadata can't be read, and no poll waits long
 * for it.
 */
export class MetadataDatabase implements MetadataSource {
  readonly #options: MetadataOptions;
  readonly #tlsMemory = new TlsMemory();
  readonly #known = new Map<string, Map<string, Response>>();
  #session: { readonly target: string; readonly opening: Promise<WireSession> } | null = null;
  #failed: { readonly reason: string; readonly untilMs: number } | null = null;

  constructor(options: MetadataOptions) {
    this.#options = options;
  }

  covers(name: string): boolean {
    return CENTRAL_QUERIES.has(name) && this.#options.target() !== null;
  }

  async about(key: InstanceKey, queries: readonly NamedQuery[]): Promise<MetadataAnswers> {
    const target = this.#options.target();
    const central = queries.filter(({ name }) => CENTRAL_QUERIES.has(name));
    if (target === null || central.length === 0) return NOTHING;
    const unfit = /[^\w.:%-]/.test(key.hostname);
    const warnings = unfit
      ? [`The host name of ${keyText(key)} has characters that aren't put into queries of the metadata database.`]
      : await this.#renew(target, key, central);
    return { responses: this.#known.get(keyText(key)) ?? new Map(), warnings };
  }

  forget(key: InstanceKey): void {
    this.#known.delete(keyText(key));
  }

  close(): void {
    const session = this.#session;
    this.#session = null;
    session?.opening.then((one) => one.destroy()).catch(() => undefined);
  }

  async #renew(target: MetadataTarget, key: InstanceKey, queries: readonly NamedQuery[]): Promise<readonly string[]> {
    const { clock } = this.#options;
    const asking = this.#ask(target, key, queries);
    const late = Promise.withResolvers<readonly string[]>();
    const cancel = clock.after(PATIENCE_MS, () => {
      late.resolve([`The metadata database ${keyText(target.key)} is slow; ${HOLDS}`]);
    });
    const warnings = await Promise.race([asking, late.promise]);
    cancel();
    return warnings;
  }

  /** Takes the answers in. @returns what could not be read and why */
  async #ask(target: MetadataTarget, key: InstanceKey, queries: readonly NamedQuery[]): Promise<readonly string[]> {
    const { clock, log } = this.#options;
    const failed = this.#failed;
    if (failed !== null && clock.monotonicMs() < failed.untilMs) return [failed.reason];
    try {
      const session = await this.#open(target);
      const texts = queries.map(({ sql }) => about(key, sql));
      const responses = await askAll(session, texts, READ_TIMEOUT_MS, 'answer a query for metadata');
      this.#failed = null;
      return queries.flatMap(({ name }, index) => this.#take(target, key, name, responses[index]));
    } catch (error) {
      const said = reasonOf(error);
      const reason = `The metadata database ${keyText(target.key)} can't be asked; ${HOLDS} ${said}`;
      if (this.#failed === null) log.warn('metadata.not-read', reason);
      this.#failed = { reason, untilMs: clock.monotonicMs() + PAUSE_MS };
      this.close();
      return [reason];
    }
  }

  #take(target: MetadataTarget, key: InstanceKey, name: string, response: Response | undefined): readonly string[] {
    if (response === undefined) return [];
    if (response.error !== null) {
      return [`${name} for ${keyText(key)} on the metadata database ${keyText(target.key)}: ${response.error.message}`];
    }
    const known = this.#known.get(keyText(key)) ?? new Map<string, Response>();
    this.#known.set(keyText(key), known.set(name, response));
    return [];
  }

  #open(target: MetadataTarget): Promise<WireSession> {
    const name = JSON.stringify(target);
    if (this.#session !== null && this.#session.target !== name) this.close();
    if (this.#session !== null) return this.#session.opening;
    const opening = this.#connect(target);
    const session = { target: name, opening };
    this.#session = session;
    opening
      .then((one) =>
        one.onBroken(() => {
          if (this.#session === session) this.#session = null;
        }),
      )
      .catch(() => {
        if (this.#session === session) this.#session = null;
      });
    return opening;
  }

  async #connect({ key, database, credentials }: MetadataTarget): Promise<WireSession> {
    const { tls, connectTimeoutMs: timeoutMs, clock } = this.#options;
    const { session } = await openSession(key, { credentials, tls, memory: this.#tlsMemory, timeoutMs, clock });
    if (database === '') return session;
    const [used] = await askAll(session, [`USE ${quoteName(database)}`], timeoutMs, 'open its schema');
    if (used?.error === null) return session;
    session.destroy();
    throw new Error(`Its schema ${database} can't be used: ${used?.error?.message ?? 'no answer'}`);
  }
}

const HOLDS = 'what it last said holds.';

function about({ hostname, port }: InstanceKey, sql: string): string {
  return sql.replaceAll(HOST_PLACEHOLDER, hostname).replaceAll(PORT_PLACEHOLDER, String(port));
}
