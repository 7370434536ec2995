import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import type { Clock } from '../../engine/ports/runtime.ts';
import { ask } from './wire/ask.ts';
import { queryPacket, type WireSession } from './wire/wire-session.ts';

/** How a sentinel's connection ended: closed by the living server, or by the kernel of one that died. */
export type SentinelVerdict = 'closed' | 'reset';

/** Written by Baton, so that whoever finds it in the process list knows what it is for. */
const SLEEP = 'DO /* baton: tells a shutdown from a crash */ SLEEP(31536000)';
const LOOK_EVERY_MS = 10;
const LOOKS = 100;

/**
 * Tells an orderly shutdown from a crash on servers that close all connections at once and without a word, as MariaDB
 * does. The connection runs a statement that sleeps, so that one more request stays unread. A server that shuts down
 * closes its side first, and the peer sees the end of the stream; when a process dies with data unread, the kernel
 * resets the connection (RFC 2525, section 2.17; tcp(7)).
 */
export class ShutdownSentinel {
  readonly #session: WireSession;
  readonly #listeners: (() => void)[] = [];
  #verdict: SentinelVerdict | null = null;
  /** The statement ended by itself: somebody killed it. */
  #woke = false;

  private constructor(session: WireSession) {
    this.#session = session;
    session.onBroken(() => {
      this.#verdict = session.wasClosedByPeer ? 'closed' : 'reset';
      this.#tell();
    });
  }

  /**
   * @param session becomes the sentinel's own
   * @param other a session of the same account, which sees what the first one runs
   * @throws ServerError
   */
  static async arm(
    session: WireSession,
    other: WireSession,
    clock: Clock,
    timeoutMs: number,
  ): Promise<ShutdownSentinel> {
    const setUp = 'SET SESSION max_statement_time = 0; SELECT CONNECTION_ID()';
    const own = (await ask(session, setUp, timeoutMs, 'set up a sentinel')).at(-1);
    const id = Number(own?.rows[0]?.[0] ?? 0);
    const sentinel = new ShutdownSentinel(session);
    session.send(queryPacket(SLEEP), 0, 'sleep', (error) => {
      if (error === null) sentinel.#wake();
    });
    // Only what is sent while the statement runs stays unread; before, the server's read-ahead could take both.
    await isAsleep(other, id, clock, timeoutMs, session.key);
    session.ping(0, () => undefined);
    return sentinel;
  }

  get verdict(): SentinelVerdict | null {
    return this.#verdict;
  }

  /** It can still tell something. */
  get isOnWatch(): boolean {
    return !this.#woke && this.#session.isOpen;
  }

  /** Called once, when it has a verdict or is of no more use. */
  onEnd(listener: () => void): void {
    if (this.isOnWatch) this.#listeners.push(listener);
    else listener();
  }

  destroy(): void {
    this.#session.destroy();
  }

  #wake(): void {
    this.#woke = true;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

async function isAsleep(
  other: WireSession,
  id: number,
  clock: Clock,
  timeoutMs: number,
  key: InstanceKey,
): Promise<void> {
  const query = `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ${id} AND INFO LIKE 'DO %SLEEP%'`;
  for (let look = 0; look < LOOKS; look += 1) {
    const [found] = await ask(other, query, timeoutMs, 'set up a sentinel');
    if (found?.rows[0]?.[0] === '1') return;
    await clock.sleep(LOOK_EVERY_MS);
  }
  throw new ServerError(key, { kind: 'other', message: `${keyText(key)} does not run a sentinel's statement` }, {});
}
