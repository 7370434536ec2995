import type { PollFailure, PollFailureKind } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import type { ErrorPacket } from './wire/decode-response.ts';

interface KnownError {
  readonly kind: PollFailureKind;
  /** Follows the server's name. */
  readonly sentence: string;
}

const refused = (sentence: string): KnownError => ({ kind: 'refused-by-server', sentence });

/** By error number. Source: MySQL Server Error Reference; MariaDB Error Codes for 1927. */
const KNOWN_ERRORS: ReadonlyMap<number, KnownError> = new Map([
  [1040, refused('accepts no more connections (too many connections)')],
  [1044, refused("denies Baton's account the access to a schema")],
  [1045, refused("denies Baton's account the log-in: check the user, its host pattern and the password")],
  [1053, { kind: 'shutting-down', sentence: 'is shutting down' }],
  [1129, refused("has blocked Baton's host after too many connection errors; FLUSH HOSTS on it lets it in again")],
  [1130, refused("lets nobody in from Baton's host: the account needs a host pattern that covers it")],
  [1203, refused("lets in no more connections of Baton's account (max_user_connections)")],
  [1226, refused("has used up a resource limit of Baton's account")],
  [1251, refused("wants an authentication method that Baton's driver doesn't know")],
  [1698, refused("denies Baton's account the log-in: it has no password-based authentication there")],
  [1820, refused("wants the password of Baton's account to be changed first")],
  [1862, refused("has expired the password of Baton's account")],
  [1927, { kind: 'broken', sentence: "killed Baton's connection, as MariaDB also does at shutdown" }],
  [3032, refused('is in offline mode and lets in only accounts with CONNECTION_ADMIN (or SUPER)')],
  [3118, refused("has locked Baton's account")],
  [3159, refused('lets in only encrypted connections (require_secure_transport): switch TLS on for it')],
  [3169, { kind: 'broken', sentence: "killed Baton's session" }],
  [4031, { kind: 'broken', sentence: "closed Baton's connection because it had been idle" }],
  [4151, refused("denies Baton's account the log-in: it is locked")],
]);

/** Missing privilege, table, column or routine access. */
const MISSING_GRANT = new Set([1142, 1143, 1227, 1370, 1419]);

/** Says what a server's error means. `doing` completes "while …" and may be empty. */
export function serverSaid(key: InstanceKey, error: ErrorPacket, doing = ''): PollFailure {
  const name = keyText(key);
  const during = doing === '' ? '' : ` while ${doing}`;
  const known = KNOWN_ERRORS.get(error.errno);
  if (known)
    return { kind: known.kind, message: `${name} ${known.sentence}${during} (error ${error.errno}: ${error.message})` };
  if (MISSING_GRANT.has(error.errno)) {
    const message = `${name}: Baton's account lacks a privilege${during}: ${error.message} (error ${error.errno})`;
    return { kind: 'refused-by-server', message };
  }
  return { kind: 'other', message: `${name} answered with error ${error.errno}${during}: ${error.message}` };
}

/** The error that goes with `serverSaid`. */
export function serverSaidError(key: InstanceKey, error: ErrorPacket, doing = '', partial = false): ServerError {
  return new ServerError(key, serverSaid(key, error, doing), { errno: error.errno, partial });
}

const NETWORK_CODES: Readonly<Record<string, KnownError>> = {
  ENOTFOUND: { kind: 'unknown-host', sentence: 'has a host name that does not resolve' },
  EAI_AGAIN: {
    kind: 'unknown-host',
    sentence: 'has a host name that could not be resolved: the name service did not answer',
  },
  EAI_NODATA: { kind: 'unknown-host', sentence: 'has a host name without an address' },
  ECONNREFUSED: { kind: 'refused', sentence: 'refuses connections: nothing listens on that port' },
  ETIMEDOUT: { kind: 'timeout', sentence: 'does not answer' },
  EHOSTUNREACH: { kind: 'timeout', sentence: 'cannot be reached: there is no way to the host' },
  ENETUNREACH: { kind: 'timeout', sentence: 'cannot be reached: there is no way to its network' },
  EHOSTDOWN: { kind: 'timeout', sentence: 'cannot be reached: the host is down' },
  ECONNRESET: { kind: 'broken', sentence: 'reset the connection' },
  EPIPE: { kind: 'broken', sentence: 'closed the connection' },
  PROTOCOL_CONNECTION_LOST: { kind: 'broken', sentence: 'closed the connection' },
  HANDSHAKE_NO_SSL_SUPPORT: refused('does not offer TLS, which is asked for'),
  HANDSHAKE_SSL_ERROR: refused('could not agree on TLS with Baton'),
};

/** Says what an error of the network, of name resolution or of the driver means. */
export function networkFailure(key: InstanceKey, error: unknown): PollFailure {
  const { code, message } = codeOf(error);
  const known = NETWORK_CODES[code];
  const name = keyText(key);
  if (known) return { kind: known.kind, message: `${name} ${known.sentence} (${code})` };
  // The driver's own complaints: packets that make no sense after a greeting that did.
  if (/^(PROTOCOL|HANDSHAKE|AUTH)_/.test(code) || code === '') {
    return { kind: 'not-mysql', message: `${name} does not keep to the MySQL protocol: ${message}` };
  }
  return { kind: 'other', message: `${name}: ${message} (${code})` };
}

/** Turns whatever a connection attempt ended with into a ServerError. */
export function connectError(key: InstanceKey, error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  const { errno, sqlMessage } = (error ?? {}) as { errno?: unknown; sqlMessage?: unknown };
  if (typeof errno === 'number' && errno > 0 && typeof sqlMessage === 'string') {
    return serverSaidError(key, { errno, message: sqlMessage }, '');
  }
  return new ServerError(key, networkFailure(key, error), { cause: error });
}

export function timeoutFailure(key: InstanceKey, what: string, timeoutMs: number): PollFailure {
  return { kind: 'timeout', message: `${keyText(key)} did not ${what} within ${Math.round(timeoutMs)} ms` };
}

export function closedFailure(key: InstanceKey): PollFailure {
  return { kind: 'broken', message: `${keyText(key)} closed the connection` };
}

function codeOf(error: unknown): { code: string; message: string } {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : String(error) };
}
