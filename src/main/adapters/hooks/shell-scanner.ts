/** What the shell makes of the text at a placeholder; decides how a value can be put there as data. */
export type SpotContext =
  /** Outside quotes. */
  | 'word'
  | 'double'
  | 'single'
  /** `$'…'` */
  | 'ansi'
  /** The shell evaluates what stands here as arithmetic, and with it command substitutions in subscripts. */
  | 'arithmetic'
  /** The subscript of an assignment: evaluated as arithmetic unless the array is associative. */
  | 'subscript'
  /** A here-document whose delimiter is quoted: nothing is expanded in it. */
  | 'verbatim';

/** A placeholder's place in a hook's text. */
export interface Spot {
  readonly name: string;
  /** Offsets of `{` and behind `}`. */
  readonly start: number;
  readonly end: number;
  readonly context: SpotContext;
  /** A backslash that the shell takes literally precedes it, and would escape what is put here. */
  readonly afterBackslash: boolean;
  /** The body of a here-document, where a line of the value could be the delimiter. */
  readonly hereDocument: HereDocument | null;
  /** The text goes to a second shell, which will read the value as code. */
  readonly reparsed: boolean;
}

export interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: leading tabs don't count. */
  readonly stripsTabs: boolean;
  readonly verbatim: boolean;
  readonly reparsed: boolean;
}

interface Frame {
  readonly kind: 'command' | 'double' | 'single' | 'ansi' | 'parameter' | 'arithmetic' | 'here';
  readonly closes: string;
  /** Offset of the frame's first character. */
  readonly start: number;
  /** A parameter expansion inside double quotes or a here-document: single quotes mean nothing in it. */
  readonly quoted: boolean;
  /** Parentheses open inside an arithmetic expression. */
  depth: number;
  /** Where the simple command begins that is being read. */
  segment: number;
  /** End of a `[[ … ]]` that compares numbers. */
  numericTestUntil: number;
}

