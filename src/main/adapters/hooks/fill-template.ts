import { findSpots, isDelimiter, type Spot } from './shell-scanner.ts';

/** A hook's text with its placeholders filled in, or why that can't be done safely. */
export type FilledTemplate =
  | {
      readonly ok: true;
      readonly script: string;
      /** Variables that the script refers to; they must be in its environment. */
      readonly environment: Readonly<Record<string, string>>;
    }
  /** `error` continues a sentence that begins with the hook's name. */
  | { readonly ok: false; readonly error: string };

/** Characters that mean nothing to a shell, wherever they stand outside arithmetic. */
const SAFE = /^[A-Za-z0-9_.:,/@%+=-]*$/;
const INTEGER = /^-?\d*$/;
/** What a second shell would act on. */
const EXECUTABLE = /[$`;&|<>()'"\\\n\r]/;
const RESERVED = /^(if|then|elif|else|fi|for|while|until|do|done|case|esac|in|function|select|time|coproc)$/;

/**
 * Puts values into a hook's text so that each arrives as the text that it is, whatever characters it has, and
 * none is executed. Values without characters that a shell minds are inserted as they are, as the predecessor
 * does (recovery reference, section 5.2). All others are passed in the environment and a *reference* in the
 * quotes that fit the place is inserted: the shell doesn't parse what a variable expands to, so that even
 * text whose quoting is misread can't turn a value into code. Where that isn't so (arithmetic, here-documents
 * without expansion, a second shell) a value that could do harm is refused.
 */
export function fillTemplate(text: string, placeholders: Readonly<Record<string, string>>): FilledTemplate {
  const spots = findSpots(text, (name) => Object.hasOwn(placeholders, name));
  const environment: Record<string, string> = {};
  const lookUp = (spot: Spot) => (placeholders[spot.name] ?? '').replaceAll('\0', '');
  let script = '';
  let copied = 0;
  for (const spot of spots) {
    const value = lookUp(spot);
    const refusal = refuse(text, spot, value, spots, lookUp);
    if (refusal !== null) return { ok: false, error: `was not run: ${refusal}` };
    const plain = isPlain(text, spot, value);
    const put = plain ? value : replacement(spot, value);
    if (put.includes(variable(spot.name))) environment[variable(spot.name)] = value;
    script += text.slice(copied, spot.start) + put;
    copied = spot.end;
  }
  return { ok: true, script: script + text.slice(copied), environment };
}

function variable(name: string): string {
  return `BATON_HOOK_${name}`;
}

/** Whether the value can stand in the text as it is, with the same result as a quoted one. */
function isPlain(text: string, spot: Spot, value: string): boolean {
  if (spot.context === 'verbatim' || spot.context === 'arithmetic') return true;
  if (!SAFE.test(value) || spot.hereDocument !== null || spot.context === 'ansi' || spot.afterBackslash) return false;
  if (spot.context === 'single') return true;
  if (/\$[A-Za-z_]\w*$/.test(text.slice(0, spot.start))) return false;
  if (spot.context === 'double') return true;
  const next = text[spot.end] ?? ' ';
  if (value === '') return /\s/.test(text[spot.start - 1] ?? ' ') && /\s/.test(next);
  // `[[ -n == … ]]` takes a bare -n for an operator; in front of < and > digits name a file descriptor.
  return !RESERVED.test(value) && !value.startsWith('-') && !(/^\d+$/.test(value) && '<>'.includes(next));
}

/** What stands for a value that can't be in the text itself: mostly a quoted reference to its variable. */
function replacement(spot: Spot, value: string): string {
  const guard = spot.afterBackslash ? '\\' : '';
  if (value === '' && spot.hereDocument === null) return spot.context === 'word' ? "''" : guard;
  const expansion = `\${${variable(spot.name)}}`;
  if (spot.context === 'double') return `${guard}${expansion}`;
  if (spot.context === 'single') return `'"${expansion}"'`;
  if (spot.context === 'ansi') return `${guard}'"${expansion}"$'`;
  return `"${expansion}"`;
}

function refuse(
  text: string,
  spot: Spot,
  value: string,
  spots: readonly Spot[],
  lookUp: (spot: Spot) => string,
): string | null {
  const remedy = 'Use its environment variable in quotes instead, in a script of your own if need be.';
  const shown = `{${spot.name}}`;
  if (spot.context === 'arithmetic' && !INTEGER.test(value)) {
    return `${shown} stands where the shell calculates, and its value is not a whole number. ${remedy}`;
  }
  if (spot.context === 'subscript' && !SAFE.test(value)) {
    return `${shown} stands in an array's subscript, where the shell could execute its value. ${remedy}`;
  }
  if (spot.reparsed && EXECUTABLE.test(value)) {
    return `${shown} is handed to a second shell, which could execute parts of its value. ${remedy}`;
  }
  if (spot.context === 'verbatim' && endsHereDocument(text, spot, spots, lookUp)) {
    return `the value of ${shown} would end the here-document that it stands in. ${remedy}`;
  }
  return null;
}

/** Whether, with all values filled in, the line of this spot has the delimiter as one of its lines. */
function endsHereDocument(text: string, spot: Spot, spots: readonly Spot[], lookUp: (spot: Spot) => string): boolean {
  const document = spot.hereDocument;
  if (document === null) return false;
  const from = text.lastIndexOf('\n', spot.start - 1) + 1;
  const newline = text.indexOf('\n', spot.end);
  const to = newline < 0 ? text.length : newline;
  let line = '';
  let copied = from;
  for (const other of spots.filter(({ start, end }) => start >= from && end <= to)) {
    line += text.slice(copied, other.start) + lookUp(other);
    copied = other.end;
  }
  return `${line}${text.slice(copied, to)}`.split('\n').some((part) => isDelimiter(part, document));
}
