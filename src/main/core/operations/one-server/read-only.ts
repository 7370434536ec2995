import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { note, type Outcome, perform, propose, read, type Saga, sleep } from '../../sagas/effects.ts';
import { LATE_SWITCH_MS } from '../../sagas/late-switch.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation } from '../operation.ts';
import { type Change, change, onServer, takeBack } from './run.ts';
import { switching } from './semi-sync-at-start.ts';

/** Shuts a server for writes and reads that back (topology operations reference, 9). */
export const setReadOnly: Operation = onServer(function* (context, facts) {
  const { key } = facts;
  const name = keyText(key);
  const action = { kind: 'set-read-only', on: true, super: context.settings.UseSuperReadOnly } as const;
  const set = yield* perform(facts, action, statementTimeoutMs(context));
  const after = yield* readBack(context, facts, set);
  if (!after.ok || !after.value.readOnly) return yield* unclear(facts, set, after, true);
  // A server that takes no writes waits for no acknowledgements: it could only block its own applier.
  if (facts.semiSyncPriority > 0 && after.value.semiSync?.sourceEnabled === true) {
    const off = yield* perform(facts, { kind: 'set-semi-sync-source', on: false }, statementTimeoutMs(context));
    if (!off.ok)
      return done(
        key,
        `${name} is read-only. Its semi-sync source side is still on: ${asSentence(off.failure.message)}`,
      );
  }
  return done(key, `${name} is read-only.`);
});

/**
 * Opens a server for writes and reads that back; a fence on it is lifted, for whoever asks for this means it (topology
 * operations reference, 9). Another writeable master in its cluster doesn't keep it from being opened, and is named.
 */
export const setWriteable: Operation = onServer(function* (context, facts) {
  const { key } = facts;
  const name = keyText(key);
  const timeoutMs = statementTimeoutMs(context);
  const others = otherWriteable(context, facts);
  if (others.length > 0) yield* note(`${others.join(', ')} of the same cluster takes writes already.`);
  const needsSemiSync =
    facts.semiSyncPriority > 0 && facts.semiSync?.available === true && !facts.semiSync.sourceEnabled;
  const semiSync: readonly Change[] = needsSemiSync ? [switching('set-semi-sync-source', true)] : [];
  const prepared = yield* change(context, facts, semiSync);
  if (!prepared.ok) return yield* stillShut(context, facts, prepared.failure.message, prepared.back ?? prepared, false);
  const lifted =
    ((yield* propose({ type: 'lift-fence', key })) as { readonly lifted?: boolean } | undefined)?.lifted === true;
  const awake: Outcome<void> = facts.offlineMode
    ? yield* perform(facts, { kind: 'end-offline-mode' }, timeoutMs)
    : { ok: true, value: undefined };
  const opened = awake.ok ? yield* perform(facts, { kind: 'set-read-only', on: false, super: true }, timeoutMs) : awake;
  const after = yield* readBack(context, facts, opened);
  if (after.ok && !after.value.readOnly) {
    const warning = others.length === 0 ? '' : ` Mind that ${others.join(', ')} of the same cluster takes writes too.`;
    return done(key, `${name} takes writes.${warning}`);
  }
  if (!after.ok) return yield* unclear(facts, opened, after, false);
  const why = opened.ok ? `${name} is still read-only, although it reported no error` : opened.failure.message;
  return yield* stillShut(context, facts, why, yield* takeBack(context, facts, semiSync), lifted);
});

/** @param told how the switch was answered: one that was given up may come about yet */
function* readBack(context: RoutineContext, { key }: InstanceFacts, told: Outcome<void>): Saga<Outcome<InstanceFacts>> {
  if (!told.ok && told.failure.kind === 'timeout') yield* sleep(LATE_SWITCH_MS);
  const first = yield* read(key, statementTimeoutMs(context));
  return first.ok ? first : yield* read(key, statementTimeoutMs(context));
}

function* stillShut(
  context: RoutineContext,
  { key }: InstanceFacts,
  why: string,
  back: Outcome<void>,
  fenceLifted: boolean,
): Saga<OperationResult> {
  const name = keyText(key);
  const seen = yield* read(key, statementTimeoutMs(context));
  const shut =
    seen.ok && seen.value.readOnly
      ? `${name} is read-only, as before.`
      : `Look at it, or shut it with: set-read-only -i ${name}`;
  const fence = fenceLifted
    ? ` Its fence has been lifted: Baton no longer shuts it when it returns. To keep it shut: set-read-only -i ${name}`
    : '';
  const semiSync = back.ok
    ? ''
    : ` Its semi-sync source side may be on: ${asSentence(back.failure.message)} Repair it with: disable-semi-sync-master -i ${name}`;
  const state = back.ok && !fenceLifted && seen.ok && seen.value.readOnly ? 'undone' : 'left';
  return failed(key, state, `${asSentence(why)} ${shut}${semiSync}${fence}`);
}

/** The switch was sent, and what the server says doesn't fit. */
function* unclear(
  facts: InstanceFacts,
  sent: Outcome<void>,
  after: Outcome<InstanceFacts>,
  on: boolean,
): Saga<OperationResult> {
  const { key } = facts;
  const name = keyText(key);
  const why = sent.ok ? `${name} reported no error.` : asSentence(sent.failure.message);
  if (after.ok && after.value.readOnly === facts.readOnly) {
    return failed(key, 'undone', `${why} ${name} is ${after.value.readOnly ? 'read-only' : 'writeable'}, as before.`);
  }
  yield* note(`${name} was told to ${on ? 'refuse' : 'take'} writes, and can't be asked whether it does.`);
  const reason = after.ok ? '' : asSentence(after.failure.message);
  const command = on ? 'set-read-only' : 'set-writeable';
  return failed(
    key,
    'left',
    `${why} Whether ${name} takes writes can't be told: ${reason} Look at it, and repeat: ${command} -i ${name}`,
  );
}

/** By the picture: masters of its cluster, and of its source's, that take writes. */
function otherWriteable(context: RoutineContext, { key, replica }: InstanceFacts): readonly string[] {
  const own = known(context, key)?.clusterName;
  const above = replica === null ? undefined : known(context, replica.source)?.clusterName;
  return [...context.topology.instances.values()]
    .filter((each) => each.id !== keyText(key) && (each.clusterName === own || each.clusterName === above))
    .filter((each) => each.valid && each.facts !== null && !each.facts.readOnly && (each.isMaster || each.isCoMaster))
    .map((each) => each.id)
    .sort();
}
