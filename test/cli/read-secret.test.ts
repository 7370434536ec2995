import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readSecret } from '../../src/main/cli/read-secret.ts';

class Terminal extends PassThrough {
  readonly isTTY = true;
  raw = false;
  readonly modes: boolean[] = [];

  setRawMode(raw: boolean): this {
    this.raw = raw;
    this.modes.push(raw);
    return this;
  }
}

function typing(...keys: readonly string[]) {
  const terminal = new Terminal();
  const shown: string[] = [];
  // The mode that setRawMode takes is all that is asked of a terminal here.
  const secret = readSecret(terminal as never, 'Secret: ', (text) => void shown.push(text));
  for (const key of keys) terminal.write(key);
  return { secret, shown, terminal };
}

describe('reading a secret', () => {
  it('takes the first line of a pipe, as it is', async () => {
    const source = Readable.from([Buffer.from(' hunt'), Buffer.from('er2 \r\nmore')]);
    expect(await readSecret(source, 'Secret: ', () => expect.unreachable())).toBe(' hunter2 ');
    expect(await readSecret(Readable.from([Buffer.from('no line end')]), '', () => undefined)).toBe('no line end');
  });

  it('takes keys up to Enter from a terminal, and shows none', async () => {
    const { secret, shown, terminal } = typing('h', 'u', 'x', '\u007f', 'nt', 'er2\r', 'later');
    expect(await secret).toBe('hunter2');
    expect(shown.join('')).toBe('Secret: \n');
    expect(terminal.modes).toEqual([true, false]);
  });

  it('forgets the line with Ctrl-U', async () => {
    expect(await typing('wrong', '\u0015', 'right\n').secret).toBe('right');
  });

  it.each(['\u0003', '\u0004'])('is given up with %j, and the terminal is as before', async (key) => {
    const { secret, terminal } = typing('hunter', key);
    await expect(secret).rejects.toThrow('Given up; nothing was stored.');
    expect(terminal.raw).toBe(false);
  });
});
