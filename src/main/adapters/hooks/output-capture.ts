import { StringDecoder } from 'node:string_decoder';

/** How much of the end is kept beside the beginning, so that the reason of a failure is not cut off. */
const TAIL_BYTES = 4_096;

/** Keeps the beginning and the end of what a hook prints, in constant memory however much it prints. */
export class OutputCapture {
  readonly #limit: number;
  readonly #tailLimit: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer = Buffer.alloc(0);
  #totalBytes = 0;

  /** @param limitBytes how much is kept, beginning and end together. */
  constructor(limitBytes: number) {
    this.#limit = limitBytes;
    this.#tailLimit = Math.min(TAIL_BYTES, limitBytes >> 1);
  }

  push(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const room = this.#limit - this.#tailLimit - this.#headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#head.push(Buffer.from(part));
      this.#headBytes += part.length;
    }
    if (chunk.length <= room) return;
    const rest = room > 0 ? chunk.subarray(room) : chunk;
    const joined = rest.length >= this.#tailLimit ? rest : Buffer.concat([this.#tail, rest]);
    this.#tail = Buffer.from(joined.subarray(Math.max(0, joined.length - this.#tailLimit)));
  }

  get truncated(): boolean {
    return this.#totalBytes > this.#headBytes + this.#tail.length;
  }

  /** The text, with a line that says how much is missing where something is. */
  text(): string {
    if (!this.truncated) return Buffer.concat([...this.#head, this.#tail]).toString('utf8');
    const left = this.#totalBytes - this.#headBytes - this.#tail.length;
    const head = new StringDecoder('utf8').write(Buffer.concat(this.#head));
    return `${head}\n[… ${left} bytes left out …]\n${wholeCharacters(this.#tail).toString('utf8')}`;
  }

  /** The last line with anything on it, at most 200 characters of it; empty when nothing was printed. */
  lastLine(): string {
    const lines = this.text()
      .trimEnd()
      .split(/[\r\n]+/);
    return (lines.at(-1) ?? '').trim().slice(0, 200);
  }
}

/** Without the bytes at the beginning that continue a UTF-8 character whose first byte was cut off. */
function wholeCharacters(bytes: Buffer): Buffer {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return bytes.subarray(from);
}
