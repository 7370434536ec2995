import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Clock } from '../../engine/ports/runtime.ts';
import { openSession, TlsMemory } from './connect.ts';
import type { Credentials, TlsOptions } from './options.ts';
import { ask } from './wire/ask.ts';

export interface TryOptions {
  readonly credentials: Credentials;
  readonly tls: TlsOptions;
  /** For the log-in, and again for the answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Logs in to a server with an account that isn't in use yet, and ends the connection again.
 * @returns the server's version, and the account as the server has it (MySQL manual, CURRENT_USER())
 * @throws ServerError
 */
export async function tryLogIn(
  key: InstanceKey,
  options: TryOptions,
): Promise<{ readonly version: string; readonly account: string }> {
  const { session, version } = await openSession(key, { ...options, memory: new TlsMemory() });
  try {
    const [result] = await ask(session, 'SELECT CURRENT_USER()', options.timeoutMs, 'tell which account it sees');
    return { version, account: result?.rows[0]?.[0] ?? '' };
  } finally {
    session.destroy();
  }
}
