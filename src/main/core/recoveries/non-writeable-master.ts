import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import { hooks, note, parallel, perform, phase, read, type Saga } from '../sagas/effects.ts';
import { NO_PROGRESS } from './dead-intermediate-master.ts';
import { STATEMENT_TIMEOUT_MS } from './dead-master-input.ts';
import { nothingRecovered } from './nothing-recovered.ts';
import type { RecoveryArgs, RecoveryResult } from './recovery.ts';
import { whySwitchedOff } from './traits.ts';

/**
 * The master is read-only and nobody meant it to be (`RecoverNonWriteableMaster`; recovery reference, section 13): it is
 * opened for writes, unless another server of its cluster could be the master that takes them (safety rule 1).
 */
export function* nonWriteableMaster(context: RoutineContext, { analysis }: RecoveryArgs): Saga<RecoveryResult> {
  const name = keyText(analysis.key);
  const off = whySwitchedOff('non-writeable-master', context.settings);
  if (off !== null) return yield* nothingRecovered(off);
  const before = yield* hooks('PreFailoverProcesses', NO_PROGRESS);
  if (!before.ok) return yield* nothingRecovered(`A PreFailoverProcesses hook failed: ${before.failure.message}`);
  yield* phase('hooks', 'Pre-failover hooks are done.');
  const live = yield* read(analysis.key, STATEMENT_TIMEOUT_MS);
  if (!live.ok) return yield* nothingRecovered(`${name} can't be read: ${live.failure.message}`);
  if (!live.value.readOnly) {
    yield* note(`${name} takes writes already.`);
    return repaired(live.value);
  }
  if (live.value.replica !== null && !isCoMasterOf(context, live.value)) {
    return yield* nothingRecovered(
      `${name} replicates from ${keyText(live.value.replica.source)}: it is no master now.`,
    );
  }
  const obstacle = yield* otherMaster(context, analysis.key);
  if (obstacle !== null) return yield* nothingRecovered(`${name} stays read-only: ${obstacle}`);
  return yield* open(live.value);
}

function isCoMasterOf(context: RoutineContext, { key, replica }: InstanceFacts): boolean {
  return known(context, key)?.isCoMaster === true && replica !== null;
}

/** Another server on top of the cluster that takes writes, or that can't be asked whether it does. */
function* otherMaster(context: RoutineContext, key: InstanceKey): Saga<string | null> {
  const own = known(context, key);
  const others = [...context.topology.instances.values()].filter(
    (each) => each.id !== own?.id && each.clusterName === own?.clusterName && (each.depth === 0 || each.isCoMaster),
  );
  const readings = yield* parallel(others.map((each) => read(each.key, STATEMENT_TIMEOUT_MS)));
  for (const [index, reading] of readings.entries()) {
    const id = others[index]?.id ?? '';
    if (!reading.ok) return `${id} may be taking writes, and can't be asked: ${reading.failure.message}`;
    if (!reading.value.readOnly) return `${id} takes writes, and two masters must not.`;
  }
  return null;
}

function* open(master: InstanceFacts): Saga<RecoveryResult> {
  const name = keyText(master.key);
  const errors: string[] = [];
  if (master.semiSyncPriority > 0 && master.semiSync?.available === true) {
    const on = yield* perform(master, { kind: 'set-semi-sync-source', on: true }, STATEMENT_TIMEOUT_MS);
    if (!on.ok) errors.push(`${name}: ${on.failure.message}`);
  }
  const opened = yield* perform(master, { kind: 'set-read-only', on: false, super: true }, STATEMENT_TIMEOUT_MS);
  // A statement without an answer may have been carried out: the server itself is asked.
  const after = yield* read(master.key, STATEMENT_TIMEOUT_MS);
  if (after.ok && !after.value.readOnly) {
    yield* phase('promoted', `${name} takes writes again.`);
    return { ...repaired(after.value), errors };
  }
  const why = opened.ok ? (after.ok ? 'it is still read-only.' : after.failure.message) : opened.failure.message;
  return yield* nothingRecovered(`${name} could not be opened for writes: ${why}`, { errors });
}

function repaired(master: InstanceFacts): RecoveryResult {
  return { successor: master, lostReplicas: [], participants: [], errors: [] };
}
