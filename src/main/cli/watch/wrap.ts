/**
 * Breaks a line into lines of at most `width` characters, between words where it can; what follows the first is
 * indented where there is room for that.
 */
export function wrap(text: string, width: number, indentation: number): readonly string[] {
  const indent = ' '.repeat(width > 2 * indentation ? indentation : 0);
  const lines: string[] = [];
  let rest = [...text.trimEnd()];
  while (rest.length > width) {
    const blank = rest.slice(0, width + 1).lastIndexOf(' ');
    const end = blank > width / 2 ? blank : width;
    lines.push(rest.slice(0, end).join('').trimEnd());
    rest = [...indent, ...rest.slice(end).join('').trimStart()];
  }
  return [...lines, rest.join('')];
}