const PLACEHOLDER = /\{(\w+)\}/y;
const SECOND_SHELL = /(^|[\s/])(eval|ssh|rsh)\s|(^|[\s/])((ba|da|k|z|a)?sh|su|runuser)\s+(\S+\s+)*-\w*c\s/;
const READS_COMMANDS = /(^|[\s/])(ssh|rsh|(ba|da|k|z|a)?sh|su|runuser|mysql)(\s|$)/;
/** Expansions whose operand is a text or pattern; the others (`${a[x]}`, `${a:x}`) take arithmetic. */
const TEXT_OPERATOR = /^!?(\w+|[@*#?])(\[[^\]]*\])?(:?[-=+?]|[#%/^,])/;

/**
 * Finds the placeholders in a hook's text, and for each the quoting that the shell is in there (bash manual,
 * section 3.1.2 Quoting, 3.5 Shell Expansions, 3.6.6 Here Documents). Placeholders in comments, behind a
 * backslash (`\{name}`) and in `${name}`, which is the shell's own, are not reported and stay as they are.
 * A text that this reads differently from the shell makes a value arrive split or unexpanded, never executed:
 * see `fillTemplate`.
 */
export function findSpots(text: string, known: (name: string) => boolean): Spot[] {
  return new Scanner(text, known).scan();
}

class Scanner {
  readonly #text: string;
  readonly #known: (name: string) => boolean;
  readonly #spots: Spot[] = [];
  readonly #frames: Frame[] = [];
  #pending: HereDocument[] = [];
  #here: HereDocument | null = null;
  #at = 0;

  constructor(text: string, known: (name: string) => boolean) {
    this.#text = text;
    this.#known = known;
  }

  scan(): Spot[] {
    this.#open('command', '', 0);
    this.#readUntil(this.#text.length);
    return this.#spots;
  }

  #readUntil(end: number): void {
    while (this.#at < end) {
      const length = this.#step();
      this.#at += length;
    }
  }

  get #top(): Frame {
    return this.#frames.at(-1) ?? newFrame('command', '', 0, false);
  }

  /** Enters what begins with the next `length` characters; gives that length back. */
  #open(kind: Frame['kind'], closes: string, length: number): number {
    const top = this.#frames.at(-1);
    const quoted = top !== undefined && (top.kind === 'double' || top.kind === 'here' || top.quoted);
    this.#frames.push(newFrame(kind, closes, this.#at + length, kind === 'parameter' && quoted));
    return length;
  }

  #close(length: number): number {
    if (this.#frames.length > 1) this.#frames.pop();
    return length;
  }

  /** Understands what stands here; gives back how many characters that took. */
  #step(): number {
    if (this.#placeholder(false)) return 0;
    const char = this.#text[this.#at] ?? '';
    const { kind, quoted } = this.#top;
    if (kind === 'single') return this.#stepSingle(char);
    const inQuotes = kind === 'double' || kind === 'here' || quoted;
    if (char === '\\') return this.#backslash(inQuotes);
    if (kind === 'ansi') return char === "'" ? this.#close(1) : 1;
    if (char === '`') return this.#backtick();
    if (char === '$') return this.#dollar(inQuotes);
    if (kind === 'here') return 1;
    if (kind === 'double') return char === '"' ? this.#close(1) : 1;
    if (char === '"') return this.#open('double', '"', 1);
    if (kind === 'arithmetic') return this.#stepArithmetic(char);
    if (char === "'" && !quoted) return this.#open('single', "'", 1);
    if (kind === 'parameter') return char === '}' ? this.#close(1) : 1;
    return this.#stepCommand(char);
  }

  /** A backtick ends its substitution even where single quotes are open inside it. */
  #stepSingle(char: string): number {
    if (char === "'") return this.#close(1);
    return char === '`' && this.#frames.some((frame) => frame.closes === '`') ? this.#backtick() : 1;
  }

  #backslash(inQuotes: boolean): number {
    const next = this.#text[this.#at + 1] ?? '';
    const literal = (inQuotes && !'$`"\\\n'.includes(next)) || (this.#top.kind === 'ansi' && next === '{');
    if (!literal) return 2;
    this.#at += 1;
    this.#placeholder(true);
    return 0;
  }

  #backtick(): number {
    const opened = this.#frames.findLastIndex((frame) => frame.closes === '`');
    if (opened < 0) return this.#open('command', '`', 1);
    this.#frames.length = opened;
    return 1;
  }

  #dollar(inQuotes: boolean): number {
    const next = this.#text[this.#at + 1];
    if (next === '(') return this.#parenthesis(1);
    if (next === '{') return this.#open('parameter', '}', 2);
    if (next === '[') return this.#open('arithmetic', ']', 2);
    if (next === "'" && !inQuotes) return this.#open('ansi', "'", 2);
    return next === '$' ? 2 : 1;
  }

  /** `(` at `offset` from here: arithmetic when its two ends are double, else commands. */
  #parenthesis(offset: number): number {
    const arithmetic = isArithmetic(this.#text, this.#at + offset);
    return arithmetic ? this.#open('arithmetic', '))', offset + 2) : this.#open('command', ')', offset + 1);
  }

  #stepArithmetic(char: string): number {
    const frame = this.#top;
    if (frame.closes === ']') return char === ']' ? this.#close(1) : 1;
    if (char === '(') frame.depth++;
    if (char !== ')') return 1;
    if (frame.depth === 0) return this.#close(2);
    frame.depth--;
    return 1;
  }

  #stepCommand(char: string): number {
    const frame = this.#top;
    if (char === ')' && frame.closes === ')') return this.#close(1);
    if (char === '(') return this.#parenthesis(0);
    if (char === '#' && this.#atWordStart()) return this.#commentLength();
    if (char === '<' && this.#text[this.#at + 1] === '<') return this.#hereOperatorLength();
    if (char === '[' && this.#atWordStart()) this.#numericTest(frame);
    this.#at += 1;
    if (char === '\n') this.#readHereDocuments();
    if (';&|\n'.includes(char)) frame.segment = this.#at;
    return 0;
  }

  #atWordStart(): boolean {
    return this.#at === 0 || ' \t\n;&|()<>`'.includes(this.#text[this.#at - 1] ?? '');
  }

  #commentLength(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return (end < 0 ? this.#text.length : end) - this.#at;
  }

  /** The operators of `[[` that compare numbers evaluate both sides as arithmetic (bash manual, section 6.4). */
  #numericTest(frame: Frame): void {
    const test = /^\[\[\s[\s\S]*?\s\]\]/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    if (/\s-(eq|ne|lt|le|gt|ge|v)\s/.test(test)) frame.numericTestUntil = this.#at + test.length;
  }

  #hereOperatorLength(): number {
    if (this.#text.startsWith('<<<', this.#at)) return 3;
    const match = /^<<(-?)[ \t]*((?:'[^']*'|"[^"]*"|\\.|[^\s;&|<>()'"\\])+)/.exec(this.#text.slice(this.#at));
    if (!match) return 2;
    const word = match[2] ?? '';
    this.#pending.push({
      delimiter: word.replace(/['"\\]/g, ''),
      stripsTabs: match[1] === '-',
      verbatim: /['"\\]/.test(word),
      reparsed: READS_COMMANDS.test(this.#text.slice(this.#top.segment, this.#at)),
    });
    return match[0].length;
  }

  #readHereDocuments(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const document of pending) {
      const body = hereBody(this.#text, this.#at, document);
      this.#here = document;
      this.#frames.push(newFrame('here', '', this.#at, false));
      const base = this.#frames.length;
      if (document.verbatim) {
        while (this.#at < body.end) if (!this.#placeholder(false)) this.#at += 1;
      } else this.#readUntil(body.end);
      this.#frames.length = base - 1;
      this.#here = null;
      this.#at = body.next;
    }
  }

  #placeholder(afterBackslash: boolean): boolean {
    PLACEHOLDER.lastIndex = this.#at;
    const match = PLACEHOLDER.exec(this.#text);
    const name = match?.[1];
    if (match === null || name === undefined || !this.#known(name)) return false;
    const start = this.#at;
    const context = this.#context();
    const reparsed = this.#here?.reparsed === true || SECOND_SHELL.test(this.#segmentText());
    this.#at += match[0].length;
    this.#spots.push({ name, start, end: this.#at, context, afterBackslash, hereDocument: this.#here, reparsed });
    return true;
  }

  /** The simple command so far, of the innermost commands that the placeholder stands in. */
  #segmentText(): string {
    const commands = this.#frames.findLast((frame) => frame.kind === 'command');
    return commands === undefined ? '' : this.#text.slice(commands.segment, this.#at);
  }

  #context(): SpotContext {
    if (this.#here?.verbatim === true) return 'verbatim';
    if (this.#isArithmetic()) return 'arithmetic';
    const { kind, quoted } = this.#top;
    if (kind === 'single' || kind === 'ansi') return kind;
    if (kind === 'double' || kind === 'here' || quoted) return 'double';
    return /(^|\s)[A-Za-z_]\w*\[[^\]\s]*$/.test(this.#segmentText()) ? 'subscript' : 'word';
  }

  #isArithmetic(): boolean {
    for (const frame of this.#frames.toReversed()) {
      if (frame.kind === 'arithmetic') return true;
      if (frame.kind === 'parameter') return !TEXT_OPERATOR.test(this.#text.slice(frame.start, this.#at));
      if (frame.kind !== 'command') continue;
      return this.#at < frame.numericTestUntil || /(^|\s)let\s/.test(this.#segmentText());
    }
    return false;
  }
}

function newFrame(kind: Frame['kind'], closes: string, start: number, quoted: boolean): Frame {
  return { kind, closes, start, quoted, depth: 0, segment: start, numericTestUntil: 0 };
}

/** `((…))` as opposed to `((a); b)`: the two parentheses that open at `from` also close together. */
function isArithmetic(text: string, from: number): boolean {
  if (text[from + 1] !== '(') return false;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] !== ')') continue;
    depth--;
    if (depth === 1) return text[at + 1] === ')';
  }
  return false;
}

/** Where the body that begins at `from` ends, and where the text goes on behind the delimiter's line. */
function hereBody(text: string, from: number, document: HereDocument): { end: number; next: number } {
  let at = from;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    if (isDelimiter(text.slice(at, newline < 0 ? text.length : newline), document)) return { end: at, next };
    at = next;
  }
  return { end: text.length, next: text.length };
}

/** True when a line of a here-document's body ends it. */
export function isDelimiter(line: string, document: HereDocument): boolean {
  return (document.stripsTabs ? line.replace(/^\t+/, '') : line) === document.delimiter;
}
