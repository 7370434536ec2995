import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { note, type Outcome, read, type Saga } from '../../sagas/effects.ts';
import { relocationObstacle } from '../../topology/can-replicate.ts';
import { compareCoordinates } from '../../topology/coordinates.ts';
import { isBinlogServer, usesGtid } from '../../topology/server-traits.ts';
import { firstReason } from '../frame/checks.ts';
import { readLive } from '../frame/live.ts';
import { underMaintenance } from '../frame/maintenance.ts';
import { moveReplica } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { type Operation, refused } from '../operation.ts';
import { whyNotByGtid } from './gtid-move.ts';
import { kinshipWarnings } from './kinship.ts';
import { movedResult } from './outcome.ts';
import { type Checked, checkLivePair, type Pair, refusal, whyUnknown } from './preconditions.ts';

/** `keep`: GTIDs where they are used, else the own coordinates. `coordinates`: GTIDs are given up. */
export type Placing = 'keep' | 'coordinates';

/**
 * `repoint`: another source at the coordinates that the replica has, or by GTID if it uses them; without a destination,
 * its own source again (topology operations reference, 4.6). Coordinates are never translated, so they are kept only
 * where they mean the same: for the same server, and between binlog servers and what they copy.
 */
export const repoint: Operation = (context, args) => repointPlaced(context, args, 'keep');

export function* repointPlaced(context: RoutineContext, args: OperationArgs, placing: Placing): Saga<OperationResult> {
  const pair = yield* checkRepoint(context, args, placing);
  if (!pair.ok) return refused(args.instance, pair.reason);
  const { replica, source, warnings } = pair.value;
  for (const warning of warnings) yield* note(warning);
  return yield* underMaintenance(context, [replica.key], `repoint to ${keyText(source.key)}`, function* () {
    const mode = placing === 'keep' ? ({ by: 'same-coordinates' } as const) : ownCoordinates;
    return movedResult(replica.key, source.key, yield* moveReplica(context, { replica, source, mode }));
  });
}

/** Where the applier of a stopped replica stands in its source's binary log. */
export function* ownCoordinates(stopped: InstanceFacts): Saga<Outcome<RepointMode>> {
  const at = stopped.replica?.executed;
  if (at !== undefined && at.file !== '') {
    yield* note(`${keyText(stopped.key)} stands at ${at.file}:${at.position}.`);
    return { ok: true, value: { by: 'coordinates', at } };
  }
  const message = `${keyText(stopped.key)} doesn't say where it stands in its source's binary log.`;
  return { ok: false, failure: { kind: 'other', message } };
}

function* checkRepoint(context: RoutineContext, args: OperationArgs, placing: Placing): Saga<Checked<Pair>> {
  const { instance } = args;
  const unknown = firstReason(
    whyUnknown(context, instance),
    args.destination === undefined ? null : whyUnknown(context, args.destination),
  );
  if (unknown !== null) return refusal(unknown);
  const live = yield* readLive(context, [instance] as const);
  if (!live.ok) return refusal(live.failure.message);
  const [replica] = live.value;
  const destination = args.destination ?? replica.replica?.source;
  if (destination === undefined)
    return refusal(`${keyText(instance)} is not a replica: it has no source to go back to.`);
  if (!isRealKey(destination)) return refusal(detached(instance, destination));
  const same = replica.replica !== null && sameKey(replica.replica.source, destination);
  const obstacle = same ? null : relocationObstacle(context.topology, instance, destination);
  if (obstacle !== null) return refusal(obstacle);
  const found = yield* readOrRemember(context, destination);
  if (found?.isDown === true && !same) return refusal(found.warnings.join(' '));
  if (found === null) return refusal(`${keyText(destination)} can't be read and isn't known to Baton.`);
  const pair = yield* checkLivePair(context, replica, found.facts);
  if (!pair.ok) return pair;
  const reason = same ? null : yield* whyPlaceIsLost(context, replica, found.facts, placing);
  if (reason !== null) return refusal(reason);
  const kinship = same ? [] : kinshipWarnings(context, replica, found.facts);
  const warnings = [...found.warnings, ...pair.value.warnings, ...kinship];
  return { ok: true, value: { ...pair.value, warnings } };
}

function detached(instance: InstanceKey, destination: InstanceKey): string {
  const [a, b] = [keyText(instance), keyText(destination)];
  return `${a} is detached from its source (${b}). Attach it with: reattach-replica-master-host -i ${a}`;
}

interface Found {
  readonly facts: InstanceFacts;
  readonly warnings: readonly string[];
  /** Nothing listens there. */
  readonly isDown: boolean;
}

/**
 * A destination that Baton can't read may be one that the replica can: what is known of it has to do, unless the machine
 * answers that no server is there.
 */
function* readOrRemember(context: RoutineContext, key: InstanceKey): Saga<Found | null> {
  const live = yield* read(key, statementTimeoutMs(context));
  if (live.ok) return { facts: live.value, warnings: [], isDown: false };
  const facts = known(context, key)?.facts ?? null;
  const { kind, message } = live.failure;
  const isDown = kind === 'refused' || kind === 'shutting-down';
  const warning = isDown
    ? `${keyText(key)} can't be read now: ${asSentence(message)}`
    : `${keyText(key)} can't be read now (${message}); going by what was read last.`;
  return facts === null ? null : { facts, warnings: [warning], isDown };
}

/** Why a replica would not find its place at another server. */
function* whyPlaceIsLost(
  context: RoutineContext,
  replica: InstanceFacts,
  source: InstanceFacts,
  placing: Placing,
): Saga<string | null> {
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  if (isBinlogServer(source)) return whyAheadOfBinlogServer(replica, source);
  if (placing === 'keep' && usesGtid(replica)) return yield* whyNotByGtid(context, replica, source);
  const { sourceUuid = '', source: old } = replica.replica ?? {};
  if (sourceUuid !== '' && sourceUuid === source.serverUuid) return null;
  const isCopy = old !== undefined && isBinlogServer(known(context, old)?.facts ?? null);
  if (isCopy || isBinlogServer(replica)) return null;
  return (
    `${a} doesn't use GTIDs, and its place in the binary log of ${old === undefined ? 'its source' : keyText(old)} means ` +
    `nothing in that of ${b}. Use relocate, which finds the place: relocate -i ${a} -d ${b}`
  );
}

function whyAheadOfBinlogServer(replica: InstanceFacts, source: InstanceFacts): string | null {
  const executed = replica.replica?.executed;
  const { coordinates } = source;
  if (executed === undefined || (coordinates !== null && compareCoordinates(executed, coordinates) <= 0)) return null;
  const has = coordinates === null ? 'nothing yet' : `${coordinates.file}:${coordinates.position}`;
  return `${keyText(source.key)} is not up to date enough: it has ${has}, and ${keyText(replica.key)} has executed ${executed.file}:${executed.position}.`;
}
