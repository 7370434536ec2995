import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Answer, ServerQuestion } from '../../../shared/domain/question.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import {
  type ActionResult,
  type ConnectAs,
  type ConnectionTrial,
  type FenceConnection,
  type InstanceProbe,
  type MysqlPort,
  ServerError,
} from '../../engine/ports/mysql.ts';
import { openSession, TlsMemory } from './connect.ts';
import { chooseDialect } from './dialects/choose-dialect.ts';
import {
  type ActionContext,
  ActionError,
  type Dialect,
  type SemiSyncNames,
  type SentQuestion,
  type Step,
} from './dialects/dialect.ts';
import { whole } from './dialects/quote.ts';
import { fenceFirst, MysqlFence } from './fence.ts';
import { knock } from './knock.ts';
import { inquire, OperationPool, type OperationSession, refusedAction, runSteps } from './operations.ts';
import type { Credentials, MysqlAdapterOptions, ReplicationAccount } from './options.ts';
import { type Learnt, MysqlProbe } from './probe.ts';
import { type AccountFinding, findAccount, findStoredAccount, noAccount } from './replication-account.ts';
import { ShutdownSentinel } from './sentinel.ts';
import type { ReadingOptions } from './slow-reading.ts';
import { tryConnection } from './try-connection.ts';
import { ask } from './wire/ask.ts';
import type { WireSession } from './wire/wire-session.ts';

/** The port, and what this adapter offers beyond it. */
export interface MysqlAdapter extends MysqlPort {
  /** Opens an operation's connection ahead of time, so that the first statement needn't wait for a log-in. */
  warm(key: InstanceKey): Promise<void>;
  /** Nothing that is found is remembered, and nothing of the account. */
  readonly connectAs: ConnectAs;
}

/** What is remembered of a server from one connection to the next. */
interface ServerMemory {
  readonly pool: OperationPool;
  semiSyncNames: SemiSyncNames | null;
  knocks: number;
  /** What it replicated with before it was told to forget it; kept in memory only. */
  formerAccount: ReplicationAccount | null;
}

/** String literals are escaped with backslashes, which a server-wide SQL mode could make plain characters. */
const OPERATION_SETUP = "SET SESSION sql_mode = ''; SELECT CONNECTION_ID()";
/**
 * A connection that is closed without a log-in counts against Baton's host; at `max_connect_errors` (100) of them the
 * server blocks it, unless a log-in has set the count back (MySQL manual, "Host Blocking").
 */
const KNOCKS_PER_LOG_IN = 20;

export function createMysqlAdapter(options: MysqlAdapterOptions): MysqlAdapter {
  return new MysqlAdapterImpl(options);
}

class MysqlAdapterImpl implements MysqlAdapter {
  readonly #options: MysqlAdapterOptions;
  readonly #reading: ReadingOptions;
  readonly #tlsMemory = new TlsMemory();
  readonly #servers = new Map<string, ServerMemory>();

  constructor(options: MysqlAdapterOptions) {
    this.#options = options;
    this.#reading = { ...options, replicationCredentials: (source) => this.#givenAccount(source) };
  }

