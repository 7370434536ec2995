import {
  MARK_END,
  MARK_ERROR,
  MARK_OK,
  PACKET_HEADER_BYTES,
  ProtocolViolation,
  readLength,
} from './response-scanner.ts';

export type Row = readonly (string | null)[];

/** One result set as text; a statement without rows has no columns. */
export interface ResultSet {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface ErrorPacket {
  readonly errno: number;
  readonly message: string;
}

/** What a (multi-)statement gave: the results before the first error, and that error. */
export interface Response {
  readonly results: readonly ResultSet[];
  readonly error: ErrorPacket | null;
}

/**
 * Column names seen at each place of a statement's response. While the bytes of the definitions stay the same, the
 * same array is handed out again: readers key what they know of the columns by its identity.
 */
export class ColumnMemory {
  readonly #seen: { readonly bytes: Buffer; readonly columns: readonly string[] }[] = [];

  columns(place: number, raw: Buffer, start: number, end: number, count: number): readonly string[] {
    const known = this.#seen[place];
    if (known && known.bytes.length === end - start && known.bytes.compare(raw, start, end) === 0) return known.columns;
    const columns = readColumns(raw, start, count);
    this.#seen[place] = { bytes: Buffer.from(raw.subarray(start, end)), columns };
    return columns;
  }
}

const NO_ROWS: ResultSet = { columns: [], rows: [] };

/**
 * Decodes a complete response, as a ResponseScanner has found it.
 * @throws ProtocolViolation
 */
export function decodeResponse(raw: Buffer, memory: ColumnMemory): Response {
  const results: ResultSet[] = [];
  let at = 0;
  while (at < raw.length) {
    const mark = raw[at + PACKET_HEADER_BYTES];
    if (mark === MARK_ERROR) return { results, error: readErrorPacket(raw, at) };
    if (mark === MARK_OK) {
      results.push(NO_ROWS);
      at = packetEnd(raw, at);
      continue;
    }
    const count = readLength(raw, at + PACKET_HEADER_BYTES)?.value ?? 0;
    const definitions = packetEnd(raw, at);
    let end = definitions;
    for (let index = 0; index < count; index += 1) end = packetEnd(raw, end);
    const columns = memory.columns(results.length, raw, definitions, end, count);
    const rows: Row[] = [];
    at = packetEnd(raw, end);
    for (;;) {
      const next = packetEnd(raw, at);
      const first = raw[at + PACKET_HEADER_BYTES];
      if (first === MARK_ERROR) return { results, error: readErrorPacket(raw, at) };
      if (first === MARK_END && next - at - PACKET_HEADER_BYTES < 9) {
        at = next;
        break;
      }
      rows.push(readRow(raw, at + PACKET_HEADER_BYTES, next, count));
      at = next;
    }
    results.push({ columns, rows });
  }
  return { results, error: null };
}

/** Reads the error packet that begins at `at`. */
export function readErrorPacket(raw: Buffer, at: number): ErrorPacket {
  const end = packetEnd(raw, at);
  const errno = raw.readUInt16LE(at + PACKET_HEADER_BYTES + 1);
  let text = at + PACKET_HEADER_BYTES + 3;
  // '#' and five characters of SQLSTATE; missing before the log-in is done.
  if (raw[text] === 0x23) text += 6;
  const message = raw.toString('utf8', Math.min(text, end), end);
  // It goes into sentences for people and into logs, and may come from anybody.
  return { errno, message: message.replace(/\p{Cc}+/gu, ' ') };
}

function packetEnd(raw: Buffer, at: number): number {
  if (at + PACKET_HEADER_BYTES > raw.length) throw new ProtocolViolation('a response that breaks off');
  const end = at + PACKET_HEADER_BYTES + raw.readUIntLE(at, 3);
  if (end > raw.length) throw new ProtocolViolation('a response that breaks off');
  return end;
}

/**
 * A row may end before its last columns: MySQL 5.6 leaves `Slave_UUID` out of `SHOW SLAVE HOSTS` for a replica that has
 * none, as a MariaDB server.
 */
function readRow(raw: Buffer, start: number, end: number, count: number): Row {
  const row = new Array<string | null>(count).fill(null);
  let at = start;
  for (let index = 0; index < count; index += 1) {
    if (at === end && index > 0) break;
    if (raw[at] === 0xfb) {
      at += 1;
      continue;
    }
    const length = readLength(raw, at);
    if (length === null || length.next + length.value > end) throw new ProtocolViolation('a row that breaks off');
    at = length.next + length.value;
    row[index] = length.value === 0 ? '' : raw.toString('utf8', length.next, at);
  }
  return row;
}

/** In a column definition the name is the fifth of its leading strings. */
function readColumns(raw: Buffer, start: number, count: number): readonly string[] {
  const columns: string[] = [];
  let packet = start;
  for (let index = 0; index < count; index += 1) {
    let at = packet + PACKET_HEADER_BYTES;
    let name = '';
    for (let field = 0; field < 5; field += 1) {
      const length = readLength(raw, at);
      if (length === null) throw new ProtocolViolation('a column without a name');
      name = raw.toString('utf8', length.next, length.next + length.value);
      at = length.next + length.value;
    }
    columns.push(name);
    packet = packetEnd(raw, packet);
  }
  return columns;
}
