import { type InstanceKey, isRealKey, keyText } from '../../../shared/domain/instance-key.ts';
import { isForgotten } from './queries.ts';
import type { Handler } from './results.ts';
import type { CommandState } from './state.ts';

/** A forgotten server can't come back before its time, however it is met (discovery reference, section 12). */
export const discover: Handler<'discover'> = (state, { key, atMs }) => {
  if (!isRealKey(key)) return { state, result: { added: false, reason: 'not-a-server' } };
  if (isForgotten(state, key, atMs)) return { state, result: { added: false, reason: 'forgotten' } };
  const name = keyText(key);
  if (state.known.has(name)) return { state, result: { added: false, reason: 'already-known' } };
  return {
    state: {
      ...state,
      known: state.known.set(name, { key, discoveredMs: atMs }),
      forgotten: state.forgotten.delete(name),
    },
    result: { added: true },
  };
};

/**
 * Forgets servers with their downtimes, promotion rules and the maintenance that a person asked for. What an operation
 * holds, it holds on: it may be at work there. A fence stays: the server that it keeps from taking
 * writes is as dangerous when nobody remembers it, and it may be met again through one of its replicas.
 */
export const forget: Handler<'forget'> = (state, { keys, untilMs }) => {
  const forgotten: InstanceKey[] = [];
  const unknown: InstanceKey[] = [];
  let next: CommandState = state;
  for (const key of keys) {
    const name = keyText(key);
    (next.known.has(name) ? forgotten : unknown).push(key);
    next = {
      ...next,
      known: next.known.delete(name),
      downtimes: next.downtimes.delete(name),
      candidates: next.candidates.delete(name),
      maintenances: next.maintenances.get(name)?.explicit === true ? next.maintenances.delete(name) : next.maintenances,
      forgotten: next.forgotten.get(name)?.untilMs === untilMs ? next.forgotten : setForgotten(next, key, untilMs),
    };
  }
  const changed =
    next.known !== state.known ||
    next.downtimes !== state.downtimes ||
    next.candidates !== state.candidates ||
    next.maintenances !== state.maintenances ||
    next.forgotten !== state.forgotten;
  return { state: changed ? next : state, result: { forgotten, unknown } };
};

function setForgotten(state: CommandState, key: InstanceKey, untilMs: number): CommandState['forgotten'] {
  return state.forgotten.set(keyText(key), { key, untilMs });
}

/** Beginning again replaces the earlier downtime; one that is over before it begins is ignored. */
export const beginDowntime: Handler<'begin-downtime'> = (state, { key, owner, reason, beginMs, endMs }) => {
  if (endMs <= beginMs) return { state, result: { begun: false } };
  const downtime = { key, owner, reason, beginMs, endMs };
  return {
    state: { ...state, downtimes: state.downtimes.set(keyText(key), downtime) },
    result: { begun: true },
  };
};

export const endDowntime: Handler<'end-downtime'> = (state, { key }) => {
  const downtimes = state.downtimes.delete(keyText(key));
  if (downtimes === state.downtimes) return { state, result: { ended: false } };
  return { state: { ...state, downtimes }, result: { ended: true } };
};

/** Accepts every rule; that `must` isn't registered by hand is for the service to refuse. */
export const registerCandidate: Handler<'register-candidate'> = (state, { key, rule, atMs }) => {
  const name = keyText(key);
  const before = state.candidates.get(name);
  if (before?.rule === rule && before.registeredMs === atMs) return { state, result: { changed: false } };
  return {
    state: { ...state, candidates: state.candidates.set(name, { key, rule, registeredMs: atMs }) },
    result: { changed: before?.rule !== rule },
  };
};

/** An empty alias takes the manual alias away. An alias that another cluster name had moves over to this one. */
export const setClusterAlias: Handler<'set-cluster-alias'> = (state, { clusterName, alias }) => {
  if ((state.clusterAliases.get(clusterName) ?? '') === alias) {
    return { state, result: { changed: false, takenFrom: null } };
  }
  if (alias === '') {
    return {
      state: { ...state, clusterAliases: state.clusterAliases.delete(clusterName) },
      result: { changed: true, takenFrom: null },
    };
  }
  const owner = state.clusterAliases.entries().find(([, taken]) => taken === alias)?.[0] ?? null;
  const freed = owner === null ? state.clusterAliases : state.clusterAliases.delete(owner);
  return {
    state: { ...state, clusterAliases: freed.set(clusterName, alias) },
    result: { changed: true, takenFrom: owner },
  };
};

export const disableGlobalRecoveries: Handler<'disable-global-recoveries'> = (state) => switchGlobal(state, false);

export const enableGlobalRecoveries: Handler<'enable-global-recoveries'> = (state) => switchGlobal(state, true);

function switchGlobal(state: CommandState, enabled: boolean) {
  if (state.globalRecoveriesEnabled === enabled) return { state, result: { changed: false } };
  return { state: { ...state, globalRecoveriesEnabled: enabled }, result: { changed: true } };
}

/** Fencing a server means that its successor takes the writes, so a fence on the successor ends with it. */
export const fence: Handler<'fence'> = (state, { key, recoveryUid, successor, atMs }) => {
  const name = keyText(key);
  const before = state.fences.get(name);
  const successorName = successor === null ? null : keyText(successor);
  const lifted = successorName === null || successorName === name ? state.fences : state.fences.delete(successorName);
  const same =
    before !== undefined &&
    before.recoveryUid === recoveryUid &&
    before.atMs === atMs &&
    (before.successor === null ? null : keyText(before.successor)) === successorName;
  if (same && lifted === state.fences) return { state, result: { changed: false } };
  return {
    state: { ...state, fences: lifted.set(name, { key, recoveryUid, successor, atMs }) },
    result: { changed: true },
  };
};

export const liftFence: Handler<'lift-fence'> = (state, { key }) => {
  const fences = state.fences.delete(keyText(key));
  if (fences === state.fences) return { state, result: { lifted: false } };
  return { state: { ...state, fences }, result: { lifted: true } };
};
