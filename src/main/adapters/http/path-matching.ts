/**
 * Path matching as compatible clients rely on it (http-api reference, section 1): the whole path is decoded first,
 * so a `%2F` inside a parameter breaks the match; a parameter is one or more characters other than `/`, `#`, `?`,
 * a newline included; one trailing slash is accepted everywhere; `+` stays a plus sign.
 */

export interface PathPattern {
  readonly segments: readonly Segment[];
  /** Literal segments, for ordering: literals are tried before parameters. */
  readonly literals: number;
}

type Segment = { readonly literal: string } | { readonly parameter: string };

export type PathParameters = Readonly<Record<string, string>>;

/** @param pattern a path without leading slash, such as `instance/:host/:port`. */
export function compilePattern(pattern: string): PathPattern {
  const segments = pattern
    .split('/')
    .map((part): Segment => (part.startsWith(':') ? { parameter: part.slice(1) } : { literal: part }));
  return { segments, literals: segments.filter((segment) => 'literal' in segment).length };
}

export function matchPattern(pattern: PathPattern, parts: readonly string[]): PathParameters | null {
  if (parts.length !== pattern.segments.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.segments.entries()) {
    const part = parts[index] ?? '';
    if ('literal' in segment) {
      if (segment.literal !== part) return null;
    } else if (part === '' || /[#?]/.test(part)) return null;
    else parameters[segment.parameter] = part;
  }
  return parameters;
}

/** A decoded path as segments, the optional trailing slash taken off. */
export function pathParts(path: string): readonly string[] {
  const inner = path.startsWith('/') ? path.slice(1) : path;
  return (inner.endsWith('/') ? inner.slice(0, -1) : inner).split('/');
}

/**
 * Undoes percent-encoding once. Bytes that are no UTF-8 become replacement characters.
 * @returns null when a `%` isn't followed by two hexadecimal digits.
 */
export function percentDecode(text: string): string | null {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const decoded = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1').toString('utf8');
}
