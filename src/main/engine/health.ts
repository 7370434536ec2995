import { reasonOf } from '../../shared/errors/reason-of.ts';
import type { Clock } from './ports/runtime.ts';
import type { CommandStore, StateStore } from './ports/state-store.ts';
import type { Health } from './services/engine.ts';

export interface SelfTestDeps {
  readonly clock: Clock;
  readonly store: Pick<StateStore, 'probe'> & Pick<CommandStore, 'path'>;
  /** How many polls have ended since the start, and how many servers are polled. */
  readonly polling: () => { readonly ended: number; readonly servers: number };
  /** The longest time between two polls of one server, ms; of one that is away, too. */
  readonly longestPollMs: () => number;
}

/** How old the finding of one look may be, ms: load balancers ask often, and each look writes to the disk. */
const LOOK_EVERY_MS = 2_000;
/** The engine's tick comes once a second; so long without one means that it hangs. */
const TICK_LIMIT_MS = 15_000;
/** What is added to the longest time between two polls before polling counts as stuck. */
const POLL_MARGIN_MS = 15_000;

/** Whether this node does its work: it can write to its store, its clockwork runs, and it polls. */
export class SelfTest {
  private readonly deps: SelfTestDeps;
  private lastTickMs: number;
  private lastPollMs: number;
  private lastPolls = 0;
  private lastLook: { readonly atMs: number; readonly problem: string } | null = null;

  constructor(deps: SelfTestDeps) {
    this.deps = deps;
    this.lastTickMs = deps.clock.monotonicMs();
    this.lastPollMs = this.lastTickMs;
  }

  /** Called once a second. */
  ticked(): void {
    const nowMs = this.deps.clock.monotonicMs();
    this.lastTickMs = nowMs;
    const { ended, servers } = this.deps.polling();
    if (ended !== this.lastPolls || servers === 0) this.lastPollMs = nowMs;
    this.lastPolls = ended;
  }

  health(): Health {
    const nowMs = this.deps.clock.monotonicMs();
    if (this.lastLook === null || nowMs - this.lastLook.atMs >= LOOK_EVERY_MS) {
      this.lastLook = { atMs: nowMs, problem: this.look() };
    }
    const { problem } = this.lastLook;
    return { isHealthy: problem === '', problem };
  }

  /** What only a new start helps against; empty for nothing. Looks at memory only. */
  standstill(): string {
    const nowMs = this.deps.clock.monotonicMs();
    const tickAgeMs = nowMs - this.lastTickMs;
    if (tickAgeMs > TICK_LIMIT_MS) {
      return `It has done nothing of its regular work for ${seconds(tickAgeMs)}; restart Baton on this node, and keep its log.`;
    }
    const pollAgeMs = nowMs - this.lastPollMs;
    if (pollAgeMs > this.deps.longestPollMs() + POLL_MARGIN_MS) {
      return `No poll of any server has ended for ${seconds(pollAgeMs)}; restart Baton on this node, and keep its log.`;
    }
    return '';
  }

  private look(): string {
    const standstill = this.standstill();
    if (standstill !== '') return standstill;
    try {
      this.deps.store.probe();
      return '';
    } catch (error) {
      const reason = reasonOf(error);
      return `It can't write to its data file ${this.deps.store.path}: ${reason}`;
    }
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
