import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { ServerSession } from '../../../shared/domain/question.ts';
import { ask, note, type Outcome, perform, read, type Saga, sleep } from '../sagas/effects.ts';
import { LATE_SWITCH_MS, SHUT_LIMIT_MS, URGENT_LIMIT_MS } from './limits.ts';

/** A master that takes no writes, as read back; or why it takes them still, and how it was left. */
export type Shut =
  | { readonly ok: true; readonly master: InstanceFacts }
  | { readonly ok: false; readonly reason: string; readonly state: 'undone' | 'left' };

/** How many locked tables are named in a message. */
const TABLES_NAMED = 5;

export interface Order {
  readonly master: InstanceFacts;
  readonly byGtid: boolean;
  readonly killBlockers: boolean;
}

/**
 * Makes the master read-only, for administrators too where the server can, and reads it back: whoever has a transaction
 * open then can't commit it any more. When sessions hold that up, either they are killed, or the master is opened again.
 */
export function* shutMaster({ master, byGtid, killBlockers }: Order): Saga<Shut> {
  let told = yield* setReadOnly(master, true, SHUT_LIMIT_MS);
  let holders = '';
  if (!told.ok) {
    const blockers = yield* blockersOf(master);
    holders = blockers.length > 0 ? describeBlockers(master.key, blockers) : yield* unseenHolders(master);
    yield* note(`${keyText(master.key)} could not be made read-only: ${told.failure.message}. ${holders}`);
    if (killBlockers && blockers.length > 0) {
      yield* killAll(master, blockers);
      told = yield* setReadOnly(master, true, SHUT_LIMIT_MS);
    }
  }
  const after = told.ok ? yield* readShut(master, byGtid) : told;
  if (after.ok && after.value.readOnly) return { ok: true, master: after.value };
  const why = after.ok ? 'it is writeable still' : after.failure.message;
  const reason = `${keyText(master.key)} could not be made read-only: ${why}. ${holders}`.trim();
  const opened = yield* openAgain(master, !told.ok);
  return { ok: false, reason: `${reason} ${opened.sentence}`, state: opened.state };
}

/**
 * Lets a master take writes again that did so before, and reads that back.
 * @param late a switch to read-only may still be under way on it, as one that was given up
 */
export function* openAgain(
  before: InstanceFacts,
  late: boolean,
): Saga<{ readonly state: 'undone' | 'left'; readonly sentence: string }> {
  const name = keyText(before.key);
  if (before.readOnly) return { state: 'undone', sentence: `${name} is read-only, as before.` };
  let problem = '';
  for (const pauseMs of late ? [0, LATE_SWITCH_MS, LATE_SWITCH_MS] : [0, LATE_SWITCH_MS]) {
    if (pauseMs > 0 && (late || problem !== '')) yield* sleep(pauseMs);
    const opened = yield* setReadOnly(before, false, URGENT_LIMIT_MS);
    const after = yield* read(before.key, URGENT_LIMIT_MS);
    if (after.ok && !after.value.readOnly) {
      problem = '';
      if (!late) break;
      continue;
    }
    problem = !opened.ok ? opened.failure.message : !after.ok ? after.failure.message : 'it is read-only still';
  }
  if (problem === '') {
    return { state: 'undone', sentence: `${name} takes writes again.` };
  }
  return {
    state: 'left',
    sentence: `${name} could not be opened for writes again: ${problem}. Open it with: set-writeable -i ${name}`,
  };
}

/** By GTID its last transaction is all that has to be known at this moment; a whole reading takes many times as long. */
function* readShut(master: InstanceFacts, byGtid: boolean): Saga<Outcome<InstanceFacts>> {
  if (!byGtid) return yield* read(master.key, URGENT_LIMIT_MS);
  const answer = yield* ask(master, { kind: 'last-write' }, URGENT_LIMIT_MS);
  return answer.ok ? { ok: true, value: { ...master, ...answer.value } } : answer;
}

function setReadOnly(facts: InstanceFacts, on: boolean, timeoutMs: number): Saga<Outcome<void>> {
  return perform(facts, { kind: 'set-read-only', on, super: true }, timeoutMs);
}

/** Nobody is killed, and nothing said, on a guess: no answer means none. */
function* blockersOf(master: InstanceFacts): Saga<readonly ServerSession[]> {
  const answer = yield* ask(master, { kind: 'write-blockers' }, URGENT_LIMIT_MS);
  if (answer.ok) return answer.value;
  yield* note(`${keyText(master.key)} could not be asked which sessions hold that up: ${answer.failure.message}`);
  return [];
}

function* killAll(master: InstanceFacts, sessions: readonly ServerSession[]): Saga<void> {
  for (const { id } of sessions) {
    const killed = yield* perform(master, { kind: 'kill', id, what: 'connection' }, URGENT_LIMIT_MS);
    yield* note(
      killed.ok
        ? `Session ${id} of ${keyText(master.key)} was killed.`
        : `Session ${id} of ${keyText(master.key)} could not be killed: ${killed.failure.message}`,
    );
  }
}

/** Who has locked tables is seen only where the server watches its locks; which tables, everywhere. */
function* unseenHolders(master: InstanceFacts): Saga<string> {
  const answer = yield* ask(master, { kind: 'locked-tables' }, URGENT_LIMIT_MS);
  const tables = answer.ok ? answer.value : [];
  const seen =
    tables.length === 0
      ? "None is in use that Baton's account may read; an account that may read all can look with"
      : `In use now: ${tables.slice(0, TABLES_NAMED).join(', ')}${tables.length > TABLES_NAMED ? ', …' : ''}, as told by`;
  return (
    `No session was found that holds it up. ${keyText(master.key)} doesn't tell which session holds LOCK TABLES … WRITE ` +
    `(MySQL 5.7 and later do with performance_schema and its instrument wait/lock/metadata/sql/mdl on). ` +
    `${seen}: SHOW OPEN TABLES WHERE In_use > 0`
  );
}

function describeBlockers(key: InstanceKey, sessions: readonly ServerSession[]): string {
  const [first] = sessions;
  return (
    `Held up by ${sessions.map(describe).join('; ')}. ` +
    `Wait for them, end them (kill-query -i ${keyText(key)} --query ${first?.id ?? ''}), or let the takeover kill them (--kill-blockers).`
  );
}

function describe({ id, user, host, statement, seconds, transactionSeconds }: ServerSession): string {
  const what = statement === '' ? 'idle' : `"${statement}"`;
  const open = transactionSeconds === null ? '' : `, transaction open for ${transactionSeconds} s`;
  return `session ${id} of ${user}@${host} (${what} for ${seconds} s${open})`;
}
