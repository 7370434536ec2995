import type { InstanceFacts, PollFailure } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { type InstanceProbe, ServerError } from '../../engine/ports/mysql.ts';
import type { Dialect, PollShape, RawReplica, Readings, SemiSyncNames } from './dialects/dialect.ts';
import { composeFacts, type PollExtras, type SlowFacts } from './facts.ts';
import { serverSaidError } from './failure.ts';
import { type ReadingOptions, readInFull } from './slow-reading.ts';
import { failGarbled } from './wire/ask.ts';
import { ColumnMemory, decodeResponse, type Response } from './wire/decode-response.ts';
import { queryPacket, type WireSession } from './wire/wire-session.ts';

/** What a full poll has found out, and the request that the steady polls after it send. */
interface Knowledge {
  readonly slow: SlowFacts;
  readonly shape: PollShape;
  readonly packet: Buffer;
  readonly lagPacket: Buffer | null;
}

/** What a full poll tells that operations on the same server need and facts have no room for. */
export interface Learnt {
  readonly key: InstanceKey;
  readonly semiSyncNames: SemiSyncNames | null;
}

const READING = 'answer a poll';
const ER_UNKNOWN_VARIABLE = 1193;

/** Polls one server over one connection. */
export class MysqlProbe implements InstanceProbe {
  readonly #session: WireSession;
  readonly #options: ReadingOptions;
  #dialect: Dialect;
  readonly #onLearnt: (learnt: Learnt) => void;
  readonly #columns = new ColumnMemory();
  readonly #lagColumns = new ColumnMemory();
  #knowledge: Knowledge | null = null;
  #facts: InstanceFacts | null = null;
  #lastRaw: Buffer | null = null;
  #lastLag: Response | undefined;
  #source: { readonly host: string; readonly key: InstanceKey } | null = null;

  constructor(session: WireSession, dialect: Dialect, options: ReadingOptions, onLearnt: (learnt: Learnt) => void) {
    this.#session = session;
    this.#dialect = dialect;
    this.#options = options;
    this.#onLearnt = onLearnt;
  }

  async poll(options: { readonly full: boolean; readonly timeoutMs: number }): Promise<InstanceFacts> {
    const known = this.#knowledge;
    try {
      return known === null || options.full
        ? await this.#pollInFull(options.timeoutMs)
        : await this.#pollSteady(known, options.timeoutMs);
    } catch (error) {
      // A connection with an answer still to come is of no use to the next poll.
      if (error instanceof ServerError && error.failure.kind === 'timeout') this.#session.destroy();
      throw error;
    }
  }

