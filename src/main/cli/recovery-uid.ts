import { ask } from './api-client.ts';
import type { Endpoint } from './endpoint.ts';
import { CliError } from './usage-error.ts';

/**
 * The uid of a recovery that is named by it, or by its number as listings show it.
 * @throws CliError when no recovery has the number
 */
export async function recoveryUid(engine: Endpoint, given: string): Promise<string> {
  if (!/^\d+$/.test(given)) return given;
  const { payload } = await ask(engine, `audit-recovery/id/${given}`);
  const [recovery] = Array.isArray(payload) ? payload : [];
  const uid = typeof recovery === 'object' && recovery !== null && 'UID' in recovery ? recovery.UID : undefined;
  if (typeof uid === 'string') return uid;
  throw new CliError(`No recovery has the number ${given}; 'baton audit-recovery' lists them.`);
}
