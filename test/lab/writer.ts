import { setTimeout as delay } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2';
import { type InstanceKey, sameKey } from '../../src/shared/domain/instance-key.ts';
import type { Account } from './accounts.ts';
import type { LabServer } from './lab-server.ts';

export interface WriterOptions {
  readonly account: Account;
  /** Where to write now; asked before every write. */
  readonly target: () => InstanceKey;
  /** From the start of one write to the start of the next, ms; default 10. */
  readonly intervalMs?: number;
  /** Default 500 ms, handshake and login included. */
  readonly connectTimeoutMs?: number;
  /** After this long without an answer a write counts as hung, ms; default 500. */
  readonly statementTimeoutMs?: number;
}

/** A write that a server said it had committed. Times are `performance.now()` of this process, ms. */
export interface Acknowledgement {
  readonly id: number;
  readonly sentAtMs: number;
  readonly ackAtMs: number;
  readonly server: InstanceKey;
  /** The answer came after the time limit, when the writer had moved on, as from a frozen server that thaws. */
  readonly late: boolean;
}

export interface WriteError {
  /** The write that failed; null when the connection couldn't be made. */
  readonly id: number | null;
  readonly atMs: number;
  readonly server: InstanceKey;
  readonly code: string;
  readonly message: string;
}

/** The longest time between two writes acknowledged in time. */
export interface WriteGap {
  readonly ms: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * One client that writes a row every few milliseconds into `app.writes`, one statement at a time, wherever `target` points.
 *
 * A statement without an answer is never withdrawn: its connection is set aside and listened to until `stop`, because a
 * server that thaws may still commit and acknowledge it, and such writes are what a failover can lose.
 */
export class Writer {
  /** In the order of arrival. */
  readonly acknowledged: Acknowledgement[] = [];
  readonly errors: WriteError[] = [];
  readonly #options: Required<WriterOptions>;
  readonly #aside = new Set<Connection>();
  readonly #waiting = new Set<(acknowledgement: Acknowledgement) => void>();
  #connection: Connection | null = null;
  #server: InstanceKey | null = null;
  #nextId = 1;
  #loop: Promise<void> | null = null;
  readonly #ending = new AbortController();

  constructor(options: WriterOptions) {
    this.#options = { intervalMs: 10, connectTimeoutMs: 500, statementTimeoutMs: 500, ...options };
  }

  /** How many writes have been sent, whatever became of them. */
  get sent(): number {
    return this.#nextId - 1;
  }

  /**
   * Creates the table at the target and starts to write; resolves with the first acknowledgement.
   * @throws Error when the target can't be reached or refuses.
   */
  async start(): Promise<void> {
    const key = this.#options.target();
    const connection = await this.#open(key);
    await statement(
      connection,
      `CREATE TABLE IF NOT EXISTS app.writes (
         id BIGINT NOT NULL PRIMARY KEY, token CHAR(16) NOT NULL, server_id BIGINT NOT NULL
       ) ENGINE=InnoDB`,
    );
    this.#connection = connection;
    this.#server = key;
    const first = this.next();
    this.#loop = this.#run();
    await first;
  }

  /** @returns the next acknowledgement that comes in time. */
  next(): Promise<Acknowledgement> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Ends the writing, gives up on hung statements and closes everything. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#loop;
    for (const connection of this.#aside) connection.destroy();
    this.#aside.clear();
    this.#connection?.destroy();
    this.#connection = null;
  }

  /** @param sinceMs only gaps that end after this time, as of `performance.now()`. */
  largestGap(sinceMs = 0): WriteGap {
    let largest: WriteGap = { ms: 0, fromMs: 0, toMs: 0 };
    let previous: number | null = null;
    for (const { ackAtMs, late } of this.acknowledged) {
      if (late) continue;
      if (previous !== null && ackAtMs > sinceMs && ackAtMs - previous > largest.ms) {
        largest = { ms: ackAtMs - previous, fromMs: previous, toMs: ackAtMs };
      }
      previous = ackAtMs;
    }
    return largest;
  }

