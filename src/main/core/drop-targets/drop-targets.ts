import type { DropOperation, DropTarget, DropVerdict, DropZone, MoveMode } from '../../../shared/domain/drop-target.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { PredictedCluster } from '../dry-run/predicted-cluster.ts';
import { contextOf, type RoutineGround, type RoutineStart, startIn } from '../routines/routine.ts';
import type { RoutineContext } from '../sagas/context.ts';
import { isRecentlyChecked } from '../topology/condition.ts';
import { clusterMaster } from '../topology/navigate.ts';
import type { TopologyInstance } from '../topology/topology.ts';
import { type Dragged, meaningOf } from './meaning.ts';
import { type MaintenanceOf, type Probed, probe } from './probe.ts';
import { type CodedReason, codedReason } from './reason-codes.ts';

/**
 * This folder decides what it would mean to drop a server, or all its replicas, on another one, and whether that may be
 * done. It asks the very operations: what one of them refuses is forbidden with its reason, and what it would begin is
 * allowed. Only what the reason's code is called, and the rules named UI_ONLY, are of its own.
 */
export interface DropQuestion {
  readonly instance: InstanceKey;
  readonly mode: MoveMode;
  /** All its replicas, and not the server itself. */
  readonly replicas: boolean;
}

/**
 * Codes of what is refused here although the operation might do it: nothing would change, it isn't what this mode is
 * for, or what is known of a server is too old to show it as a target.
 */
export const UI_ONLY: ReadonlySet<string> = new Set([
  'already-there',
  'classic-far',
  'classic-replicas-far',
  'no-replicas',
  'only-replica',
  'unchecked',
]);

const ZONES: readonly DropZone[] = ['onto', 'crown'];

/** Checks of single moves that are made for the replicas of one server; more of them are left to the dry run. */
const MOST_CHECKS = 10_000;

/**
 * All that a drag could end on, in key order. One at a time: between two the caller may see to other things, since a
 * great cluster takes a while.
 */
export function* dropTargets(
  ground: RoutineGround,
  question: DropQuestion,
  maintenanceOf: MaintenanceOf,
): Generator<DropTarget, void> {
  const context = contextOf({
    ...ground,
    // Side by side all at once, so that each of a server's replicas is looked at.
    settings: { ...ground.settings, MaxConcurrentReplicaOperations: Number.MAX_SAFE_INTEGER },
  });
  const instance = context.topology.instances.get(keyText(question.instance));
  if (instance === undefined) return;
  const cluster = new PredictedCluster(ground.picture);
  const judge = new Judge(context, cluster, maintenanceOf, { ...question, instance });
  for (const target of context.topology.instances.values()) {
    for (const zone of ZONES) {
      const judged = judge.judge(target, zone);
      if (judged !== null) yield judged;
    }
  }
}

class Judge {
  private readonly context: RoutineContext;
  private readonly cluster: PredictedCluster;
  private readonly maintenanceOf: MaintenanceOf;
  private readonly dragged: Dragged;

  constructor(context: RoutineContext, cluster: PredictedCluster, maintenanceOf: MaintenanceOf, dragged: Dragged) {
    this.context = context;
    this.cluster = cluster;
    this.maintenanceOf = maintenanceOf;
    this.dragged = dragged;
  }

  judge(target: TopologyInstance, zone: DropZone): DropTarget | null {
    const meaning = meaningOf(this.context.topology, this.dragged, target, zone);
    if (meaning === null) return null;
    const at = { target: target.key, zone };
    if (!meaning.ok) return { ...at, verdict: 'forbidden', operation: null, ...meaning.why };
    const { operation } = meaning;
    const old = this.whyTooOld(target);
    if (old !== null) return { ...at, verdict: 'forbidden', operation, ...old };
    if (this.isTooMuch()) return { ...at, verdict: 'unsure', operation, ...tooMany(this.dragged.instance) };
    const probed = this.probe(operation);
    if (!probed.begins) return this.otherwise(at, operation, probed);
    const doubt = this.doubtOf(operation, probed);
    if (doubt !== null) return { ...at, verdict: 'unsure', operation, ...doubt };
    return { ...at, ...ALLOWED, operation };
  }

