import type { Column, Value } from '../sql/result.ts';
import type { SqlError } from '../sql/sql-error.ts';

const HEADER_BYTES = 4;
const MORE_RESULTS = 0x0008;
const AUTOCOMMIT = 0x0002;
const UTF8MB4 = 45;
const BINARY = 63;
const LONGLONG = 8;
const VAR_STRING = 253;
/** Texts shorter than this fit into a one-byte length whatever characters they have. */
const SHORT_CHARACTERS = 80;
const NULL_MARK = 0xfb;

/**
 * Writes the packets of responses one behind another into one buffer that grows as needed and is used again for the
 * next response: what `take` gives is a copy. Column definitions are made once for each statement and sequence
 * number that they begin with. Source: MySQL internals, "Text Resultset", without CLIENT_DEPRECATE_EOF.
 */
export class PacketWriter {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #at = 0;
  #sequence = 0;
  readonly #definitions = new WeakMap<readonly Column[], Buffer[]>();

  /** Begins a response; the request's packet had the sequence number before. */
  begin(sequence: number): void {
    this.#at = 0;
    this.#sequence = sequence;
  }

  get sequence(): number {
    return this.#sequence;
  }

  take(): Buffer {
    const packets = Buffer.allocUnsafe(this.#at);
    this.#buffer.copy(packets, 0, 0, this.#at);
    this.#at = 0;
    return packets;
  }

  raw(payload: Uint8Array): void {
    this.#reserve(payload.length + HEADER_BYTES);
    const start = this.#open();
    this.#buffer.set(payload, this.#at);
    this.#at += payload.length;
    this.#seal(start);
  }

  ok(affected: number, more: boolean): void {
    this.#reserve(64);
    const start = this.#open();
    this.#byte(0);
    this.#length(affected);
    this.#byte(0);
    this.#uint16(AUTOCOMMIT | (more ? MORE_RESULTS : 0));
    this.#uint16(0);
    this.#seal(start);
  }

  error({ errno, sqlState, message }: Pick<SqlError, 'errno' | 'sqlState' | 'message'>): void {
    this.#reserve(message.length * 3 + 64);
    const start = this.#open();
    this.#byte(0xff);
    this.#uint16(errno);
    this.#at += this.#buffer.write(`#${sqlState}${message}`, this.#at);
    this.#seal(start);
  }

  resultSet(columns: readonly Column[], rows: readonly (readonly Value[])[], more: boolean): void {
    this.#columns(columns);
    for (const row of rows) this.#row(row);
    this.#end(more);
  }

  #columns(columns: readonly Column[]): void {
    const bySequence = this.#definitions.get(columns) ?? [];
    this.#definitions.set(columns, bySequence);
    const known = bySequence[this.#sequence];
    if (known) {
      this.#reserve(known.length);
      known.copy(this.#buffer, this.#at);
      this.#at += known.length;
      this.#sequence = (this.#sequence + columns.length + 2) & 0xff;
      return;
    }
    const [from, sequence] = [this.#at, this.#sequence];
    this.#reserve(64);
    const start = this.#open();
    this.#length(columns.length);
    this.#seal(start);
    for (const column of columns) this.#definition(column);
    this.#end(false);
    bySequence[sequence] = Buffer.from(this.#buffer.subarray(from, this.#at));
  }

  #definition({ name, type }: Column): void {
    this.#reserve(name.length * 3 + 64);
    const start = this.#open();
    for (const text of ['def', '', '', '', name, '']) this.#text(text);
    this.#byte(12);
    this.#uint16(type === 'integer' ? BINARY : UTF8MB4);
    this.#uint16(type === 'integer' ? 21 : 0xffff);
    this.#uint16(0);
    this.#byte(type === 'integer' ? LONGLONG : VAR_STRING);
    this.#uint16(0);
    this.#byte(0);
    this.#uint16(0);
    this.#seal(start);
  }

  #row(row: readonly Value[]): void {
    this.#reserve(256);
    const start = this.#open();
    for (const value of row) {
      if (value === null) {
        this.#reserve(16);
        this.#byte(NULL_MARK);
      } else this.#text(typeof value === 'string' ? value : String(value));
    }
    this.#seal(start);
  }

  #end(more: boolean): void {
    this.#reserve(16);
    const start = this.#open();
    this.#byte(0xfe);
    this.#uint16(0);
    this.#uint16(AUTOCOMMIT | (more ? MORE_RESULTS : 0));
    this.#seal(start);
  }

  #text(value: string): void {
    this.#reserve(value.length * 3 + 16);
    if (value.length < SHORT_CHARACTERS) {
      const written = this.#buffer.write(value, this.#at + 1);
      this.#buffer[this.#at] = written;
      this.#at += written + 1;
      return;
    }
    this.#length(Buffer.byteLength(value));
    this.#at += this.#buffer.write(value, this.#at);
  }

  /** A length-encoded integer. */
  #length(value: number): void {
    if (value < 251) this.#byte(value);
    else if (value < 0x1_0000) {
      this.#byte(0xfc);
      this.#uint16(value);
    } else {
      this.#byte(0xfd);
      this.#buffer.writeUIntLE(value, this.#at, 3);
      this.#at += 3;
    }
  }

  #byte(value: number): void {
    this.#buffer[this.#at++] = value;
  }

  #uint16(value: number): void {
    this.#buffer[this.#at++] = value & 0xff;
    this.#buffer[this.#at++] = value >> 8;
  }

  #open(): number {
    const start = this.#at;
    this.#at += HEADER_BYTES;
    return start;
  }

  #seal(start: number): void {
    const length = this.#at - start - HEADER_BYTES;
    // Longer packets are split by the protocol; nothing that is simulated comes near.
    if (length >= 0xffffff) throw new RangeError('a simulated packet of 16 MiB');
    this.#buffer[start] = length & 0xff;
    this.#buffer[start + 1] = (length >> 8) & 0xff;
    this.#buffer[start + 2] = length >> 16;
    this.#buffer[start + 3] = this.#sequence;
    this.#sequence = (this.#sequence + 1) & 0xff;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
