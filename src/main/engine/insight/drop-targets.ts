import type { DropTarget } from '../../../shared/domain/drop-target.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { maintenanceAt } from '../../core/commands/queries.ts';
import type { CommandState } from '../../core/commands/state.ts';
import { type DropQuestion, dropTargets } from '../../core/drop-targets/drop-targets.ts';
import type { Cluster, Topology } from '../../core/topology/topology.ts';
import type { Clock } from '../ports/runtime.ts';
import { pictureOf, routineSettings } from '../routines/routine-input.ts';

export interface DropTargetDeps {
  readonly clock: Clock;
  readonly node: { readonly hostname: string; readonly token: string };
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
}

/** How long it may go on before it lets others have their turn, ms: detection of failures must not wait for it. */
const TURN_MS = 10;

/**
 * What a drag of a server, or of its replicas, could end on, by what is known at the moment; nothing is asked of any
 * server. None for one that isn't known.
 * @param elsewhere in other clusters too, as far as they have transactions in common with it
 */
export async function findDropTargets(
  deps: DropTargetDeps,
  question: DropQuestion,
  elsewhere: boolean,
): Promise<readonly DropTarget[]> {
  const knowledge = {
    topology: deps.topology(),
    state: deps.state(),
    settings: deps.settings(),
    nowMs: deps.clock.nowMs(),
  };
  const others = elsewhere ? relatedClusters(knowledge.topology, question.instance) : [];
  const ground = {
    picture: pictureOf(knowledge, [question.instance, ...others]),
    settings: routineSettings(knowledge.settings),
    owner: deps.node.hostname,
    nodeToken: deps.node.token,
  };
  const heldBy = new Map(
    ground.picture.snapshots.flatMap(({ key }) => {
      const held = maintenanceAt(knowledge.state, key, knowledge.nowMs);
      return held === null ? [] : [[keyText(key), held] as const];
    }),
  );
  const found: DropTarget[] = [];
  let sinceMs = deps.clock.monotonicMs();
  for (const target of dropTargets(ground, question, (id) => heldBy.get(id))) {
    found.push(target);
    if (deps.clock.monotonicMs() - sinceMs < TURN_MS) continue;
    await deps.clock.sleep(0);
    sinceMs = deps.clock.monotonicMs();
  }
  return found;
}

/** A member of each other cluster that has executed something of a server that this one's data comes from. */
function relatedClusters({ instances, clusters }: Topology, key: InstanceKey): readonly InstanceKey[] {
  const dragged = instances.get(keyText(key));
  const executed = dragged?.facts?.gtidExecuted ?? '';
  // A server without any data may go anywhere.
  const writers = writersIn(executed);
  return [...clusters.values()].flatMap((cluster) => {
    if (cluster.name === dragged?.clusterName) return [];
    const member = memberWith(cluster, writers);
    return member === null ? [] : [member];
  });
}

function memberWith({ instances }: Cluster, writers: ReadonlySet<string>): InstanceKey | null {
  for (const { key, facts } of instances.values()) {
    if (facts === null) continue;
    if (writers.size === 0) return key;
    for (const writer of writersIn(facts.gtidExecuted)) if (writers.has(writer)) return key;
  }
  return null;
}

/** The uuids in a GTID set, or the domains and servers in a MariaDB position. */
function writersIn(executed: string): ReadonlySet<string> {
  const uuids = executed.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi);
  const pairs = uuids ?? executed.match(/\d+-\d+(?=-\d+)/g) ?? [];
  return new Set(pairs.map((each) => each.toLowerCase()));
}