  /** What is known of a server must be of now for it to be dragged or aimed at. */
  private whyTooOld(target: TopologyInstance): CodedReason | null {
    const { instance, replicas } = this.dragged;
    for (const each of replicas ? [target] : [instance, target]) {
      // Replicas are moved off a server that has died; onto it, they are not.
      if (replicas && each.id === instance.id) continue;
      if (each.facts === null || each.snapshot.failure !== null) {
        const why = each.snapshot.failure?.message ?? 'It was not read yet.';
        return { code: 'unread', params: { server: each.id }, reason: `${each.id} can't be read now: ${why}` };
      }
      const { settings, startedMs } = this.context;
      const polls = { nowMs: startedMs, instancePollSeconds: settings.InstancePollSeconds };
      if (!isRecentlyChecked(each.snapshot, polls)) {
        const reason = `${each.id} was not looked at for too long: what is known of it may not be true any more.`;
        return { code: 'unchecked', params: { server: each.id }, reason };
      }
    }
    return null;
  }

  private isTooMuch(): boolean {
    const { instance, replicas } = this.dragged;
    return replicas && instance.replicas.length * this.context.topology.instances.size > MOST_CHECKS;
  }

  private probe(operation: DropOperation): Probed {
    return probe(startIn(this.context, this.startOf(operation)), this.cluster, this.maintenanceOf);
  }

  private startOf(operation: DropOperation): RoutineStart {
    if (operation.kind === 'operation') return operation;
    const { cluster, designated } = operation.args;
    const found = this.context.topology.clusters.get(cluster);
    const master = found === undefined ? null : clusterMaster(found);
    return {
      kind: 'takeover',
      name: operation.name === 'cascade-master-takeover-auto' ? 'cascade-master-takeover' : 'graceful-master-takeover',
      args: {
        master: master?.key ?? designated,
        designated,
        startOldMaster: operation.name !== 'graceful-master-takeover',
        killBlockers: false,
        registration: null,
        clusterAlias: '',
      },
    };
  }

  /** Refused; a takeover that lacks nothing but an account for the old master can leave that stopped. */
  private otherwise(at: Pick<DropTarget, 'target' | 'zone'>, operation: DropOperation, probed: Probed): DropTarget {
    const message = probed.result?.message ?? '';
    const [first] = probed.refusals;
    // Of many, all stay: what keeps one of them tells the code.
    const refusal = first === undefined ? codedReason(message) : { ...codedReason(first.reason), reason: message };
    if (operation.kind === 'takeover' && refusal.code === 'no-account') {
      const plain: DropOperation = { ...operation, name: 'graceful-master-takeover' };
      if (this.probe(plain).begins) {
        return { ...at, verdict: 'unsure', operation: plain, ...refusal, code: 'old-master-stopped' };
      }
    }
    return { ...at, verdict: 'forbidden', operation, ...refusal };
  }

  private doubtOf(operation: DropOperation, probed: Probed): CodedReason | null {
    if (probed.refusals.length > 0) return someStay(this.dragged.instance, probed);
    if (operation.kind === 'takeover') return null;
    const notes = [...new Set(probed.notes)];
    const [first] = notes;
    if (first !== undefined) return { ...codedReason(first), reason: notes.join(' ') };
    return probed.maintenance.some((reason) => reason.startsWith('match ')) ? SEARCHES : null;
  }
}

const ALLOWED: { readonly verdict: DropVerdict } & CodedReason = {
  verdict: 'allowed',
  code: '',
  params: {},
  reason: '',
};

const SEARCHES: CodedReason = {
  code: 'place-searched',
  params: {},
  reason:
    'Its place is searched in the binary logs by Pseudo-GTID once it is stopped; where there is none, it is put back.',
};

function someStay({ replicas }: TopologyInstance, { refusals }: Probed): CodedReason {
  const reasons = [...new Set(refusals.map(({ reason }) => reason))].join(' ');
  const counts = { staying: String(refusals.length), all: String(replicas.length) };
  return {
    code: 'some-stay',
    params: counts,
    reason: `${counts.staying} of ${counts.all} replicas would stay where they are. ${reasons}`,
  };
}

function tooMany({ id, replicas }: TopologyInstance): CodedReason {
  return {
    code: 'many-replicas',
    params: { server: id, all: String(replicas.length) },
    reason: `${id} has ${replicas.length} replicas: which of them can go there is found out by the dry run.`,
  };
}
