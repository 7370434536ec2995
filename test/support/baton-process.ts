import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineEvent } from '../../src/shared/domain/event.ts';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));

export interface Envelope<T = unknown> {
  readonly Code: 'OK' | 'ERROR';
  readonly Message: string;
  readonly Details: T;
}

/** An event, and when it arrived here (`performance.now()`, ms). */
export type TimedEvent = EngineEvent & { readonly arrivedMs: number };

/** A Baton in a process of its own, as on a server: `baton serve` with a configuration file and a data folder. */
export class BatonProcess {
  readonly url: string;
  readonly folder: string;
  readonly events: TimedEvent[] = [];
  private readonly port: number;
  private readonly configFile: string;
  private readonly headers: Readonly<Record<string, string>>;
  private child: ChildProcess | null = null;
  private output = '';
  private listening: AbortController | null = null;
  private readonly waiting = new Set<() => void>();

  private constructor(port: number, folder: string, configFile: string, headers: Readonly<Record<string, string>>) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.folder = folder;
    this.configFile = configFile;
    this.headers = headers;
  }

  /**
   * Starts it and waits until it answers. The settings are written to a file as they are; should they ask for a user
   * and password, those are given with everything that is asked here.
   */
  static async start(settings: Readonly<Record<string, unknown>>): Promise<BatonProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-process-'));
    const configFile = join(folder, 'baton.conf.json');
    await writeFile(configFile, JSON.stringify(settings, null, 2), { mode: 0o600 });
    const baton = new BatonProcess(await freePort(), folder, configFile, credentialsOf(settings));
    try {
      await baton.launch();
    } catch (error) {
      await baton.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return baton;
  }

  /** Starts a process again on the same data, after `kill`. */
  async launch(): Promise<void> {
    const args = [
      'serve',
      '--config',
      this.configFile,
      '--listen',
      `127.0.0.1:${this.port}`,
      '--data-dir',
      join(this.folder, 'data'),
    ];
    const child = spawn(process.execPath, [ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    const keep = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-200_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    await this.until(() => this.answers(), 20_000, 'Baton to answer');
    await this.follow();
  }

  get log(): string {
    return this.output;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Ends the process with a signal and waits until it is gone. @returns the exit code, null when a signal ended it */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    this.listening?.abort();
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return await ended;
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The body of an API answer, whatever its status. */
  async get<T = unknown>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/${path}`, { headers: this.headers });
    return (await response.json()) as T;
  }

  /** The Details of an envelope; throws with its message when it is an error. */
  async ask<T = unknown>(path: string): Promise<T> {
    const envelope = await this.get<Envelope<T>>(path);
    if (envelope.Code !== 'OK') throw new Error(`${path}: ${envelope.Message}`);
    return envelope.Details;
  }

  async discover(key: InstanceKey): Promise<void> {
    await this.ask(`discover/${key.hostname}/${key.port}`);
  }

  /** Waits until a condition holds; looks again at every event and every 50 ms. */
  async until(condition: () => Promise<boolean> | boolean, limitMs: number, what: string): Promise<void> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      if (await condition()) return;
      if (this.child?.exitCode !== null && this.child?.exitCode !== undefined) {
        throw new Error(`Baton ended with code ${this.child.exitCode} while waiting for ${what}:\n${this.output}`);
      }
      if (performance.now() > endMs)
        throw new Error(`Waited ${limitMs} ms in vain for ${what}.\n${this.output.slice(-6000)}`);
      await this.nextEventOr(50);
    }
  }

  /** Waits for an event that has come or will come. */
  async event<T extends EngineEvent['type']>(
    type: T,
    matches: (event: Extract<TimedEvent, { type: T }>) => boolean = () => true,
    limitMs = 20_000,
  ): Promise<Extract<TimedEvent, { type: T }>> {
    let found: Extract<TimedEvent, { type: T }> | undefined;
    const look = (): boolean => {
      found = this.events.find(
        (event): event is Extract<TimedEvent, { type: T }> =>
          event.type === type && matches(event as Extract<TimedEvent, { type: T }>),
      );
      return found !== undefined;
    };
    await this.until(look, limitMs, `an event ${type}`);
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  private nextEventOr(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
    });
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/api/_ping`, { headers: this.headers })).ok;
    } catch {
      return false;
    }
  }

  private async follow(): Promise<void> {
    const controller = new AbortController();
    this.listening = controller;
    const response = await fetch(`${this.url}/api/v2/events`, { headers: this.headers, signal: controller.signal });
    void this.read(response).catch(() => undefined);
  }

  private async read(response: Response): Promise<void> {
    if (response.body === null) return;
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined)
          this.events.push({ ...(JSON.parse(data) as EngineEvent), arrivedMs: performance.now() });
      }
      for (const wake of [...this.waiting]) wake();
    }
  }
}

function credentialsOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const { AuthenticationMethod: method, HTTPAuthUser: user, HTTPAuthPassword: password } = settings;
  if (method !== 'basic') return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` };
}

/** A TCP port of this machine that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
