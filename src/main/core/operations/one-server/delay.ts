import { keyText } from '../../../../shared/domain/instance-key.ts';
import { statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, perform, read } from '../../sagas/effects.ts';
import { putBack, startThreads } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, refused } from '../operation.ts';
import { onReplica } from './run.ts';

/** MySQL manual, CHANGE REPLICATION SOURCE TO, SOURCE_DELAY: 2^31 - 1 seconds at most. */
const LONGEST_DELAY_SECONDS = 2 ** 31 - 1;

/** Lets a replica apply so many seconds after its source (topology operations reference, 9). */
export const delayReplication = onReplica('delay', function* (context, facts, args) {
  const { key, replica } = facts;
  const name = keyText(key);
  const seconds = args.number;
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_DELAY_SECONDS) {
    return refused(key, `A delay is a whole number of seconds from 0 to ${LONGEST_DELAY_SECONDS}.`);
  }
  if (replica === null) return refused(key, `${name} is not a replica.`);
  if (replica.sqlDelaySeconds === seconds) return done(key, `${name} is delayed by ${seconds} s already.`);
  const timeoutMs = statementTimeoutMs(context);
  // Only the applier: a receiver that goes on keeps the relay log.
  const stopped: Outcome<void> =
    replica.sqlState > 0
      ? yield* perform(facts, { kind: 'stop-replication', threads: 'sql' }, timeoutMs)
      : { ok: true, value: undefined };
  const set = stopped.ok ? yield* perform(facts, { kind: 'set-delay', seconds }, timeoutMs) : stopped;
  const threads = { io: false, sql: replica.sqlState > 0 };
  const started = set.ok ? yield* startThreads(facts, threads, timeoutMs) : set;
  const after = started.ok ? yield* read(key, timeoutMs) : started;
  if (after.ok && after.value.replica?.sqlDelaySeconds === seconds) {
    return done(key, seconds === 0 ? `${name} is not delayed any more.` : `${name} is delayed by ${seconds} s.`);
  }
  const why = asSentence(
    after.ok ? `${name} is not delayed by ${seconds} s, although it reported no error` : after.failure.message,
  );
  yield* perform(facts, { kind: 'stop-replication', threads: 'sql' }, timeoutMs);
  const reset = yield* perform(facts, { kind: 'set-delay', seconds: replica.sqlDelaySeconds }, timeoutMs);
  const back = yield* putBack(context, facts, null);
  const seen = yield* read(key, timeoutMs);
  const isAsBefore = seen.ok && seen.value.replica?.sqlDelaySeconds === replica.sqlDelaySeconds;
  if (back.state === 'undone' && isAsBefore) return failed(key, 'undone', `${why} ${back.sentence}`);
  const delay = isAsBefore
    ? ''
    : `Its delay may be ${seconds} s now${reset.ok ? '' : `: ${asSentence(reset.failure.message)}`} Set it with: delay-replication -i ${name} --seconds ${replica.sqlDelaySeconds}`;
  return failed(key, 'left', [why, back.sentence, delay].filter((each) => each !== '').join(' '));
});
