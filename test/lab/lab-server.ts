import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, constants as fs, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mysql, { type Connection, type ConnectionOptions, type RowDataPacket } from 'mysql2/promise';
import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import { type AccountName, type Accounts, accountStatements } from './accounts.ts';
import {
  awaitState,
  identify,
  type ProcessIdentity,
  type ProcessState,
  processState,
  signal,
} from './process-state.ts';
import { type ChannelState, channelState, wordsFor } from './replication.ts';
import { optionFile, type ServerConfig, socketPath } from './server-config.ts';
import type { LabFlavor } from './servers/server-package.ts';

const START_DEADLINE_MS = 90_000;
const STOP_DEADLINE_MS = 60_000;
const SIGNAL_DEADLINE_MS = 10_000;
const STATEMENT_DEADLINE_MS = 15_000;

export type Row = Record<string, unknown>;

/** One real server: a process, its data folder, and the lab's own connection to it. */
export class LabServer {
  readonly name: string;
  readonly key: InstanceKey;
  readonly serverId: number;
  readonly flavor: LabFlavor;
  readonly version: string;
  readonly folder: string;
  readonly dataDir: string;
  readonly accounts: Accounts;
  readonly #config: ServerConfig;
  #root: Promise<Connection> | null = null;

  constructor(name: string, config: ServerConfig, accounts: Accounts) {
    this.name = name;
    this.key = config.key;
    this.serverId = config.serverId;
    this.flavor = config.package.flavor;
    this.version = config.package.version;
    this.folder = config.folder;
    this.dataDir = join(config.folder, 'data');
    this.accounts = accounts;
    this.#config = config;
  }

  /** The number of the server's process; null when none runs. */
  get pid(): number | null {
    const process = this.#process();
    return process && processState(process) !== 'dead' ? process.pid : null;
  }

  get state(): ProcessState {
    const process = this.#process();
    return process ? processState(process) : 'dead';
  }

  /**
   * Runs one statement, or several separated by `;`, on the lab's own root connection.
   * @param deadlineMs after which it rejects and the connection is dropped; default 15 s.
   * @returns the rows; for several statements, those of the last one that has any.
   */
  async query<T extends object = Row>(sql: string, deadlineMs: number = STATEMENT_DEADLINE_MS): Promise<T[]> {
    this.#root ??= this.connect('root');
    const opening = this.#root;
    try {
      const connection = await opening;
      const [result] = await connection.query<RowDataPacket[] | RowDataPacket[][]>({ sql, timeout: deadlineMs });
      return rowsOf(result) as T[];
    } catch (error) {
      const failure = error as Error & { fatal?: boolean; code?: string };
      // A statement that hangs would hold up all later ones.
      if (failure.fatal || !/^ER_/.test(failure.code ?? '')) this.#dropRoot(opening);
      throw new Error(`${this.name} (${keyText(this.key)}): ${failure.message}`, { cause: error });
    }
  }

  /** @returns a new connection, which the caller has to end. Several statements in one query are allowed. */
  async connect(account: AccountName = 'root', options: ConnectionOptions = {}): Promise<Connection> {
    const connection = await mysql.createConnection({
      host: this.key.hostname,
      port: this.key.port,
      user: this.accounts[account].user,
      password: this.accounts[account].password,
      multipleStatements: true,
      connectTimeout: 10_000,
      ...options,
    });
    // A server that is killed breaks its idle connections; whoever uses one hears of it then.
    connection.on('error', () => {});
    return connection;
  }

  /** State of the replication channel; null when none is configured. */
  async replicaStatus(deadlineMs?: number): Promise<ChannelState | null> {
    const rows = await this.query(wordsFor(this.flavor).replicaStatus, deadlineMs);
    return rows[0] ? channelState(rows[0]) : null;
  }

  /** Makes the data folder, starts the server for the first time and creates the accounts. */
  async create(template: string): Promise<void> {
    await mkdir(join(this.folder, 'tmp'), { recursive: true });
    await cp(template, this.dataDir, { recursive: true, mode: fs.COPYFILE_FICLONE });
    await writeFile(join(this.folder, 'my.cnf'), optionFile(this.#config));
    const writeable = ['--read-only=OFF', ...(this.flavor === 'mysql97' ? ['--super-read-only=OFF'] : [])];
    await this.#launch(writeable, async () => {
      const connection = await mysql.createConnection({ socketPath: socketPath(this.folder), user: 'root' });
      await connection.end();
    });
    const connection = await mysql.createConnection({ socketPath: socketPath(this.folder), user: 'root' });
    try {
      for (const statement of accountStatements(this.flavor, this.accounts)) await connection.query(statement);
    } finally {
      connection.destroy();
    }
  }

