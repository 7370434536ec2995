import type { InstanceKey, KeyText } from '../../../shared/domain/instance-key.ts';
import type { Cluster, TopologyInstance } from '../topology/topology.ts';
import { aliasOrNone } from './master-pairs.ts';

/** What is known beside a cluster's servers. */
export interface MasterQuestion {
  /** The source that the stores were last told, as `host:port`; null when they weren't. */
  readonly told: string | null;
  /** When a recovery or takeover last told the stores of a new source; ms since the epoch, 0 for never. */
  readonly promotedMs: number;
  /** A recovery or takeover of the cluster is running, which will tell the stores itself. */
  readonly isRecovering: boolean;
  /** Servers that must not take writes: fenced, or lost in a recovery. */
  readonly isShut: (id: KeyText) => boolean;
}

/** Which server the stores are to be told of, or why none. */
export type CurrentMaster =
  | { readonly found: true; readonly alias: string; readonly master: InstanceKey }
  | { readonly found: false; readonly reason: string };

/**
 * The source of a cluster that takes writes, as far as the last polls show. A picture from before the last promotion
 * decides nothing: it may show the old source open. Of two open sources the one that the stores know stays.
 */
export function currentMaster(cluster: Cluster, question: MasterQuestion): CurrentMaster {
  const alias = aliasOrNone(cluster);
  if (alias === '') {
    return none(`${cluster.name} has no alias, and keys are made of aliases. Give it one: set-cluster-alias.`);
  }
  if (question.isRecovering) {
    return none(`${alias} is being recovered or handed over, which writes its entries itself.`);
  }
  const open = [...cluster.instances.values()].filter((each) => isOpen(each, question));
  const [only, ...others] = open;
  if (only === undefined) return none(`${alias} has no source that is known to take writes.`);
  if (others.length === 0) return { found: true, alias, master: only.key };
  const told = open.find((each) => each.id === question.told);
  if (told !== undefined) return { found: true, alias, master: told.key };
  const names = open.map((each) => each.id).join(', ');
  return none(`${alias} has several sources that take writes (${names}); make all but one read-only.`);
}

/** A replica of a server that Baton doesn't know isn't the source, though nothing is above it in the picture. */
function isOpen(instance: TopologyInstance, { promotedMs, isShut }: MasterQuestion): boolean {
  const { depth, isInRing, isReplica, isSourceDetached, valid, facts, snapshot } = instance;
  const isSource = isInRing || (depth === 0 && (!isReplica || isSourceDetached));
  if (!isSource || !valid || facts === null || facts.readOnly) return false;
  return snapshot.lastAttemptMs >= promotedMs && !isShut(instance.id);
}

function none(reason: string): CurrentMaster {
  return { found: false, reason };
}
