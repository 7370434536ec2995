import type { PollFailure } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { type FenceAttempt, type FenceConnection, type FenceResult, ServerError } from '../../engine/ports/mysql.ts';
import type { Clock, Log } from '../../engine/ports/runtime.ts';
import type { Dialect, FencePlan } from './dialects/dialect.ts';
import { closedFailure, serverSaidError } from './failure.ts';
import type { ShutdownSentinel } from './sentinel.ts';
import { ask, askAll, failGarbled } from './wire/ask.ts';
import {
  ColumnMemory,
  decodeResponse,
  type ErrorPacket,
  type Response,
  type ResultSet,
} from './wire/decode-response.ts';
import { queryPacket, type WireSession } from './wire/wire-session.ts';

/** A year, the most that servers take: idle time must not close a connection that waits for the day. */
const STAY_OPEN = 'SET SESSION wait_timeout = 31536000';
const NO_SUCH_THREAD = 1094;
/** How far the ends of connections may be apart that are closed together. */
const VERDICT_WITHIN_MS = 100;

export interface FenceParts {
  readonly dialect: Dialect;
  /** Carries the statements that shut the server for writes. */
  readonly shutting: WireSession;
  /** Carries those that throw sessions out, so that they needn't wait for the others. */
  readonly evicting: WireSession;
  /** Null where the server tells of a shutdown by itself. */
  readonly sentinel: ShutdownSentinel | null;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Two connections, opened while the server is well. On the day both lines of statements wait in the server's
 * receive queues: when it thaws, sessions are thrown out while read-only still waits for writes under way.
 */
export class MysqlFence implements FenceConnection {
  readonly #parts: FenceParts;
  readonly #listeners: ((failure: PollFailure) => void)[] = [];
  #sessions: readonly string[] = [];
  #attempt: FenceAttempt | null = null;
  #failure: PollFailure | null = null;
  #isBreaking = false;