  pulse(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#session.ping(timeoutMs, (error, raw) => {
        if (error || raw === null) return reject(error);
        try {
          const { error: said } = decodeResponse(raw, new ColumnMemory());
          if (said) reject(serverSaidError(this.#session.key, said));
          else resolve();
        } catch (problem) {
          failGarbled(this.#session, problem, reject);
        }
      });
    });
  }

  onBroken(listener: (failure: PollFailure) => void): void {
    this.#session.onBroken(listener);
  }

  lastHeardMs(): number {
    return this.#session.lastHeardMs;
  }

  destroy(): void {
    this.#session.destroy();
  }

  async #pollInFull(timeoutMs: number): Promise<InstanceFacts> {
    const reading = await readInFull(this.#session, this.#dialect, this.#options, timeoutMs);
    this.#dialect = reading.dialect;
    const { shape, slow } = reading;
    this.#onLearnt({ key: slow.key, semiSyncNames: shape.semiSync?.names ?? null });
    this.#lastRaw = null;
    this.#source = null;
    return this.#conclude(reading.slow, reading.shape, reading.readings, reading.lag);
  }

  #pollSteady(known: Knowledge, timeoutMs: number): Promise<InstanceFacts> {
    return new Promise((resolve, reject) => {
      const settle = (raw: Buffer, lag: Response | undefined) => {
        const facts = this.#facts;
        if (facts && this.#lastRaw?.equals(raw) && sameLag(lag, this.#lastLag)) return resolve(facts);
        try {
          const concluded = this.#conclude(known.slow, known.shape, this.#read(known, raw), lag);
          this.#lastRaw = raw;
          concluded.then(resolve, reject);
        } catch (problem) {
          if (problem instanceof ServerError) reject(problem);
          else failGarbled(this.#session, problem, reject);
        }
      };
      let state: Buffer | null = null;
      this.#session.send(known.packet, timeoutMs, READING, (error, raw) => {
        if (error || raw === null) return reject(error);
        state = raw;
        if (known.lagPacket === null) settle(raw, undefined);
      });
      if (known.lagPacket === null) return;
      this.#session.send(known.lagPacket, timeoutMs, 'answer ReplicationLagQuery', (error, raw) => {
        if (error || raw === null || state === null) return reject(error);
        try {
          settle(state, decodeResponse(raw, this.#lagColumns));
        } catch (problem) {
          failGarbled(this.#session, problem, reject);
        }
      });
    });
  }

  /** @throws ServerError for what the server answered, ProtocolViolation for what makes no sense */
  #read(known: Knowledge, raw: Buffer): Readings {
    const response = decodeResponse(raw, this.#columns);
    if (!response.error) return this.#dialect.readSteady(response.results, known.shape);
    // A plugin was unloaded, and its variables with it: the next poll finds out anew what there is.
    if (response.error.errno === ER_UNKNOWN_VARIABLE) this.#knowledge = null;
    const partial = response.results.length > 0;
    throw serverSaidError(this.#session.key, response.error, 'its state was read', partial);
  }

  async #conclude(
    slow: SlowFacts,
    shape: PollShape,
    readings: Readings,
    lag: Response | undefined,
  ): Promise<InstanceFacts> {
    const extras = this.#extras(slow, await this.#resolveSource(readings.replica), lag);
    const facts = composeFacts(slow, readings, extras, this.#facts);
    const semiSyncOn =
      readings.semiSync !== null && (readings.semiSync.sourceEnabled || readings.semiSync.replicaEnabled);
    this.#know(slow, { ...shape, semiSyncOn });
    this.#facts = facts;
    this.#lastLag = lag;
    return facts;
  }

  /** Keeps the request of the steady polls, and writes it anew when what it has to ask has changed. */
  #know(slow: SlowFacts, shape: PollShape): void {
    const known = this.#knowledge;
    if (known && known.slow === slow && known.shape.semiSyncOn === shape.semiSyncOn) return;
    const lagQuery = this.#options.settings().replicationLagQuery.trim();
    this.#knowledge = {
      slow,
      shape,
      packet: queryPacket(this.#dialect.steadyQuery(shape)),
      lagPacket: lagQuery === '' ? null : queryPacket(lagQuery),
    };
  }

  async #resolveSource(replica: RawReplica | null): Promise<InstanceKey | null> {
    if (replica === null) return null;
    const { sourceHost: host, sourcePort: port } = replica;
    if (this.#source?.host === host && this.#source.key.port === port) return this.#source.key;
    const key = { hostname: host.startsWith('//') ? host : await this.#options.resolver.resolve(host), port };
    this.#source = { host, key };
    return key;
  }

  #extras(slow: SlowFacts, source: InstanceKey | null, lag: Response | undefined): PollExtras {
    if (lag === undefined) return { source, lagSeconds: undefined, warnings: [] };
    const value = lag.error ? null : (lag.results[0]?.rows[0]?.[0] ?? null);
    if (value !== null && /^-?\d+$/.test(value))
      return { source, lagSeconds: Math.max(0, Number(value)), warnings: [] };
    const reason = lag.error?.message ?? (value === null ? 'it gave no value' : `"${value}" is not a whole number`);
    return { source, lagSeconds: undefined, warnings: [`ReplicationLagQuery on ${keyText(slow.key)}: ${reason}`] };
  }
}

function sameLag(a: Response | undefined, b: Response | undefined): boolean {
  return a?.results[0]?.rows[0]?.[0] === b?.results[0]?.rows[0]?.[0] && a?.error?.message === b?.error?.message;
}
