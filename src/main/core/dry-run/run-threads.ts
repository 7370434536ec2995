import type { InstanceFacts, ReplicaStatus } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { positionOf } from '../candidates/received.ts';
import { gtidContains, gtidFlavorOf, gtidText, gtidUnion } from '../gtid/gtid-position.ts';
import { compareCoordinates } from '../topology/coordinates.ts';
import { logsReplicaUpdates } from '../topology/server-traits.ts';

/**
 * What a replica looks like once its threads have done what they can.
 * @param source the server that it names as its source: `away` can't be reached, `unknown` is outside the picture and
 *   taken to be well
 */
export function runThreads(facts: InstanceFacts, source: InstanceFacts | 'away' | 'unknown'): InstanceFacts {
  const { replica } = facts;
  if (replica === null) return facts;
  const received = replica.ioState === 0 ? replica : receive(facts, replica, source);
  const connected = received === replica ? facts : { ...facts, replica: received, semiSync: semiSync(facts, source) };
  return apply(connected, received);
}

/** A replica takes part in semi-sync from when its receiver connects, if both sides are switched to it. */
function semiSync(facts: InstanceFacts, source: InstanceFacts | 'away' | 'unknown'): InstanceFacts['semiSync'] {
  if (facts.semiSync === null || facts.replica?.ioState === 1) return facts.semiSync;
  const isOffered = typeof source !== 'string' && source.semiSync?.sourceEnabled === true;
  return { ...facts.semiSync, replicaStatus: facts.semiSync.replicaEnabled && isOffered };
}

/** The same object when the changes change nothing. */
function changed(replica: ReplicaStatus, changes: Partial<ReplicaStatus>): ReplicaStatus {
  const names = Object.keys(changes) as (keyof ReplicaStatus)[];
  return names.every((name) => replica[name] === changes[name]) ? replica : { ...replica, ...changes };
}

function receive(
  facts: InstanceFacts,
  replica: ReplicaStatus,
  source: InstanceFacts | 'away' | 'unknown',
): ReplicaStatus {
  if (source === 'away') {
    if (replica.ioState !== 1 && replica.lastIoErrno !== 0) return replica;
    const lastIoError = `error connecting to source ${keyText(replica.source)}`;
    return changed(replica, { ioState: 2, lastIoErrno: 2003, lastIoError });
  }
  const well = { ioState: 1, lastIoErrno: 0, lastIoError: '' } as const;
  if (source === 'unknown') return changed(replica, well);
  const connected = { ...well, sourceUuid: source.serverUuid };
  return replica.gtidUse === 'none'
    ? changed(replica, { ...connected, ...readOn(replica, source) })
    : changed(replica, { ...connected, ...readOn(replica, source), ...receiveByGtid(facts, replica, source) });
}

/** A live replica was maybe polled later than its source, and has read more than that shows. */
function readOn(replica: ReplicaStatus, { coordinates }: InstanceFacts): Partial<ReplicaStatus> {
  if (coordinates === null) return {};
  if (replica.read.file !== '' && compareCoordinates(replica.read, coordinates) >= 0) return {};
  return { read: coordinates };
}

function receiveByGtid(facts: InstanceFacts, replica: ReplicaStatus, source: InstanceFacts): Partial<ReplicaStatus> {
  if (gtidFlavorOf(facts.flavor) !== gtidFlavorOf(source.flavor)) {
    return { ioState: 0, lastIoErrno: 1236, lastIoError: 'the source has another kind of GTIDs' };
  }
  const retrieved = positionOf(facts.flavor, replica.gtidRetrieved);
  const held = gtidUnion(positionOf(facts.flavor, facts.gtidExecuted), retrieved);
  if (!gtidContains(held, positionOf(source.flavor, source.gtidPurged))) {
    const lastIoError = 'the source has purged required binary logs';
    return { ioState: 0, lastIoErrno: 1236, lastIoError };
  }
  const sent = positionOf(source.flavor, source.gtidExecuted);
  const passesOn = source.replica === null ? source.logBin : logsReplicaUpdates(source);
  if (!passesOn || gtidContains(held, sent)) return {};
  return { gtidRetrieved: gtidText(gtidUnion(retrieved, sent)) };
}

function apply(facts: InstanceFacts, replica: ReplicaStatus): InstanceFacts {
  if (replica.sqlState !== 1 || replica.sqlDelaySeconds > 0) return facts;
  if (replica.gtidUse === 'none') {
    if (compareCoordinates(replica.executed, replica.read) >= 0) return facts;
    return { ...facts, replica: { ...replica, executed: replica.read } };
  }
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  const retrieved = positionOf(facts.flavor, replica.gtidRetrieved);
  if (gtidContains(executed, retrieved)) return facts;
  return { ...facts, gtidExecuted: gtidText(gtidUnion(executed, retrieved)) };
}
