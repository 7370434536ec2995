import { CliError } from '../client/client-error.ts';
import type { Endpoint } from '../client/endpoint.ts';
import { ask } from './api-client.ts';
import { encode } from './input.ts';

/** A host that isn't a number, so that it is told from a uid, and a port. */
const SERVER = /^([^:]*[^\d:][^:]*):(\d{1,5})$/;
/** How the audit names the log of an operation. */
const LOG = /\(log: (\d+:[0-9a-f]{64})\)/;

/**
 * The uid of a recovery that is named by it, or by its number as listings show it; for a server, that of the last
 * operation on it.
 * @throws CliError when there is none
 */
export async function recoveryUid(engine: Endpoint, given: string): Promise<string> {
  const server = SERVER.exec(given);
  if (server !== null) return await lastOperation(engine, server[1] ?? '', server[2] ?? '');
  if (!/^\d+$/.test(given)) return given;
  const { payload } = await ask(engine, `audit-recovery/id/${given}`);
  const [recovery] = Array.isArray(payload) ? payload : [];
  const uid = typeof recovery === 'object' && recovery !== null && 'UID' in recovery ? recovery.UID : undefined;
  if (typeof uid === 'string') return uid;
  throw new CliError(`No recovery has the number ${given}; 'baton audit-recovery' lists them.`);
}

async function lastOperation(engine: Endpoint, host: string, port: string): Promise<string> {
  const { payload } = await ask(engine, `audit/instance/${encode(host)}/${port}`);
  for (const entry of Array.isArray(payload) ? payload : []) {
    const uid = LOG.exec(String((entry as { readonly Message?: unknown }).Message))?.[1];
    if (uid !== undefined) return uid;
  }
  throw new CliError(
    `The audit of ${host}:${port} names no operation that has a log; 'baton audit-recovery' lists recoveries.`,
  );
}
