import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import { hooks, note, type Outcome, parallel, phase, read, type Saga } from '../sagas/effects.ts';
import { groupOf } from '../topology/server-traits.ts';
import type { TopologyInstance } from '../topology/topology.ts';
import { NO_PROGRESS } from './dead-intermediate-master.ts';
import { STATEMENT_TIMEOUT_MS } from './dead-master-input.ts';
import { nothingRecovered } from './nothing-recovered.ts';
import type { RecoveryArgs, RecoveryResult } from './recovery.ts';
import { relocateOrphans } from './relocate-orphans.ts';

/**
 * A member of a replication group is dead and had replicas outside the group: they go below another member (recovery
 * reference, section 11). Not any one, but one that says that it is ONLINE; near ones first, and secondaries before the
 * primary, which has the writes to serve. Who becomes the group's primary is the group's business.
 */
export function* deadGroupMember(context: RoutineContext, args: RecoveryArgs): Saga<RecoveryResult> {
  const { key, replicas } = args.analysis;
  const failed = known(context, key);
  const before = yield* hooks('PreFailoverProcesses', NO_PROGRESS);
  if (!before.ok) return yield* nothingRecovered(`A PreFailoverProcesses hook failed: ${before.failure.message}`);
  yield* phase('hooks', 'Pre-failover hooks are done.');
  const members = failed === null ? [] : membersBeside(context, failed);
  const readings = yield* parallel(members.map((member) => read(member.key, STATEMENT_TIMEOUT_MS)));
  const online = readings.filter(isOnline).map((reading) => reading.value);
  if (failed === null || online.length === 0) {
    const why = `No other member of the replication group of ${keyText(key)} is ONLINE as far as Baton can read.`;
    return yield* nothingRecovered(why, { lostReplicas: replicas });
  }
  return yield* relocate(context, args, byPreference(failed, online));
}

type Readable = Extract<Outcome<InstanceFacts>, { readonly ok: true }>;

function isOnline(reading: Outcome<InstanceFacts>): reading is Readable {
  return reading.ok && groupOf(reading.value)?.memberState.toUpperCase() === 'ONLINE';
}

/** One member after the other, for those whom the ones before could not take. */
function* relocate(
  context: RoutineContext,
  { analysis }: RecoveryArgs,
  members: readonly InstanceFacts[],
): Saga<RecoveryResult> {
  let rest = analysis.replicas;
  const heads: InstanceFacts[] = [];
  const problems: string[] = [];
  for (const member of members) {
    if (rest.length === 0) break;
    const { moved, left } = yield* relocateOrphans(context, analysis.key, rest, member.key);
    if (moved.length > 0) heads.push(member);
    for (const { key, reason } of left) {
      problems.push(`${keyText(key)} could not be moved below ${keyText(member.key)}: ${reason}`);
    }
    rest = left.map((each) => each.key);
  }
  for (const problem of problems) yield* note(problem);
  const participants = heads.map((head) => head.key);
  const errors = rest.length === 0 ? [] : problems;
  const [successor] = heads;
  if (successor === undefined) {
    const why = `None of the replicas of ${keyText(analysis.key)} could be moved to another member of its group.`;
    return yield* nothingRecovered(why, { lostReplicas: rest, participants, errors });
  }
  const count = analysis.replicas.length;
  yield* phase('replicas moved', `${count - rest.length} of ${count} replicas have another member for their source.`);
  return { successor, lostReplicas: rest, participants, errors };
}

function membersBeside(context: RoutineContext, failed: TopologyInstance): readonly TopologyInstance[] {
  const name = groupOf(failed.facts)?.name;
  if (name === undefined) return [];
  return [...context.topology.instances.values()].filter(
    (each) => each.id !== failed.id && groupOf(each.facts)?.name === name,
  );
}

function byPreference(failed: TopologyInstance, online: readonly InstanceFacts[]): readonly InstanceFacts[] {
  const near = (facts: InstanceFacts): number => (facts.dataCenter === failed.facts?.dataCenter ? 0 : 1);
  const primary = (facts: InstanceFacts): number => (groupOf(facts)?.memberRole.toUpperCase() === 'PRIMARY' ? 1 : 0);
  return [...online].sort((a, b) => near(a) - near(b) || primary(a) - primary(b));
}
