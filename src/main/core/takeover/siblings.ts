import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../shared/domain/operation.ts';
import { gtidsToWaitFor, positionOf } from '../candidates/received.ts';
import { gtidUnion } from '../gtid/gtid-position.ts';
import { firstReason, whyNotMovable } from '../operations/frame/checks.ts';
import { underMaintenance } from '../operations/frame/maintenance.ts';
import { moveReplica } from '../operations/frame/move-replica.ts';
import { OPERATIONS } from '../operations/index.ts';
import { done, failed, refused } from '../operations/operation.ts';
import { type RoutineContext, replicationRules } from '../sagas/context.ts';
import { note, type Outcome, parallel, perform, type Saga } from '../sagas/effects.ts';
import { canReplicateFrom, canReplicateFromGtid } from '../topology/can-replicate.ts';
import { usesGtid } from '../topology/server-traits.ts';
import type { TopologyInstance } from '../topology/topology.ts';
import { catchUpLimitMs, patientLimitMs } from './limits.ts';

/** Another replica of the master. */
export interface Sibling {
  readonly key: InstanceKey;
  /** As read a moment ago; null when it can't be read. */
  readonly facts: InstanceFacts | null;
  /** One under a downtime may stay where it is. */
  readonly downtimed: boolean;
  /** Why it can't be moved below the designated server, as a sentence; null when it can. */
  readonly obstacle: string | null;
}

export function siblingOf(
  context: RoutineContext,
  { key, id }: TopologyInstance,
  facts: InstanceFacts | null,
  designated: InstanceFacts,
): Sibling {
  const lift = `Repair it, or exempt it: begin-downtime -i ${id}`;
  const reason = facts === null ? `${id} can't be read now.` : whyNotBelow(context, facts, designated);
  return {
    key,
    facts,
    downtimed: context.isDowntimed(id),
    obstacle: reason === null ? null : `${reason} So it can't be moved below ${keyText(designated.key)}. ${lift}`,
  };
}

function whyNotBelow(context: RoutineContext, sibling: InstanceFacts, designated: InstanceFacts): string | null {
  const rules = replicationRules(context);
  const possible = usesGtid(sibling)
    ? canReplicateFromGtid(sibling, designated, rules)
    : canReplicateFrom(sibling, designated, rules);
  return firstReason(whyNotMovable(context, sibling), possible.ok ? null : possible.reason);
}

export type SiblingsMoved =
  | { readonly ok: true; readonly moved: readonly InstanceFacts[] }
  /** Those that had been moved are back where they were, unless `left` names one that isn't. */
  | { readonly ok: false; readonly reason: string; readonly left: string };

/**
 * Moves the siblings below the designated server, side by side. When one can't be moved and isn't downtimed, all are
 * put back.
 */
export function* moveSiblings(
  context: RoutineContext,
  siblings: readonly Sibling[],
  designated: InstanceFacts,
  master: InstanceFacts,
): Saga<SiblingsMoved> {
  const moved: InstanceFacts[] = [];
  let reason = '';
  let left = '';
  for (const { key, facts, result } of yield* moveAll(context, siblings, designated)) {
    if (result.state === 'done') {
      moved.push(facts);
      continue;
    }
    const why = `${keyText(key)} could not be moved below ${keyText(designated.key)}: ${result.message}`;
    if (result.state === 'left') left = `${left} ${result.message}`.trim();
    if (result.state !== 'left' && context.isDowntimed(keyText(key))) yield* note(`${why} It is downtimed, and stays.`);
    else reason ||= why;
  }
  for (const each of siblings) if (each.obstacle !== null) yield* note(`${each.obstacle} It is downtimed, and stays.`);
  if (reason === '') return { ok: true, moved };
  const back = yield* moveSiblingsBack(context, moved, master);
  return { ok: false, reason, left: `${left} ${back}`.trim() };
}

