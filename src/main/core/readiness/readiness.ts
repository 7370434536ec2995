import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { PlannedStep } from '../../../shared/domain/operation.ts';
import type { Readiness, ReadinessObstacle } from '../../../shared/domain/readiness.ts';
import { REACTIONS } from '../analysis/reactions.ts';
import { planOf } from '../dry-run/plan.ts';
import { PredictedCluster } from '../dry-run/predicted-cluster.ts';
import type { Obstacle } from '../policy/may-recover.ts';
import { type Picture, topologyOf } from '../routines/picture.ts';
import type { RoutineSettings } from '../sagas/routine-settings.ts';
import { clusterMaster } from '../topology/navigate.ts';
import type { Cluster, TopologyInstance } from '../topology/topology.ts';
import { asIfDead } from './as-if-dead.ts';
import { weaknesses } from './weaknesses.ts';

/**
 * This folder decides whether a cluster would be failed over if its master died now, to whom and at what price: by the
 * very analysis, policy and saga that would do it. It changes nothing.
 */
export interface ReadinessQuestion {
  readonly cluster: Cluster;
  readonly picture: Picture;
  readonly settings: RoutineSettings;
  readonly detectionTimeoutMs: number;
  /** The analyses of a cluster, as the engine makes them. */
  readonly analyse: (cluster: Cluster) => readonly Analysis[];
  /** What stands in the way of a recovery, as the engine would judge it. */
  readonly obstacles: (analysis: Analysis) => readonly Obstacle[];
}

/** What a failover takes besides the replicas' lag, ms: medians of kill -9 are around a tenth of a second. */
const USUAL_OUTAGE_MS = 150;

export function readiness(question: ReadinessQuestion): Readiness {
  const { cluster, picture } = question;
  const master = masterOf(cluster);
  if (master === null) return unready(cluster, null, noMaster(cluster));
  const dead: Picture = { ...picture, snapshots: asIfDead(picture.snapshots, master.key, picture.atMs) };
  const supposed = topologyOf(dead);
  const clusterAsDead = supposed.instances.get(master.id)?.clusterName ?? cluster.name;
  const analyses = question.analyse(supposed.clusters.get(clusterAsDead) ?? cluster);
  const analysis = analyses.find(({ key }) => keyText(key) === master.id);
  if (analysis === undefined) return unready(cluster, master.key, notJudged(master));
  const policy = question.obstacles(analysis).map(fromPolicy);
  const routine = REACTIONS[analysis.code].recovery;
  if (routine === null)
    return {
      ...unready(cluster, master.key, ...policy),
      obstacles: dedupe([...policy, ...weak(question, master, null)]),
    };
  const { result, plan } = planOf(
    {
      kind: 'recovery',
      name: routine,
      args: { analysis, designated: null, forced: false },
      picture: dead,
      settings: question.settings,
      owner: 'readiness',
      nodeToken: '',
    },
    new PredictedCluster(dead, { dead: [master.key] }).answer,
    () => ({ ok: true, value: [] }),
  );
  const notes = plan.filter(({ kind }) => kind === 'note' || kind === 'phase').map(({ message }) => message);
  const obstacles = dedupe([
    ...policy,
    ...unpromoted(result.successor, result.errors),
    ...weak(question, master, result.successor),
  ]);
  const ready = result.successor !== null && !obstacles.some(({ blocks }) => blocks);
  return {
    clusterName: cluster.name,
    clusterAlias: cluster.alias,
    master: master.key,
    ready,
    successor: result.successor?.key ?? null,
    rule: ruleOf(result.successor?.key ?? null, notes),
    losses: lossesOf(result.successor, result.lostReplicas, result.errors),
    estimatedOutageMs: ready ? outageOf(cluster, result.successor) : null,
    obstacles,
    verdicts: verdictsOf(cluster, plan),
  };
}

/** The one that takes writes: of a ring also one that the cluster isn't named after. */
function masterOf(cluster: Cluster): TopologyInstance | null {
  const master = clusterMaster(cluster);
  return master !== null && (master.isMaster || master.isCoMaster) ? master : null;
}

function unready(cluster: Cluster, master: InstanceKey | null, ...obstacles: readonly ReadinessObstacle[]): Readiness {
  return {
    clusterName: cluster.name,
    clusterAlias: cluster.alias,
    master,
    ready: false,
    successor: null,
    rule: '',
    losses: [],
    estimatedOutageMs: null,
    obstacles,
    verdicts: [],
  };
}

function noMaster({ name }: Cluster): ReadinessObstacle {
  const message = `Cluster ${name} has no master that Baton knows.`;
  return { code: 'no-master', message, command: 'discover -i MASTER', blocks: true };
}

function notJudged({ id }: TopologyInstance): ReadinessObstacle {
  const message = `${id} is not judged: it is under maintenance, or it hasn't been polled yet.`;
  return { code: 'not-judged', message, command: `end-maintenance -i ${id}`, blocks: true };
}

function fromPolicy({ code, reason, lift }: Obstacle): ReadinessObstacle {
  return { code, message: reason, command: lift.replaceAll('`', ''), blocks: true };
}

function unpromoted(successor: InstanceFacts | null, errors: readonly string[]): readonly ReadinessObstacle[] {
  if (successor !== null) return [];
  const message = errors.at(-1) ?? 'Nothing would be promoted.';
  return [{ code: 'no-candidate', message, command: '', blocks: true }];
}

function weak(
  question: ReadinessQuestion,
  master: TopologyInstance,
  successor: InstanceFacts | null,
): readonly ReadinessObstacle[] {
  const { cluster, settings, detectionTimeoutMs } = question;
  const replicas = master.replicas.flatMap((id) => {
    const replica = cluster.instances.get(id);
    return replica?.valid === true && replica.facts !== null ? [replica.facts] : [];
  });
  return weaknesses({
    replicas,
    successor,
    master: master.facts,
    preventCrossDataCenter: settings.PreventCrossDataCenterMasterFailover,
    preventCrossRegion: settings.PreventCrossRegionMasterFailover,
    detectionTimeoutMs,
  });
}

function dedupe(obstacles: readonly ReadinessObstacle[]): readonly ReadinessObstacle[] {
  const seen = new Set<string>();
  return obstacles.filter(({ code, message }) => {
    const id = `${code} ${message}`;
    return !seen.has(id) && seen.add(id);
  });
}

function ruleOf(successor: InstanceKey | null, notes: readonly string[]): string {
  if (successor === null) return '';
  const start = `${keyText(successor)}: `;
  return notes.find((each) => each.startsWith(start))?.slice(start.length) ?? '';
}

function lossesOf(
  successor: InstanceFacts | null,
  lostReplicas: readonly InstanceKey[],
  errors: readonly string[],
): readonly string[] {
  if (successor === null) return [];
  const named = lostReplicas.filter((key) => !errors.some((each) => each.startsWith(keyText(key))));
  return [...errors, ...named.map((key) => `${keyText(key)} would be left behind.`)];
}

/** The chosen replica first has to apply what it received. */
function outageOf(cluster: Cluster, successor: InstanceFacts | null): number {
  const now =
    successor === null ? null : cluster.instances.get(keyText(successor.key))?.facts?.replica?.secondsBehindSource;
  return USUAL_OUTAGE_MS + (now ?? 0) * 1000;
}

function verdictsOf(cluster: Cluster, plan: readonly PlannedStep[]): readonly string[] {
  const starts = [...cluster.instances.keys()].map((id) => `${id}: `);
  return plan.flatMap(({ kind, message }) =>
    kind === 'note' && starts.some((each) => message.startsWith(each)) ? [message] : [],
  );
}
