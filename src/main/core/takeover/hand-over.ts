import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { positionOf } from '../candidates/received.ts';
import { gtidSubtract } from '../gtid/gtid-position.ts';
import type { RoutineContext } from '../sagas/context.ts';
import { now, type Outcome, parallel, perform, read, type Saga, sleep } from '../sagas/effects.ts';
import { lacking } from './designated.ts';
import { catchUpLimitMs, LATE_SWITCH_MS, patientLimitMs, URGENT_LIMIT_MS } from './limits.ts';
import { openAgain, shutMaster } from './shut.ts';

export interface HandOver {
  readonly master: InstanceFacts;
  readonly designated: InstanceFacts;
  readonly byGtid: boolean;
  readonly killBlockers: boolean;
}

export type HandedOver =
  | {
      readonly ok: true;
      /** As read after it was opened. */
      readonly successor: InstanceFacts;
      /** As read when it was shut, with where its binary log ended. */
      readonly master: InstanceFacts;
      /** As read before it was opened; its place in its own log is where the old master goes on. */
      readonly ready: InstanceFacts;
    }
  | { readonly ok: false; readonly reason: string; readonly state: 'undone' | 'left' };

/** The designated server counts as near when it has what the master had within so many ms. */
const NEAR_MS = 10;
/** How often it may fall behind again before the master is shut nevertheless. */
const MOST_ROUNDS = 20;
const BETWEEN_ROUNDS_MS = 25;

/**
 * Lets the designated server get as near to the master as it can while that still takes writes, and opens the
 * connections that are needed: what is left to do afterwards takes as long as the last transaction. Moving the siblings
 * makes it fall behind for a moment, which nobody should have to wait for.
 */
export function* warmUp(context: RoutineContext, order: HandOver): Saga<Outcome<HandOver>> {
  const limitMs = patientLimitMs(context);
  for (let round = 1; ; round += 1) {
    const [live, near] = yield* parallel([read(order.master.key, limitMs), read(order.designated.key, limitMs)]);
    if (live === undefined || near === undefined) throw new Error('Two reads have two results.');
    if (!live.ok) return live;
    if (!near.ok) return near;
    const fresh = { ...order, master: live.value, designated: near.value };
    const startedMs = yield* now();
    const caughtUp = yield* catchUp(context, fresh.master, fresh.designated, order.byGtid, limitMs);
    if (!caughtUp.ok) return caughtUp;
    const tookMs = (yield* now()) - startedMs;
    if (tookMs <= NEAR_MS || round >= MOST_ROUNDS) return { ok: true, value: fresh };
    yield* sleep(BETWEEN_ROUNDS_MS);
  }
}

/**
 * The moment in which nobody takes writes: shut the master, let the designated one execute its last transaction, open
 * that. Before it is opened, the master is read-only and was read back (safety rule 1); on every failure before that,
 * the master takes writes again.
 */
export function* handOver(context: RoutineContext, order: HandOver): Saga<HandedOver> {
  const shut = yield* shutMaster(order);
  if (!shut.ok) return shut;
  const executed = yield* catchUp(context, shut.master, order.designated, order.byGtid, URGENT_LIMIT_MS);
  if (!executed.ok) return yield* giveBack(order.master, executed.failure.message);
  let ready = order.designated;
  if (!order.byGtid) {
    const at = yield* read(order.designated.key, URGENT_LIMIT_MS);
    if (!at.ok) return yield* giveBack(order.master, at.failure.message);
    ready = at.value;
  }
  return yield* open(order, shut.master, ready);
}

/** Lets the designated server execute everything that the master has, as read. */
function* catchUp(
  context: RoutineContext,
  master: InstanceFacts,
  designated: InstanceFacts,
  byGtid: boolean,
  marginMs: number,
): Saga<Outcome<void>> {
  const timeoutMs = catchUpLimitMs(context);
  if (byGtid) {
    const gtid = lacking(master, designated);
    if (gtid === '') return { ok: true, value: undefined };
    return yield* perform(designated, { kind: 'wait-for-gtid', gtid, timeoutMs }, timeoutMs + marginMs);
  }
  const at = master.coordinates;
  if (at === null) {
    const message = `${keyText(master.key)} doesn't tell where its binary log ends.`;
    return { ok: false, failure: { kind: 'other', message } };
  }
  return yield* perform(designated, { kind: 'wait-for-position', at, timeoutMs }, timeoutMs + marginMs);
}

