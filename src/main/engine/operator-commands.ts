import type { AcknowledgeTarget, Command } from '../../shared/domain/command.ts';
import type { PromotionRule } from '../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import type { Recovery } from '../../shared/domain/recovery.ts';
import { BatonError } from '../../shared/errors/baton-error.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { ResultOf } from '../core/commands/results.ts';
import type { Clock } from './ports/runtime.ts';

export interface OperatorCommandsDeps {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly propose: <C extends Command>(command: C) => Promise<ResultOf<C>>;
  readonly audit: (type: string, key: InstanceKey | null, message: string) => void;
  readonly node: { readonly token: string };
}

const FORGET_POLLS = 3;

/** What operators decide by a word and no server is touched for: it is agreed on, and written to the audit. */
export class OperatorCommands {
  private readonly deps: OperatorCommandsDeps;

  constructor(deps: OperatorCommandsDeps) {
    this.deps = deps;
  }

  async forget(keys: readonly InstanceKey[]): Promise<void> {
    const untilMs = this.nowMs() + FORGET_POLLS * this.deps.settings().InstancePollSeconds * 1000;
    const { unknown } = await this.deps.propose({ type: 'forget', keys, untilMs });
    if (unknown.length === keys.length) {
      throw new BatonError(
        'unknown-instance',
        `${keys.map(keyText).join(', ')} is not known, so there is nothing to forget.`,
      );
    }
    for (const key of keys) this.deps.audit('forget', key, 'forgotten');
  }

  async beginDowntime(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    const beginMs = this.nowMs();
    await this.deps.propose({ type: 'begin-downtime', key, owner, reason, beginMs, endMs: beginMs + durationMs });
    this.deps.audit('begin-downtime', key, `owner: ${owner}, reason: ${reason}`);
  }

  async endDowntime(key: InstanceKey): Promise<void> {
    await this.deps.propose({ type: 'end-downtime', key, atMs: this.nowMs() });
    this.deps.audit('end-downtime', key, 'ended');
  }

  /**
   * Keeps operations and failure detection off a server (topology operations reference, 1.5).
   * @param durationMs more than 0
   */
  async beginMaintenance(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    if (!(durationMs > 0)) {
      throw new BatonError('invalid-argument', 'A maintenance has to last longer than no time at all.');
    }
    const beginMs = this.nowMs();
    const answer = await this.deps.propose({
      type: 'begin-maintenance',
      key,
      owner,
      reason,
      explicit: true,
      nodeToken: this.deps.node.token,
      beginMs,
      endMs: beginMs + durationMs,
    });
    if (!answer.begun) {
      const { existing } = answer;
      throw new BatonError(
        'conflict',
        `${keyText(key)} is under maintenance already, by ${existing.owner}: ${existing.reason}.`,
        { hint: `End that first: baton -c end-maintenance -i ${keyText(key)}` },
      );
    }
    this.deps.audit('begin-maintenance', key, `owner: ${owner}, reason: ${reason}`);
  }

  async endMaintenance(key: InstanceKey): Promise<void> {
    const { ended } = await this.deps.propose({ type: 'end-maintenance', key, atMs: this.nowMs() });
    if (!ended) throw new BatonError('refused', `${keyText(key)} is not under maintenance.`);
    this.deps.audit('end-maintenance', key, 'ended');
  }

  async registerCandidate(key: InstanceKey, rule: PromotionRule): Promise<void> {
    if (rule === 'must') throw new BatonError('invalid-argument', 'The promotion rule must is not supported yet.');
    await this.deps.propose({ type: 'register-candidate', key, rule, atMs: this.nowMs() });
    this.deps.audit('register-candidate', key, rule);
  }

  async setClusterAlias(clusterName: string, alias: string): Promise<void> {
    await this.deps.propose({ type: 'set-cluster-alias', clusterName, alias });
  }

  async setGlobalRecoveries(enabled: boolean, owner: string): Promise<void> {
    const type = enabled ? 'enable-global-recoveries' : 'disable-global-recoveries';
    await this.deps.propose({ type });
    this.deps.audit(type, null, owner === '' ? '' : `by ${owner}`);
  }

  /** @returns the recoveries that were acknowledged by it */
  async acknowledge(which: AcknowledgeTarget, by: string, comment: string): Promise<readonly Recovery[]> {
    const { acknowledged } = await this.deps.propose({ type: 'acknowledge', which, by, comment, atMs: this.nowMs() });
    for (const recovery of acknowledged) {
      this.deps.audit('acknowledge-recovery', recovery.analysis.key, `${recovery.uid} by ${by}: ${comment}`);
    }
    return acknowledged;
  }

  private nowMs(): number {
    return this.deps.clock.nowMs();
  }
}
