import type { Socket } from 'node:net';
import type { FleetModel } from '../model/fleet-model.ts';
import type { Session, SimInstance } from '../model/instance.ts';
import type { Context, Outcome, Runnable } from '../sql/result.ts';
import { SqlError } from '../sql/sql-error.ts';
import { authSwitchRequest, FAST_AUTH_SUCCESS, greeting, isOwnPlugin, matchesPassword, readLogIn } from './log-in.ts';
import { PacketWriter } from './packet-writer.ts';
import type { RequestCache } from './request-cache.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** What all connections of a process share. */
export interface Shared {
  readonly model: FleetModel;
  readonly requests: RequestCache;
  /** Null: anybody with any password is let in. */
  readonly account: Account | null;
}

const HEADER_BYTES = 4;
const COMMANDS = { quit: 0x01, initDb: 0x02, query: 0x03, ping: 0x0e, resetConnection: 0x1f } as const;

/** Everything that is written without a wait in between is done with it before anybody else gets a turn. */
const writer = new PacketWriter();

/** One client's connection to a simulated server. Requests may come behind one another, and are answered in order. */
export class SimConnection implements Session {
  readonly id: number;
  readonly host: string;
  user = '';
  readonly #shared: Shared;
  readonly #instance: SimInstance;
  readonly #socket: Socket;
  readonly #nonce: Buffer;
  readonly #context: Context;
  readonly #wakers = new Set<() => void>();
  #phase: 'waiting' | 'greeted' | 'switching' | 'ready' = 'waiting';
  #received: Buffer | null = null;
  #busy = false;
  #closed = false;
  /** What would have been sent while the server was frozen. */
  #held: Buffer[] = [];

