import { keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import type { Clock } from '../../engine/ports/runtime.ts';
import type { Step } from './dialects/dialect.ts';
import { askAll } from './wire/ask.ts';
import type { Response } from './wire/decode-response.ts';
import type { WireSession } from './wire/wire-session.ts';

/** How a statement that hangs on one connection is stopped over another. */
export interface StatementStopper {
  readonly clock: Clock;
  /** Sends `KILL QUERY` for this connection; rejects with ServerError. */
  readonly kill: (timeoutMs: number) => Promise<void>;
}

/** How long it may take to stop a statement and to hear of its end, each in ms. */
const STOP_LIMIT_MS = 1_000;
/** What a statement answers that was stopped (MySQL Server Error Reference, ER_QUERY_INTERRUPTED; MariaDB alike). */
const ER_QUERY_INTERRUPTED = 1317;
const LATE = Symbol('late');

/**
 * Sends a statement that must not come about once it has been given up, such as a read-only switch: the servers go on
 * waiting for a lock when the client is gone, and count that wait in whole seconds. So it is stopped there, and its end
 * is waited for. The connection is of no further use then: a kill might meet the next statement.
 * @returns its answer; also that of a statement that was done before it could be stopped
 * @throws ServerError of kind `timeout`, saying whether the statement may come about yet
 */
export async function sendOrCallOff(
  session: WireSession,
  requests: readonly string[],
  step: Step,
  timeoutMs: number,
  { clock, kill }: StatementStopper,
): Promise<Response | undefined> {
  const answer = askAll(session, requests, 0, `answer "${step.shown}"`);
  // Destroying the session below fails it, when nobody waits any more.
  answer.catch(() => {});
  const inTime = await within(answer, timeoutMs, clock);
  if (inTime !== LATE) return inTime.at(-1);
  const said = `${keyText(session.key)} did not answer "${step.shown}" within ${Math.round(timeoutMs)} ms`;
  try {
    const killed = kill(STOP_LIMIT_MS);
    killed.catch(() => {});
    await within(killed, STOP_LIMIT_MS, clock);
    const late = await within(answer, STOP_LIMIT_MS, clock);
    if (late === LATE) throw new Error('it does not end');
    const response = late.at(-1);
    if (response?.error?.errno !== ER_QUERY_INTERRUPTED) return response;
  } catch (error) {
    const reason = reasonOf(error);
    const message = `${said}, and could not be made to give it up, so it may come about yet: ${reason}`;
    throw new ServerError(session.key, { kind: 'timeout', message }, { cause: error });
  } finally {
    session.destroy();
  }
  throw new ServerError(session.key, { kind: 'timeout', message: `${said}, and was made to give it up` }, {});
}

function within<T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => resolve(LATE));
    work.then(resolve, reject).finally(cancel);
  });
}
