import { keyText } from '../../../../shared/domain/instance-key.ts';
import { statementTimeoutMs } from '../../sagas/context.ts';
import { perform } from '../../sagas/effects.ts';
import { arrived } from '../frame/arrival.ts';
import { putBack, startThreads, stopFully } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation } from '../operation.ts';
import { onReplica } from './run.ts';

/**
 * Gives a replica the replication account that Baton knows for it (topology operations reference, 4.11). What it had
 * before can't be read back: when the new account doesn't work, the old one is gone, and that is said.
 */
export const changeMasterCredentials: Operation = onReplica('give an account to', function* (context, facts) {
  const { key, replica } = facts;
  const name = keyText(key);
  const timeoutMs = statementTimeoutMs(context);
  const stopped = yield* stopFully(facts, timeoutMs);
  const set = stopped.ok
    ? yield* perform(stopped.value, { kind: 'set-credentials', credentialsOf: key }, timeoutMs)
    : stopped;
  if (!set.ok && set.failure.kind !== 'timeout' && set.failure.kind !== 'broken') {
    const back = yield* putBack(context, facts, null);
    return failed(key, back.state, `${asSentence(set.failure.message)} ${back.sentence}`);
  }
  const threads = { io: (replica?.ioState ?? 0) > 0, sql: (replica?.sqlState ?? 0) > 0 };
  const started = yield* startThreads(facts, threads, timeoutMs);
  const expected = { io: threads.io, sql: threads.sql && replica?.lastSqlErrno === 0 };
  const there = yield* arrived(key, replica?.source ?? key, expected, timeoutMs);
  if (set.ok && there.ok) {
    const seen = threads.io ? 'and is connected with it' : 'and was not connected, so it has not been tried';
    return done(key, `${name} has a new replication account ${seen}.`);
  }
  const why = asSentence(
    !set.ok ? set.failure.message : there.ok ? '' : started.ok ? there.failure.message : started.failure.message,
  );
  const works = there.ok
    ? 'It replicates, with one account or the other.'
    : "It does not replicate; its former account can't be restored by Baton.";
  return failed(key, 'left', `${why} ${works} When the account is right: change-master-credentials -i ${name}`);
});
