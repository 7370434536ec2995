import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import type { Clock } from '../../engine/ports/runtime.ts';
import { greet } from './connect.ts';

/**
 * A connection that was waiting to be accepted when its server died is reset; a moment later the port refuses, which
 * says more. Seen on all flavours within 2 ms of the end of the other connections.
 */
const ATTEMPTS = 4;
const PAUSE_MS = 10;

/**
 * Opens a connection just to see whether a MySQL server greets; the connection is closed without a log-in.
 * @throws ServerError; kind `refused-by-server` proves that a server lives, such as with too many connections.
 */
export async function knock(key: InstanceKey, timeoutMs: number, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { socket } = await greet(key, Math.max(1, deadlineMs - clock.monotonicMs()), clock);
      socket.destroy();
      return;
    } catch (error) {
      const mayTellMore = error instanceof ServerError && error.failure.kind === 'broken';
      if (!mayTellMore || attempt === ATTEMPTS || clock.monotonicMs() + PAUSE_MS >= deadlineMs) throw error;
      await clock.sleep(PAUSE_MS);
    }
  }
}