  /** The acknowledged writes, late ones included, that a server doesn't have. */
  async missingOn(server: LabServer): Promise<Acknowledgement[]> {
    const rows = await server.query<{ id: number | string }>('SELECT id FROM app.writes');
    const present = new Set(rows.map((row) => Number(row.id)));
    return this.acknowledged.filter((acknowledgement) => !present.has(acknowledgement.id));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const due = performance.now() + this.#options.intervalMs;
      const connection = await this.#ready();
      if (connection && !signal.aborted) await this.#write(connection);
      await delay(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => {});
    }
  }

  /** The connection to the present target; null when it can't be had now. */
  async #ready(): Promise<Connection | null> {
    const target = this.#options.target();
    if (this.#connection && this.#server && !sameKey(this.#server, target)) this.#drop();
    if (this.#connection) return this.#connection;
    try {
      this.#connection = await this.#open(target);
      this.#server = target;
    } catch (error) {
      this.#fail(null, target, error);
    }
    return this.#connection;
  }

  async #write(connection: Connection): Promise<void> {
    const id = this.#nextId++;
    const server = this.#server ?? this.#options.target();
    const sentAtMs = performance.now();
    const token = Math.floor(sentAtMs).toString(36).padStart(16, '0');
    let late = false;
    const answer = statement(connection, `INSERT INTO app.writes VALUES (${id}, '${token}', @@server_id)`).then(
      () => this.#acknowledge({ id, sentAtMs, ackAtMs: performance.now(), server, late }),
      (error: unknown) => this.#fail(id, server, error, connection),
    );
    if (await within(answer, this.#options.statementTimeoutMs, this.#ending.signal)) return;
    if (this.#ending.signal.aborted) return;
    late = true;
    this.#aside.add(connection);
    if (this.#connection === connection) this.#connection = null;
    const limit = this.#options.statementTimeoutMs;
    this.#note({ id, atMs: performance.now(), server, code: 'HUNG', message: `No answer after ${limit} ms` });
    void answer.then(() => {
      this.#aside.delete(connection);
      connection.destroy();
    });
  }

  #acknowledge(acknowledgement: Acknowledgement): void {
    this.acknowledged.push(acknowledgement);
    if (acknowledgement.late) return;
    for (const resolve of this.#waiting) resolve(acknowledgement);
    this.#waiting.clear();
  }

  #fail(id: number | null, server: InstanceKey, error: unknown, connection?: Connection): void {
    const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
    if (!this.#ending.signal.aborted) this.#note({ id, atMs: performance.now(), server, code, message });
    // Also after a refusal such as "read-only": the target may be another one by now, and a new connection finds out.
    if (connection && connection === this.#connection) this.#drop();
  }

  #note(error: WriteError): void {
    this.errors.push(error);
  }

  #drop(): void {
    this.#connection?.destroy();
    this.#connection = null;
    this.#server = null;
  }

  #open(key: InstanceKey): Promise<Connection> {
    const { account, connectTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const connection = mysql.createConnection({
        host: key.hostname,
        port: key.port,
        user: account.user,
        password: account.password,
      });
      // A frozen server's kernel accepts the connection, and then nobody says anything.
      const timer = setTimeout(() => {
        connection.destroy();
        reject(Object.assign(new Error(`No login after ${connectTimeoutMs} ms`), { code: 'CONNECT_TIMEOUT' }));
      }, connectTimeoutMs);
      connection.on('error', () => {
        if (this.#connection === connection) this.#drop();
      });
      connection.connect((error) => {
        clearTimeout(timer);
        if (error) {
          connection.destroy();
          reject(error);
        } else resolve(connection);
      });
    });
  }
}

function statement(connection: Connection, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error) => (error ? reject(error) : resolve()));
  });
}

/** Waits for `work`, at most `ms` and no longer than until `signal`. @returns whether it came to an end. */
function within(work: Promise<void>, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(false), ms);
    const abort = (): void => finish(false);
    const finish = (inTime: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(inTime);
    };
    signal.addEventListener('abort', abort);
    void work.then(() => finish(true));
  });
}
