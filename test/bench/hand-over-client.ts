import { setTimeout as delay } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2';
import type { Account, LabServer } from '../lab/index.ts';

/** A write that a server said it had committed; `atMs` is `performance.now()`. */
export interface Acknowledged {
  readonly id: number;
  readonly atMs: number;
  /** By the server that took the writes first, or by the one that took over. */
  readonly by: 'old' | 'new';
}

const READ_ONLY = 1290;
const DUPLICATE = 1062;
/** How long a client that was refused waits before it asks the other server. */
const RETRY_MS = 1;

/**
 * A client as behind a proxy that knows both servers: it keeps a connection to each, and takes a write that one refuses
 * to the other, as the same write.
 */
export class HandOverClient {
  readonly acknowledged: Acknowledged[] = [];
  /** Writes that were refused, and were there nevertheless. */
  doubled = 0;
  readonly failures: string[] = [];
  private readonly connections: readonly Connection[];
  private readonly intervalMs: number;
  private readonly nextId: () => number;
  private stopped = false;
  private loop: Promise<void> = Promise.resolve();

  private constructor(connections: readonly Connection[], intervalMs: number, nextId: () => number) {
    this.connections = connections;
    this.intervalMs = intervalMs;
    this.nextId = nextId;
  }

  /** @param servers the one that takes writes now first */
  static async connect(
    servers: readonly LabServer[],
    { user, password }: Account,
    intervalMs: number,
    nextId: () => number,
  ): Promise<HandOverClient> {
    const connections = await Promise.all(
      servers.map(async ({ key }) => {
        const connection = mysql.createConnection({ host: key.hostname, port: key.port, user, password });
        await connection.promise().connect();
        return connection;
      }),
    );
    return new HandOverClient(connections, intervalMs, nextId);
  }

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
    for (const connection of this.connections) connection.destroy();
  }

  private async run(): Promise<void> {
    let at = 0;
    while (!this.stopped) {
      const id = this.nextId();
      const dueMs = performance.now() + this.intervalMs;
      while (!this.stopped && !(await this.write(at, id))) {
        at = (at + 1) % this.connections.length;
        await delay(RETRY_MS);
      }
      await delay(Math.max(0, dueMs - performance.now()));
    }
  }

  /** @returns false when the server refused */
  private write(at: number, id: number): Promise<boolean> {
    return new Promise((resolve) => {
      const connection = this.connections[at];
      connection?.query(`INSERT INTO app.handed (id) VALUES (${id})`, (error) => {
        if (error === null) this.acknowledged.push({ id, atMs: performance.now(), by: at === 0 ? 'old' : 'new' });
        else if (error.errno === DUPLICATE) this.doubled += 1;
        else if (error.errno !== READ_ONLY) this.failures.push(error.message);
        resolve(error === null || error.errno === DUPLICATE);
      });
    });
  }
}
