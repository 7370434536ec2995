import type { LogPlace } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { isMaintenanceOver } from './queries.ts';
import type { Handler } from './results.ts';
import type { CommandState } from './state.ts';

/**
 * Compare-and-set: whoever begins has the server to itself until it ends (topology operations reference, 1.5). One that
 * is past its time no longer counts, though nobody has removed it yet.
 */
export const beginMaintenance: Handler<'begin-maintenance'> = (state, command) => {
  const { key, owner, reason, explicit, nodeToken, beginMs, endMs } = command;
  const existing = state.maintenances.get(keyText(key));
  if (existing !== undefined && !isMaintenanceOver(existing, beginMs)) {
    return { state, result: { begun: false, existing: { owner: existing.owner, reason: existing.reason } } };
  }
  const maintenance = { key, owner, reason, explicit, nodeToken, beginMs, endMs };
  return {
    state: { ...state, maintenances: state.maintenances.set(keyText(key), maintenance) },
    result: { begun: true },
  };
};

export const endMaintenance: Handler<'end-maintenance'> = (state, { key }) => {
  const maintenances = state.maintenances.delete(keyText(key));
  if (maintenances === state.maintenances) return { state, result: { ended: false } };
  return { state: { ...state, maintenances }, result: { ended: true } };
};

/** A pair that is known already is remembered for longer, whichever of the two is named first. */
export const recordEquivalence: Handler<'record-equivalence'> = (state, { one, other, atMs }) => {
  const slot = equivalenceSlot(one, other);
  const before = state.equivalences.get(slot);
  if (before !== undefined && before.atMs >= atMs) return { state, result: { changed: false } };
  return {
    state: { ...state, equivalences: state.equivalences.set(slot, { one, other, atMs }) },
    result: { changed: before === undefined },
  };
};

/** What makes two equivalences the same. */
export function equivalenceSlot(one: LogPlace, other: LogPlace): string {
  return [one, other].map(placeText).sort().join(' = ');
}

/**
 * The maintenances that hold for other processes' operations end with those processes; what a person has asked for
 * stays.
 */
export function endMaintenancesOfOthers(state: CommandState, nodeToken: string): CommandState['maintenances'] {
  return state.maintenances.filter((one) => one.explicit || one.nodeToken === nodeToken);
}

function placeText({ key, file, position }: LogPlace): string {
  return `${keyText(key)}/${file}:${position}`;
}
