import { createHash } from 'node:crypto';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { listMaintenances, maintenanceAt } from '../../../core/commands/queries.ts';
import type { Maintenance } from '../../../core/commands/state.ts';
import { type Answer, type ApiContext, ApiError, type ApiRequest, parameter } from '../api.ts';
import { errorText } from '../error-text.ts';
import { timestamp } from '../go-json.ts';
import { durationOr, instanceKey, textOf } from '../input.ts';
import { keyJson } from '../json/key-json.ts';

/** A maintenance without a duration (topology operations reference, 1.5). */
const DEFAULT_MAINTENANCE_MS = 10 * 60_000;

/** Owner and reason may come in the query, where they hold what a path can't; a duration always does. */
export async function beginMaintenance(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  const owner = textOf(request, 'owner', 'No owner given for the maintenance');
  const reason = textOf(request, 'reason', 'No reason given for the maintenance');
  const forMs = durationOr(request, DEFAULT_MAINTENANCE_MS);
  try {
    await context.engine.beginMaintenance(key, owner, reason, forMs);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    throw new ApiError(errorText(error), 0, { cause: error });
  }
  return { message: `Maintenance begun: ${keyText(key)}`, details: keyJson(key) };
}

export async function endMaintenance(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  await context.engine.endMaintenance(key);
  return { message: `Maintenance ended: ${keyText(key)}`, details: keyJson(key) };
}

export async function endMaintenanceById(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const given = parameter(request, 'maintenanceKey').trim();
  const found = listMaintenances(context.engine.state(), context.nowMs()).find((one) => String(idOf(one)) === given);
  if (found === undefined) {
    throw new BatonError('invalid-argument', `No maintenance has the id ${given}.`, {
      hint: 'The list of maintenances (/api/maintenance) shows those that there are.',
    });
  }
  await context.engine.endMaintenance(found.key);
  return { message: `Maintenance ended: ${keyText(found.key)}`, details: idOf(found) };
}

export function inMaintenance(context: ApiContext, request: ApiRequest): Answer {
  const key = instanceKey(context, request);
  const found = maintenanceAt(context.engine.state(), key, context.nowMs());
  return found === null ? { message: 'false', details: '' } : { message: 'true', details: keyText(key) };
}

/** Those that hold now (http-api reference, section 7.7). */
export function maintenances(context: ApiContext): readonly object[] {
  const nowMs = context.nowMs();
  return listMaintenances(context.engine.state(), nowMs).map((one) => ({
    MaintenanceId: idOf(one),
    Key: keyJson(one.key),
    BeginTimestamp: timestamp(one.beginMs),
    SecondsElapsed: Math.max(0, Math.floor((nowMs - one.beginMs) / 1000)),
    IsActive: true,
    Owner: one.owner,
    Reason: one.reason,
  }));
}

/** The surface numbers maintenances, Baton knows them by server and begin: a number that stands for both. */
function idOf({ key, beginMs }: Maintenance): number {
  return createHash('sha256')
    .update(`${keyText(key)} ${beginMs}`)
    .digest()
    .readUIntBE(0, 6);
}
