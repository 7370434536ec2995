import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { gtidsToWaitFor, positionOf } from '../../candidates/received.ts';
import { type GtidPosition, gtidContains } from '../../gtid/gtid-position.ts';
import { unionPositions } from '../../gtid/mariadb-gtid.ts';
import { type RoutineContext, replicationRules, statementTimeoutMs } from '../../sagas/context.ts';
import { note, type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { canReplicateFromGtid } from '../../topology/can-replicate.ts';
import { firstReason } from '../frame/checks.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { moveReplica } from '../frame/move-replica.ts';
import { type Operation, refused } from '../operation.ts';
import { kinshipWarnings, whyAheadOfWriter, whyUnrelated } from './kinship.ts';
import { movedResult } from './outcome.ts';
import { checkPair, type Pair } from './preconditions.ts';
import { whyRelayLogIsNeeded } from './relay-log.ts';

/** `move-gtid`: below another server by GTID, wherever either of the two is (topology operations reference, 4.5). */
export const moveGtid: Operation = function* (context, args) {
  const pair = yield* checkPair(context, args);
  return pair.ok ? yield* moveBelowByGtid(context, pair.value) : refused(args.instance, pair.reason);
};

/** Moves a checked pair. The destination is not touched. */
export function* moveBelowByGtid(context: RoutineContext, pair: Pair): Saga<OperationResult> {
  const { replica, source } = pair;
  const reason = yield* whyNotByGtid(context, replica, source);
  if (reason !== null) return refused(replica.key, reason);
  for (const warning of [...pair.warnings, ...kinshipWarnings(context, replica, source)]) yield* note(warning);
  return yield* underMaintenance(context, [replica.key], `move below ${keyText(source.key)} by GTID`, function* () {
    const mode = (stopped: InstanceFacts) => whenSourceHasIt(context, stopped, source);
    return movedResult(replica.key, source.key, yield* moveReplica(context, { replica, source, mode }));
  });
}

/** What stands against using GTIDs between a checked pair; null when nothing does. */
export function* whyNotByGtid(
  context: RoutineContext,
  replica: InstanceFacts,
  source: InstanceFacts,
): Saga<string | null> {
  const possible = canReplicateFromGtid(replica, source, replicationRules(context));
  const reason = possible.ok ? whyUnrelated(context, replica, source) : possible.reason;
  if (reason !== null) return reason;
  return firstReason(
    yield* whyTurnedAway(context, replica, source),
    yield* whyRelayLogIsNeeded(context, replica, source),
  );
}

/** The two were read side by side: the source may have written on meanwhile. So it is asked again before it is blamed. */
function* whyTurnedAway(context: RoutineContext, replica: InstanceFacts, source: InstanceFacts): Saga<string | null> {
  if (whyAheadOfWriter(replica, source) === null) return null;
  const again = yield* read(source.key, statementTimeoutMs(context));
  return whyAheadOfWriter(replica, again.ok ? again.value : source);
}

/**
 * A MariaDB source serves a replica only from a place that its own binary log has reached (error 1236 otherwise). Where
 * the destination is a little behind the replica, it gets the time to catch up.
 */
function* whenSourceHasIt(
  context: RoutineContext,
  stopped: InstanceFacts,
  source: InstanceFacts,
): Saga<Outcome<RepointMode>> {
  const mode: Outcome<RepointMode> = { ok: true, value: { by: 'gtid' } };
  const has = replicatedPosition(stopped);
  if (has === null) return mode;
  const timeoutMs = statementTimeoutMs(context);
  const current = yield* read(source.key, timeoutMs);
  if (!current.ok) return current;
  const reached = positionOf(current.value.flavor, current.value.gtidExecuted);
  if (gtidContains(reached, has) || current.value.replica?.sqlState !== 1) return mode;
  const waitMs = context.settings.InstanceBulkOperationsWaitTimeoutSeconds * 1000;
  const gtid = gtidsToWaitFor(has, reached);
  const waited = yield* perform(current.value, { kind: 'wait-for-gtid', gtid, timeoutMs: waitMs }, waitMs + timeoutMs);
  return waited.ok ? mode : waited;
}

/**
 * From where a MariaDB replica goes on (`gtid_slave_pos`): what it wrote itself is not part of it, and its source is not
 * asked for it. In a domain that it wrote to last, what it has received tells. Null on other servers.
 */
function replicatedPosition(facts: InstanceFacts): GtidPosition | null {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  const received = positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? '');
  if (executed.flavor !== 'mariadb' || received.flavor !== 'mariadb') return null;
  const own = executed.position.gtids.filter((gtid) => gtid.server === facts.serverId);
  const others = executed.position.gtids.filter((gtid) => gtid.server !== facts.serverId);
  const instead = received.position.gtids.filter((gtid) => own.some((each) => each.domain === gtid.domain));
  return { flavor: 'mariadb', position: unionPositions({ gtids: others }, { gtids: instead }) };
}
