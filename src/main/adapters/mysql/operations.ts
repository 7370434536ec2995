import type { ServerAction } from '../../../shared/domain/action.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { type ActionResult, ServerError } from '../../engine/ports/mysql.ts';
import { type StatementStopper, sendOrCallOff } from './call-off.ts';
import type { Dialect, Inquiry, Step, StepProblem } from './dialects/dialect.ts';
import { serverSaidError } from './failure.ts';
import { ask, askAll } from './wire/ask.ts';
import type { Response } from './wire/decode-response.ts';
import type { WireSession } from './wire/wire-session.ts';

export interface OperationSession {
  readonly session: WireSession;
  readonly dialect: Dialect;
  /** What the session's `lock_wait_timeout` was set to, in seconds; 0 while it is the server's own, a year. */
  lockWaitSeconds: number;
  /** Null on connections that aren't meant for actions. */
  readonly stopper: StatementStopper | null;
}

const SESSIONS_LIMIT = 3;
/** What the servers' own limit adds to the wait that they were asked for. */
const WAIT_MARGIN_MS = 1_000;
const NO_WAIT = 'answer';
const UNANSWERED = { errno: 0, message: 'no answer' };

/** The operations' connections to one server: opened when needed, kept, and never handed out half used. */
export class OperationPool {
  readonly #open: () => Promise<OperationSession>;
  readonly #idle: OperationSession[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #closed = false;

  constructor(open: () => Promise<OperationSession>) {
    this.#open = open;
  }

  /** Lends a connection for `work`; one that has an answer still to come afterwards is closed. */
  async use<T>(work: (session: OperationSession) => Promise<T>): Promise<T> {
    while (this.#taken >= SESSIONS_LIMIT) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken += 1;
    let session: OperationSession | undefined;
    try {
      session = this.#takeIdle() ?? (await this.#open());
      return await work(session);
    } finally {
      this.#taken -= 1;
      if (session) this.#giveBack(session);
      this.#waiting.shift()?.();
    }
  }

  /** Lends one connection more, beyond the limit: what stops a statement must not wait for it. */
  async beside<T>(work: (session: OperationSession) => Promise<T>): Promise<T> {
    const session = this.#takeIdle() ?? (await this.#open());
    try {
      return await work(session);
    } finally {
      this.#giveBack(session);
    }
  }

  /** Makes sure that a connection waits for the next operation. */
  async warm(): Promise<void> {
    if (this.#idle.some((one) => one.session.isOpen)) return;
    await this.use(() => Promise.resolve());
  }

  close(): void {
    this.#closed = true;
    for (const { session } of this.#idle.splice(0)) session.destroy();
  }

  #takeIdle(): OperationSession | undefined {
    for (;;) {
      const session = this.#idle.pop();
      if (session === undefined || session.session.isOpen) return session;
    }
  }

  #giveBack(session: OperationSession): void {
    if (this.#closed || session.session.pendingCount > 0) session.session.destroy();
    else if (session.session.isOpen) this.#idle.push(session);
  }
}

/**
 * Runs the steps of an action one after the other over one connection. The server is told to wait for locks hardly
 * longer than Baton waits for the answer, to the next second; what must not come about that late is called off.
 * @throws ServerError naming the statement that failed
 */
export async function runSteps(
  lent: OperationSession,
  action: ServerAction,
  steps: readonly Step[],
  timeoutMs: number,
): Promise<ActionResult> {
  const deadlineMs = isWait(action) ? Math.max(timeoutMs, action.timeoutMs + WAIT_MARGIN_MS) : timeoutMs;
  const queue = [...steps];
  const statements: string[] = [];
  for (let step = queue.shift(); step; step = queue.shift()) {
    statements.push(step.shown);
    try {
      queue.unshift(...(await runStep(lent, step, deadlineMs, statements)));
    } catch (error) {
      if (step.onFailure) await putBack(lent, step.onFailure, deadlineMs);
      throw error;
    }
  }
  return { statements };
}

function isWait(action: ServerAction): action is Extract<ServerAction, { readonly timeoutMs: number }> {
  return 'timeoutMs' in action;
}

/** @returns the steps that come of it */
async function runStep(
  lent: OperationSession,
  step: Step,
  deadlineMs: number,
  statements: string[],
): Promise<readonly Step[]> {
  const { session } = lent;
  const { remedy } = step;
  let response = await send(lent, step, deadlineMs);
  if (remedy && response?.error?.errno === remedy.errno) {
    for (const each of remedy.steps) {
      statements.push(each.shown);
      await send(lent, each, deadlineMs);
    }
    statements.push(step.shown);
    response = await send(lent, step, deadlineMs);
  }
  const error = response?.error;
  if (error && !step.ignoredErrnos?.includes(error.errno)) {
    throw serverSaidError(session.key, error, `it was given "${step.shown}"`);
  }
  const results = response?.results.filter((result) => result.columns.length > 0) ?? [];
  const problem = step.verify?.(results) ?? null;
  if (problem) throw await stepError(session, problem, deadlineMs);
  return step.follow?.(results) ?? [];
}

async function send(lent: OperationSession, step: Step, deadlineMs: number): Promise<Response | undefined> {
  const lockWaitSeconds = Math.max(1, Math.ceil(deadlineMs / 1000));
  const limit = lent.lockWaitSeconds === lockWaitSeconds ? [] : [`SET SESSION lock_wait_timeout = ${lockWaitSeconds}`];
  lent.lockWaitSeconds = lockWaitSeconds;
  const requests = [...limit, step.sql];
  if (step.callOff && lent.stopper) return await sendOrCallOff(lent.session, requests, step, deadlineMs, lent.stopper);
  const responses = await askAll(lent.session, requests, deadlineMs, `answer "${step.shown}"`);
  return responses.at(-1);
}

/** Where that fails too, nobody else may get a session that is not what it seems. */
async function putBack(lent: OperationSession, steps: readonly Step[], deadlineMs: number): Promise<void> {
  try {
    for (const step of steps) {
      const response = await send(lent, step, deadlineMs);
      if (response?.error) lent.session.destroy();
    }
  } catch {
    lent.session.destroy();
  }
}

/**
 * Asks what a dialect put in words, over an operation's connection.
 * @throws ServerError
 */
export async function inquire<A>(lent: OperationSession, inquiry: Inquiry<A>, timeoutMs: number): Promise<A> {
  const { session } = lent;
  const [response] = await askAll(session, [inquiry.sql], timeoutMs, `answer "${inquiry.sql}"`);
  if (!response || response.error) {
    throw serverSaidError(session.key, response?.error ?? UNANSWERED, `it was asked "${inquiry.sql}"`);
  }
  return inquiry.read(response.results.find((result) => result.columns.length > 0) ?? { columns: [], rows: [] });
}

async function stepError(session: WireSession, problem: StepProblem, timeoutMs: number): Promise<ServerError> {
  let detail = '';
  if (problem.detailSql) {
    const [result] = await ask(session, problem.detailSql, timeoutMs, NO_WAIT);
    detail = ` ${result?.rows[0]?.[0] ?? 'an unknown place'}`;
  }
  const message = `${keyText(session.key)} ${problem.sentence}${detail}`;
  return new ServerError(session.key, { kind: problem.kind, message }, {});
}

/** An action that the server's dialect refuses, as the port's error. */
export function refusedAction(key: InstanceKey, problem: Error): ServerError {
  return new ServerError(key, { kind: 'other', message: `${keyText(key)} ${problem.message}` }, { cause: problem });
}
