import type { Analysis, AnalysisCode } from '../../../shared/domain/analysis.ts';
import { DESCRIPTIONS } from '../../../shared/domain/analysis-descriptions.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { TakeoverName } from '../../core/routines/routine.ts';
import { clusterMaster, writeableMaster } from '../../core/topology/navigate.ts';
import type { Cluster, TopologyInstance } from '../../core/topology/topology.ts';
import { summarise } from '../recovery/summary.ts';
import { UnderWay } from '../routines/under-way.ts';
import type { TakeoverReport, TakeoverRequest } from '../services/engine.ts';
import type { TakeoverDeps } from './takeover-deps.ts';
import { TakeoverRun } from './takeover-run.ts';

/** What `{command}` tells hooks; the `-auto` form has none of its own (recovery reference, 5.3). */
const HINTS: Readonly<Record<TakeoverRequest['kind'], string>> = {
  'graceful-master-takeover': 'graceful-master-takeover',
  'graceful-master-takeover-auto': 'graceful-master-takeover',
  'force-master-failover': 'force-master-failover',
  'force-master-takeover': 'force-master-takeover',
  'cascade-master-takeover-auto': 'cascade-master-takeover-auto',
};

/** Hands clusters over on request: gracefully, within a co-master pair, or by force. */
export class TakeoverService {
  private readonly deps: TakeoverDeps;
  private readonly running = new UnderWay();

  constructor(deps: TakeoverDeps) {
    this.deps = deps;
  }

  /** Waits until the takeovers that are under way have ended or were interrupted. */
  async settle(): Promise<void> {
    await this.running.settle();
  }

  /** Refusals are in the report; rejects when Baton itself can't go on, as when its log can't be written. */
  async takeOver(request: TakeoverRequest): Promise<TakeoverReport> {
    if (this.deps.isStopping()) return refusal('Baton is being stopped: nothing new is begun.');
    return await this.running.add(this.attempt(request));
  }

  private async attempt(request: TakeoverRequest): Promise<TakeoverReport> {
    const before = this.deps.topology().clusters.get(request.clusterName);
    if (before === undefined) return refusal(`Cluster ${request.clusterName} is not known.`);
    await this.deps.refresh([...before.instances.values()].map((each) => each.key));
    const cluster = this.deps.topology().clusters.get(request.clusterName) ?? before;
    const forced = request.kind === 'force-master-failover' || request.kind === 'force-master-takeover';
    return forced ? await this.force(request, cluster) : await this.graceful(request, cluster);
  }

  private async graceful(request: TakeoverRequest, cluster: Cluster): Promise<TakeoverReport> {
    const { kind, designated, killBlockers, dryRun } = request;
    const master = clusterMaster(cluster);
    if (master === null) return refusal(`The master of cluster ${cluster.alias} is not known.`);
    const cascade = kind === 'cascade-master-takeover-auto';
    const entry = this.entry(master, request) ?? this.entryOfCutOff(cluster, master, request);
    if (entry === null) return refusal(noEntry(master));
    const uid = this.deps.runner.newUid();
    const analysis: AnalysisSummary = summarise(entry, true);
    const name: TakeoverName = cascade ? 'cascade-master-takeover' : 'graceful-master-takeover';
    const args = {
      master: master.key,
      designated,
      startOldMaster: kind !== 'graceful-master-takeover',
      killBlockers,
      registration: dryRun ? null : { uid, node: this.deps.node.hostname, analysis },
      clusterAlias: this.deps.state().clusterAliases.get(cluster.name) ?? '',
    };
    const owner = request.owner === '' ? this.deps.node.hostname : request.owner;
    const keys = designated === null ? [master.key] : [master.key, designated];
    const input = this.deps.runner.input({ kind: 'takeover', name, args } as const, keys, owner);
    if (!dryRun) return await new TakeoverRun(this.deps, { uid, kind, input, analysis }).run();
    const { result, plan } = await this.deps.dryRun(input);
    const successor = result.successor?.key ?? null;
    const ok = result.state === 'done';
    return { recovery: null, successor, message: result.message, ok, coordinates: null, plan };
  }

  /** The master may be alive: the recovery shuts it before it opens another one, or gives up (safety rule 1). */
  private async force(request: TakeoverRequest, cluster: Cluster): Promise<TakeoverReport> {
    const place = masterToLeave(request, cluster);
    if (typeof place === 'string') return refusal(place);
    const entry = this.entry(place, request);
    if (entry === null) return refusal(noEntry(place));
    if (request.dryRun) return await this.planForced(request, entry, place);
    const noticedMs = this.deps.clock.nowMs();
    await this.detected(entry, true);
    let second = Promise.resolve();
    const answer = await this.deps.recover({
      analysis: entry,
      noticedMs,
      candidate: request.designated,
      skipHooks: false,
      forced: true,
      // Its replicas are stopped now, which is a failure of its own; operators know this second detection (mission facts 3).
      onPreFailover: () => {
        second = this.detected(withCode(entry, 'AllMasterReplicasNotReplicating'), false);
      },
    });
    await second;
    if (!answer.attempted) return refusal(`Recovery not attempted: ${answer.reason}`);
    const { recovery } = answer;
    const { successor } = recovery;
    this.deps.audit(
      request.kind,
      place.key,
      successor === null ? 'no replica promoted' : `promoted ${keyText(successor)}`,
    );
    const errors = recovery.errors.join(' ');
    const message =
      successor === null
        ? `Recovery attempted, and no replica was promoted. ${errors}`.trim()
        : [`${keyText(successor)} was promoted in place of ${place.id}.`, errors].join(' ').trim();
    return { recovery, successor, message, ok: successor !== null, coordinates: null, plan: [] };
  }