  async openProbe(key: InstanceKey, { fenceFirst: fenced }: { readonly fenceFirst: boolean }): Promise<InstanceProbe> {
    const { session, dialect } = await this.#open(key);
    if (fenced) {
      try {
        await this.#fenceNew(session, dialect);
      } catch (error) {
        session.destroy();
        throw error;
      }
    }
    return new MysqlProbe(session, dialect, this.#reading, (learnt) => this.#learn(key, learnt));
  }

  async openFence(key: InstanceKey): Promise<FenceConnection> {
    const { log, clock, connectTimeoutMs: timeoutMs } = this.#options;
    const opening = [this.#open(key), this.#open(key)] as const;
    const [first, second] = await Promise.allSettled(opening);
    let sentinel: ShutdownSentinel | null = null;
    try {
      if (first.status === 'rejected') throw first.reason;
      if (second.status === 'rejected') throw second.reason;
      const { session: shutting, dialect } = first.value;
      const evicting = second.value.session;
      sentinel = dialect.shutsDownSilently ? await this.#postSentinel(key, evicting) : null;
      return await MysqlFence.prepare({ dialect, shutting, evicting, sentinel, clock, log }, timeoutMs);
    } catch (error) {
      for (const one of [first, second]) if (one.status === 'fulfilled') one.value.session.destroy();
      sentinel?.destroy();
      throw error;
    }
  }

  /** Without one a shutdown counts as a crash; that is no reason to go without a fence. */
  async #postSentinel(key: InstanceKey, other: WireSession): Promise<ShutdownSentinel | null> {
    const { log, clock, connectTimeoutMs } = this.#options;
    let session: WireSession | null = null;
    try {
      session = (await this.#open(key)).session;
      return await ShutdownSentinel.arm(session, other, clock, connectTimeoutMs);
    } catch (error) {
      session?.destroy();
      const reason = reasonOf(error);
      log.warn('sentinel.not-posted', `A shutdown of ${keyText(key)} will look like a crash: ${reason}`);
      return null;
    }
  }

  statements(facts: InstanceFacts, action: ServerAction): readonly string[] {
    const account = { user: '(replication account)', password: '' };
    const context: ActionContext = { credentials: account, semiSyncNames: this.#memory(facts.key).semiSyncNames };
    return this.#steps(dialectOf(facts), facts, action, context).map((step) => step.shown);
  }

  async perform(facts: InstanceFacts, action: ServerAction, timeoutMs: number): Promise<ActionResult> {
    const memory = this.#memory(facts.key);
    const credentials = await this.#accountFor(facts.key, action, timeoutMs);
    const context: ActionContext = { credentials, semiSyncNames: memory.semiSyncNames };
    const steps = this.#steps(dialectOf(facts), facts, action, context);
    return await memory.pool.use(async (session) => {
      if (action.kind === 'reset-replication') await this.#keepAccount(memory, session, timeoutMs);
      return await runSteps(session, action, steps, timeoutMs);
    });
  }

  async ask<Q extends ServerQuestion>(facts: InstanceFacts, question: Q, timeoutMs: number): Promise<Answer<Q>> {
    if (question.kind === 'statements') {
      // The answer's type isn't narrowed along with the question.
      return question.actions.flatMap((action) => this.statements(facts, action)) as readonly string[] as Answer<Q>;
    }
    const sent = question as Q & SentQuestion;
    const inquiry = orRefuse(facts, () => dialectOf(facts).inquiry(sent));
    return await this.#memory(facts.key).pool.use((session) => inquire(session, inquiry, timeoutMs));
  }

  async read(key: InstanceKey, timeoutMs: number): Promise<InstanceFacts> {
    return await this.#memory(key).pool.use(({ session, dialect }) => {
      const probe = new MysqlProbe(session, dialect, this.#reading, (learnt) => this.#learn(key, learnt));
      return probe.poll({ full: true, timeoutMs });
    });
  }

  async knock(key: InstanceKey, timeoutMs: number): Promise<void> {
    const memory = this.#memory(key);
    memory.knocks += 1;
    await knock(key, timeoutMs, this.#options.clock);
    if (memory.knocks % KNOCKS_PER_LOG_IN !== 0) return;
    // The knock was answered; how the log-in goes is another matter.
    await this.#open(key)
      .then(({ session }) => session.destroy())
      .catch(() => {});
  }

  async warm(key: InstanceKey): Promise<void> {
    await this.#memory(key).pool.warm();
  }

  release(key: InstanceKey): void {
    const text = keyText(key);
    this.#servers.get(text)?.pool.close();
    this.#servers.delete(text);
    this.#tlsMemory.forget(key);
    this.#options.metadata?.forget(key);
  }

  async close(): Promise<void> {
    this.#options.metadata?.close();
    for (const { pool } of this.#servers.values()) pool.close();
    this.#servers.clear();
  }

  #memory(key: InstanceKey): ServerMemory {
    const text = keyText(key);
    const known = this.#servers.get(text);
    if (known) return known;
    const memory: ServerMemory = {
      pool: new OperationPool(() => this.#openForOperations(key)),
      semiSyncNames: null,
      knocks: 0,
      formerAccount: null,
    };
    this.#servers.set(text, memory);
    return memory;
  }

  readonly connectAs: ConnectAs = (key, account) => {
    const credentials = account ?? this.#credentialsFor(key);
    return { user: credentials.user, trial: (timeoutMs) => this.#tryAs(key, credentials, timeoutMs) };
  };

  async #tryAs(key: InstanceKey, credentials: Credentials, timeoutMs: number): Promise<ConnectionTrial> {
    const opened = await this.#open(key, credentials, new TlsMemory());
    try {
      return await tryConnection(opened, this.#reading, timeoutMs);
    } finally {
      opened.session.destroy();
    }
  }

  #credentialsFor(key: InstanceKey): Credentials {
    const { credentials } = this.#options;
    return typeof credentials === 'function' ? credentials(key) : credentials;
  }

  async #open(
    key: InstanceKey,
    credentials: Credentials = this.#credentialsFor(key),
    memory: TlsMemory = this.#tlsMemory,
  ): Promise<OperationSession> {
    const { tls, connectTimeoutMs, clock } = this.#options;
    const { session, version } = await openSession(key, {
      credentials,
      tls: typeof tls === 'function' ? tls(key) : tls,
      memory,
      timeoutMs: connectTimeoutMs,
      clock,
    });
    const choice = chooseDialect(key, version, '');
    if (choice.ok) return { session, dialect: choice.dialect, lockWaitSeconds: 0, stopper: null };
    session.destroy();
    throw new ServerError(key, choice.failure, {});
  }

  async #openForOperations(key: InstanceKey): Promise<OperationSession> {
    const opened = await this.#open(key);
    try {
      const { connectTimeoutMs, clock } = this.#options;
      const setUp = await ask(opened.session, OPERATION_SETUP, connectTimeoutMs, 'prepare a connection');
      const stop = `KILL QUERY ${whole(Number(setUp.at(-1)?.rows[0]?.[0]))}`;
      const { pool } = this.#memory(key);
      const kill = (timeoutMs: number): Promise<void> =>
        pool.beside(async ({ session }) => void (await ask(session, stop, timeoutMs, `answer "${stop}"`)));
      return { ...opened, stopper: { clock, kill } };
    } catch (error) {
      opened.session.destroy();
      throw error;
    }
  }

  async #fenceNew(session: WireSession, dialect: Dialect): Promise<void> {
    const { connectTimeoutMs, log } = this.#options;
    const result = await fenceFirst(session, dialect, connectTimeoutMs, log);
    const message = `${keyText(session.key)} was made read-only before anything else, as its return was expected`;
    log.info('fenced-at-return', message, { gtidExecuted: result.gtidExecuted });
  }

  /** Under both names that the server goes by: operations use its own, probes the one it was discovered by. */
  #learn(polled: InstanceKey, learnt: Learnt): void {
    for (const key of [polled, learnt.key]) {
      this.#memory(key).semiSyncNames = learnt.semiSyncNames;
    }
  }

