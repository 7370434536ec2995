import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Everything that came, head included. */
  readonly all: string;
}

/** How long a connection may say nothing before the exchange counts as hung. */
const PATIENCE_MS = 10_000;

/** Sends bytes on a connection of its own, and reads until the server closes it. */
export function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open(port);
    const chunks: Buffer[] = [];
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy();
      reject(new Error(`The server neither answered nor closed the connection:\n${bytes.toString('latin1', 0, 500)}`));
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that has said what is wrong needn't read on; what it said first still counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(bytes);
  });
}

/** Lines as bytes. */
export function text(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

export const HOST = 'Host: 127.0.0.1';
/** What a WebSocket is asked for with, besides the upgrade. */
export const KEYED = [
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
] as const;

/** However it ends; what else is to be told of a connection that is reset? */
export function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** A connection to the server under test, for those who want to treat it badly. */
export function open(port: number): Socket {
  return connect({ host: '127.0.0.1', port });
}

/** The first answer in what came; the rest, if any, is left aside. @throws Error when that is no HTTP */
export function parseAnswer(all: string): WireAnswer {
  const end = all.indexOf('\r\n\r\n');
  const [first = '', ...lines] = all.slice(0, Math.max(end, 0)).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1];
  if (status === undefined) throw new Error(`This is no HTTP answer: ${JSON.stringify(all.slice(0, 200))}`);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const length = headers.get('content-length');
  const rest = all.slice(end + 4);
  const bytes = Buffer.from(length === undefined ? rest : rest.slice(0, Number(length)), 'latin1');
  const packed = headers.get('content-encoding') === 'gzip' && bytes.length > 0;
  return { status: Number(status), headers, body: (packed ? gunzipSync(bytes) : bytes).toString('utf8'), all };
}
