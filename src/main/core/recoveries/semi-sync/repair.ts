import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { known, type RoutineContext } from '../../sagas/context.ts';
import { note, type Outcome, parallel, perform, phase, read, type Saga, sleep } from '../../sagas/effects.ts';
import { STATEMENT_TIMEOUT_MS } from '../dead-master-input.ts';
import { nothingRecovered } from '../nothing-recovered.ts';
import type { RecoveryArgs, RecoveryResult } from '../recovery.ts';
import { whySwitchedOff } from '../traits.ts';
import { planSemiSync, type SemiSyncChange, type SemiSyncMode, type SemiSyncReplica } from './plan.ts';

const LOOKS = 20;
const LOOK_EVERY_MS = 100;
/** On a master that is written to, commits wait for a moment only, and others come. */
const RELEASE_LOOKS = 3;

/** A source whose commits wait for acknowledgements that don't come. */
export function* lockedSemiSync(context: RoutineContext, args: RecoveryArgs): Saga<RecoveryResult> {
  const off = whySwitchedOff('locked-semi-sync', context.settings);
  if (off !== null) return yield* nothingRecovered(off);
  return yield* repair(context, args, context.settings.EnforceExactSemiSyncReplicas ? 'exact' : 'enough');
}

/** A source that is acknowledged by more replicas than it waits for. */
export function* exactSemiSync(context: RoutineContext, args: RecoveryArgs): Saga<RecoveryResult> {
  const off = whySwitchedOff('exact-semi-sync', context.settings);
  return off === null ? yield* repair(context, args, 'exact') : yield* nothingRecovered(off);
}

/** Switches semi-sync on and off on replicas until the source gets the acknowledgements that it waits for. */
function* repair(context: RoutineContext, { analysis }: RecoveryArgs, mode: SemiSyncMode): Saga<RecoveryResult> {
  const name = keyText(analysis.key);
  const master = yield* read(analysis.key, STATEMENT_TIMEOUT_MS);
  if (!master.ok) return yield* nothingRecovered(`${name} can't be read: ${master.failure.message}`);
  const replicas = yield* readReplicas(context, analysis.replicas);
  const { changes, shortage } = planSemiSync(master.value, replicas, mode);
  const errors = shortage === '' ? [] : [shortage];
  if (changes.length === 0) {
    return yield* nothingRecovered(`No replica of ${name} has semi-sync to be switched on or off.`, { errors });
  }
  for (const { facts, on } of changes) yield* note(`${keyText(facts.key)}: semi-sync is to be ${on ? 'on' : 'off'}.`);
  yield* parallel(replicas.map(({ facts }) => switchSourceSideOff(facts)));
  const enabled = yield* parallel(changes.filter(({ on }) => on).map(switchOne));
  const disabled = yield* parallel(changes.filter(({ on }) => !on).map(switchOne));
  const problems = [...enabled, ...disabled].filter((each) => each !== '');
  const after = yield* waitForClients(master.value, mode);
  const all = [...errors, ...problems, ...(after.problem === '' ? [] : [after.problem])];
  if (after.facts === null) return yield* nothingRecovered(`${name} is not repaired.`, { errors: all });
  yield* phase('replicas moved', `${name} is acknowledged by ${after.facts.semiSync?.sourceClients} replicas.`);
  const stuck = yield* releaseWaiting(after.facts);
  return {
    successor: after.facts,
    lostReplicas: [],
    participants: changes.map(({ facts }) => facts.key),
    errors: stuck === '' ? all : [...all, stuck],
  };
}

/**
 * A replica that connects anew by GTID doesn't say how far it is, so commits that waited before go on waiting until a later
 * one is acknowledged, which covers them (seen on MySQL 9.7 and MariaDB 10.11). Where no client writes, a transaction
 * that changes nothing does it. Switching semi-sync off and on would release them, too, along with commits that no
 * replica has.
 * @returns why they wait still; empty when none does
 */
