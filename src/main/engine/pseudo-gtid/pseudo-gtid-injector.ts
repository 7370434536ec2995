import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { injectedMark, MARK_SCHEMA } from '../../core/operations/pseudo-gtid/injected-mark.ts';
import { writeableMaster } from '../../core/topology/navigate.ts';
import type { Topology, TopologyInstance } from '../../core/topology/topology.ts';
import { type MysqlPort, ServerError } from '../ports/mysql.ts';
import type { Clock, Log, RandomSource } from '../ports/runtime.ts';

export interface PseudoGtidInjectorDeps {
  readonly mysql: Pick<MysqlPort, 'perform'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly settings: () => Pick<Settings, 'AutoPseudoGTID'>;
  readonly topology: () => Topology;
  /** Only one of several Batons injects: the one that would recover. */
  readonly isLeader: () => boolean;
}

/** The predecessor's interval (configuration reference, 4). */
const INTERVAL_MS = 5000;
/** A master that takes longer for so small a statement gets no second one meanwhile. */
const TIMEOUT_MS = 3000;
/** How long a master that refused is left alone: its grants are looked at again after that. */
const REFUSED_PAUSE_MS = 60_000;
const RANDOM_BYTES = 8;

/**
 * With `AutoPseudoGTID`, writes a mark into the binary log of every cluster's writeable master, again and again; matching
 * finds replicas' places by them (discovery reference, 10).
 */
export class PseudoGtidInjector {
  private readonly deps: PseudoGtidInjectorDeps;
  private readonly busy = new Set<KeyText>();
  private readonly pausedUntilMs = new Map<KeyText, number>();
  private cancelTimer: (() => void) | null = null;
  private running = false;

  constructor(deps: PseudoGtidInjectorDeps) {
    this.deps = deps;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.schedule();
  }

  stop(): void {
    this.running = false;
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  /** Injects once, everywhere at the same time. Never rejects. */
  async tick(): Promise<void> {
    const { settings, isLeader, topology } = this.deps;
    if (!settings().AutoPseudoGTID || !isLeader()) return;
    const masters = [...topology().clusters.values()].map(writeableMaster).filter((master) => master !== null);
    await Promise.all(masters.filter((master) => this.mayInject(master)).map((master) => this.inject(master)));
  }

  private schedule(): void {
    this.cancelTimer = this.deps.clock.after(INTERVAL_MS, () => {
      // The interval doesn't wait for a master that hangs: it is left out until it has answered.
      void this.tick();
      if (this.running) this.schedule();
    });
  }

  private mayInject({ id, valid, isMaster, isCoMaster, isBinlogServer, facts }: TopologyInstance): boolean {
    if (!valid || isBinlogServer || facts === null || !facts.logBin || facts.offlineMode) return false;
    if (!isMaster && !isCoMaster) return false;
    return !this.busy.has(id) && this.deps.clock.monotonicMs() >= (this.pausedUntilMs.get(id) ?? 0);
  }

  private async inject({ id, key, facts }: TopologyInstance): Promise<void> {
    if (facts === null) return;
    const { mysql, clock, random } = this.deps;
    const mark = injectedMark(clock.nowMs(), facts.serverId, random.hex(RANDOM_BYTES));
    this.busy.add(id);
    try {
      await mysql.perform(facts, { kind: 'inject-pseudo-gtid', schema: MARK_SCHEMA, mark }, TIMEOUT_MS);
      this.pausedUntilMs.delete(id);
    } catch (error) {
      this.refused(id, key, error);
    } finally {
      this.busy.delete(id);
    }
  }

  private refused(id: KeyText, key: InstanceKey, error: unknown): void {
    const { clock, log } = this.deps;
    const reason = reasonOf(error);
    // That a server is away is said elsewhere, and it may be back at the next try.
    if (!(error instanceof ServerError) || error.failure.kind !== 'refused-by-server') {
      log.debug('pseudo-gtid.not-injected', `No Pseudo-GTID entry was written on ${keyText(key)}: ${reason}`);
      return;
    }
    this.pausedUntilMs.set(id, clock.monotonicMs() + REFUSED_PAUSE_MS);
    const grant = `It takes: GRANT DROP ON \`${MARK_SCHEMA}\`.* (AutoPseudoGTID).`;
    log.warn('pseudo-gtid.not-injected', `${keyText(key)} refuses Pseudo-GTID entries: ${reason}. ${grant}`);
  }
}
