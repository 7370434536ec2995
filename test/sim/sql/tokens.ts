import { syntaxError } from './sql-error.ts';

export type TokenKind = 'word' | 'quoted' | 'variable' | 'text' | 'number' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Words in upper case; names, texts and numbers as they are, without quotes. */
  readonly value: string;
  /** As written, for column names and error messages. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /(?:\s+|--\s[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const VARIABLE = /@@(?:(global|session|local|persist)\s*\.\s*)?([A-Za-z0-9_$.]+)/iy;
const WORD = /[A-Za-z_][A-Za-z0-9_$]*/y;
const NUMBER = /\d+(?:\.\d+)?/y;
const SIGN = /<=>|<>|!=|<=|>=|:=|[-+*/%(),.=<>;]/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', Z: '\x1a' };

/** Splits a request into the tokens of its statements; `LIKE` patterns keep `\_` and `\%` (MySQL manual, 11.1.1). */
export function tokenize(sql: string): Token[][] {
  const statements: Token[][] = [];
  let tokens: Token[] = [];
  let at = 0;
  const finish = () => {
    if (tokens.length > 0) statements.push([...tokens, { kind: 'end', value: '', start: at, end: at }]);
    tokens = [];
  };
  while (at < sql.length) {
    const space = match(SPACE, sql, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = readToken(sql, at);
    at = token.end;
    if (token.kind === 'sign' && token.value === ';') finish();
    else tokens.push(token);
  }
  finish();
  return statements;
}

function readToken(sql: string, at: number): Token {
  const char = sql[at];
  if (char === "'" || char === '"') return readText(sql, at, char);
  if (char === '`') {
    const close = sql.indexOf('`', at + 1);
    if (close < 0) throw syntaxError(sql.slice(at));
    return { kind: 'quoted', value: sql.slice(at + 1, close), start: at, end: close + 1 };
  }
  const variable = match(VARIABLE, sql, at);
  if (variable) return token('variable', (variable[2] ?? '').toLowerCase(), at, variable[0]);
  const word = match(WORD, sql, at);
  if (word) return token('word', word[0].toUpperCase(), at, word[0]);
  const number = match(NUMBER, sql, at);
  if (number) return token('number', number[0], at, number[0]);
  const sign = match(SIGN, sql, at);
  if (sign) return token('sign', sign[0], at, sign[0]);
  throw syntaxError(sql.slice(at));
}

function token(kind: TokenKind, value: string, start: number, written: string): Token {
  return { kind, value, start, end: start + written.length };
}

function readText(sql: string, start: number, quote: string): Token {
  let value = '';
  for (let at = start + 1; at < sql.length; at++) {
    const char = sql[at] ?? '';
    if (char === '\\') {
      const next = sql[++at] ?? '';
      value += next === '_' || next === '%' ? `\\${next}` : (ESCAPES[next] ?? next);
    } else if (char !== quote) value += char;
    else if (sql[at + 1] === quote) {
      value += quote;
      at++;
    } else return { kind: 'text', value, start, end: at + 1 };
  }
  throw syntaxError(sql.slice(start));
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Walks the tokens of one statement. */
export class TokenReader {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, tokens: readonly Token[]) {
    this.sql = sql;
    this.#tokens = tokens;
  }

  get current(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw syntaxError('');
    return token;
  }

  peek(distance: number): Token | undefined {
    return this.#tokens[this.#at + distance];
  }

  next(): Token {
    const token = this.current;
    this.#at++;
    return token;
  }

  is(kind: TokenKind, value: string): boolean {
    return this.current.kind === kind && this.current.value === value;
  }

  /** Takes these words when all of them come next. */
  words(...words: readonly string[]): boolean {
    const all = words.every((word, index) => {
      const token = this.peek(index);
      return token?.kind === 'word' && token.value === word;
    });
    if (all) this.#at += words.length;
    return all;
  }

  sign(value: string): boolean {
    if (!this.is('sign', value)) return false;
    this.#at++;
    return true;
  }

  expectSign(value: string): void {
    if (!this.sign(value)) throw this.error();
  }

  /** A name, quoted or not, as it is written. */
  name(): string {
    const token = this.next();
    if (token.kind === 'quoted') return token.value;
    if (token.kind !== 'word') throw this.error(token);
    return this.sql.slice(token.start, token.end);
  }

  text(): string {
    const token = this.next();
    if (token.kind !== 'text') throw this.error(token);
    return token.value;
  }

  expectEnd(): void {
    if (this.current.kind !== 'end') throw this.error();
  }

  get atEnd(): boolean {
    return this.current.kind === 'end';
  }

  error(token: Token = this.current): Error {
    return syntaxError(this.sql.slice(token.start));
  }
}
