import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import mysql, { type Connection, type SslOptions } from 'mysql2';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import type { Clock } from '../../engine/ports/runtime.ts';
import { closedFailure, connectError, serverSaidError, timeoutFailure } from './failure.ts';
import type { Credentials, TlsOptions } from './options.ts';
import { readGreeting } from './wire/greeting.ts';
import { WireSession } from './wire/wire-session.ts';

export interface OpenedSession {
  readonly session: WireSession;
  /** As the server greets, without the `5.5.5-` that MariaDB puts before it. */
  readonly version: string;
  readonly threadId: number;
}

interface Greeted {
  readonly socket: Socket;
  readonly bytes: Buffer;
  readonly version: string;
}

const ER_SECURE_TRANSPORT_REQUIRED = 3159;
const ER_ACCESS_DENIED = 1045;

/**
 * Opens a connection and waits for the server's greeting, without logging in.
 * @throws ServerError; a peer that answers in another language is `not-mysql`.
 */
export function greet(key: InstanceKey, timeoutMs: number, clock: Clock): Promise<Greeted> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: key.hostname, port: key.port, noDelay: true, keepAlive: true });
    let bytes: Buffer = Buffer.alloc(0);
    const settle = (error: ServerError | null, greeted?: Greeted) => {
      cancel();
      socket.removeListener('data', onData).removeListener('end', onEnd).removeListener('close', onEnd);
      if (error) {
        socket.destroy();
        reject(error);
      } else if (greeted) {
        socket.pause();
        resolve(greeted);
      }
    };
    const cancel = clock.after(timeoutMs, () => {
      const what =
        bytes.length > 0
          ? 'complete its greeting'
          : socket.connecting
            ? 'accept a connection'
            : 'greet a new connection';
      settle(new ServerError(key, timeoutFailure(key, what, timeoutMs), {}));
    });
    const onEnd = () => settle(new ServerError(key, closedFailure(key), {}));
    const onData = (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const greeting = readGreeting(bytes);
      if (greeting.kind === 'incomplete') return;
      if (greeting.kind === 'refusal') return settle(serverSaidError(key, greeting.error));
      if (greeting.kind === 'foreign') {
        const message = `${keyText(key)} is not a MySQL server: it says "${greeting.said}"`;
        return settle(new ServerError(key, { kind: 'not-mysql', message }, {}));
      }
      settle(null, { socket, bytes, version: greeting.version.replace(/^5\.5\.5-(?=\d)/, '') });
    };
    // Stays for good: an error after the settling is told to the session, and must not end the process here.
    socket.on('error', (error) => settle(connectError(key, error)));
    socket.on('data', onData).on('end', onEnd).on('close', onEnd);
  });
}

/** Which servers refuse plain connections, learnt by trying. */
export class TlsMemory {
  readonly #required = new Set<string>();

  requires(key: InstanceKey): boolean {
    return this.#required.has(keyText(key));
  }

  learn(key: InstanceKey): void {
    this.#required.add(keyText(key));
  }

  forget(key: InstanceKey): void {
    this.#required.delete(keyText(key));
  }
}

export interface ConnectOptions {
  readonly credentials: Credentials;
  readonly tls: TlsOptions;
  readonly memory: TlsMemory;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Connects and logs in. With mixed TLS a plain connection is tried first, unless the server is known to refuse it;
 * error 3159 says so outright, and 1045 is what an account with REQUIRE SSL gets.
 * @throws ServerError
 */
export async function openSession(key: InstanceKey, options: ConnectOptions): Promise<OpenedSession> {
  const { tls, memory } = options;
  const encrypted = tls.mode === 'always' || (tls.mode === 'mixed' && memory.requires(key));
  try {
    return await logIn(key, encrypted, options);
  } catch (error) {
    const errno = error instanceof ServerError ? error.errno : 0;
    if (encrypted || tls.mode !== 'mixed') throw error;
    if (errno !== ER_SECURE_TRANSPORT_REQUIRED && errno !== ER_ACCESS_DENIED) throw error;
    try {
      const opened = await logIn(key, true, options);
      memory.learn(key);
      return opened;
    } catch (secondError) {
      // A wrong password is refused both ways; the plain refusal is the one to show.
      throw errno === ER_ACCESS_DENIED ? error : secondError;
    }
  }
}

async function logIn(key: InstanceKey, encrypted: boolean, options: ConnectOptions): Promise<OpenedSession> {
  const begun = options.clock.monotonicMs();
  const greeted = await greet(key, options.timeoutMs, options.clock);
  const left = Math.max(1, options.timeoutMs - (options.clock.monotonicMs() - begun));
  return new Promise((resolve, reject) => {
    const connection = mysql.createConnection({
      host: key.hostname,
      stream: greeted.socket,
      user: options.credentials.user,
      password: options.credentials.password,
      multipleStatements: true,
      charset: 'UTF8MB4_GENERAL_CI',
      // The session's own deadline covers the greeting too.
      connectTimeout: 0,
      // The driver sets aside half a megabyte for 16,000 prepared statements otherwise; Baton prepares none.
      maxPreparedStatements: 1,
      // Each of these changes the packets of the command phase, or offers what a hostile server could ask for.
      flags: ['-CLIENT_QUERY_ATTRIBUTES', '-SESSION_TRACK', '-LOCAL_FILES', '-FOUND_ROWS', '-IGNORE_SPACE'],
      connectAttributes: { program_name: 'baton' },
      ...(encrypted ? { ssl: sslOptions(key, options.tls) } : {}),
    });
    let settled = false;
    const fail = (error: unknown) => {
      if (settled) return;
      settled = true;
      cancel();
      greeted.socket.destroy();
      reject(connectError(key, error));
    };
    const cancel = options.clock.after(left, () => {
      fail(new ServerError(key, timeoutFailure(key, 'complete the log-in', options.timeoutMs), {}));
    });
    // Stays for good: the driver goes on to report errors of the socket that the session takes over.
    connection.on('error', fail);
    greeted.socket.once('close', () => fail(new ServerError(key, closedFailure(key), {})));
    connection.once('connect', () => {
      if (settled) return;
      settled = true;
      cancel();
      resolve(takeOver(connection, key, greeted.version, options.clock));
    });
    greeted.socket.unshift(greeted.bytes);
    greeted.socket.resume();
  });
}

/** From here on the driver doesn't see what the server sends. */
function takeOver(connection: Connection, key: InstanceKey, version: string, clock: Clock): OpenedSession {
  // With TLS this is not the socket that the driver was given but the encrypted stream over it.
  const { stream } = connection as Connection & { readonly stream: Duplex };
  stream.removeAllListeners('data');
  return { session: new WireSession(stream, key, clock), version, threadId: connection.threadId };
}

function sslOptions(key: InstanceKey, tls: TlsOptions): SslOptions {
  return {
    rejectUnauthorized: tls.skipVerify !== true,
    // Certificates of database servers name hosts; an address can't be compared with them.
    verifyIdentity: tls.skipVerify !== true && isIP(key.hostname) === 0 && tls.ca !== undefined,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
  };
}