  /** Starts the server again with the option file that it was made with, and waits until it answers. */
  async start(): Promise<void> {
    if (this.state !== 'dead') throw new Error(`${this.name} (${keyText(this.key)}) is ${this.state} already.`);
    await this.#launch([], async () => {
      const connection = await this.connect('root', { connectTimeout: 2000 });
      connection.destroy();
    });
  }

  /**
   * Shuts the server down in order, a frozen one after thawing it, and waits until its process is gone.
   * MySQL takes some 2 s for clients that stay connected, and 8 s more for replicas that do.
   */
  async stop(): Promise<void> {
    await this.kill('SIGTERM');
  }

  async restart(): Promise<void> {
    if (this.state !== 'dead') await this.stop();
    await this.start();
  }

  /**
   * Sends a signal that ends the server and waits until its process is gone.
   * @throws Error when it still runs after 10 s (SIGKILL) or 60 s (others).
   */
  async kill(name: 'SIGKILL' | 'SIGTERM' | 'SIGABRT' = 'SIGKILL'): Promise<void> {
    const process = this.#process();
    this.#dropRoot(this.#root);
    if (process) {
      if (name !== 'SIGKILL' && processState(process) === 'frozen') await this.thaw();
      signal(process, name);
      await awaitState(process, 'dead', name === 'SIGKILL' ? SIGNAL_DEADLINE_MS : STOP_DEADLINE_MS);
    }
  }

  /** Stops all threads of the server (SIGSTOP): connections stay open and nothing answers. */
  async freeze(): Promise<void> {
    const process = this.#liveProcess();
    signal(process, 'SIGSTOP');
    await awaitState(process, 'frozen', SIGNAL_DEADLINE_MS);
  }

  async thaw(): Promise<void> {
    const process = this.#liveProcess();
    signal(process, 'SIGCONT');
    await awaitState(process, 'running', SIGNAL_DEADLINE_MS);
  }

  /** Ends the lab's own connection; the next query opens a new one. */
  disconnect(): void {
    this.#dropRoot(this.#root);
  }

  async #launch(args: readonly string[], probe: () => Promise<void>): Promise<void> {
    const { package: server } = this.#config;
    // A killed server leaves these behind, and refuses to start where the number in them belongs to a process again.
    for (const file of ['', '.lock']) rmSync(`${socketPath(this.folder)}${file}`, { force: true });
    rmSync(join(this.folder, 'mysqld.pid'), { force: true });
    const log = openSync(join(this.folder, 'output.log'), 'a');
    const child = spawn(
      server.program,
      [...server.programArgs, `--defaults-file=${join(this.folder, 'my.cnf')}`, ...args],
      // A session of its own: a Ctrl-C at the terminal is for the runner, which takes the servers down itself.
      { cwd: this.folder, detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...server.env } },
    );
    closeSync(log);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new Error(`${this.name}: can't start ${server.program}: ${error.message}`)),
      );
    });
    child.unref();
    const identity = identify(child.pid ?? 0);
    writeFileSync(this.#processFile(), JSON.stringify(identity));
    await this.#awaitReady(identity, probe);
  }

  async #awaitReady(process: ProcessIdentity, probe: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS;
    for (;;) {
      try {
        await probe();
        return;
      } catch (error) {
        const gone = processState(process) === 'dead';
        if (gone || performance.now() > deadline) {
          const what = gone ? 'ended while starting' : `doesn't answer after ${START_DEADLINE_MS / 1000} s`;
          const last = (error as Error).message;
          throw new Error(`${this.name} (${keyText(this.key)}) ${what}: ${last}\n${this.#complaints()}`, {
            cause: error,
          });
        }
      }
      await delay(20);
    }
  }

  /** The end of the server's error log, for messages. */
  logTail(lines = 15): string {
    const texts = ['error.log', 'output.log'].map((name) => {
      const path = join(this.folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    });
    return texts.join('\n').trim().split('\n').slice(-lines).join('\n');
  }

  /** A server that gives up writes a page about its orderly end after the line that says why. */
  #complaints(): string {
    const lines = this.logTail(500).split('\n');
    const errors = lines.filter((line) => /\berror\b/i.test(line));
    return (errors.length > 0 ? errors : lines).slice(-15).join('\n');
  }

  #processFile(): string {
    return join(this.folder, 'process.json');
  }

  /** Read anew each time: another process may have restarted the server. */
  #process(): ProcessIdentity | null {
    try {
      return JSON.parse(readFileSync(this.#processFile(), 'utf8')) as ProcessIdentity;
    } catch {
      return null;
    }
  }

  #liveProcess(): ProcessIdentity {
    const process = this.#process();
    if (!process || processState(process) === 'dead') {
      throw new Error(`${this.name} (${keyText(this.key)}) isn't running.`);
    }
    return process;
  }

  #dropRoot(opening: Promise<Connection> | null): void {
    if (this.#root === opening) this.#root = null;
    opening?.then(
      (connection) => connection.destroy(),
      () => {},
    );
  }
}

function rowsOf(result: unknown): unknown[] {
  if (!Array.isArray(result)) return [];
  const sets = result.filter((part) => Array.isArray(part)) as unknown[][];
  if (sets.length > 0) return sets.at(-1) ?? [];
  return result.filter((part) => !isResultHeader(part));
}

/** What mysql2 gives for a statement without rows. */
function isResultHeader(part: unknown): boolean {
  return typeof part === 'object' && part !== null && part.constructor?.name === 'ResultSetHeader';
}
