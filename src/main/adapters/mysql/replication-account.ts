import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import type { Dialect } from './dialects/dialect.ts';
import type { ReplicationAccount } from './options.ts';
import { askAll } from './wire/ask.ts';
import type { ErrorPacket, Response, ResultSet } from './wire/decode-response.ts';
import type { WireSession } from './wire/wire-session.ts';

/** An account, or the sentence that says why there is none. Neither it nor anything else here tells a password. */
export type AccountFinding =
  | { readonly account: ReplicationAccount }
  | { readonly account: null; readonly why: string };

const READING = 'tell its replication account';
/**
 * The texts of these name privileges, tables and schemas. Others may repeat parts of the statement, and the
 * statement may hold the password.
 */
const TELLABLE_ERRNOS = new Set([1044, 1049, 1142, 1143, 1146, 1227, 1370]);

/**
 * The account that a server's replicas log in with: what `ReplicationCredentialsQuery` gives there, or, where that
 * isn't set, the one that the server itself replicates with (reference topology-operations.md, 4.11).
 * @param query the setting; empty for none
 * @throws ServerError when the server doesn't answer
 */
export async function findAccount(
  session: WireSession,
  dialect: Dialect,
  query: string,
  timeoutMs: number,
): Promise<AccountFinding> {
  if (query.trim() !== '') {
    const [response] = await askAll(session, [query], timeoutMs, READING);
    return queriedAccount(session.key, response);
  }
  return await findStoredAccount(session, dialect, timeoutMs);
}

/** @throws ServerError when the server doesn't answer */
export async function findStoredAccount(
  session: WireSession,
  dialect: Dialect,
  timeoutMs: number,
): Promise<AccountFinding> {
  if (dialect.storedAccountQuery === null) return storedAccount(session.key, dialect, undefined);
  const [response] = await askAll(session, [dialect.storedAccountQuery], timeoutMs, READING);
  return storedAccount(session.key, dialect, response);
}

/** Reads the answer to `ReplicationCredentialsQuery`: user, password, SSL CA, certificate, key; the last three may lack. */
export function queriedAccount(key: InstanceKey, response: Response | undefined): AccountFinding {
  const why = (what: string): AccountFinding => ({
    account: null,
    why: `ReplicationCredentialsQuery ${what} on ${keyText(key)}`,
  });
  if (response?.error) return why(`failed with ${said(response.error)}`);
  const row = resultOf(response)?.rows[0];
  if (row === undefined) return why('gave no row');
  const [user, password, ca, cert, tlsKey] = row;
  if (user === undefined || user === null || user === '') return why('gave no user');
  const tls = { ca: ca ?? '', cert: cert ?? '', key: tlsKey ?? '' };
  const hasTls = tls.ca !== '' || tls.cert !== '' || tls.key !== '';
  return { account: { user, password: password ?? '', ...(hasTls ? { tls } : {}) } };
}

/** Reads the answer to the dialect's `storedAccountQuery`. */
function storedAccount(key: InstanceKey, dialect: Dialect, response: Response | undefined): AccountFinding {
  const name = keyText(key);
  if (dialect.storedAccountQuery === null) {
    return { account: null, why: `${name} is MariaDB, which keeps the account in a file that SQL can't read` };
  }
  if (response?.error) {
    const { errno } = response.error;
    const grant =
      errno === 1142 || errno === 1143 ? '; GRANT SELECT ON mysql.slave_master_info lets Baton read it' : '';
    return {
      account: null,
      why: `the account that ${name} replicates with can't be read: ${said(response.error)}${grant}`,
    };
  }
  const [user, password] = resultOf(response)?.rows[0] ?? [];
  if (user === undefined || user === null || user === '') {
    return { account: null, why: `${name} stores no replication account in mysql.slave_master_info` };
  }
  return { account: { user, password: password ?? '' } };
}

/** The failure of an action that needs an account which isn't there. */
export function noAccount(key: InstanceKey, source: InstanceKey, why: string): ServerError {
  const message = `${keyText(key)} needs the replication account of ${keyText(source)}: ${why}. Give the account to Baton, or set ReplicationCredentialsQuery`;
  return new ServerError(key, { kind: 'other', message }, {});
}

function said(error: ErrorPacket): string {
  return TELLABLE_ERRNOS.has(error.errno) ? `error ${error.errno}: ${error.message}` : `error ${error.errno}`;
}

function resultOf(response: Response | undefined): ResultSet | undefined {
  return response?.results.find((result) => result.columns.length > 0);
}
