import { type ConnectionTrial, ServerError } from '../../engine/ports/mysql.ts';
import type { Dialect } from './dialects/dialect.ts';
import { MysqlProbe } from './probe.ts';
import { lackedPrivileges, type ReadingOptions } from './slow-reading.ts';
import { ask } from './wire/ask.ts';
import type { WireSession } from './wire/wire-session.ts';

/**
 * What a new connection finds: also where too little is granted to read the server's state, what is missing, because
 * that is what whoever sets it up has to know. Nothing of it is remembered.
 * @throws ServerError when nothing at all could be asked
 */
export async function tryConnection(
  { session, dialect }: { readonly session: WireSession; readonly dialect: Dialect },
  options: ReadingOptions,
  timeoutMs: number,
): Promise<ConnectionTrial> {
  const { resolver } = options;
  const reading = {
    ...options,
    resolver: { resolve: (host: string) => resolver.resolve(host), learn: () => undefined },
  };
  const [result] = await ask(session, 'SELECT CURRENT_USER()', timeoutMs, 'tell which account it sees');
  const account = result?.rows[0]?.[0] ?? '';
  const lacking = await lackedPrivileges(session, dialect, options.settings(), timeoutMs);
  const probe = new MysqlProbe(session, dialect, reading, () => undefined);
  try {
    return { account, lacking, facts: await probe.poll({ full: true, timeoutMs }), failure: null };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { account, lacking, facts: null, failure: error };
  }
}
