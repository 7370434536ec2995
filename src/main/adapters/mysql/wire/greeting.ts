import { type ErrorPacket, readErrorPacket } from './decode-response.ts';
import { MARK_ERROR, PACKET_HEADER_BYTES } from './response-scanner.ts';

/** The first words of a peer: a server's greeting, its refusal, or something that isn't MySQL. */
export type Greeting =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'server'; readonly version: string }
  | { readonly kind: 'refusal'; readonly error: ErrorPacket }
  | { readonly kind: 'foreign'; readonly said: string };

const PROTOCOL_VERSION = 10;
/** Real greetings have about 80 bytes; a refusal carries a sentence. */
const GREETING_LIMIT = 4096;
const SHOWN_LIMIT = 40;

/** Reads what a peer says after the connection is made. Total: any bytes give an answer. */
export function readGreeting(bytes: Buffer): Greeting {
  if (bytes.length < PACKET_HEADER_BYTES + 1) return { kind: 'incomplete' };
  const length = bytes.readUIntLE(0, 3);
  const mark = bytes[PACKET_HEADER_BYTES];
  // Refusals before the greeting have come with sequence number 0 and, from some proxies, 1.
  const plausible = length > 2 && length <= GREETING_LIMIT && (bytes[3] ?? 9) <= 1;
  if (!plausible || (mark !== PROTOCOL_VERSION && mark !== MARK_ERROR)) return foreign(bytes);
  const end = PACKET_HEADER_BYTES + length;
  if (bytes.length < end) return { kind: 'incomplete' };
  if (mark === MARK_ERROR) return { kind: 'refusal', error: readErrorPacket(bytes, 0) };
  const terminator = bytes.indexOf(0, PACKET_HEADER_BYTES + 1);
  // Version, thread id, 8 bytes of salt, a filler and the lower capability flags.
  if (terminator < 0 || terminator + 16 > end) return foreign(bytes);
  return { kind: 'server', version: bytes.toString('latin1', PACKET_HEADER_BYTES + 1, terminator) };
}

function foreign(bytes: Buffer): Greeting {
  const text = bytes.toString('latin1', 0, SHOWN_LIMIT);
  return { kind: 'foreign', said: text.replace(/[^\x20-\x7e]+/g, ' ').trim() };
}
