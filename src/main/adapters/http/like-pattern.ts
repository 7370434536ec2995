/**
 * SQL's `LIKE` without an escape character and without regard to case: `%` stands for any text, `_` for one character.
 * Anybody may send a pattern, so it must not cost more than its length times that of the text, as a regular expression
 * with many wildcards would.
 */
export function matchesLike(text: string, pattern: string): boolean {
  const [characters, wanted] = [[...text.toLowerCase()], [...pattern.toLowerCase()]];
  let at = 0;
  let next = 0;
  /** Where the last `%` is in the pattern, and up to where in the text it reaches so far. */
  let wildcard: { readonly next: number; readonly at: number } | null = null;
  while (at < characters.length) {
    if (wanted[next] === '%') {
      wildcard = { next: next + 1, at };
      next += 1;
    } else if (next < wanted.length && (wanted[next] === '_' || wanted[next] === characters[at])) {
      at += 1;
      next += 1;
    } else if (wildcard !== null) {
      wildcard = { next: wildcard.next, at: wildcard.at + 1 };
      ({ next, at } = wildcard);
    } else return false;
  }
  return wanted.slice(next).every((character) => character === '%');
}
