import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { KeyedMap } from './keyed-map.ts';
import { attributeSlot } from './labels.ts';
import { equivalenceSlot } from './maintenance.ts';
import { detectionSlot } from './queries.ts';
import { type CommandState, SNAPSHOT_FORMAT, type StateSnapshot } from './state.ts';

/** The state as plain data, the same for equal states: maps become lists in the order of their keys. */
export function snapshotState(state: CommandState): StateSnapshot {
  return {
    format: SNAPSHOT_FORMAT,
    known: state.known.values(),
    forgotten: state.forgotten.values(),
    downtimes: state.downtimes.values(),
    candidates: state.candidates.values(),
    clusterAliases: state.clusterAliases.entries(),
    activeDetections: state.activeDetections.values(),
    endedDetections: state.endedDetections,
    recoveries: state.recoveries,
    globalRecoveriesEnabled: state.globalRecoveriesEnabled,
    fences: state.fences.values(),
    maintenances: state.maintenances.values(),
    equivalences: state.equivalences.values(),
    keyValues: state.keyValues.entries(),
    tags: state.tags.values(),
    pools: state.pools.values(),
    virtualNames: state.virtualNames.values(),
    attributes: state.attributes.values(),
    nextDetectionId: state.nextDetectionId,
    nextRecoveryId: state.nextRecoveryId,
  };
}

/**
 * The state that `snapshotState` was given.
 * @throws Error when the snapshot has another format, which means that another version of Baton wrote it.
 */
export function restoreState(snapshot: StateSnapshot): CommandState {
  if (snapshot.format !== SNAPSHOT_FORMAT && snapshot.format !== 2 && snapshot.format !== 1) {
    throw new Error(
      `The saved state has format ${String(snapshot.format)}, this version of Baton reads ${SNAPSHOT_FORMAT}.`,
    );
  }
  return {
    known: byKey(snapshot.known),
    forgotten: byKey(snapshot.forgotten),
    downtimes: byKey(snapshot.downtimes),
    candidates: byKey(snapshot.candidates),
    clusterAliases: KeyedMap.from(snapshot.clusterAliases),
    activeDetections: KeyedMap.from(
      snapshot.activeDetections.map((one) => [detectionSlot(one.analysis.key, one.analysis.isActionable), one]),
    ),
    endedDetections: snapshot.endedDetections,
    recoveries: snapshot.recoveries,
    globalRecoveriesEnabled: snapshot.globalRecoveriesEnabled,
    fences: byKey(snapshot.fences),
    maintenances: byKey(snapshot.maintenances ?? []),
    equivalences: KeyedMap.from(
      (snapshot.equivalences ?? []).map((pair) => [equivalenceSlot(pair.one, pair.other), pair]),
    ),
    tags: byKey(snapshot.tags ?? []),
    pools: KeyedMap.from((snapshot.pools ?? []).map((one) => [one.pool, one])),
    virtualNames: KeyedMap.from((snapshot.virtualNames ?? []).map((one) => [one.hostname, one])),
    attributes: KeyedMap.from((snapshot.attributes ?? []).map((one) => [attributeSlot(one.subject, one.name), one])),
    keyValues: KeyedMap.from(snapshot.keyValues ?? []),
    nextDetectionId: snapshot.nextDetectionId,
    nextRecoveryId: snapshot.nextRecoveryId,
  };
}

function byKey<V extends { readonly key: InstanceKey }>(values: readonly V[]): KeyedMap<V> {
  return KeyedMap.from(values.map((value) => [keyText(value.key), value]));
}