function* releaseWaiting(master: InstanceFacts): Saga<string> {
  const name = keyText(master.key);
  let waiting = master.semiSync?.sourceWaiting ?? 0;
  for (let look = 0; look < RELEASE_LOOKS && waiting > 0; look += 1) {
    yield* sleep(LOOK_EVERY_MS);
    const reading = yield* read(master.key, STATEMENT_TIMEOUT_MS);
    if (!reading.ok) return `${name} can't be read, to see whether commits wait still: ${reading.failure.message}`;
    waiting = reading.value.semiSync?.sourceWaiting ?? 0;
  }
  if (waiting === 0) return '';
  const advice = `They are released with the next commit on ${name} that is acknowledged.`;
  if (master.readOnly) return `${waiting} commits wait still on ${name}, which is read-only. ${advice}`;
  yield* note(`${waiting} commits wait still, as nothing was written since; so a transaction that changes nothing is.`);
  const written = yield* perform(master, { kind: 'log-nothing' }, STATEMENT_TIMEOUT_MS);
  if (!written.ok) return `${waiting} commits wait still on ${name}: ${written.failure.message}. ${advice}`;
  yield* note('It was acknowledged, and with it all that was written before.');
  return '';
}

function* readReplicas(
  context: RoutineContext,
  keys: RecoveryArgs['analysis']['replicas'],
): Saga<readonly SemiSyncReplica[]> {
  const readings = yield* parallel(keys.map((key) => read(key, STATEMENT_TIMEOUT_MS)));
  return keys.flatMap((key, index) => {
    const reading = readings[index];
    if (reading?.ok !== true) return [];
    return [{ facts: reading.value, rule: known(context, key)?.promotionRule ?? 'neutral' }];
  });
}

/** One that could be promoted must not wait for acknowledgements itself; that it can't be told so changes little. */
function* switchSourceSideOff(facts: InstanceFacts): Saga<void> {
  if (facts.semiSyncPriority <= 0 || facts.semiSync?.sourceEnabled !== true) return;
  const done = yield* perform(facts, { kind: 'set-semi-sync-source', on: false }, STATEMENT_TIMEOUT_MS);
  if (!done.ok) yield* note(`${keyText(facts.key)}: ${done.failure.message}`);
}

/** A receiver takes up the setting when it connects, so it is made to. @returns what went wrong; empty for nothing */
function* switchOne({ facts, on }: SemiSyncChange): Saga<string> {
  const set = yield* perform(facts, { kind: 'set-semi-sync-replica', on }, STATEMENT_TIMEOUT_MS);
  if (!set.ok) return `${keyText(facts.key)}: ${set.failure.message}`;
  if ((facts.replica?.ioState ?? 0) === 0) return '';
  const restarted = yield* restartReceiver(facts);
  return restarted.ok ? '' : `${keyText(facts.key)}: ${restarted.failure.message}`;
}

function* restartReceiver(facts: InstanceFacts): Saga<Outcome<void>> {
  const stop: ServerAction = { kind: 'stop-replication', threads: 'io' };
  const start: ServerAction = { kind: 'start-replication', threads: 'io' };
  const stopped = yield* perform(facts, stop, STATEMENT_TIMEOUT_MS);
  // A stop without an answer may come about yet, so it is started in any case.
  const started = yield* perform(facts, start, STATEMENT_TIMEOUT_MS);
  return stopped.ok ? started : stopped;
}

/** Sees the source acknowledged by as many as it waits for. */
function* waitForClients(
  master: InstanceFacts,
  mode: SemiSyncMode,
): Saga<{ readonly facts: InstanceFacts | null; readonly problem: string }> {
  const waitsFor = master.semiSync?.sourceWaitForReplicas ?? 0;
  let problem = '';
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) yield* sleep(LOOK_EVERY_MS);
    const reading = yield* read(master.key, STATEMENT_TIMEOUT_MS);
    if (!reading.ok)
      return { facts: null, problem: `${keyText(master.key)} can't be read: ${reading.failure.message}` };
    const clients = reading.value.semiSync?.sourceClients ?? 0;
    if (clients === waitsFor || (mode === 'enough' && clients > waitsFor)) return { facts: reading.value, problem: '' };
    problem = `${keyText(master.key)} is acknowledged by ${clients} replicas and waits for ${waitsFor}.`;
  }
  return { facts: null, problem };
}
