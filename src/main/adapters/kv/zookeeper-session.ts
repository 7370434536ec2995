import type { Socket } from 'node:net';
import zookeeper, { type Client, type Transaction } from 'node-zookeeper-client';
import type { ServerAddress } from './addresses.ts';

/** What the client keeps to itself and has to be reached to end it for certain. */
interface Insides {
  readonly connectionManager: {
    connect: () => void;
    on(event: 'state', listener: (state: number) => void): void;
    readonly socket?: Socket;
    readonly connectTimeoutHandler: NodeJS.Timeout | null;
  };
}

/** The package's own number for a connection that is gone, also one that never was. */
const DISCONNECTED = 0;
/** How long a server may keep a session that isn't ended in order, ms. */
const SESSION_MS = 5000;
/** How long the end of a session is waited for, ms. */
const GOODBYE_MS = 200;

/**
 * A session with one server. The client package would go on to connect for ever, to the next server only when one
 * refuses, and not end a connection on which nothing answers; so each session has one server, and ends at its signal.
 */
export class ZooKeeperSession {
  private readonly client: Client;
  private readonly signal: AbortSignal;
  private readonly ended: Promise<never>;

  private constructor(client: Client, signal: AbortSignal) {
    this.client = client;
    this.signal = signal;
    this.ended = new Promise((_, reject) => {
      insides(client).on('state', (state) => {
        if (state === DISCONNECTED) reject(new Error('the connection was refused or lost'));
      });
      client.once('expired', () => reject(new Error('the session has expired')));
      signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    });
    this.ended.catch(() => undefined);
  }

  /** Runs `work` in a session of its own. Rejects when there is none, it ends early, or `work` rejects. */
  static async run<T>(
    { hostname, port }: ServerAddress,
    signal: AbortSignal,
    work: (session: ZooKeeperSession) => Promise<T>,
  ): Promise<T> {
    const host = hostname.includes(':') ? `[${hostname}]` : hostname;
    const client = zookeeper.createClient(`${host}:${port}`, { sessionTimeout: SESSION_MS, retries: 0, spinDelay: 0 });
    const session = new ZooKeeperSession(client, signal);
    try {
      signal.throwIfAborted();
      const connected = new Promise<void>((resolve) => {
        client.once('connected', () => resolve());
      });
      // The package connects again by itself whenever a connection ends, the first time included.
      client.connect();
      insides(client).connect = () => undefined;
      await Promise.race([connected, session.ended]);
      return await Promise.race([work(session), session.ended]);
    } finally {
      await session.end();
    }
  }

  create(path: string, data: string): Promise<void> {
    return this.answer((done) => this.client.create(path, Buffer.from(data), done));
  }

  /** Sets all of the data, or none. */
  setAll(entries: readonly { readonly path: string; readonly data: string }[]): Promise<void> {
    return this.answer((done) => {
      const all: Transaction = this.client.transaction();
      for (const { path, data } of entries) all.setData(path, Buffer.from(data), -1);
      all.commit(done);
    });
  }

  private answer(ask: (done: (error: unknown) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      ask((error) => (error ? reject(error) : resolve()));
    });
  }

  private async end(): Promise<void> {
    const { socket, connectTimeoutHandler } = insides(this.client);
    if (connectTimeoutHandler !== null) clearTimeout(connectTimeoutHandler);
    if (this.client.getState() === zookeeper.State.SYNC_CONNECTED && !this.signal.aborted) {
      const closed = new Promise<void>((resolve) => {
        this.client.once('disconnected', () => resolve());
        setTimeout(resolve, GOODBYE_MS).unref();
      });
      this.client.close();
      await closed;
    }
    socket?.destroy();
  }
}

function insides(client: Client): Insides['connectionManager'] {
  return (client as unknown as Insides).connectionManager;
}
