import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';
import { REACTIONS } from '../../core/analysis/reactions.ts';
import { findRecovery } from '../../core/commands/queries.ts';
import { recoveryTypeOf, TRAITS, whySwitchedOff } from '../../core/recoveries/traits.ts';
import { UnderWay } from '../routines/under-way.ts';
import { type RecoveryDeps, type RecoveryRequest, RecoveryRun } from './recovery-run.ts';
import { summarise } from './summary.ts';

export type RecoveryAnswer =
  | { readonly attempted: true; readonly recovery: Recovery }
  | { readonly attempted: false; readonly reason: string };

/** Registers recoveries, one of a cluster at a time, and runs them. */
export class RecoveryService {
  private readonly deps: RecoveryDeps;
  private readonly running = new UnderWay();

  constructor(deps: RecoveryDeps) {
    this.deps = deps;
  }

  get isRunning(): boolean {
    return !this.running.isEmpty;
  }

  /** Waits until the recoveries that are under way have ended or were interrupted. */
  async settle(): Promise<void> {
    await this.running.settle();
  }

  /** Rejects with StoreError when the recovery can't be registered: then nothing was done. */
  async recover(request: RecoveryRequest): Promise<RecoveryAnswer> {
    return await this.running.add(this.attempt(request));
  }

  private async attempt(request: RecoveryRequest): Promise<RecoveryAnswer> {
    const { analysis } = request;
    if (this.deps.isStopping()) return { attempted: false, reason: 'Baton is being stopped.' };
    const cluster = this.deps.cluster(analysis.clusterName);
    if (cluster === null) {
      return { attempted: false, reason: `Cluster ${analysis.clusterName} is not known any more.` };
    }
    const routine = REACTIONS[analysis.code].recovery;
    if (routine === null) {
      const reason = `${analysis.code} of ${keyText(analysis.key)} is only watched: there is no recovery for it.`;
      return { attempted: false, reason };
    }
    // Before it is registered: a record that does nothing would hold up others.
    const off = whySwitchedOff(routine, this.deps.settings());
    if (off !== null) return { attempted: false, reason: off };
    const summary = summarise(analysis, true);
    const uid = `${BigInt(this.deps.clock.nowMs()) * 1_000_000n}:${this.deps.random.hex(32)}`;
    const registered = (await this.deps.propose({
      type: 'register-recovery',
      uid,
      kind: TRAITS[routine].kind,
      recoveryType: recoveryTypeOf(routine, analysis.facts),
      analysis: summary,
      node: this.deps.node.hostname,
      nodeToken: this.deps.node.token,
      atMs: this.deps.clock.nowMs(),
      forced: request.forced,
    })) as { readonly registered: boolean; readonly existing?: Recovery };
    if (!registered.registered) {
      const by = registered.existing === undefined ? '' : ` (${registered.existing.uid})`;
      return { attempted: false, reason: `Another recovery of this cluster is still running${by}.` };
    }
    await new RecoveryRun(this.deps, { uid, request, routine, summary, cluster }).run();
    const recovery = findRecovery(this.deps.state(), uid);
    if (recovery === null) return { attempted: false, reason: 'The recovery was not recorded.' };
    return { attempted: true, recovery };
  }
}
