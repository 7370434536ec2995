import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Clock } from '../../engine/ports/runtime.ts';
import { greet } from './connect.ts';

/**
 * Opens a connection just to see whether a MySQL server greets; the connection is closed without a log-in.
 * @throws ServerError; kind `refused-by-server` proves that a server lives, such as with too many connections.
 */
export async function knock(key: InstanceKey, timeoutMs: number, clock: Clock): Promise<void> {
  const { socket } = await greet(key, timeoutMs, clock);
  socket.destroy();
}
