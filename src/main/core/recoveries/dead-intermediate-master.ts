import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { chooseByPosition } from '../candidates/choose-by-position.ts';
import { chooseCandidate } from '../candidates/choose-candidate.ts';
import { NO_LIMITS } from '../candidates/no-limits.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import { type HookProgress, hooks, note, phase, read, type Saga } from '../sagas/effects.ts';
import type { TopologyInstance } from '../topology/topology.ts';
import { candidateSibling, grandparentOf, inSameDataCenter } from './candidate-sibling.ts';
import { replicateByGtid } from './dead-master.ts';
import { deadMasterInput, STATEMENT_TIMEOUT_MS } from './dead-master-input.ts';
import { nothingRecovered } from './nothing-recovered.ts';
import type { RecoveryArgs, RecoveryResult } from './recovery.ts';
import { relocateOrphans } from './relocate-orphans.ts';

/** How far the plans have got. */
interface Progress {
  /** Replicas that are still below the failed server. */
  readonly rest: readonly InstanceKey[];
  /** Below whom replicas have come to be, in the order of the plans. */
  readonly heads: readonly InstanceKey[];
  readonly problems: readonly string[];
}

export const NO_PROGRESS: HookProgress = { successor: null, successorAlias: '', lostReplicas: [], isSuccessful: false };

/**
 * An intermediate master is dead: its replicas are given another source (recovery reference, section 9). In order: a
 * sibling in its data center (A); one of themselves heads the others (B); a sibling elsewhere (C); the failed one's own
 * source (D). Each plan is for those whom the ones before it left. Nobody is opened for writes.
 */
export function* deadIntermediateMaster(context: RoutineContext, args: RecoveryArgs): Saga<RecoveryResult> {
  const { key } = args.analysis;
  const failed = known(context, key);
  if (failed === null) return yield* nothingRecovered(`${keyText(key)} isn't known.`);
  const before = yield* hooks('PreFailoverProcesses', NO_PROGRESS);
  if (!before.ok) return yield* nothingRecovered(`A PreFailoverProcesses hook failed: ${before.failure.message}`);
  yield* phase('hooks', 'Pre-failover hooks are done.');
  const sibling = candidateSibling(context, failed);
  const orphans = args.analysis.replicas;
  let progress: Progress = { rest: orphans, heads: [], problems: [] };
  yield* tellSibling(failed, sibling);
  if (sibling !== null && inSameDataCenter(sibling, failed))
    progress = yield* below(context, failed, progress, sibling.key);
  progress = yield* regroup(context, args, progress);
  if (sibling !== null && !inSameDataCenter(sibling, failed))
    progress = yield* below(context, failed, progress, sibling.key);
  const grandparent = grandparentOf(context, failed);
  if (grandparent !== null) progress = yield* below(context, failed, progress, grandparent.key);
  return yield* settle(orphans, progress);
}

function* tellSibling(failed: TopologyInstance, sibling: TopologyInstance | null): Saga<void> {
  if (sibling === null) return yield* note(`No sibling of ${failed.id} can take its replicas.`);
  const where = inSameDataCenter(sibling, failed) ? 'in its data center' : 'in another data center';
  yield* phase('candidate', `${sibling.id}, a sibling of ${failed.id} ${where}, can take its replicas.`);
}

/** Plans A, C and D. */
function* below(
  context: RoutineContext,
  failed: TopologyInstance,
  progress: Progress,
  head: InstanceKey,
): Saga<Progress> {
  if (progress.rest.length === 0) return progress;
  const { moved, left } = yield* relocateOrphans(context, failed.key, progress.rest, head);
  const problems = left.map(
    ({ key, reason }) => `${keyText(key)} could not be moved below ${keyText(head)}: ${reason}`,
  );
  for (const problem of problems) yield* note(problem);
  return {
    rest: left.map((each) => each.key),
    heads: moved.length === 0 ? progress.heads : [...progress.heads, head],
    problems: [...progress.problems, ...problems],
  };
}

/** Plan B: the best of the orphans heads the others, so that only one has to find another source. */
function* regroup(context: RoutineContext, args: RecoveryArgs, progress: Progress): Saga<Progress> {
  if (progress.rest.length < 2) return progress;
  const analysis = { ...args.analysis, replicas: progress.rest };
  const input = deadMasterInput(context, { analysis, designated: null, forced: args.forced });
  const byGtid = replicateByGtid(input.contenders.map(({ facts }) => facts));
  const choose = byGtid ? chooseCandidate : chooseByPosition;
  const { chosen } = choose(input.contenders, input.failed, NO_LIMITS);
  if (chosen === null) return progress;
  yield* note(`${keyText(chosen)} is to head the other replicas.`);
  const others = progress.rest.filter((key) => !sameKey(key, chosen));
  const { moved, left } = yield* relocateOrphans(context, args.analysis.key, others, chosen);
  const problems = left.map(
    ({ key, reason }) => `${keyText(key)} could not be moved below ${keyText(chosen)}: ${reason}`,
  );
  for (const problem of problems) yield* note(problem);
  return {
    rest: [chosen, ...left.map((each) => each.key)],
    heads: moved.length === 0 ? progress.heads : [...progress.heads, chosen],
    problems: [...progress.problems, ...problems],
  };
}

function* settle(orphans: readonly InstanceKey[], { rest, heads, problems }: Progress): Saga<RecoveryResult> {
  // A head that found no source of its own has taken nobody's place.
  const lost = rest;
  const successors = heads.filter((head) => !lost.some((key) => sameKey(key, head)));
  const moved = orphans.length - lost.length;
  const facts = yield* firstReadable(successors);
  const errors = lost.length === 0 ? [] : problems;
  if (facts === null) {
    const why = `None of the ${orphans.length} replicas was brought below a living source.`;
    return yield* nothingRecovered(why, { lostReplicas: lost, participants: heads, errors });
  }
  yield* phase(
    'replicas moved',
    `${moved} of ${orphans.length} replicas have another source, below ${keyText(facts.key)}.`,
  );
  return { successor: facts, lostReplicas: lost, participants: heads, errors };
}

function* firstReadable(keys: readonly InstanceKey[]): Saga<InstanceFacts | null> {
  for (const key of keys) {
    const reading = yield* read(key, STATEMENT_TIMEOUT_MS);
    if (reading.ok) return reading.value;
  }
  return null;
}
