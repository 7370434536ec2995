import type { Analysis } from '../../../shared/domain/analysis.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';
import { REACTIONS } from '../../core/analysis/reactions.ts';
import { findRecovery } from '../../core/commands/queries.ts';
import { type RecoveryDeps, type RecoveryRequest, RecoveryRun } from './recovery-run.ts';
import { summarise } from './summary.ts';

export type RecoveryAnswer =
  | { readonly attempted: true; readonly recovery: Recovery }
  | { readonly attempted: false; readonly reason: string };

/** Registers recoveries, one of a cluster at a time, and runs them. */
export class RecoveryService {
  private readonly deps: RecoveryDeps;
  private readonly running = new Set<Promise<unknown>>();

  constructor(deps: RecoveryDeps) {
    this.deps = deps;
  }

  get isRunning(): boolean {
    return this.running.size > 0;
  }

  /** Waits until the recoveries that are under way have ended or were interrupted. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** Rejects with StoreError when the recovery can't be registered: then nothing was done. */
  async recover(request: RecoveryRequest): Promise<RecoveryAnswer> {
    const work = this.attempt(request);
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async attempt(request: RecoveryRequest): Promise<RecoveryAnswer> {
    const { analysis } = request;
    if (this.deps.isStopping()) return { attempted: false, reason: 'Baton is being stopped.' };
    const cluster = this.deps.cluster(analysis.clusterName);
    const unsupported = whyUnsupported(analysis);
    if (cluster === null || unsupported !== null) {
      return { attempted: false, reason: unsupported ?? `Cluster ${analysis.clusterName} is not known any more.` };
    }
    const summary = summarise(analysis, true);
    const uid = `${BigInt(this.deps.clock.nowMs()) * 1_000_000n}:${this.deps.random.hex(32)}`;
    const registered = (await this.deps.propose({
      type: 'register-recovery',
      uid,
      kind: 'MasterRecovery',
      recoveryType: 'MasterRecoveryGTID',
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
    await new RecoveryRun(this.deps, { uid, request, summary, cluster }).run();
    const recovery = findRecovery(this.deps.state(), uid);
    if (recovery === null) return { attempted: false, reason: 'The recovery was not recorded.' };
    return { attempted: true, recovery };
  }
}

/** Says which failures this version only detects. */
function whyUnsupported(analysis: Analysis): string | null {
  const routine = REACTIONS[analysis.code].recovery;
  if (routine !== 'dead-master') {
    return `${analysis.code} is detected, but this version of Baton doesn't recover it yet: only dead masters are.`;
  }
  if (!analysis.facts.oracleGtidTopology && !analysis.facts.mariadbGtidTopology) {
    return `The replicas of ${keyText(analysis.key)} don't all replicate by GTID, and this version of Baton recovers by GTID only.`;
  }
  return null;
}
