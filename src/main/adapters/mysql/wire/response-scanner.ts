/** The peer sent what the MySQL protocol doesn't allow at that place. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}

/** Length and sequence number. */
export const PACKET_HEADER_BYTES = 4;
/** A packet of this length is continued by the next one; nothing that Baton reads is that large. */
const CONTINUED_LENGTH = 0xffffff;
/** `SERVER_MORE_RESULTS_EXISTS` of the status flags. */
const MORE_RESULTS = 0x0008;

export const MARK_OK = 0x00;
export const MARK_ERROR = 0xff;
export const MARK_END = 0xfe;
const MARK_LOCAL_FILE = 0xfb;
/** An end-of-file packet is shorter than this; a longer one that begins alike is a row. */
const END_PACKET_LIMIT = 9;

type Phase = 'header' | 'columns' | 'columns-end' | 'rows';

/**
 * Finds where one response of the text protocol ends in a buffer that may still grow: an OK packet, an error, or
 * result sets until one has no more-results flag. It looks at packet headers only and decodes nothing.
 * Source: MySQL internals, "Text Resultset" without CLIENT_DEPRECATE_EOF.
 */
export class ResponseScanner {
  #phase: Phase = 'header';
  #columnsLeft = 0;
  #sequence = 1;
  #position = 0;
  #errorAt = -1;

  /** Offset of the error packet that ended the response found last; -1 when none did. */
  get errorAt(): number {
    return this.#errorAt;
  }

  /** Forgets the response at hand; the next scan begins a new one at the start of its buffer. */
  reset(): void {
    this.#phase = 'header';
    this.#columnsLeft = 0;
    this.#sequence = 1;
    this.#position = 0;
    this.#errorAt = -1;
  }

  /**
   * @param buffer holds the response from its first byte on, and maybe not all of it.
   * @returns the offset behind the response, or -1 while it is incomplete.
   * @throws ProtocolViolation
   */
  scan(buffer: Buffer): number {
    for (;;) {
      const start = this.#position;
      if (buffer.length - start < PACKET_HEADER_BYTES) return -1;
      const length = buffer.readUIntLE(start, 3);
      if (length === CONTINUED_LENGTH) throw new ProtocolViolation('a packet of 16 MiB or more');
      if (length === 0) throw new ProtocolViolation('an empty packet');
      if (buffer[start + 3] !== this.#sequence) throw new ProtocolViolation('packets out of order');
      const end = start + PACKET_HEADER_BYTES + length;
      if (buffer.length < end) return -1;
      this.#sequence = (this.#sequence + 1) & 0xff;
      this.#position = end;
      if (this.#endsResponse(buffer, start + PACKET_HEADER_BYTES, length)) return end;
    }
  }

  #endsResponse(buffer: Buffer, at: number, length: number): boolean {
    const mark = buffer[at];
    if (mark === MARK_ERROR && this.#phase !== 'columns') {
      if (length < 3) throw new ProtocolViolation('a short error packet');
      this.#errorAt = at - PACKET_HEADER_BYTES;
      return true;
    }
    if (this.#phase === 'header') return this.#header(buffer, at, length);
    if (this.#phase === 'columns') {
      this.#columnsLeft -= 1;
      if (this.#columnsLeft === 0) this.#phase = 'columns-end';
      return false;
    }
    const isEnd = mark === MARK_END && length < END_PACKET_LIMIT;
    if (this.#phase === 'columns-end') {
      if (!isEnd) throw new ProtocolViolation('column definitions that do not end');
      this.#phase = 'rows';
      return false;
    }
    if (!isEnd) return false;
    if (length < 5) throw new ProtocolViolation('an end packet without flags');
    return this.#resultEnds(buffer.readUInt16LE(at + 3));
  }

  #header(buffer: Buffer, at: number, length: number): boolean {
    const mark = buffer[at];
    if (mark === MARK_OK) return this.#resultEnds(okStatus(buffer, at, length));
    if (mark === MARK_LOCAL_FILE) throw new ProtocolViolation('a request for a local file');
    const count = readLength(buffer, at);
    if (count === null || count.value === 0) throw new ProtocolViolation('a result without columns');
    this.#columnsLeft = count.value;
    this.#phase = 'columns';
    return false;
  }

  #resultEnds(status: number): boolean {
    this.#phase = 'header';
    return (status & MORE_RESULTS) === 0;
  }
}

function okStatus(buffer: Buffer, at: number, length: number): number {
  const affected = readLength(buffer, at + 1);
  const lastId = affected && readLength(buffer, affected.next);
  if (!lastId || lastId.next + 2 > at + length) throw new ProtocolViolation('a short OK packet');
  return buffer.readUInt16LE(lastId.next);
}

/** A length-encoded integer and the offset behind it; null for the NULL mark and for bytes that are no length. */
export function readLength(buffer: Buffer, at: number): { value: number; next: number } | null {
  const first = buffer[at];
  if (first === undefined) return null;
  if (first < 0xfb) return { value: first, next: at + 1 };
  if (first === 0xfc && at + 3 <= buffer.length) return { value: buffer.readUInt16LE(at + 1), next: at + 3 };
  if (first === 0xfd && at + 4 <= buffer.length) return { value: buffer.readUIntLE(at + 1, 3), next: at + 4 };
  if (first === 0xfe && at + 9 <= buffer.length) {
    return { value: Number(buffer.readBigUInt64LE(at + 1)), next: at + 9 };
  }
  return null;
}