  async #accountFor(key: InstanceKey, action: ServerAction, timeoutMs: number): Promise<ReplicationAccount | null> {
    if (!('credentialsOf' in action) || action.credentialsOf === null) return null;
    const source = action.credentialsOf;
    const query = this.#options.settings().replicationCredentialsQuery;
    const memory = this.#memory(source);
    const finding = await memory.pool
      .use(({ session, dialect }) => findAccount(session, dialect, query, timeoutMs))
      .catch(unanswered);
    if (finding.account) return finding.account;
    // A query that somebody set is to be relied on; what else is known may be out of date.
    const other = query.trim() === '' ? await this.#givenAccount(source) : null;
    if (other) return other;
    throw noAccount(key, source, finding.why);
  }

  async #givenAccount(source: InstanceKey): Promise<ReplicationAccount | null> {
    return this.#memory(source).formerAccount ?? (await this.#options.replicationCredentials(source));
  }

  /** A promoted server forgets the account that its own replicas are about to need; not to know it hinders nothing. */
  async #keepAccount(memory: ServerMemory, lent: OperationSession, timeoutMs: number): Promise<void> {
    const { account } = await findStoredAccount(lent.session, lent.dialect, timeoutMs);
    if (account) memory.formerAccount = account;
  }

  #steps(dialect: Dialect, facts: InstanceFacts, action: ServerAction, context: ActionContext): readonly Step[] {
    return orRefuse(facts, () => dialect.steps(action, facts, context));
  }
}

/** A source that is away can't tell its account, which may be known all the same. */
function unanswered(error: unknown): AccountFinding {
  if (error instanceof ServerError) return { account: null, why: error.message };
  throw error;
}

/** @throws ServerError in place of a dialect's refusal */
function orRefuse<T>(facts: InstanceFacts, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ActionError || error instanceof RangeError) throw refusedAction(facts.key, error);
    throw error;
  }
}

/** @throws ServerError of kind `unsupported` */
function dialectOf(facts: InstanceFacts): Dialect {
  const choice = chooseDialect(facts.key, facts.version, facts.versionComment);
  if (choice.ok) return choice.dialect;
  throw new ServerError(facts.key, choice.failure, {});
}
