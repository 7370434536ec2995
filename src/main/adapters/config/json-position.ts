/** A place in a text; both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A name of the outermost object, where it stands, and where its value does: offsets into the text, end excluded. */
export interface KeyPlace extends TextPosition {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export type JsonReading =
  | { readonly ok: true; readonly value: unknown; readonly keys: readonly KeyPlace[] }
  | ({ readonly ok: false; readonly expected: string } & TextPosition);

const MAX_DEPTH = 200;

/**
 * Reads the first JSON value of a text; what follows it is not looked at (configuration reference, section 1).
 * The engine's own parser tells neither the place of every mistake nor keeps the text out of its messages, and the
 * text may hold passwords: hence a scanner that finds the mistake, before that parser makes the value.
 */
export function readJson(text: string): JsonReading {
  const scanner = new Scanner(text);
  try {
    const end = scanner.scan();
    return { ok: true, value: JSON.parse(text.slice(scanner.start, end)), keys: scanner.keys };
  } catch (mistake) {
    if (!(mistake instanceof Mistake)) throw mistake;
    return { ok: false, expected: mistake.message, ...positionAt(text, mistake.offset) };
  }
}

/** Line and column of an offset; a line ends with LF, CR or CRLF. Columns count characters, not UTF-16 units. */
export function positionAt(text: string, offset: number): TextPosition {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: [...(lines[lines.length - 1] ?? '').replace(/^\ufeff/, '')].length + 1 };
}

class Mistake extends Error {
  readonly offset: number;

  constructor(expected: string, offset: number) {
    super(expected);
    this.offset = offset;
  }
}

class Scanner {
  readonly keys: KeyPlace[] = [];
  start = 0;
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @returns the offset after the first value */
  scan(): number {
    if (this.text.startsWith('\ufeff')) this.at = 1;
    this.skipSpace();
    this.start = this.at;
    if (this.at >= this.text.length) throw new Mistake('expected a JSON object, { … }, and the file is empty', this.at);
    this.value('a JSON object, { … }');
    return this.at;
  }

  private value(what: string): void {
    const character = this.text[this.at];
    if (character === '{') this.object();
    else if (character === '[') this.list();
    else if (character === '"') this.string();
    else if (character !== undefined && /[-0-9]/.test(character)) this.number();
    else this.literal(what);
  }

  private object(): void {
    const start = this.at;
    this.enter();
    if (this.next() === '}') {
      this.leave();
      return;
    }
    for (;;) {
      const nameStart = this.at;
      const name = this.name();
      if (this.next() !== ':') throw this.mistake(`":" after the name "${name}"`, start);
      this.at += 1;
      this.skipSpace();
      const valueStart = this.at;
      this.value(`a value for "${name}"`);
      if (this.depth === 1) this.placed(name, nameStart, valueStart);
      const after = this.next();
      if (after === '}') {
        this.leave();
        return;
      }
      if (after !== ',') throw this.mistake(`"," or "}" after the value of "${name}"`, start);
      this.at += 1;
      const comma = this.at - 1;
      if (this.next() === '}') throw new Mistake('expected no "," before "}"', comma);
    }
  }

  private name(): string {
    const start = this.at;
    if (this.text[start] !== '"') throw this.mistake('a name in double quotes');
    this.string();
    return String(JSON.parse(this.text.slice(start, this.at)));
  }

  private placed(key: string, start: number, valueStart: number): void {
    this.keys.push({ key, ...positionAt(this.text, start), start, valueStart, valueEnd: this.at });
  }

  private list(): void {
    const start = this.at;
    this.enter();
    if (this.next() === ']') {
      this.leave();
      return;
    }
    for (;;) {
      this.value('a value in the list');
      const after = this.next();
      if (after === ']') {
        this.leave();
        return;
      }
      if (after !== ',') throw this.mistake('"," or "]" after a value of the list', start);
      this.at += 1;
      const comma = this.at - 1;
      if (this.next() === ']') throw new Mistake('expected no "," before "]"', comma);
    }
  }

  private string(): void {
    const start = this.at;
    for (this.at += 1; this.text[this.at] !== '"'; this.at += 1) {
      const code = this.text.charCodeAt(this.at);
      if (Number.isNaN(code)) throw new Mistake('expected a closing quote for the text that begins here', start);
      if (code === 10 || code === 13) {
        throw new Mistake('expected a closing quote before the end of the line (a line break is written \\n)', this.at);
      }
      if (code < 32) throw new Mistake('expected no control character in a text (a tab is written \\t)', this.at);
      if (code === 92) this.escape();
    }
    this.at += 1;
  }

  private escape(): void {
    const rest = this.text.slice(this.at, this.at + 6);
    const match = /^\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/.exec(rest);
    if (!match) throw new Mistake('expected a JSON escape here (a backslash itself is written \\\\)', this.at);
    this.at += match[0].length - 1;
  }

  private number(): void {
    const word = /^[-+.0-9A-Za-z]*/.exec(this.text.slice(this.at, this.at + 400))?.[0] ?? '';
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word);
    if (!number) throw new Mistake('expected a number, such as 10 or 0.5; anything else is written in quotes', this.at);
    this.at += word.length;
  }

  private literal(what: string): void {
    const word = /^\w*/.exec(this.text.slice(this.at, this.at + 100))?.[0] ?? '';
    if (['true', 'false', 'null'].includes(word)) {
      this.at += word.length;
      return;
    }
    const hint = /^(true|false|null|none)$/i.test(word) ? ' (true, false and null are written in small letters)' : '';
    throw this.mistake(`${what}${hint}`);
  }

  /** What is wrong here; at the end of the text, `opened` is the bracket that is missing its partner. */
  private mistake(expected: string, opened?: number): Mistake {
    const rest = this.text.slice(this.at, this.at + 2);
    if (rest === '') {
      const place = opened === undefined ? null : positionAt(this.text, opened);
      const bracket = place === null ? '' : ` (the bracket of line ${place.line}, column ${place.column} is open)`;
      return new Mistake(`expected ${expected}, and the file ends${bracket}`, this.at);
    }
    if (rest === '//' || rest === '/*' || rest.startsWith('#')) {
      return new Mistake(`expected ${expected}; JSON has no comments`, this.at);
    }
    if (rest.startsWith("'")) return new Mistake(`expected ${expected}; JSON has no single quotes`, this.at);
    return new Mistake(`expected ${expected}`, this.at);
  }

  private enter(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Mistake(`expected at most ${MAX_DEPTH} levels of brackets`, this.at);
    this.at += 1;
    this.skipSpace();
  }

  private leave(): void {
    this.depth -= 1;
    this.at += 1;
  }

  private next(): string | undefined {
    this.skipSpace();
    return this.text[this.at];
  }

  private skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}
