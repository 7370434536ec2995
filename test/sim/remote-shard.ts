import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import type { FleetControl, FleetStats, InstanceState, ShardPlan } from './fleet-types.ts';
import type { ShardReply } from './shard-process.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Simulated servers in a process of their own, which ends with this one. */
export class RemoteShard implements FleetControl {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (reply: ShardReply) => this.#settle(reply));
    child.on('error', (error) => this.#failAll(error));
    child.on('exit', (code) => this.#failAll(new Error(`a serving process of the fleet ended with ${code}`)));
  }

  /** @throws Error with the system's code when an address can't be had */
  static async start(plan: ShardPlan): Promise<RemoteShard> {
    const child = fork(fileURLToPath(new URL('shard-process.ts', import.meta.url)), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const shard = new RemoteShard(child);
    try {
      await shard.#ask('start', plan);
      return shard;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  async kill(key: InstanceKey, lostTransactions = 0): Promise<void> {
    await this.#ask('kill', key, lostTransactions);
  }

  async restart(key: InstanceKey): Promise<void> {
    await this.#ask('restart', key);
  }

  async freeze(key: InstanceKey): Promise<void> {
    await this.#ask('freeze', key);
  }

  async thaw(key: InstanceKey): Promise<void> {
    await this.#ask('thaw', key);
  }

  async dropConnections(key: InstanceKey): Promise<void> {
    await this.#ask('dropConnections', key);
  }

  async setLag(key: InstanceKey, seconds: number): Promise<void> {
    await this.#ask('setLag', key, seconds);
  }

  async setVariable(key: InstanceKey, name: string, value: string | number): Promise<void> {
    await this.#ask('setVariable', key, name, value);
  }

  async write(key: InstanceKey, transactions: number): Promise<void> {
    await this.#ask('write', key, transactions);
  }

  async breakApplier(key: InstanceKey, errno: number, message: string): Promise<void> {
    await this.#ask('breakApplier', key, errno, message);
  }

  async state(key: InstanceKey): Promise<InstanceState> {
    return (await this.#ask('state', key)) as InstanceState;
  }

  async stats(): Promise<FleetStats> {
    return (await this.#ask('stats')) as FleetStats;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await ended;
  }

  #ask(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, method, args }, (error) => {
        if (error) this.#take(id)?.reject(error);
      });
    });
  }

  #settle(reply: ShardReply): void {
    const waiting = this.#take(reply.id);
    if ('error' in reply) waiting?.reject(Object.assign(new Error(reply.error), { code: reply.code }));
    else waiting?.resolve(reply.result);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