/** @returns who could not be put back, as sentences; empty when all are below the master again */
export function* moveSiblingsBack(
  context: RoutineContext,
  moved: readonly InstanceFacts[],
  master: InstanceFacts,
): Saga<string> {
  const siblings = moved.map((facts) => ({ key: facts.key, facts, downtimed: false, obstacle: null }));
  const results = yield* moveAll(context, siblings, master);
  return results
    .filter(({ result }) => result.state !== 'done')
    .map(
      ({ key, result }) =>
        `${keyText(key)} could not be moved back: ${result.message} Move it with: relocate -i ${keyText(key)} -d ${keyText(master.key)}`,
    )
    .join(' ');
}

interface MovedOne {
  readonly key: InstanceKey;
  /** As it was before. */
  readonly facts: InstanceFacts;
  readonly result: OperationResult;
}

function* moveAll(
  context: RoutineContext,
  siblings: readonly Sibling[],
  source: InstanceFacts,
): Saga<readonly MovedOne[]> {
  const movable = siblings.flatMap(({ obstacle, facts }) => (facts === null || obstacle !== null ? [] : [facts]));
  const results: MovedOne[] = [];
  const most = Math.max(1, context.settings.MaxConcurrentReplicaOperations);
  const byGtid = movable.filter(usesGtid);
  for (let at = 0; at < byGtid.length; at += most) {
    const batch = byGtid.slice(at, at + most);
    results.push(...(yield* parallel(batch.map((facts) => moveByGtid(context, facts, source)))));
  }
  // By coordinates both servers are stopped at the same place, so that one has to come after the other.
  for (const facts of movable.filter((each) => !usesGtid(each))) {
    results.push({ key: facts.key, facts, result: yield* moveOtherwise(context, facts, source) });
  }
  return results;
}

function* moveByGtid(context: RoutineContext, facts: InstanceFacts, source: InstanceFacts): Saga<MovedOne> {
  const reason = `moved below ${keyText(source.key)} for a takeover`;
  const result = yield* underMaintenance(context, [facts.key], reason, function* () {
    const moved = yield* moveReplica(context, {
      replica: facts,
      source,
      mode: (stopped) => onceSourceHas(context, stopped, source),
    });
    if (moved.state === 'done') return done(facts.key, `${keyText(facts.key)} is below ${keyText(source.key)}.`);
    return moved.state === 'refused' ? refused(facts.key, moved.reason) : failed(facts.key, moved.state, moved.reason);
  });
  return { key: facts.key, facts, result };
}

/** A MariaDB source refuses a replica that is ahead of it, be it by one transaction that is on its way. */
function* onceSourceHas(
  context: RoutineContext,
  stopped: InstanceFacts,
  source: InstanceFacts,
): Saga<Outcome<{ readonly by: 'gtid' }>> {
  const has = positionOf(source.flavor, source.gtidExecuted);
  const wanted = gtidUnion(
    positionOf(stopped.flavor, stopped.gtidExecuted),
    positionOf(stopped.flavor, stopped.replica?.gtidRetrieved ?? ''),
  );
  const gtid = gtidsToWaitFor(wanted, has);
  if (gtid === '' || source.replica === null) return { ok: true, value: { by: 'gtid' } };
  const timeoutMs = catchUpLimitMs(context);
  const waited = yield* perform(
    source,
    { kind: 'wait-for-gtid', gtid, timeoutMs },
    timeoutMs + patientLimitMs(context),
  );
  return waited.ok ? { ok: true, value: { by: 'gtid' } } : waited;
}

function* moveOtherwise(context: RoutineContext, facts: InstanceFacts, source: InstanceFacts): Saga<OperationResult> {
  const relocate = OPERATIONS.relocate;
  if (relocate === undefined) return refused(facts.key, `${keyText(facts.key)} doesn't replicate by GTID.`);
  return yield* relocate(context, { instance: facts.key, destination: source.key });
}