function* open(order: HandOver, master: InstanceFacts, ready: InstanceFacts): Saga<HandedOver> {
  const { designated } = order;
  const name = keyText(designated.key);
  const switches = designated.semiSyncPriority > 0 && designated.semiSync?.available === true;
  if (switches) {
    // Whether commits wait for a replica is decided when they begin. A failure leaves it as unsafe as it was.
    yield* perform(designated, { kind: 'set-semi-sync-source', on: true }, URGENT_LIMIT_MS);
  }
  const opened = yield* perform(designated, { kind: 'set-read-only', on: false, super: true }, URGENT_LIMIT_MS);
  const first = yield* read(designated.key, URGENT_LIMIT_MS);
  // It may be taking writes by now, so one reading that fails is not enough to shut it.
  const seen = first.ok ? first : yield* read(designated.key, URGENT_LIMIT_MS);
  if (seen.ok && !seen.value.readOnly) return yield* handedOver(order, master, seen.value, ready);
  // It may have been told and not have answered: it is shut again, so that it can't open later.
  yield* perform(designated, { kind: 'set-read-only', on: true, super: true }, URGENT_LIMIT_MS);
  if (!opened.ok) yield* sleep(LATE_SWITCH_MS);
  const after = yield* read(designated.key, URGENT_LIMIT_MS);
  const why = opened.ok ? (seen.ok ? 'it is read-only still' : seen.failure.message) : opened.failure.message;
  if (after.ok && !after.value.readOnly) return yield* handedOver(order, master, after.value, ready);
  const wrote = after.ok ? writtenSince(ready, after.value, order.byGtid) : '';
  if (wrote !== '') return onlyItHas(order, wrote, why);
  if (switches && designated.semiSync?.sourceEnabled === false) {
    yield* perform(designated, { kind: 'set-semi-sync-source', on: false }, URGENT_LIMIT_MS);
  }
  if (after.ok) return yield* giveBack(order.master, `${name} could not be opened for writes: ${why}`);
  return {
    ok: false,
    state: 'left',
    reason:
      `${name} was told to take writes and then could not be asked whether it does: ${why}; ${after.failure.message}. ` +
      `It may be writeable, so ${keyText(master.key)} stays read-only. Look at ${name}: if it takes writes, ` +
      `move the others below it; if not, open the old master with: set-writeable -i ${keyText(master.key)}`,
  };
}

/** It took writes before it was shut again: the master, opened, would go on without them. */
function onlyItHas({ master, designated }: HandOver, wrote: string, why: string): HandedOver {
  const [name, old] = [keyText(designated.key), keyText(master.key)];
  return {
    ok: false,
    state: 'left',
    reason:
      `${name} took writes before it was shut again, because it could not be asked whether it does: ${why}. Only it has ` +
      `them (${wrote}), so ${old} stays read-only. Open ${name} with: set-writeable -i ${name}`,
  };
}

/** Where the old master's log ended is read now, when nobody waits: it was shut before, and has not moved since. */
function* handedOver(
  { byGtid }: HandOver,
  shut: InstanceFacts,
  successor: InstanceFacts,
  ready: InstanceFacts,
): Saga<HandedOver> {
  if (!byGtid) return { ok: true, successor, master: shut, ready };
  const end = yield* read(shut.key, URGENT_LIMIT_MS);
  const coordinates = end.ok && writtenSince(shut, end.value, true) === '' ? end.value.coordinates : null;
  return { ok: true, successor, master: { ...shut, coordinates }, ready };
}

function* giveBack(master: InstanceFacts, reason: string): Saga<HandedOver> {
  const opened = yield* openAgain(master, false);
  return { ok: false, reason: `${reason.replace(/[.]?$/, '.')} ${opened.sentence}`, state: opened.state };
}

/** What a server has executed that it had not when it was read before; empty for nothing. */
export function writtenSince(before: InstanceFacts, now: InstanceFacts, byGtid: boolean): string {
  if (byGtid) {
    return gtidSubtract(positionOf(now.flavor, now.gtidExecuted), positionOf(before.flavor, before.gtidExecuted)).text;
  }
  const [then, at] = [before.coordinates, now.coordinates];
  if (then === null || at === null || (then.file === at.file && then.position === at.position)) return '';
  return `${then.file}:${then.position} to ${at.file}:${at.position}`;
}
