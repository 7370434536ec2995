/** A text that is not a GTID set or position. The message is a sentence for a person, with the place and what is there. */
export class GtidSyntaxError extends Error {
  override readonly name = 'GtidSyntaxError';
  /** Zero-based offset in the text at which it stops making sense. */
  readonly offset: number;

  /**
   * @param what what the text was taken for, such as `MySQL GTID set`
   * @param problem what is wrong, as a clause: `expected a transaction number`
   * @param offset zero-based; the message counts characters from 1, as people do
   */
  constructor(what: string, text: string, problem: string, offset: number) {
    super(`Malformed ${what}: ${problem} at character ${offset + 1}, found ${foundAt(text, offset)}.`);
    this.offset = offset;
  }
}

const SHOWN_CHARACTERS = 24;

function foundAt(text: string, offset: number): string {
  const rest = text.slice(offset, offset + SHOWN_CHARACTERS);
  if (rest === '') return 'the end of the text';
  return `${JSON.stringify(rest)}${offset + SHOWN_CHARACTERS < text.length ? '…' : ''}`;
}
