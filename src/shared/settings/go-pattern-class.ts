import { PatternError } from './pattern-error.ts';

/** One escape sequence: a character, a set of characters, or an assertion. `next` is the index after it. */
export type Escape =
  | { readonly kind: 'literal'; readonly code: number; readonly next: number }
  | { readonly kind: 'set'; readonly text: string; readonly next: number }
  | { readonly kind: 'assertion'; readonly text: string; readonly next: number };

/** RE2's `\A` and `\z` hold at the ends of the text, whatever the flags. */
const ASSERTIONS: Readonly<Record<string, string>> = {
  b: '\\b',
  B: '\\B',
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t\\x20',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space: '\\t\\n\\v\\f\\r\\x20',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Reads the escape sequence whose backslash stands at `start`. Throws `PatternError` for one RE2 doesn't know. */
export function readEscape(source: string, start: number): Escape {
  const code = source.codePointAt(start + 1);
  if (code === undefined) throw new PatternError('ends with a lone backslash', start);
  const letter = String.fromCodePoint(code);
  const next = start + 1 + letter.length;
  if (code < 128 && !/[0-9A-Za-z]/.test(letter)) return { kind: 'literal', code, next };
  if (/[dDwWsS]/.test(letter)) return { kind: 'set', text: `\\${letter}`, next };
  const assertion = ASSERTIONS[letter];
  if (assertion !== undefined) return { kind: 'assertion', text: assertion, next };
  const control = CONTROLS[letter];
  if (control !== undefined) return { kind: 'literal', code: control, next };
  if (letter === 'p' || letter === 'P') return unicodeSet(source, start);
  const numeric = numericEscape(source, start);
  if (numeric) return numeric;
  if (/[1-9]/.test(letter)) throw new PatternError('back-references are not known here', start);
  throw new PatternError(`"\\${letter}" is no escape sequence`, start);
}

function numericEscape(source: string, start: number): Escape | null {
  const rest = source.slice(start, start + 16);
  const match = /^\\x\{([0-9A-Fa-f]{1,8})\}|^\\x([0-9A-Fa-f]{2})|^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (!match) return null;
  const hex = match[1] ?? match[2];
  const code = hex === undefined ? Number.parseInt(match[3] ?? '0', 8) : Number.parseInt(hex, 16);
  if (code > 0x10ffff) throw new PatternError('there is no such character', start);
  return { kind: 'literal', code, next: start + match[0].length };
}

function unicodeSet(source: string, start: number): Escape {
  const match = /^\\([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/.exec(source.slice(start));
  if (!match) throw new PatternError('"\\p" wants a class of characters, such as \\p{Greek} or \\pL', start);
  const [whole, letter, inverted, long, short] = match;
  const name = long ?? short ?? '';
  const negated = (letter === 'P') !== (inverted === '^');
  const property = name === 'Any' || name.length <= 2 ? name : `Script=${name}`;
  const text = `\\${negated ? 'P' : 'p'}{${property}}`;
  try {
    new RegExp(text, 'v');
  } catch {
    throw new PatternError(`"${name}" is no class of characters`, start);
  }
  return { kind: 'set', text, next: start + whole.length };
}

/**
 * Translates the character class whose `[` stands at `start`.
 * @returns the class in JavaScript's `v` syntax, where every sign is written by its number, and the index after it
 */
export function readClass(source: string, start: number): { text: string; next: number } {
  let position = start + 1;
  const negated = source[position] === '^';
  if (negated) position += 1;
  const parts: string[] = [];
  for (let first = true; first || source[position] !== ']'; first = false) {
    const item = readClassItem(source, position, start);
    position = item.next;
    if (item.kind !== 'literal' || source[position] !== '-' || source[position + 1] === ']') {
      parts.push(item.kind === 'literal' ? classCharacter(item.code) : item.text);
      continue;
    }
    const end = readClassItem(source, position + 1, start);
    if (end.kind !== 'literal' || end.code < item.code) {
      throw new PatternError('this range of characters has no valid end', position);
    }
    parts.push(`${classCharacter(item.code)}-${classCharacter(end.code)}`);
    position = end.next;
  }
  return { text: `[${negated ? '^' : ''}${parts.join('')}]`, next: position + 1 };
}

function readClassItem(source: string, position: number, start: number): Exclude<Escape, { kind: 'assertion' }> {
  const code = source.codePointAt(position);
  if (code === undefined) throw new PatternError('this class of characters is never closed', start);
  const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(position, position + 16));
  if (posix) return posixSet(posix, position);
  if (source[position] !== '\\') return { kind: 'literal', code, next: position + (code > 0xffff ? 2 : 1) };
  const sequence = readEscape(source, position);
  if (sequence.kind !== 'assertion') return sequence;
  throw new PatternError(`"${source.slice(position, position + 2)}" can't stand in a class of characters`, position);
}

function posixSet(match: RegExpExecArray, position: number): Exclude<Escape, { kind: 'assertion' }> {
  const [whole, inverted, name = ''] = match;
  const set = POSIX[name];
  if (set === undefined) throw new PatternError(`"${whole}" is no class of characters`, position);
  return { kind: 'set', text: `[${inverted}${set}]`, next: position + whole.length };
}

function classCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  return /[0-9A-Za-z]/.test(character) ? character : `\\u{${code.toString(16)}}`;
}