  private async planForced(
    { designated, owner }: TakeoverRequest,
    analysis: Analysis,
    master: TopologyInstance,
  ): Promise<TakeoverReport> {
    const args = { analysis, designated, forced: true };
    const start = { kind: 'recovery', name: 'dead-master', args } as const;
    const input = this.deps.runner.input(start, [master.key], owner);
    const { result, plan } = await this.deps.dryRun(input);
    const successor = result.successor?.key ?? null;
    const message = successor === null ? result.errors.join(' ') : `${keyText(successor)} would be promoted.`;
    return { recovery: null, successor, message, ok: successor !== null, coordinates: null, plan };
  }

  /** As if the master were dead (recovery reference, 15.5). */
  private entry(master: TopologyInstance, { kind }: TakeoverRequest): Analysis | null {
    const analysis = this.deps.analysisOf(master.key);
    const code = kind === 'cascade-master-takeover-auto' ? 'DeadCoMaster' : 'DeadMaster';
    return analysis && { ...withCode(analysis, code), commandHint: HINTS[kind] };
  }

  /** Of a master whose replicas an earlier takeover has taken away before it was cut off: alone, it may be spared one. */
  private entryOfCutOff(
    cluster: Cluster,
    { key, replicas }: TopologyInstance,
    { kind }: TakeoverRequest,
  ): Analysis | null {
    const analysis = replicas.length > 0 ? null : this.deps.analysisEvenOf(cluster, key);
    return analysis && { ...withCode(analysis, 'DeadMaster'), commandHint: HINTS[kind] };
  }

  /** Registers a detection; if it is a new one, its hooks run. Never rejects: what was asked for doesn't hang on it. */
  private async detected(analysis: Analysis, actionable: boolean): Promise<void> {
    const { clock, node } = this.deps;
    const summary = summarise(analysis, actionable);
    const { key, clusterName, code } = analysis;
    try {
      const answer = (await this.deps.propose({
        type: 'register-detection',
        analysis: summary,
        node: node.hostname,
        nodeToken: node.token,
        atMs: clock.nowMs(),
      })) as { readonly registered: boolean };
      if (!answer.registered) return;
      this.deps.emit({ type: 'detection', atMs: clock.nowMs(), key, clusterName, code, actionable });
      const nothing = { isGroupMember: false, recoveryUid: '', isSuccessful: false, lostReplicas: [], successor: null };
      await this.deps.hooks.run('OnFailureDetectionProcesses', { analysis: summary, ...nothing }, (message) =>
        this.deps.log.info('hooks', message),
      );
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.log.error('detection.failed', `The detection of ${keyText(key)} was not registered: ${reason}`);
    }
  }
}

function withCode(analysis: Analysis, code: AnalysisCode): Analysis {
  return { ...analysis, code, description: DESCRIPTIONS[code] };
}

/** The one master, of `force-master-takeover` the one writeable master; a sentence when there isn't one. */
function masterToLeave({ kind, designated }: TakeoverRequest, cluster: Cluster): TopologyInstance | string {
  const masters = [...cluster.instances.values()].filter((each) => each.depth === 0 || each.isCoMaster);
  const master = kind === 'force-master-takeover' ? writeableMaster(cluster) : clusterMaster(cluster);
  if (masters.length !== 1 || master === null) {
    const found = masters.length === 0 ? 'none' : masters.map((each) => each.id).join(', ');
    return `Can't deduce the master of cluster ${cluster.alias}: exactly one is needed, and found was: ${found}.`;
  }
  if (kind === 'force-master-failover') return master;
  if (designated === null) return 'force-master-takeover needs the server that is to take over: name it with -d.';
  const isChild = master.replicas.some((id) => id === keyText(designated)) && !sameKey(designated, master.key);
  return isChild ? master : `${keyText(designated)} is not a direct replica of the master, which is ${master.id}.`;
}

function noEntry({ id }: TopologyInstance): string {
  return `${id} has no analysis: it is under maintenance, or RecoveryIgnoreHostnameFilters hides it. End that first: end-maintenance -i ${id}`;
}

function refusal(message: string): TakeoverReport {
  return { recovery: null, successor: null, message, ok: false, coordinates: null, plan: [] };
}