  constructor(shared: Shared, instance: SimInstance, socket: Socket, nonce: Buffer) {
    this.#shared = shared;
    this.#instance = instance;
    this.#socket = socket;
    this.#nonce = nonce;
    this.id = instance.nextSessionId++;
    this.host = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    this.#context = { model: shared.model, instance, session: this, sleep: (ms) => this.#sleep(ms) };
    instance.sessions.set(this.id, this);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => this.kill());
    socket.on('close', () => this.kill());
    if (instance.frozen) socket.pause();
    else this.#greet();
  }

  kill(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#instance.sessions.delete(this.id);
    for (const wake of this.#wakers) wake();
    this.#socket.destroy();
  }

  /** The kernel goes on to take what clients send; nobody reads it. */
  freeze(): void {
    this.#socket.pause();
  }

  thaw(): void {
    for (const packets of this.#held.splice(0)) this.#socket.write(packets);
    if (this.#phase === 'waiting') this.#greet();
    this.#socket.resume();
    this.#work();
  }

  #greet(): void {
    this.#phase = 'greeted';
    writer.begin(0);
    writer.raw(greeting(this.id, this.#nonce));
    this.#send();
  }

  #send(): void {
    const packets = writer.take();
    if (this.#instance.frozen) this.#held.push(packets);
    else if (!this.#closed) this.#socket.write(packets);
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received === null ? chunk : Buffer.concat([this.#received, chunk]);
    this.#work();
  }

  /** Takes complete packets as long as nothing is in the works. */
  #work(): void {
    while (!this.#busy && !this.#closed && !this.#instance.frozen && this.#received !== null) {
      const buffer = this.#received;
      if (buffer.length < HEADER_BYTES) return;
      const end = HEADER_BYTES + buffer.readUIntLE(0, 3);
      if (buffer.length < end) return;
      this.#received = end === buffer.length ? null : buffer.subarray(end);
      this.#packet(buffer.subarray(HEADER_BYTES, end), buffer[3] ?? 0);
    }
  }

  #packet(payload: Buffer, sequence: number): void {
    writer.begin((sequence + 1) & 0xff);
    if (this.#phase === 'ready') this.#command(payload);
    else if (this.#phase === 'greeted') this.#logIn(payload);
    else this.#judge(payload);
  }

  #logIn(payload: Buffer): void {
    const logIn = readLogIn(payload);
    if (logIn === null) {
      this.kill();
      return;
    }
    this.user = logIn.user;
    if (isOwnPlugin(logIn.plugin) || logIn.response.length === 0) {
      this.#judge(logIn.response);
      return;
    }
    this.#phase = 'switching';
    writer.raw(authSwitchRequest(this.#nonce));
    this.#send();
  }

  #judge(response: Buffer): void {
    const { account } = this.#shared;
    const allowed =
      account === null || (account.user === this.user && matchesPassword(response, account.password, this.#nonce));
    if (!allowed) {
      const using = response.length > 0 ? 'YES' : 'NO';
      const message = `Access denied for user '${this.user}'@'${this.#socket.remoteAddress}' (using password: ${using})`;
      writer.error(new SqlError(1045, message, { sqlState: '28000' }));
      this.#send();
      this.#socket.end();
      return;
    }
    if (response.length > 0) writer.raw(FAST_AUTH_SUCCESS);
    writer.ok(0, false);
    this.#phase = 'ready';
    this.#send();
  }

  #command(payload: Buffer): void {
    switch (payload[0]) {
      case COMMANDS.query:
        this.#query(payload.toString('utf8', 1));
        return;
      case COMMANDS.quit:
        this.kill();
        return;
      case COMMANDS.ping:
      case COMMANDS.initDb:
      case COMMANDS.resetConnection:
        writer.ok(0, false);
        this.#send();
        return;
      default:
        writer.error(new SqlError(1047, 'Unknown command', { sqlState: '08S01' }));
        this.#send();
    }
  }

  #query(sql: string): void {
    const { model, requests } = this.#shared;
    const statements = requests.find(sql);
    model.sync(this.#instance);
    for (let index = 0; index < statements.length; index++) {
      try {
        const outcome = statements[index]?.(this.#context);
        if (outcome instanceof Promise) {
          void this.#finishLater(sql, statements, index, outcome, writer.sequence);
          return;
        }
        if (outcome) writeOutcome(outcome, index < statements.length - 1);
      } catch (error) {
        this.#failed(sql, error);
        return;
      }
    }
    requests.countStatements(statements.length);
    this.#send();
  }

  /** A statement that waits: what came before it is sent now, the rest of the request when it is done. */
  async #finishLater(
    sql: string,
    statements: readonly Runnable[],
    from: number,
    first: Promise<Outcome>,
    sequence: number,
  ): Promise<void> {
    this.#busy = true;
    this.#send();
    let next = sequence;
    let pending: Outcome | Promise<Outcome> | undefined = first;
    for (let index = from; pending !== undefined && !this.#closed; index++) {
      try {
        const outcome: Outcome = await pending;
        writer.begin(next);
        writeOutcome(outcome, index < statements.length - 1);
        next = writer.sequence;
        this.#send();
        pending = statements[index + 1]?.(this.#context);
      } catch (error) {
        writer.begin(next);
        this.#failed(sql, error);
        break;
      }
    }
    this.#busy = false;
    this.#work();
  }

  #failed(sql: string, error: unknown): void {
    const known = error instanceof SqlError ? error : new SqlError(1105, String(error), { notSimulated: true });
    if (known.notSimulated) this.#shared.requests.countUnknown(sql, known);
    writer.error(known);
    this.#send();
  }

  #sleep(ms: number): Promise<void> {
    if (this.#closed)
      return Promise.reject(new SqlError(1317, 'Query execution was interrupted', { sqlState: '70100' }));
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakers.add(wake);
    });
  }
}

function writeOutcome(outcome: Outcome, more: boolean): void {
  if (outcome.kind === 'ok') writer.ok(outcome.affected, more);
  else writer.resultSet(outcome.columns, outcome.rows, more);
}