  private constructor(parts: FenceParts) {
    this.#parts = parts;
    for (const session of [parts.shutting, parts.evicting]) session.onBroken((failure) => this.#broke(failure));
    parts.sentinel?.onEnd(() => this.#broke(closedFailure(parts.shutting.key)));
  }

  /** @throws ServerError */
  static async prepare(parts: FenceParts, timeoutMs: number): Promise<MysqlFence> {
    const sessions = [parts.shutting, parts.evicting];
    await Promise.all(sessions.map((session) => ask(session, STAY_OPEN, timeoutMs, 'prepare a fence')));
    const fence = new MysqlFence(parts);
    await fence.#lookAround(timeoutMs);
    return fence;
  }

  isOpen(): boolean {
    return this.#failure === null;
  }

  onBroken(listener: (failure: PollFailure) => void): void {
    if (this.#failure) listener(this.#failure);
    else this.#listeners.push(listener);
  }

  /** Also learns anew which sessions there are to throw out, where they have to be named one by one. */
  async keepAlive(timeoutMs: number): Promise<void> {
    if (this.#attempt) return;
    await Promise.all([ask(this.#parts.shutting, 'DO 0', timeoutMs, 'keep a fence'), this.#lookAround(timeoutMs)]);
  }

  send(): FenceAttempt {
    if (this.#attempt) return this.#attempt;
    const plan = this.#parts.dialect.fence(this.#sessions);
    const shut = this.#request(this.#parts.shutting, [plan.shut]);
    const evict = this.#request(this.#parts.evicting, plan.evict);
    const done = this.#conclude(plan, shut, evict);
    // Whoever sends the fence may not wait for it.
    done.catch(() => {});
    this.#attempt = { statements: statementsOf(plan), done };
    return this.#attempt;
  }

  destroy(): void {
    this.#failure ??= closedFailure(this.#parts.shutting.key);
    this.#parts.shutting.destroy();
    this.#parts.evicting.destroy();
    this.#parts.sentinel?.destroy();
  }

  async #lookAround(timeoutMs: number): Promise<void> {
    const { dialect, evicting } = this.#parts;
    const [sessions] = await ask(evicting, dialect.clientSessionsQuery, timeoutMs, 'list its sessions');
    this.#sessions = sessionIds(sessions);
  }

  /** Writes all requests at once, without a deadline: the answers may come when the server wakes up. */
  #request(session: WireSession, statements: readonly string[]): Promise<Response>[] {
    const answers: Promise<Response>[] = [];
    session.together(() => {
      for (const sql of statements) {
        answers.push(
          new Promise((resolve, reject) => {
            session.send(queryPacket(sql), 0, 'carry out a fence', (error, raw) => {
              if (error || raw === null) return reject(error);
              try {
                resolve(decodeResponse(raw, new ColumnMemory()));
              } catch (problem) {
                failGarbled(session, problem, reject);
              }
            });
          }),
        );
      }
    });
    return answers;
  }

  async #conclude(plan: FencePlan, shut: Promise<Response>[], evict: Promise<Response>[]): Promise<FenceResult> {
    const { log, shutting } = this.#parts;
    const [[shutOutcome], evictions] = await Promise.all([Promise.allSettled(shut), Promise.allSettled(evict)]);
    for (const eviction of evictions) {
      const problem = eviction.status === 'fulfilled' ? eviction.value.error : eviction.reason;
      if (problem) logEviction(log, shutting.key, problem);
    }
    if (shutOutcome?.status === 'rejected') throw shutOutcome.reason;
    return readFence(shutting.key, plan, shutOutcome?.value);
  }

  /** Counts as open until the sentinel has said why, so that nobody takes a shutdown for a crash meanwhile. */
  #broke(failure: PollFailure): void {
    if (this.#failure || this.#isBreaking) return;
    this.#isBreaking = true;
    const { sentinel, clock } = this.#parts;
    if (sentinel === null || this.#attempt !== null) {
      this.#concludeBreak(failure);
      return;
    }
    const cancel = clock.after(VERDICT_WITHIN_MS, () => this.#concludeBreak(failure));
    sentinel.onEnd(() => {
      cancel();
      this.#concludeBreak(sentinel.verdict === 'closed' ? closedInOrder(this.#parts.shutting.key) : failure);
    });
  }

  #concludeBreak(failure: PollFailure): void {
    if (this.#failure) return;
    this.#failure = failure;
    // Of use only together. With the fence under way each half goes on alone.
    if (this.#attempt === null) this.destroy();
    for (const listener of this.#listeners.splice(0)) listener(failure);
  }
}

/**
 * Runs a fence as the first thing on a connection: shuts the server, then throws out the sessions that there are.
 * @throws ServerError when the server isn't read-only afterwards
 */
export async function fenceFirst(
  session: WireSession,
  dialect: Dialect,
  timeoutMs: number,
  log: Log,
): Promise<FenceResult> {
  const doing = 'carry out a fence';
  const { shut } = dialect.fence([]);
  const results = await ask(session, shut, timeoutMs, doing);
  const result = readFence(session.key, dialect.fence([]), { results, error: null });
  const [sessions] = await ask(session, dialect.clientSessionsQuery, timeoutMs, doing);
  const { evict } = dialect.fence(sessionIds(sessions));
  for (const response of await askAll(session, evict, timeoutMs, doing)) {
    if (response.error) logEviction(log, session.key, response.error);
  }
  return result;
}

/** Ids go into statements as they are. */
function sessionIds(result: ResultSet | undefined): readonly string[] {
  return (result?.rows ?? []).map((row) => row[0] ?? '').filter((id) => /^\d+$/.test(id));
}

function readFence(key: InstanceKey, plan: FencePlan, response: Response | undefined): FenceResult {
  if (response?.error) throw serverSaidError(key, response.error, 'it was to be made read-only by a fence');
  const row = response?.results.findLast((result) => result.columns.length > 0)?.rows[0];
  const result = plan.readBack(row ?? []);
  if (result.readOnly) return result;
  const message = `${key.hostname}:${key.port} took the fence and still says that it is not read-only`;
  throw new ServerError(key, { kind: 'other', message }, {});
}

function closedInOrder(key: InstanceKey): PollFailure {
  return {
    kind: 'shutting-down',
    message: `${keyText(key)} closed its connections, as a server does that is shut down`,
  };
}

function statementsOf(plan: FencePlan): readonly string[] {
  return [...plan.shut.split('; '), ...plan.evict];
}

function logEviction(log: Log, key: InstanceKey, problem: ErrorPacket | ServerError): void {
  if (problem.errno === NO_SUCH_THREAD) return;
  const message = `Sessions of ${key.hostname}:${key.port} could not all be thrown out: ${problem.message}`;
  log.warn('fence-eviction', message, { errno: problem.errno });
}
