import type { Accounts } from './accounts.ts';
import { awaitReplicating, catchUp } from './catch-up.ts';
import type { Guard } from './guard.ts';
import type { LabServer } from './lab-server.ts';
import { type LabState, readLabState, serversOf } from './lab-state.ts';
import { clearRunFolder, runFolder } from './run-folder.ts';
import type { NodeSpec } from './shapes.ts';

/** A running topology. */
export class Lab {
  readonly name: string;
  /** Everything that the lab has on disk; gone after `stop`. */
  readonly folder: string;
  readonly servers: readonly LabServer[];
  readonly nodes: readonly NodeSpec[];
  readonly accounts: Accounts;
  readonly gtid: boolean;
  readonly #guard: Guard | null;
  #stopping: Promise<void> | null = null;

  constructor(state: LabState, servers: readonly LabServer[], guard: Guard | null) {
    this.name = state.name;
    this.folder = runFolder(state.name);
    this.servers = servers;
    this.nodes = state.nodes.map((node) => node.spec);
    this.accounts = state.accounts;
    this.gtid = state.gtid;
    this.#guard = guard;
  }

  /** The writeable master that the topology was made with: the first server. */
  get master(): LabServer {
    const first = this.servers[0];
    if (!first) throw new Error(`The lab ${this.name} has no servers.`);
    return first;
  }

  get replicas(): readonly LabServer[] {
    return this.servers.slice(1);
  }

  /** @throws Error that lists the names there are. */
  byName(name: string): LabServer {
    const found = this.servers.find((server) => server.name === name);
    if (found) return found;
    const names = this.servers.map((server) => server.name).join(', ');
    throw new Error(`The lab ${this.name} has no server named ${name}; there are ${names}.`);
  }

  /**
   * Waits until every running replica that isn't delayed on purpose has applied what its source has now.
   * Follows the channels as they are, not as they were made.
   * @throws Error when a replica doesn't get there within `deadlineMs` or its threads don't run.
   */
  async catchUp(deadlineMs = 30_000): Promise<void> {
    await catchUp(this.servers, this.gtid, deadlineMs);
  }

  /** Waits until every configured channel runs both threads. */
  async replicating(deadlineMs = 30_000): Promise<void> {
    await awaitReplicating(this.servers, deadlineMs);
  }

  /** Lets the lab outlive this process; `stop` on a lab that is attached to later takes it down. */
  detach(): void {
    this.#guard?.release();
    for (const server of this.servers) server.disconnect();
  }

  /** Kills every server, makes sure that they are gone, and removes the lab's folder. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    for (const server of this.servers) server.disconnect();
    await clearRunFolder(this.folder);
    this.#guard?.release();
  }
}

/**
 * A lab that another process started.
 * @throws Error when there is none of that name.
 */
export function attachLab(name: string): Lab {
  const state = readLabState(name);
  return new Lab(state, serversOf(state), null);
}
