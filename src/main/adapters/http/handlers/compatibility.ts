import type { LogPlace } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { canReplicateFrom, canReplicateFromGtid } from '../../../core/topology/can-replicate.ts';
import { type Answer, type ApiContext, type ApiRequest, parameter } from '../api.ts';
import { instanceKey, knownInstance } from '../input.ts';
import { coordinatesJson, keyJson, nullIfEmpty } from '../json/key-json.ts';

/**
 * Whether one instance could replicate from another, by what was last read of the two. Rules that forbid it are an error
 * with the reason, as they always were (topology operations reference, 1.3 and 1.4).
 */
export function canReplicate(by: 'position' | 'gtid') {
  return (context: ApiContext, request: ApiRequest): Answer => {
    const replica = factsOf(context, instanceKey(context, request));
    const source = factsOf(context, instanceKey(context, request, 'belowHost', 'belowPort'));
    const { settings } = context.engine;
    const rules = {
      reasonableMaintenanceLagSeconds: settings.ReasonableMaintenanceReplicationLagSeconds,
      verifyReplicationFilters: settings.VerifyReplicationFilters,
      lowerReplicaVersionAllowed: settings.LowerReplicaVersionAllowed,
    };
    const check = by === 'gtid' ? canReplicateFromGtid : canReplicateFrom;
    const result = check(replica, source, rules);
    if (!result.ok) throw new BatonError('refused', result.reason);
    return { message: ['true', ...result.warnings].join('. '), details: keyJson(source.key) };
  };
}

function factsOf(context: ApiContext, key: InstanceKey) {
  const { facts } = knownInstance(context, key);
  if (facts === null) throw new BatonError('server', `${keyText(key)} has not been read yet.`);
  return facts;
}

/** Places in other servers' binary logs that are known to mean the same as the given one, learnt from moves. */
export function masterEquivalent(context: ApiContext, request: ApiRequest): Answer {
  const key = instanceKey(context, request);
  const file = parameter(request, 'logFile').trim();
  const text = parameter(request, 'logPos').trim();
  if (!/^\d{1,15}$/.test(text)) throw new BatonError('invalid-argument', `Invalid binary log position: ${text}`);
  const isMeant = (place: LogPlace) =>
    sameKey(place.key, key) && place.file === file && place.position === Number(text);
  const found = context.engine
    .state()
    .equivalences.values()
    .flatMap(({ one, other }) => (isMeant(one) ? [other] : isMeant(other) ? [one] : []));
  return {
    message: `Found ${found.length} equivalent coordinates`,
    details: nullIfEmpty(found.map((place) => ({ Key: keyJson(place.key), Coordinates: coordinatesJson(place) }))),
  };
}
