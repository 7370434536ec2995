import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import { fenceState, note, type Outcome, parallel, perform, read, type Saga, sleep } from './effects.ts';
import { LATE_SWITCH_MS } from './late-switch.ts';
import { keyOf, nameOf, type Participant } from './participants.ts';

/**
 * How an attempt to promote came out. `failed`: the server is read-only for certain, so another one may be tried.
 * `old-source-lives`: no one may be opened. `unknown`: it may or may not take writes, so nothing else may be opened,
 * and the old source must stay shut.
 */
export type Promotion =
  | { readonly kind: 'promoted'; readonly facts: InstanceFacts; readonly problems: readonly string[] }
  | { readonly kind: 'failed' | 'old-source-lives'; readonly reason: string; readonly wasReset: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

type Refusal = Exclude<Promotion, { readonly kind: 'promoted' }>;

/** Makes the chosen server the source: opens it for writes, once the old source can't take any (safety rule 1). */
export function* promote(
  input: DeadMasterInput,
  chosen: Participant,
  participants: readonly Participant[],
): Saga<Promotion> {
  const refused = yield* oldSourceLives(input, chosen, participants, false);
  if (refused !== null) return refused;
  if (!input.promote) return yield* park(input, chosen);
  const detached = yield* forgetSource(input, chosen);
  if (detached !== null) return detached;
  const problems = yield* prepareForWrites(input, chosen);
  // Looked at again, as the last thing before the server opens: resetting may have taken a while.
  const refusedNow = yield* oldSourceLives(input, chosen, participants, true);
  if (refusedNow !== null) return refusedNow;
  const opened = yield* perform(
    chosen.contender.facts,
    { kind: 'set-read-only', on: false, super: true },
    input.statementTimeoutMs,
  );
  return yield* readBack(input, chosen, opened, problems);
}

/** A source counts as dead while it is silent and feeds no replica that could not be stopped. */
function* oldSourceLives(
  input: DeadMasterInput,
  chosen: Participant,
  participants: readonly Participant[],
  wasReset: boolean,
): Saga<Refusal | null> {
  const old = keyText(input.failed.key);
  const fed = yield* fedReplica(input, participants);
  const state = yield* fenceState(input.failed.key, input.statementTimeoutMs);
  const danger = `promoting ${nameOf(chosen)} would open a second writeable source.${wasReset ? ` ${resetSentence(chosen)}` : ''}`;
  if (state === 'open') {
    const reason = `${old} answers again and could not be made read-only: ${danger}`;
    return { kind: 'old-source-lives', reason, wasReset };
  }
  if (state === 'silent' && fed !== null) {
    const reason = `${old} still feeds ${nameOf(fed)}, which could not be stopped: ${danger}`;
    return { kind: 'old-source-lives', reason, wasReset };
  }
  if (!wasReset) {
    const dead = `${old} has given no sign of life and feeds no replica.`;
    yield* note(state === 'silent' ? dead : `${old} came back and is read-only.`);
  }
  return null;
}

function* fedReplica(input: DeadMasterInput, participants: readonly Participant[]): Saga<Participant | null> {
  const suspects = participants.filter((each) => each.stillReceives);
  if (suspects.length === 0) return null;
  const readings = yield* parallel(suspects.map((each) => read(keyOf(each), input.statementTimeoutMs)));
  const fed = suspects.filter((each, index) => {
    const reading = readings[index];
    return reading?.ok === true && hasHeard(each.contender.facts, reading.value);
  });
  return fed[0] ?? null;
}

function hasHeard(before: InstanceFacts, now: InstanceFacts): boolean {
  const [then, replica] = [before.replica, now.replica];
  if (then === null || replica === null || replica.ioState !== 1) return false;
  return (
    replica.gtidRetrieved !== then.gtidRetrieved ||
    replica.read.file !== then.read.file ||
    replica.read.position !== then.read.position ||
    replica.heartbeatsReceived !== then.heartbeatsReceived
  );
}

/** `ApplyMySQLPromotionAfterMasterFailover` is off: the server heads the others and is left as a replica. */
function* park(input: DeadMasterInput, chosen: Participant): Saga<Promotion> {
  const name = nameOf(chosen);
  if (chosen.standing === 'at-donor') {
    const source = input.failed.key;
    for (const action of [
      { kind: 'stop-replication', threads: 'both' },
      { kind: 'repoint', source, mode: { by: 'gtid' }, tls: null, credentialsOf: null },
    ] satisfies readonly ServerAction[]) {
      const done = yield* perform(chosen.contender.facts, action, input.statementTimeoutMs);
      if (!done.ok) return { kind: 'failed', reason: `${name}: ${done.failure.message}`, wasReset: false };
    }
  }
  yield* note(
    `${name} stays read-only and keeps its replication settings (ApplyMySQLPromotionAfterMasterFailover is off).`,
  );
  const facts = yield* read(keyOf(chosen), input.statementTimeoutMs);
  if (!facts.ok) return { kind: 'failed', reason: `${name}: ${facts.failure.message}`, wasReset: false };
  return { kind: 'promoted', facts: facts.value, problems: [] };
}

/** Makes the server forget its source, trying twice (recovery reference 8.8); null when that is done. */
function* forgetSource(input: DeadMasterInput, chosen: Participant): Saga<Refusal | null> {
  const { facts } = chosen.contender;
  const stopped = yield* perform(facts, { kind: 'stop-replication', threads: 'both' }, input.statementTimeoutMs);
  if (!stopped.ok) return { kind: 'failed', reason: `${nameOf(chosen)}: ${stopped.failure.message}`, wasReset: false };
  const first = yield* perform(facts, { kind: 'reset-replication' }, input.statementTimeoutMs);
  if (first.ok) return null;
  const second = yield* perform(facts, { kind: 'reset-replication' }, input.statementTimeoutMs);
  if (second.ok) return null;
  const now = yield* read(keyOf(chosen), input.statementTimeoutMs);
  if (now.ok && now.value.replica === null) return null;
  const state = now.ok ? 'It still has its replication settings, and' : 'It may have lost its replication settings; it';
  const reason = `${nameOf(chosen)}: ${second.failure.message} ${state} was not opened for writes.`;
  return { kind: 'failed', reason, wasReset: !now.ok };
}

/** What a source has set differently from a replica; a failure of these doesn't keep it from taking writes. */
function* prepareForWrites(input: DeadMasterInput, chosen: Participant): Saga<readonly string[]> {
  const { facts } = chosen.contender;
  const actions: ServerAction[] = [];
  if (facts.semiSyncPriority > 0 && facts.semiSync?.available === true) {
    actions.push({ kind: 'set-semi-sync-source', on: true });
  }
  if (facts.offlineMode) actions.push({ kind: 'end-offline-mode' });
  const problems: string[] = [];
  for (const action of actions) {
    const done = yield* perform(facts, action, input.statementTimeoutMs);
    if (!done.ok) problems.push(`${nameOf(chosen)}: ${done.failure.message}`);
  }
  return problems;
}

/**
 * Finds out what became of the opening. A statement without an answer may have been carried out or not, so the server
 * itself is asked, twice, since it may be taking writes; one that isn't open is shut again, so that it can't open later,
 * and that is read back too. One that took writes in between stays the only one that may be opened.
 */
function* readBack(
  input: DeadMasterInput,
  chosen: Participant,
  opened: Outcome<void>,
  earlier: readonly string[],
): Saga<Promotion> {
  const name = nameOf(chosen);
  const problems = opened.ok ? earlier : [...earlier, `${name} is open, although: ${opened.failure.message}`];
  const first = yield* read(keyOf(chosen), input.statementTimeoutMs);
  const seen = first.ok ? first : yield* read(keyOf(chosen), input.statementTimeoutMs);
  if (seen.ok && !seen.value.readOnly) return { kind: 'promoted', facts: seen.value, problems };
  yield* perform(
    chosen.contender.facts,
    { kind: 'set-read-only', on: true, super: input.useSuperReadOnly },
    input.statementTimeoutMs,
  );
  if (!opened.ok) yield* sleep(LATE_SWITCH_MS);
  const why = !opened.ok
    ? opened.failure.message
    : seen.ok
      ? 'is still read-only after it was opened for writes'
      : seen.failure.message;
  const after = yield* read(keyOf(chosen), input.statementTimeoutMs);
  if (after.ok && !after.value.readOnly) return { kind: 'promoted', facts: after.value, problems };
  if (after.ok && hasWritten(chosen.contender.facts, after.value)) {
    const reason =
      `${name} took writes before it was shut again, because it could not be asked whether it does: ${why}. Only it has ` +
      `them, so nothing else is promoted and ${keyText(input.failed.key)} stays fenced. Open it with: set-writeable -i ${name}`;
    return { kind: 'unknown', reason };
  }
  if (after.ok) {
    return { kind: 'failed', reason: `${name} could not be opened: ${why}. ${resetSentence(chosen)}`, wasReset: true };
  }
  return {
    kind: 'unknown',
    reason:
      `${name} was told to take writes and then could not be asked whether it does: ${why}; ${after.failure.message}. ` +
      `It may be writeable, so ${keyText(input.failed.key)} stays fenced and nothing else is promoted. Look at ${name}: ` +
      'if it takes writes, point the other replicas at it; if not, start the recovery again.',
  };
}

function hasWritten(before: InstanceFacts, now: InstanceFacts): boolean {
  const [then, at] = [before.coordinates, now.coordinates];
  const moved = then !== null && at !== null && (then.file !== at.file || then.position !== at.position);
  return now.gtidExecuted !== before.gtidExecuted || moved;
}

/** The state of a server that was to be promoted and was not. */
export function resetSentence(chosen: Participant): string {
  return `${nameOf(chosen)} has lost its replication settings (they were reset) and is read-only: point it at its source by hand.`;
}
