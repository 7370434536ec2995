import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { ServerSession } from '../../../../shared/domain/question.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { ask, type Outcome, perform, type Saga } from '../../sagas/effects.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { onServer } from './run.ts';

/** Ends the statement that a client's session is at; the session stays (topology operations reference, 9). */
export const killQuery: Operation = onServer(function* (context, facts, args) {
  const { key } = facts;
  const name = keyText(key);
  const id = args.number;
  if (id === undefined || !Number.isSafeInteger(id) || id <= 0)
    return refused(key, 'A session is named by its id, a whole number.');
  const before = yield* sessionOf(context, facts, id);
  if (!before.ok) return refused(key, `The sessions of ${name} can't be listed: ${before.failure.message}`);
  if (before.value === null) return refused(key, `${name} has no client session ${id}.`);
  const killed = yield* perform(facts, { kind: 'kill', id, what: 'query' }, statementTimeoutMs(context));
  const after = yield* sessionOf(context, facts, id);
  const goesOn = after.ok && after.value !== null && isSame(before.value, after.value);
  if (killed.ok) {
    const rest = goesOn ? ' It is not at its end yet: what it did is being rolled back.' : '';
    return done(key, `The statement of session ${id} on ${name} was killed.${rest}`);
  }
  const why = asSentence(killed.failure.message);
  if (goesOn) return failed(key, 'undone', `${why} Session ${id} on ${name} goes on.`);
  return failed(
    key,
    'left',
    `${why} Whether the statement of session ${id} on ${name} goes on can't be told. Repeat: kill-query -i ${name}`,
  );
});

function* sessionOf(context: RoutineContext, facts: InstanceFacts, id: number): Saga<Outcome<ServerSession | null>> {
  const sessions = yield* ask(facts, { kind: 'sessions' }, statementTimeoutMs(context));
  return sessions.ok ? { ok: true, value: sessions.value.find((each) => each.id === id) ?? null } : sessions;
}

function isSame(a: ServerSession, b: ServerSession): boolean {
  return a.statement === b.statement && a.statement !== '' && a.command === b.command && b.seconds >= a.seconds;
}
