import type { ServerAction } from '../../../shared/domain/action.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { type ActionResult, ServerError } from '../../engine/ports/mysql.ts';
import type { Dialect, Step, StepProblem } from './dialects/dialect.ts';
import { serverSaidError } from './failure.ts';
import { ask, askAll } from './wire/ask.ts';
import type { WireSession } from './wire/wire-session.ts';

export interface OperationSession {
  readonly session: WireSession;
  readonly dialect: Dialect;
  /** What the session's `lock_wait_timeout` was set to, in seconds; 0 while it is the server's own, a year. */
  lockWaitSeconds: number;
}

const SESSIONS_LIMIT = 3;
/** What the servers' own limit adds to the wait that they were asked for. */
const WAIT_MARGIN_MS = 1_000;
const NO_WAIT = 'answer';

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
 * Runs the steps of an action one after the other over one connection. The server is told to wait for locks no
 * longer than Baton waits for the answer: a read-only switch that was given up must not come about later.
 * @throws ServerError naming the statement that failed
 */
export async function runSteps(
  lent: OperationSession,
  action: ServerAction,
  steps: readonly Step[],
  timeoutMs: number,
): Promise<ActionResult> {
  const deadlineMs =
    action.kind === 'wait-for-gtid' ? Math.max(timeoutMs, action.timeoutMs + WAIT_MARGIN_MS) : timeoutMs;
  const { session } = lent;
  const lockWaitSeconds = Math.max(1, Math.ceil(deadlineMs / 1000));
  const queue = [...steps];
  const statements: string[] = [];
  for (let step = queue.shift(); step; step = queue.shift()) {
    statements.push(step.shown);
    const limit =
      lent.lockWaitSeconds === lockWaitSeconds ? [] : [`SET SESSION lock_wait_timeout = ${lockWaitSeconds}`];
    lent.lockWaitSeconds = lockWaitSeconds;
    const responses = await askAll(session, [...limit, step.sql], deadlineMs, `answer "${step.shown}"`);
    const response = responses.at(-1);
    const error = response?.error;
    if (error && !step.ignoredErrnos?.includes(error.errno)) {
      throw serverSaidError(session.key, error, `it was given "${step.shown}"`);
    }
    const results = response?.results.filter((result) => result.columns.length > 0) ?? [];
    const problem = step.verify?.(results) ?? null;
    if (problem) throw await stepError(session, problem, timeoutMs);
    queue.unshift(...(step.follow?.(results) ?? []));
  }
  return { statements };
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
