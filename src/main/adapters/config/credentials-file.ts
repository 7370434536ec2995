import type { Credentials } from '../../../shared/settings/derive-credentials.ts';

export interface ParsedCredentials {
  readonly credentials: Credentials;
  readonly warnings: readonly string[];
}

/**
 * Reads `user` and `password` from the section `[client]` of an INI text, the form of MySQL's own option files.
 * A value may stand in quotes, with `\"`, `\\`, `\n` and `\t`; outside of quotes, `#` and `;` begin a comment.
 * Everything else of the file belongs to other programs and is skipped.
 * @param path names the file in warnings, which never hold a value
 */
export function parseCredentials(path: string, text: string): ParsedCredentials {
  const found: { user?: string; password?: string } = {};
  const warnings: string[] = [];
  let section = '';
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
    if (header) section = (header[1] ?? '').toLowerCase();
    const entry = /^\s*(user|password)\s*=\s*(.*?)\s*$/i.exec(line);
    if (header || !entry || section !== 'client') continue;
    const key = (entry[1] ?? '').toLowerCase() === 'user' ? 'user' : 'password';
    const { value, warning } = iniValue(entry[2] ?? '');
    found[key] = value;
    if (warning !== null) warnings.push(`${path}:${index + 1}: ${key} ${warning}`);
  }
  for (const key of ['user', 'password'] as const) {
    if (found[key] === undefined) warnings.push(`${path} has no ${key} in its section [client].`);
  }
  return { credentials: found, warnings };
}

function iniValue(text: string): { value: string; warning: string | null } {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const closed = quote === '"' ? /^"((?:[^"\\]|\\.)*)"/.exec(text) : /^'((?:[^'\\]|\\.)*)'/.exec(text);
    if (!closed) return { value: unescaped(text.slice(1)), warning: 'has an opening quote and no closing one.' };
    const rest = text.slice(closed[0].length).trim();
    const ignored =
      rest === '' || /^[#;]/.test(rest) ? null : 'has something after its closing quote, which is left out.';
    return { value: unescaped(closed[1] ?? ''), warning: ignored };
  }
  const comment = text.search(/[#;]/);
  if (comment < 0) return { value: text, warning: null };
  const spaced = comment === 0 || /\s/.test(text[comment - 1] ?? '');
  const warning = spaced ? null : 'is cut off at "#" or ";", which begins a comment; put the value in double quotes.';
  return { value: text.slice(0, comment).trim(), warning };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (whole, letter: string) => {
    if (letter === 'n') return '\n';
    if (letter === 't') return '\t';
    return /["'\\]/.test(letter) ? letter : whole;
  });
}
