import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import type { SimServer } from './server.ts';
import { setReadOnly } from './statements.ts';
import type { Surroundings } from './surroundings.ts';

interface Raised {
  readonly server: SimServer;
  readonly wasWriteable: boolean;
  answered: boolean;
}

/** Servers that are kept from taking writes: at once, or as the first thing that they get when they come back. */
export class Fences {
  /** The last time at which it was asked how the old source stands, ms. */
  lookedMs = Number.NEGATIVE_INFINITY;
  private readonly world: Surroundings;
  private readonly raised = new Map<string, Raised>();

  constructor(world: Surroundings) {
    this.world = world;
  }

  has(name: string): boolean {
    return this.raised.has(name);
  }

  raise(key: InstanceKey): void {
    const server = this.world.cluster.at(key);
    if (server === undefined) return;
    const raised: Raised = { server, wasWriteable: !server.readOnly, answered: false };
    this.raised.set(server.name, raised);
    if (server.process === 'frozen') this.world.later(server, () => this.carryOut(raised));
    else if (this.world.isReachable(server)) this.world.timeline.later(1, () => this.carryOut(raised));
  }

  lower(key: InstanceKey): void {
    const raised = this.raised.get(key.hostname);
    this.raised.delete(key.hostname);
    if (!raised?.answered || !raised.wasWriteable) return;
    const { server } = raised;
    const open = (): void => setReadOnly(server, false, false);
    if (server.process === 'frozen') this.world.later(server, open);
    else if (this.world.isReachable(server)) this.world.timeline.later(2, open);
  }

  /** @returns whether there was one */
  lift(key: InstanceKey): boolean {
    return this.raised.delete(key.hostname);
  }

  /** The server can be talked to again. */
  back(server: SimServer): void {
    const raised = this.raised.get(server.name);
    if (raised !== undefined) this.world.timeline.later(2, () => this.carryOut(raised));
  }

  state(key: InstanceKey, waitMs: number, done: (result: unknown) => void): void {
    const server = this.world.cluster.at(key);
    this.lookedMs = this.world.nowMs;
    const untilMs = this.world.nowMs + waitMs;
    const look = (): void => {
      if (server === undefined || !this.world.isReachable(server)) {
        done('silent');
        return;
      }
      if (server.readOnly) {
        done('closed');
        return;
      }
      if (this.world.nowMs >= untilMs) {
        done('open');
        return;
      }
      this.world.timeline.later(10, look);
    };
    this.world.timeline.later(1, look);
  }

  private carryOut(raised: Raised): void {
    if (this.raised.get(raised.server.name) !== raised || !this.world.isReachable(raised.server)) return;
    setReadOnly(raised.server, true, true);
    raised.answered = true;
  }
}
