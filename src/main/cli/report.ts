import { ShapeError } from '../client/client-error.ts';
import type { ApiAnswer } from './api-client.ts';
import type { Format } from './formats.ts';
import type { CliIo } from './io.ts';

export const EXIT_FAILURE = 1;
const EXIT_SHAPE = 5;

/**
 * Prints an answer. An error's message goes to stderr and its details to stdout, as in the stock client.
 * @returns the exit code
 */
export function report(io: CliIo, answer: ApiAnswer, format: Format): number {
  if (!answer.ok) {
    io.error.write(`baton: ${answer.message}\n`);
    if (answer.payload !== null) io.out.write(`${JSON.stringify(answer.payload)}\n`);
    return EXIT_FAILURE;
  }
  try {
    for (const line of format(answer.payload, answer.message)) io.out.write(`${line}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    io.error.write(`baton: the engine's answer is not as expected: ${error.message}.\n`);
    return EXIT_SHAPE;
  }
}
