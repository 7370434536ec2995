import { type Escape, readClass, readEscape } from './go-pattern-class.ts';
import { PatternError } from './pattern-error.ts';

/** A compiled pattern, or what is wrong with it; `position` counts characters from 1. */
export type CompiledPattern =
  | { readonly ok: true; readonly regexp: RegExp; readonly groups: number }
  | { readonly ok: false; readonly message: string; readonly position: number };

/**
 * Compiles a regular expression written for the predecessor, whose language (Go's RE2 syntax) differs from
 * JavaScript's: inline flags such as `(?i)`, `(?P<name>…)`, `\A`, `\z`, `\Q…\E`, `[[:alpha:]]`, `\pL`.
 * What RE2 doesn't know (look-around, back-references) is refused, as the predecessor never matched with it.
 */
export function compilePattern(source: string): CompiledPattern {
  try {
    const translator = new Translator(source);
    const { text, flags, groups } = translator.translate();
    return { ok: true, regexp: new RegExp(text, flags), groups };
  } catch (problem) {
    if (problem instanceof PatternError) return { ok: false, message: problem.message, position: problem.position };
    return { ok: false, message: 'is not a regular expression', position: 1 };
  }
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const NO_FLAGS: Flags = { i: false, m: false, s: false, U: false };

interface Frame {
  /** The flags that the group's own text begins with. */
  readonly outer: Flags;
  current: Flags;
  /** The opening of the wrapper that carries flags set in mid-group, closed at the group's end; empty for none. */
  wrapper: string;
  readonly openedAt: number;
}

class Translator {
  private readonly source: string;
  private position = 0;
  private readonly out: string[] = [];
  private readonly frames: Frame[] = [{ outer: NO_FLAGS, current: NO_FLAGS, wrapper: '', openedAt: 0 }];
  private groups = 0;
  private repeatable = false;
  private baseFlags = 'v';

  constructor(source: string) {
    this.source = source;
  }

  translate(): { text: string; flags: string; groups: number } {
    while (this.position < this.source.length) this.step();
    const frame = this.frame();
    if (this.frames.length > 1) throw new PatternError('this group is never closed', frame.openedAt);
    this.closeWrapper(frame);
    return { text: this.out.join(''), flags: this.baseFlags, groups: this.groups };
  }

  private step(): void {
    const character = this.source[this.position] ?? '';
    if (character === '(') this.openGroup();
    else if (character === ')') this.closeGroup();
    else if (character === '|') this.alternative();
    else if (character === '[') this.characterClass();
    else if (character === '\\') this.escape();
    else if (character === '^' || character === '$') {
      this.position += 1;
      this.assertion(character);
    } else if (character === '.') {
      this.position += 1;
      this.atom('.');
    } else if (this.quantifierLength() > 0) this.quantifier();
    else this.literal(this.source.codePointAt(this.position) ?? 0);
  }

  private openGroup(): void {
    const rest = this.source.slice(this.position);
    const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (named) this.pushGroup(`(?<${named[1]}>`, named[0].length, this.frame().current, true);
    else if (flags && flags[0] !== '(?)') this.flagGroup(flags);
    else if (rest.startsWith('(?')) {
      throw new PatternError(`"${rest.slice(0, 3)}" opens no group that is known here (look-around is not)`, this.at());
    } else this.pushGroup('(', 1, this.frame().current, true);
  }

  private flagGroup(parts: RegExpExecArray): void {
    const [whole, on = '', off = '', end] = parts;
    const frame = this.frame();
    const flags = withFlags(frame.current, on, off);
    if (end === ':') {
      this.pushGroup(`(?${flagChange(frame.current, flags)}:`, whole.length, flags, false);
      return;
    }
    if (this.position === 0) this.setBaseFlags(flags);
    else this.changeFlags(frame, flags);
    this.position += whole.length;
    this.repeatable = false;
  }

  /** Flags at the very beginning hold for all: engines without inline modifiers understand those too. */
  private setBaseFlags(flags: Flags): void {
    this.baseFlags = `v${flags.i ? 'i' : ''}${flags.m ? 'm' : ''}${flags.s ? 's' : ''}`;
    this.frames[0] = { outer: flags, current: flags, wrapper: '', openedAt: 0 };
  }

  private changeFlags(frame: Frame, flags: Flags): void {
    this.closeWrapper(frame);
    frame.current = flags;
    const change = flagChange(frame.outer, flags);
    if (change === '') return;
    frame.wrapper = `(?${change}:`;
    this.out.push(frame.wrapper);
  }

  private pushGroup(text: string, length: number, flags: Flags, captures: boolean): void {
    this.frames.push({ outer: flags, current: flags, wrapper: '', openedAt: this.position });
    this.out.push(text);
    if (captures) this.groups += 1;
    this.position += length;
    this.repeatable = false;
  }

  private closeGroup(): void {
    if (this.frames.length === 1) throw new PatternError('")" closes no group', this.at());
    this.closeWrapper(this.frame());
    this.frames.pop();
    this.position += 1;
    this.atom(')');
  }

  private alternative(): void {
    const { wrapper } = this.frame();
    this.out.push(wrapper === '' ? '|' : `)|${wrapper}`);
    this.position += 1;
    this.repeatable = false;
  }

  private closeWrapper(frame: Frame): void {
    if (frame.wrapper !== '') this.out.push(')');
    frame.wrapper = '';
  }

  private characterClass(): void {
    const { text, next } = readClass(this.source, this.position);
    this.position = next;
    this.atom(text);
  }

  private escape(): void {
    if (this.source.startsWith('\\Q', this.position)) {
      this.quoted();
      return;
    }
    const sequence: Escape = readEscape(this.source, this.position);
    this.position = sequence.next;
    if (sequence.kind === 'literal') this.atom(literalText(sequence.code));
    else if (sequence.kind === 'set') this.atom(sequence.text);
    else this.assertion(sequence.text);
  }

  private quoted(): void {
    const end = this.source.indexOf('\\E', this.position);
    const text = this.source.slice(this.position + 2, end < 0 ? undefined : end);
    for (const character of text) this.atom(literalText(character.codePointAt(0) ?? 0));
    this.position = end < 0 ? this.source.length : end + 2;
  }

  private literal(code: number): void {
    this.position += code > 0xffff ? 2 : 1;
    this.atom(literalText(code));
  }

  private atom(text: string): void {
    this.out.push(text);
    this.repeatable = true;
  }

  /** RE2 lets assertions be repeated; JavaScript only when they stand in a group. */
  private assertion(text: string): void {
    this.atom(this.quantifierLength() > 0 ? `(?:${text})` : text);
  }

  /** Length of the quantifier here, without a following `?`; 0 when there is none. A lone `{` is plain text. */
  private quantifierLength(): number {
    return /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.source.slice(this.position))?.[0].length ?? 0;
  }

  private quantifier(): void {
    const length = this.quantifierLength();
    const text = this.source.slice(this.position, this.position + length);
    if (!this.repeatable) throw new PatternError(`"${text}" has nothing to repeat`, this.at());
    const [least = 0, most = least] = (text.match(/\d+/g) ?? []).map(Number);
    if (most < least || most > 1000) throw new PatternError(`"${text}" is no valid count (at most 1000)`, this.at());
    this.position += length;
    const marked = this.source[this.position] === '?';
    if (marked) this.position += 1;
    this.out.push(text, marked !== this.frame().current.U ? '?' : '');
    this.repeatable = false;
  }

  private frame(): Frame {
    return this.frames[this.frames.length - 1] as Frame;
  }

  private at(): number {
    return this.position;
  }
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const result = { ...flags };
  for (const flag of on) result[flag as keyof Flags] = true;
  for (const flag of off) result[flag as keyof Flags] = false;
  return result;
}

/** What JavaScript's modifiers need to get from one set of flags to the other; `U` is handled at quantifiers. */
function flagChange(from: Flags, to: Flags): string {
  const names = ['i', 'm', 's'] as const;
  const on = names.filter((name) => to[name] && !from[name]).join('');
  const off = names.filter((name) => from[name] && !to[name]).join('');
  return off === '' ? on : `${on}-${off}`;
}

function literalText(code: number): string {
  const character = String.fromCodePoint(code);
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
