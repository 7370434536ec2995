import type { Analysis } from '../../../shared/domain/analysis.ts';
import { type InstanceKey, type KeyText, keyText, NO_KEY, sameKey } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { type EmergentReaction, REACTIONS } from '../../core/analysis/reactions.ts';
import type { InstanceWatcher } from '../poller/instance-watcher.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface EmergenciesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly watcher: (key: InstanceKey) => InstanceWatcher | null;
  /** Restarts the receivers of replicas that can't tell otherwise whether they hear their source. */
  readonly restartReceivers: (source: InstanceKey) => void;
}

const REREAD_EVERY_MS = 1000;

/**
 * What is done at once to see clearer when an analysis is not conclusive yet: servers are read out of their turn, or
 * receivers restarted (analysis reference, section 9). Whoever leads and whatever the filters say, but not in downtime.
 */
export class Emergencies {
  private readonly deps: EmergenciesDeps;
  private readonly readMs = new Map<KeyText, number>();

  constructor(deps: EmergenciesDeps) {
    this.deps = deps;
  }

  react(analysis: Analysis): void {
    const { emergent } = REACTIONS[analysis.code];
    if (emergent === null || analysis.skippableDueToDowntime) return;
    if (emergent === 'restart-io-of-replicas') this.deps.restartReceivers(analysis.key);
    else for (const key of toReread(emergent, analysis)) this.reread(key, analysis);
  }

  /** Nothing is kept of a server that was forgotten. */
  forget(id: KeyText): void {
    this.readMs.delete(id);
  }

  private reread(key: InstanceKey, { code }: Analysis): void {
    const watcher = sameKey(key, NO_KEY) ? null : this.deps.watcher(key);
    if (watcher === null) return;
    const nowMs = this.deps.clock.monotonicMs();
    const id = keyText(key);
    if (nowMs - (this.readMs.get(id) ?? Number.NEGATIVE_INFINITY) < REREAD_EVERY_MS) return;
    this.readMs.set(id, nowMs);
    watcher.pollNow().catch((error: unknown) => {
      const reason = reasonOf(error);
      this.deps.log.warn('emergency.not-read', `${id} could not be read out of its turn (${code}): ${reason}`);
    });
  }
}

function toReread(
  emergent: Exclude<EmergentReaction, 'restart-io-of-replicas'>,
  { key, sourceKey, replicas }: Analysis,
): readonly InstanceKey[] {
  switch (emergent) {
    case 'reread-instance':
    // Where it stands is remembered with every analysis.
    case 'reread-instance-and-record-coordinates':
      return [key];
    case 'reread-source':
      return [sourceKey];
    case 'reread-instance-and-replicas':
      return [key, ...replicas];
  }
}
