import type { ReadStream } from 'node:tty';
import { CliError } from '../client/client-error.ts';

/** More than any password; what is longer was not meant to be one. */
const MAX = 65_536;

/** What of a terminal or pipe this needs; `process.stdin` is one. */
export type SecretSource = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;

/**
 * Reads a secret: from a terminal without echo, up to Enter; else the first line of the input.
 * @param ask called with the prompt when a person is there to read it
 * @throws CliError when it is given up or cut off
 */
export async function readSecret(source: SecretSource, prompt: string, ask: (text: string) => void): Promise<string> {
  if (source.isTTY !== true) return firstLine(source);
  ask(prompt);
  source.setRawMode?.(true);
  try {
    return await typed(source);
  } finally {
    source.setRawMode?.(false);
    source.pause();
    ask('\n');
  }
}

async function firstLine(source: SecretSource): Promise<string> {
  let text = '';
  source.setEncoding('utf8');
  for await (const chunk of source) {
    text += String(chunk);
    if (text.includes('\n') || text.length > MAX) break;
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line.length > MAX) throw new CliError('The input is too long for a secret; nothing was stored.');
  return line;
}

/** In raw mode every key arrives as a character, Ctrl-C included. */
function typed(source: SecretSource): Promise<string> {
  return new Promise((resolve, reject) => {
    const characters: string[] = [];
    const settle = (run: () => void): void => {
      source.removeListener('data', onData);
      source.removeListener('end', onEnd);
      run();
    };
    const onEnd = (): void => settle(() => reject(new CliError('The input ended; nothing was stored.')));
    const onData = (chunk: string | Buffer): void => {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n') {
          settle(() => resolve(characters.join('')));
          return;
        }
        if (character === '\u0003' || character === '\u0004') {
          settle(() => reject(new CliError('Given up; nothing was stored.')));
          return;
        }
        if (character === '\u007f' || character === '\b') characters.pop();
        else if (character === '\u0015') characters.length = 0;
        else if (character >= ' ') characters.push(character);
      }
    };
    source.setEncoding('utf8');
    source.on('data', onData);
    source.on('end', onEnd);
    source.resume();
  });
}
