import type { Progress } from '../servers/progress.ts';

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Columns padded to their widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** Progress on the error stream, so that what a command prints can be piped; downloads count up in place on a terminal. */
export function terminalProgress(): Progress {
  let counting = false;
  return ({ message, receivedBytes, totalBytes }) => {
    const { stderr } = process;
    if (receivedBytes === undefined || totalBytes === undefined) {
      stderr.write(`${counting ? '\n' : ''}${message}\n`);
      counting = false;
    } else if (stderr.isTTY) {
      stderr.write(`\r${message}: ${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB`);
      counting = true;
    }
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
