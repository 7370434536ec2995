import type { Duplex } from 'node:stream';
import type { PollFailure } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { ServerError } from '../../../engine/ports/mysql.ts';
import type { Clock } from '../../../engine/ports/runtime.ts';
import { closedFailure, networkFailure, serverSaid, timeoutFailure } from '../failure.ts';
import { readErrorPacket } from './decode-response.ts';
import { MARK_ERROR, PACKET_HEADER_BYTES, ProtocolViolation, ResponseScanner } from './response-scanner.ts';

/** Given the complete response as bytes, which stay as they are, or the error of the way to it. */
export type Answer = (error: ServerError | null, raw: Buffer | null) => void;

interface Pending {
  answer: Answer | null;
  cancelTimer: (() => void) | null;
}

const COM_QUERY = 0x03;
const COM_PING = 0x0e;
/** No answer that Baton asks for comes near this. */
const RESPONSE_LIMIT = 64 * 1024 * 1024;
const ER_SERVER_SHUTDOWN = 1053;

/** The packet that asks for a statement, or several when the connection allows them. */
export function queryPacket(sql: string): Buffer {
  const length = Buffer.byteLength(sql) + 1;
  const packet = Buffer.allocUnsafe(PACKET_HEADER_BYTES + length);
  packet.writeUIntLE(length, 0, 3);
  packet[3] = 0;
  packet[4] = COM_QUERY;
  packet.write(sql, 5);
  return packet;
}

const PING_PACKET = Buffer.from([1, 0, 0, 0, COM_PING]);

/**
 * The command phase of a connection that the driver has logged in. It replaces the driver from there on for three
 * reasons: requests can be written behind one another without waiting (the fence's must be in the peer's queue
 * while it is frozen), the answer of a steady poll can be compared as bytes before anything is decoded, and an
 * answer that breaks the protocol can only break this session.
 */
export class WireSession {
  readonly key: InstanceKey;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #scanner = new ResponseScanner();
  readonly #pending: Pending[] = [];
  #buffer: Buffer | null = null;
  #lastHeardMs: number;
  #failure: PollFailure | null = null;
  #lastSaid: PollFailure | null = null;
  #destroyed = false;
  #closedByPeer = false;
  readonly #listeners: ((failure: PollFailure) => void)[] = [];

  constructor(stream: Duplex, key: InstanceKey, clock: Clock) {
    this.key = key;
    this.#stream = stream;
    this.#clock = clock;
    this.#lastHeardMs = clock.monotonicMs();
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('end', () => {
      this.#closedByPeer = true;
      this.#broke(null);
    });
    stream.on('error', (error: Error) => this.#broke(error));
    stream.on('close', () => this.#broke(null));
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  get isOpen(): boolean {
    return this.#failure === null && !this.#destroyed;
  }

  /** The stream came to an end that the peer sent, as opposed to a reset. */
  get wasClosedByPeer(): boolean {
    return this.#closedByPeer;
  }

  /** Requests without an answer yet, given up ones included. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Called once when the connection ends by itself; at once when it already has. */
  onBroken(listener: (failure: PollFailure) => void): void {
    if (this.#failure) listener(this.#failure);
    else this.#listeners.push(listener);
  }

  /**
   * Writes a request, behind any that are still unanswered.
   * @param timeoutMs 0 for none; when it passes the answer is given up, the session is left as it is.
   */
  send(packet: Buffer, timeoutMs: number, what: string, answer: Answer): void {
    if (this.#destroyed || this.#failure) {
      const failure = this.#failure ?? closedFailure(this.key);
      queueMicrotask(() => answer(new ServerError(this.key, failure, {}), null));
      return;
    }
    const pending: Pending = { answer, cancelTimer: null };
    if (timeoutMs > 0) {
      pending.cancelTimer = this.#clock.after(timeoutMs, () => {
        const given = pending.answer;
        pending.answer = null;
        given?.(new ServerError(this.key, timeoutFailure(this.key, what, timeoutMs), {}), null);
      });
    }
    this.#pending.push(pending);
    this.#stream.write(packet);
  }

  ping(timeoutMs: number, answer: Answer): void {
    this.send(PING_PACKET, timeoutMs, 'give a sign of life', answer);
  }

  /** Holds back what is sent inside `run` and writes it in one go. */
  together(run: () => void): void {
    this.#stream.cork();
    try {
      run();
    } finally {
      this.#stream.uncork();
    }
  }

  /** Closes the connection at once; listeners aren't told, open requests are answered with an error. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#stream.destroy();
    this.#failAll(this.#failure ?? { kind: 'broken', message: `The connection to ${keyText(this.key)} was given up` });
  }

  #receive(chunk: Buffer): void {
    if (this.#destroyed) return;
    this.#lastHeardMs = this.#clock.monotonicMs();
    let buffer = this.#buffer ? Buffer.concat([this.#buffer, chunk]) : chunk;
    this.#buffer = null;
    try {
      while (buffer.length > 0) {
        if (this.#pending.length === 0) {
          this.#unasked(buffer);
          return;
        }
        const end = this.#scanner.scan(buffer);
        if (end < 0) {
          if (buffer.length > RESPONSE_LIMIT) throw new ProtocolViolation('an answer beyond all bounds');
          this.#buffer = buffer;
          return;
        }
        const raw = buffer.subarray(0, end);
        buffer = buffer.subarray(end);
        this.#remember(raw, this.#scanner.errorAt);
        this.#scanner.reset();
        this.#deliver(raw);
      }
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      const message = `${keyText(this.key)} does not keep to the MySQL protocol: it sent ${error.message}`;
      this.#fail({ kind: 'not-mysql', message });
    }
  }

  #deliver(raw: Buffer): void {
    const pending = this.#pending.shift();
    pending?.cancelTimer?.();
    pending?.answer?.(null, raw);
  }

  /** A server that closes the connection next does so for the reason that it gave here. */
  #remember(raw: Buffer, errorAt: number): void {
    if (errorAt < 0) return;
    const error = readErrorPacket(raw, errorAt);
    if (error.errno === ER_SERVER_SHUTDOWN) this.#lastSaid = serverSaid(this.key, error);
  }

  /** Between requests a server speaks only to say why it is about to close the connection. */
  #unasked(buffer: Buffer): void {
    const whole =
      buffer.length > PACKET_HEADER_BYTES + 2 && buffer.length >= PACKET_HEADER_BYTES + buffer.readUIntLE(0, 3);
    if (whole && buffer[PACKET_HEADER_BYTES] === MARK_ERROR)
      this.#fail(serverSaid(this.key, readErrorPacket(buffer, 0)));
    else
      this.#fail({
        kind: 'not-mysql',
        message: `${keyText(this.key)} does not keep to the MySQL protocol: it spoke unasked`,
      });
  }

  #broke(error: Error | null): void {
    this.#fail(this.#lastSaid ?? (error ? networkFailure(this.key, error) : closedFailure(this.key)));
  }

  #fail(failure: PollFailure): void {
    if (this.#failure || this.#destroyed) return;
    this.#failure = failure;
    this.#stream.destroy();
    this.#failAll(failure);
    for (const listener of this.#listeners.splice(0)) listener(failure);
  }

  #failAll(failure: PollFailure): void {
    for (const pending of this.#pending.splice(0)) {
      pending.cancelTimer?.();
      pending.answer?.(new ServerError(this.key, failure, {}), null);
    }
  }
}
